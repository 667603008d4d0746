#include "application/broker_part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "domain/credential/credential_json.hpp"

namespace mino::application {
namespace {

/// The cache's lock and a provider's program have their own deadlines, which come earlier.
constexpr std::chrono::seconds kRenewalDeadline(80);
/// Those who have hung up are among them until the renewal has ended.
constexpr std::size_t kMaxWaiting = 1024;

/// In a process of its own, whose findings travel as JSON.
JsonValue renewal(const FetchCredentials& fetch, const CredentialRequest& request) {
  const FetchedCredential fetched =
      std::move(fetch.execute({request}, decide_renewal, [](const CredentialRequest&) {}).front());
  if (!fetched.issued.ok()) {
    return JsonValue::Object{{"error", fetched.issued.error().text()},
                             {"hint", fetched.issued.error().hint()}};
  }
  return JsonValue::Object{{"credential", to_json(request.provider, *fetched.issued)},
                           {"source", fetched.from_cache ? "cache" : "fresh"}};
}

Result<IssuedCredential> take_renewal(Result<JsonValue>& result, CredentialProvider provider) {
  if (!result.ok()) return result.error();
  if (const std::string* error = result->find_string("error")) {
    const std::string* hint = result->find_string("hint");
    return Error(ErrorCode::kUnavailable, *error).set_hint(hint == nullptr ? "" : *hint);
  }
  if (JsonValue::Object* members = result->object()) {
    const auto found = std::ranges::find(*members, "credential", &JsonValue::Member::first);
    if (found != members->end()) {
      if (auto issued = take_credential(found->second, provider)) return *std::move(issued);
    }
  }
  return Error(ErrorCode::kInternal, "what was to renew them did not do it");
}

}  // namespace

BrokerPart::BrokerPart(Ports ports, Secret token, std::vector<BoxCredential> credentials, Hide hide)
    : ports_(ports),
      audit_(ports.audit, ports.notices),
      token_(std::move(token)),
      hide_(std::move(hide)) {
  for (BoxCredential& credential : credentials) {
    const CredentialProvider provider = credential.request.provider;
    const bool is_lacking = !credential.issued;
    // Nobody may ever ask for them, so that they are fetched when somebody does.
    for (const std::string& resource : credential.request.resources) {
      CredentialRequest other = credential.request;
      other.resource = resource;
      served_.push_back({std::move(other), CredentialLease(provider, std::nullopt), is_lacking});
    }
    served_.push_back({std::move(credential.request),
                       CredentialLease(provider, std::move(credential.issued)), is_lacking});
  }
}

Result<void> BrokerPart::prepare(const SessionContext& context) {
  if (!context.plan.broker) return {};
  session_ = context.record.name.str();
  BrokerTerms terms{token_, {}};
  for (const Served& each : served_)
    if (each.request.resource.empty()) terms.offers.push_back(offer_of(each.request));
  return ports_.broker.start(context.plan, terms, *this);
}

void BrokerPart::started(const SessionContext& /*context*/) {}
void BrokerPart::exec_started(const SessionContext& /*context*/,
                              const std::vector<std::string>& /*command*/) {}
void BrokerPart::ended(const SessionContext& context) { finish(context); }
void BrokerPart::abandon(const SessionContext& context) { finish(context); }

BrokerPart::Served* BrokerPart::served(CredentialProvider provider, const std::string& subject) {
  const auto found = std::ranges::find_if(served_, [&](const Served& each) {
    return each.request.provider == provider && each.request.resource == subject;
  });
  return found == served_.end() ? nullptr : &*found;
}

void BrokerPart::asked(Question question, CredentialProvider provider, const std::string& subject) {
  Served* found = served(provider, subject);
  if (found == nullptr) return ports_.broker.decline(question, "this session has none");
  const Timestamp now = ports_.clock.now();
  if (found->lease.wants_renewal(CredentialLease::Cause::kAsked, now)) renew(*found);
  switch (found->lease.asked(now)) {
    case CredentialLease::Answer::kCurrent:
      ports_.broker.answer(question, provider, *found->lease.current());
      count({std::nullopt, provider});
      break;
    case CredentialLease::Answer::kLater:
      if (waiting_.size() >= kMaxWaiting) {
        ports_.broker.decline(question, "too many ask at once");
      } else {
        waiting_.push_back({question, provider, subject});
      }
      break;
    case CredentialLease::Answer::kNothing:
      ports_.broker.decline(question, fmt::format("no {} credentials: {}", display_name(provider),
                                                  found->lease.failure()));
  }
  set_alarm();
}

void BrokerPart::refused(BrokerRefusal refusal, std::optional<CredentialProvider> provider) {
  count({refusal, provider});
}

void BrokerPart::woken() {
  const Timestamp now = ports_.clock.now();
  for (Served& each : served_)
    if (each.lease.wants_renewal(CredentialLease::Cause::kTime, now)) renew(each);
  set_alarm();
}

void BrokerPart::broker_lost() {
  audit_.record("credentials.lost", {{"name", session_}});
  ports_.notices.warn("the box gets no credentials any more: what serves them has ended", "");
}

void BrokerPart::renew(Served& served) {
  served.lease.renewal_started();
  const auto started = ports_.side_work.start(
      [&fetch = ports_.fetch, request = served.request] { return renewal(fetch, request); },
      kRenewalDeadline,
      [this, provider = served.request.provider, subject = served.request.resource](
          Result<JsonValue> result) { renewal_ended(provider, subject, std::move(result)); });
  if (!started.ok()) renewal_failed(served, started.error());
}

void BrokerPart::renewal_ended(CredentialProvider provider, const std::string& subject,
                               Result<JsonValue> result) {
  Served* found = served(provider, subject);
  if (found == nullptr) return;
  Result<IssuedCredential> issued = take_renewal(result, provider);
  if (!issued.ok()) {
    renewal_failed(*found, issued.error());
  } else {
    const Timestamp now = ports_.clock.now();
    const bool is_new = found->lease.is_renewal(*issued, now);
    const std::string* source = result->find_string("source");
    if (is_new) {
      for (const auto& [name, value] : issued->credential.values) hide_(value);
      audit_.record("credentials.renewed",
                    {{"name", session_},
                     {"provider", to_string(provider)},
                     {"identity", identity_summary(found->request)},
                     {"source", source == nullptr ? "fresh" : *source},
                     {"expires_at", format_rfc3339(expected_end(provider, *issued))}});
    }
    found->lease.renewed(std::move(issued).value(), now);
    if (std::exchange(found->is_lacking, false))
      ports_.notices.progress(
          fmt::format("the box has {} credentials again", display_name(provider)));
  }
  if (result.ok()) wipe(*result);
  answer_waiting(provider, subject);
  set_alarm();
}

void BrokerPart::renewal_failed(Served& served, const Error& error) {
  const CredentialProvider provider = served.request.provider;
  served.lease.renewal_failed(error.text(), ports_.clock.now());
  audit_.record("credentials.failed", {{"name", session_},
                                       {"provider", to_string(provider)},
                                       {"identity", identity_summary(served.request)},
                                       {"error", error.text()}});
  if (std::exchange(served.is_lacking, true)) return;
  ports_.notices.warn(fmt::format("the box's {} credentials are not renewed: {}",
                                  display_name(provider), error.text()),
                      error.hint());
}

void BrokerPart::answer_waiting(CredentialProvider provider, const std::string& subject) {
  std::vector<Waiting> all;
  std::swap(all, waiting_);
  for (const Waiting& each : all) {
    if (each.provider == provider && each.subject == subject) {
      asked(each.question, provider, subject);
    } else {
      waiting_.push_back(each);
    }
  }
}

void BrokerPart::set_alarm() {
  std::optional<Timestamp> next;
  for (const Served& each : served_) {
    const auto time = each.lease.wakes_at();
    if (time && (!next || *time < *next)) next = time;
  }
  ports_.broker.wake_at(next);
}

void BrokerPart::count(const Kind& kind) {
  if (const auto times = tally_.add(kind, ports_.clock.now())) write(kind, *times);
}

void BrokerPart::write(const Kind& kind, std::uint64_t times) {
  JsonValue::Object data{{"name", session_}};
  if (kind.provider) data.emplace_back("provider", to_string(*kind.provider));
  if (kind.refusal) data.emplace_back("reason", to_string(*kind.refusal));
  data.emplace_back("count", static_cast<std::int64_t>(std::min<std::uint64_t>(times, INT64_MAX)));
  audit_.record(kind.refusal ? "credentials.refused" : "credentials.served", std::move(data));
}

void BrokerPart::finish(const SessionContext& context) {
  if (!context.plan.broker) return;
  ports_.broker.stop();
  ports_.side_work.stop();
  for (const auto& [kind, times] : tally_.rest()) write(kind, times);
}

}  // namespace mino::application
