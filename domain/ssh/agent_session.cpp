#include "domain/ssh/agent_session.hpp"

#include <algorithm>
#include <utility>

#include "domain/check.hpp"
#include "domain/ssh/host_certificate.hpp"

namespace mino {
namespace {

constexpr std::uint32_t kRsaSha256 = 2;
constexpr std::uint32_t kRsaSha512 = 4;

std::string cut(std::string_view text) { return std::string(text.substr(0, SshEvent::kMaxText)); }

AgentStep reply(std::string message) {
  AgentStep step;
  step.to_client = std::move(message);
  return step;
}

}  // namespace

AgentStep AgentSession::request(std::string message, std::uint64_t now) {
  MINO_CHECK(is_idle());
  request_ = std::move(message);
  event_ = SshEvent{};
  const AgentRequest request = parse_agent_request(request_);
  if (std::holds_alternative<ListRequest>(request)) return ask_agent(State::kListing, request_);
  if (const auto* sign = std::get_if<SignRequest>(&request)) return start(*sign);
  if (const auto* bind = std::get_if<BindRequest>(&request)) return start(*bind, now);
  if (const auto* other = std::get_if<OtherRequest>(&request)) {
    event_.detail = cut(describe_request(*other));
    return refuse(SshRefusal::kRequest);
  }
  event_.detail = "send what is no request";
  return refuse(SshRefusal::kMalformed);
}

AgentStep AgentSession::answer(std::string_view message) {
  switch (state_) {
    case State::kListing:
      return listed(message);
    case State::kLookingUp:
      return looked_up(message);
    case State::kSigning:
      return signed_by(message);
    case State::kBinding:
      return bound(message);
    case State::kIdle:
    case State::kConfirming:
      break;
  }
  // It was not asked.
  AgentStep step;
  step.agent_is_broken = true;
  return step;
}

AgentStep AgentSession::start(const SignRequest& request) {
  if (request.flags != 0 && request.flags != kRsaSha256 && request.flags != kRsaSha512) {
    event_.detail = "sign with unknown flags";
    return refuse(SshRefusal::kMalformed);
  }
  if (keys_.contains(request.key)) return judge();
  return ask_agent(State::kLookingUp, bare_message(AgentCode::kRequestIdentities));
}

/// The key of the request under way was looked up.
AgentStep AgentSession::judge() {
  const AgentRequest request = parse_agent_request(request_);
  const auto& sign = std::get<SignRequest>(request);
  const SignContent content = parse_sign_content(sign.data);
  const auto key = keys_.find(sign.key);
  event_.fingerprint =
      key == keys_.end() ? ssh_fingerprint(crypto_, sign.key) : key->second.fingerprint;
  if (key != keys_.end()) event_.comment = cut(key->second.comment);
  if (const auto* login = std::get_if<LoginContent>(&content)) describe_login(*login);
  if (const auto* file = std::get_if<FileContent>(&content)) {
    event_.purpose = SshEvent::Purpose::kFile;
    event_.name_space = cut(file->name_space);
  }
  if (key == keys_.end()) return fail("the agent has no such key");
  if (!key->second.is_allowed) return refuse(SshRefusal::kKey);
  if (const auto refusal = refusal_of(content, sign.key)) return refuse(*refusal);
  if (policy_.confirmation == SshPolicy::Confirmation::kNone) return granted();
  state_ = State::kConfirming;
  AgentStep step;
  step.question = event_;
  return step;
}

AgentStep AgentSession::granted() { return ask_agent(State::kSigning, request_); }

AgentStep AgentSession::confirmed(Confirmation confirmation) {
  MINO_CHECK(state_ == State::kConfirming);
  switch (confirmation) {
    case Confirmation::kYes:
      return granted();
    case Confirmation::kNo:
      return refuse(SshRefusal::kDeclined);
    case Confirmation::kNobody:
      break;
  }
  return refuse(SshRefusal::kNobody);
}

AgentSession::Binding AgentSession::make_binding(const BindRequest& request,
                                                 std::uint64_t now) const {
  Binding binding{.session_id = std::string(request.session_id),
                  .host_key = std::string(request.host_key),
                  .use = request.use,
                  .plain_key = std::string(request.host_key),
                  .authority = {},
                  .principals = {}};
  if (auto certificate = parse_host_certificate(request.host_key)) {
    if (holds(*certificate, now, crypto_)) binding.principals = certificate->principals;
    binding.plain_key = std::move(certificate->key);
    binding.authority = std::move(certificate->authority);
  }
  return binding;
}

AgentStep AgentSession::start(const BindRequest& request, std::uint64_t now) {
  const auto same = std::ranges::find(bindings_, request.session_id, &Binding::session_id);
  // As OpenSSH's agent: a connection that was bound for a login stays so.
  const bool is_new = !is_for_login_ && bindings_.size() < kMaxBindings &&
                      (same == bindings_.end() || same->host_key == request.host_key);
  if (!is_new || request.session_id.empty() || request.session_id.size() > kMaxSessionId) {
    event_.detail = "bind the connection to another host";
    return refuse(SshRefusal::kBinding);
  }
  Binding binding = make_binding(request, now);
  const SignatureCheck check =
      crypto_.verify(binding.plain_key, request.session_id, request.signature);
  if (check == SignatureCheck::kInvalid) {
    event_.detail = "bind the connection to a host";
    return refuse(SshRefusal::kBinding);
  }
  if (check == SignatureCheck::kValid) bindings_.push_back(std::move(binding));
  is_for_login_ = request.use == BindRequest::Use::kLogin;
  is_forwarded_ = is_forwarded_ || request.use == BindRequest::Use::kForwarding;
  return ask_agent(State::kBinding, request_);
}

AgentStep AgentSession::bound(std::string_view message) {
  const bool is_answer = is_bare(message, AgentCode::kSuccess) ||
                         is_bare(message, AgentCode::kFailure) ||
                         is_bare(message, AgentCode::kExtensionFailure);
  if (!is_answer) return distrust_agent();
  state_ = State::kIdle;
  return reply(std::string(message));
}

AgentStep AgentSession::listed(std::string_view message) {
  state_ = State::kIdle;
  // One that is locked may refuse.
  if (is_bare(message, AgentCode::kFailure)) return reply(std::string(message));
  if (!learn_keys(message)) return distrust_agent();
  return reply(identities_message(visible_keys(message)));
}

AgentStep AgentSession::looked_up(std::string_view message) {
  if (is_bare(message, AgentCode::kFailure)) return fail("the agent refused");
  if (!learn_keys(message)) return distrust_agent();
  return judge();
}

AgentStep AgentSession::signed_by(std::string_view message) {
  if (is_bare(message, AgentCode::kFailure)) return fail("the agent refused");
  if (!is_signature(message)) return distrust_agent();
  state_ = State::kIdle;
  AgentStep step = reply(std::string(message));
  event_.kind = SshEvent::Kind::kSigned;
  step.event = std::exchange(event_, {});
  return step;
}

AgentStep AgentSession::agent_failed(std::string why) {
  if (!waits_for_agent()) return {};
  return fail(std::move(why));
}

AgentStep AgentSession::refuse(SshRefusal refusal) {
  state_ = State::kIdle;
  AgentStep step = reply(bare_message(AgentCode::kFailure));
  event_.kind = SshEvent::Kind::kRefused;
  event_.refusal = refusal;
  step.event = std::exchange(event_, {});
  return step;
}

AgentStep AgentSession::distrust_agent() {
  AgentStep step = fail("the agent's answer is none");
  step.agent_is_broken = true;
  return step;
}

AgentStep AgentSession::fail(std::string detail) {
  state_ = State::kIdle;
  AgentStep step = reply(bare_message(AgentCode::kFailure));
  event_.kind = SshEvent::Kind::kFailed;
  event_.detail = std::move(detail);
  step.event = std::exchange(event_, {});
  return step;
}

AgentStep AgentSession::ask_agent(State next, std::string message) {
  state_ = next;
  AgentStep step;
  step.to_agent = std::move(message);
  return step;
}

bool AgentSession::learn_keys(std::string_view message) {
  const auto keys = parse_identities(message);
  if (!keys) return false;
  keys_.clear();
  for (const AgentKey& key : *keys) {
    std::string fingerprint = ssh_fingerprint(crypto_, key.blob);
    const bool is_allowed = allows_key(policy_, fingerprint, key.comment);
    keys_.insert_or_assign(key.blob, Key{std::move(fingerprint), key.comment, is_allowed});
  }
  return true;
}

std::vector<AgentKey> AgentSession::visible_keys(std::string_view message) const {
  std::vector<AgentKey> keys = parse_identities(message).value_or(std::vector<AgentKey>());
  std::erase_if(keys, [this](const AgentKey& key) { return !keys_.at(key.blob).is_allowed; });
  return keys;
}

void AgentSession::describe_login(const LoginContent& login) {
  event_.purpose = SshEvent::Purpose::kLogin;
  event_.user = cut(login.user);
  const Binding* binding = binding_of(login.session_id);
  if (binding == nullptr) return;
  event_.host_key = ssh_fingerprint(crypto_, binding->plain_key);
  const auto named = allowed_name_of(*binding);
  event_.host_name = cut(named ? *named : hosts_.any_name_of(binding->plain_key));
}

/// As ssh does it, a certificate that is worth nothing leaves the key that is in it.
std::optional<std::string> AgentSession::allowed_name_of(const Binding& binding) const {
  if (auto name = hosts_.name_of(binding.plain_key, policy_.hosts, crypto_)) return name;
  return hosts_.certified_name_of(binding.authority, binding.principals, policy_.hosts, crypto_);
}

bool AgentSession::is_revoked(const Binding& binding) const {
  return hosts_.is_revoked(binding.host_key) || hosts_.is_revoked(binding.plain_key) ||
         hosts_.is_revoked(binding.authority);
}

const AgentSession::Binding* AgentSession::binding_of(std::string_view session_id) const {
  const auto found = std::ranges::find(bindings_, session_id, &Binding::session_id);
  return found == bindings_.end() ? nullptr : &*found;
}

std::optional<SshRefusal> AgentSession::refusal_of(const SignContent& content,
                                                   std::string_view key) const {
  if (is_forwarded_ && policy_.forwarding == SshPolicy::Forwarding::kRefused)
    return SshRefusal::kForwarded;
  if (std::holds_alternative<FileContent>(content)) {
    if (policy_.files == SshPolicy::Files::kAllowed) return std::nullopt;
    return SshRefusal::kFiles;
  }
  const auto* login = std::get_if<LoginContent>(&content);
  if (login == nullptr || login->key != key) return SshRefusal::kContent;
  return refusal_of(*login);
}

std::optional<SshRefusal> AgentSession::refusal_of(const LoginContent& login) const {
  const Binding* binding = binding_of(login.session_id);
  // The server's key in a hostbound request is the one that the proof was made with.
  if (binding != nullptr && login.host_key && *login.host_key != binding->host_key)
    return SshRefusal::kBinding;
  if (binding != nullptr && is_revoked(*binding)) return SshRefusal::kHost;
  if (policy_.hosts.empty()) return std::nullopt;
  // Of a chain of hosts only the last one is logged in to.
  if (binding == nullptr || binding != &bindings_.back() ||
      binding->use != BindRequest::Use::kLogin)
    return SshRefusal::kUnbound;
  const bool all_known = std::ranges::all_of(bindings_, [this](const Binding& bound) {
    return !is_revoked(bound) && allowed_name_of(bound).has_value();
  });
  return all_known ? std::nullopt : std::optional(SshRefusal::kHost);
}

}  // namespace mino
