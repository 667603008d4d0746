#include "domain/ssh/agent_message.hpp"

#include <algorithm>

#include "domain/check.hpp"
#include "domain/ssh/ssh_bytes.hpp"

namespace mino {
namespace {

constexpr std::string_view kBindName = "session-bind@openssh.com";

AgentRequest parse_sign(SshReader reader) {
  const MalformedRequest malformed{static_cast<std::uint8_t>(AgentCode::kSignRequest)};
  const auto key = reader.string();
  const auto data = reader.string();
  const auto flags = reader.number();
  if (!key || !data || !flags || !reader.at_end()) return malformed;
  return SignRequest{*key, *data, *flags};
}

AgentRequest parse_extension(SshReader reader) {
  constexpr auto kCode = static_cast<std::uint8_t>(AgentCode::kExtension);
  const auto name = reader.string();
  if (!name) return MalformedRequest{kCode};
  if (*name != kBindName) return OtherRequest{kCode, *name};
  const auto host_key = reader.string();
  const auto session_id = reader.string();
  const auto signature = reader.string();
  const auto forwarding = reader.byte();
  if (!host_key || !session_id || !signature || !forwarding || !reader.at_end())
    return MalformedRequest{kCode};
  // RFC 4251: any value but zero is true.
  return BindRequest{*host_key, *session_id, *signature,
                     *forwarding == 0 ? BindRequest::Use::kLogin : BindRequest::Use::kForwarding};
}

}  // namespace

AgentRequest parse_agent_request(std::string_view message) {
  SshReader reader(message);
  const auto code = reader.byte();
  if (!code) return MalformedRequest{};
  switch (static_cast<AgentCode>(*code)) {
    case AgentCode::kRequestIdentities:
      if (!reader.at_end()) return MalformedRequest{*code};
      return ListRequest{};
    case AgentCode::kSignRequest:
      return parse_sign(reader);
    case AgentCode::kExtension:
      return parse_extension(reader);
    default:
      return OtherRequest{*code, {}};
  }
}

std::string describe_request(const OtherRequest& request) {
  switch (static_cast<AgentCode>(request.code)) {
    case AgentCode::kAddIdentity:
    case AgentCode::kAddConstrained:
      return "add a key";
    case AgentCode::kRemoveIdentity:
      return "remove a key";
    case AgentCode::kRemoveAll:
      return "remove all keys";
    case AgentCode::kAddSmartcard:
    case AgentCode::kAddSmartcardConstrained:
      return "add the keys of a smart card";
    case AgentCode::kRemoveSmartcard:
      return "remove the keys of a smart card";
    case AgentCode::kLock:
      return "lock the agent";
    case AgentCode::kUnlock:
      return "unlock the agent";
    case AgentCode::kExtension:
      return "use the extension " + std::string(request.extension);
    default:
      return "send a request of the unknown kind " + std::to_string(request.code);
  }
}

std::optional<std::vector<AgentKey>> parse_identities(std::string_view message) {
  SshReader reader(message);
  const auto code = reader.byte();
  const auto count = reader.number();
  if (code != static_cast<std::uint8_t>(AgentCode::kIdentities) || !count) return std::nullopt;
  std::vector<AgentKey> keys;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto blob = reader.string();
    const auto comment = reader.string();
    // A count that the message is too short for ends here at once.
    if (!blob || !comment) return std::nullopt;
    keys.push_back({std::string(*blob), std::string(*comment)});
  }
  if (!reader.at_end()) return std::nullopt;
  return keys;
}

std::string identities_message(const std::vector<AgentKey>& keys) {
  std::string message = bare_message(AgentCode::kIdentities);
  append_ssh_number(message, static_cast<std::uint32_t>(keys.size()));
  for (const AgentKey& key : keys) {
    append_ssh_string(message, key.blob);
    append_ssh_string(message, key.comment);
  }
  return message;
}

bool is_signature(std::string_view message) {
  SshReader reader(message);
  const auto code = reader.byte();
  const auto signature = reader.string();
  return code == static_cast<std::uint8_t>(AgentCode::kSignResponse) && signature &&
         reader.at_end();
}

bool is_bare(std::string_view message, AgentCode code) { return message == bare_message(code); }

std::string bare_message(AgentCode code) {
  return std::string(1, static_cast<char>(static_cast<std::uint8_t>(code)));
}

bool AgentStream::has_next() const {
  SshReader reader(buffer_);
  const auto length = reader.number();
  return length && !is_broken() && reader.rest().size() >= *length;
}

std::optional<std::string> AgentStream::next() {
  if (!has_next()) return std::nullopt;
  std::string message(SshReader(buffer_).string().value());
  buffer_.erase(0, kAgentLengthBytes + message.size());
  // One large message must not hold its memory for as long as the connection lives.
  if (buffer_.empty()) std::string().swap(buffer_);
  return message;
}

bool AgentStream::is_broken() const {
  SshReader reader(buffer_);
  const auto length = reader.number();
  return length && (*length == 0 || *length > kMaxAgentMessage);
}

std::string framed(std::string_view message) {
  MINO_CHECK(!message.empty() && message.size() <= kMaxAgentMessage);
  std::string bytes;
  bytes.reserve(kAgentLengthBytes + message.size());
  append_ssh_string(bytes, message);
  return bytes;
}

}  // namespace mino
