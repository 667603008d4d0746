#include "application/session_network.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "application/encode_rule.hpp"
#include "domain/network/egress_rule.hpp"
#include "domain/network/network_mode.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace {

bool has_rules(const SessionRecord& session) {
  return session.network == to_string(NetworkMode::kAllowList);
}

Error no_rules(const SessionRecord& session) {
  return std::move(Error(ErrorCode::kUnavailable,
                         fmt::format("session {} has no network rules: its network is {}",
                                     session.name.str(), visible_text(session.network)))
                       .set_hint("mino run --network-allow HOST:PORT"));
}

}  // namespace

Result<std::vector<NetworkAnswer::Rule>> SessionNetwork::list(const std::string& session) {
  MINO_ASSIGN(const SessionRecord record, find(session));
  if (!has_rules(record)) return no_rules(record);
  MINO_ASSIGN(NetworkAnswer answer, ask(record, {NetworkRequest::Kind::kList, ""}));
  return std::move(answer.rules);
}

Result<void> SessionNetwork::change(const std::string& session, Change change,
                                    const std::vector<std::string>& rules) {
  std::vector<NetworkRequest> requests;
  for (const std::string& text : rules) {
    MINO_ASSIGN(const std::string encoded, encode_rule(ports_.names, text));
    MINO_ASSIGN(const EgressRule rule, parse_egress_rule(encoded));
    requests.push_back(
        {change == Change::kAllow ? NetworkRequest::Kind::kAllow : NetworkRequest::Kind::kDeny,
         to_string(rule)});
  }
  MINO_ASSIGN(const SessionRecord record, find(session));
  if (!has_rules(record)) return no_rules(record);
  for (const NetworkRequest& request : requests) MINO_TRY(ask(record, request));
  return {};
}

Result<DestinationExplanation> SessionNetwork::explain(const std::string& session,
                                                       const std::string& destination) {
  MINO_ASSIGN(const std::string encoded, encode_rule(ports_.names, destination));
  MINO_ASSIGN(const EgressDestination parsed, parse_egress_destination(encoded));
  MINO_ASSIGN(const SessionRecord record, find(session));
  if (const auto mode = parse_network_mode(record.network); mode)
    return explain_without_rules(*mode, parsed);
  MINO_ASSIGN(NetworkAnswer answer,
              ask(record, {NetworkRequest::Kind::kExplain, to_string(parsed)}));
  if (!answer.explanation)
    return Error(ErrorCode::kUnavailable,
                 fmt::format("session {}: the owner does not say why", record.name.str()));
  return explain_by_rules(*std::move(answer.explanation));
}

Result<SessionRecord> SessionNetwork::find(const std::string& session) const {
  MINO_ASSIGN(const SessionName name, SessionName::parse(session));
  MINO_ASSIGN(std::optional<SessionRecord> found, ports_.sessions.load(name));
  if (!found)
    return std::move(Error(ErrorCode::kNotFound, fmt::format("session {} does not exist", session))
                         .set_hint("mino list --all"));
  const bool is_owned = ports_.processes.alive(found->supervisor);
  if (found->status == SessionStatus::kRunning && is_owned) return *std::move(found);
  const bool is_starting = found->status == SessionStatus::kStarting && is_owned;
  const std::string_view state = is_live(found->status) && !is_owned
                                     ? std::string_view("its owner is gone")
                                     : to_string(found->status);
  return std::move(
      Error(ErrorCode::kUnavailable, fmt::format("session {} is not running ({})", session, state))
          .set_hint(is_starting ? "try again in a moment" : "mino run --name " + session));
}

Result<NetworkAnswer> SessionNetwork::ask(const SessionRecord& session,
                                          const NetworkRequest& request) {
  const std::string what = "session " + session.name.str();
  auto answered = ports_.control.network(session, request);
  if (!answered.ok()) {
    // The words were right: it is the session that has no rules.
    if (answered.error().code() == ErrorCode::kUsage)
      answered.error().set_code(ErrorCode::kUnavailable);
    return std::move(answered).with_context(what);
  }
  if (answered->error)
    return std::move(Error(ErrorCode::kNotFound, visible_text(*answered->error)).add_context(what));
  return answered;
}

}  // namespace mino::application
