#include "application/exec_in_session.hpp"

#include <fmt/format.h>

#include <utility>

namespace mino::application {

ExecInSession::ExecInSession(SessionStore& sessions, ReconcileSessions& reconcile,
                             SessionControl& control)
    : sessions_(sessions), reconcile_(reconcile), control_(control) {}

Result<SessionRecord> ExecInSession::choose(const std::optional<std::string>& session) {
  if (session) {
    MINO_ASSIGN(const SessionName name, SessionName::parse(*session));
    MINO_ASSIGN(const auto found, sessions_.load(name));
    if (!found)
      return std::move(
          Error(ErrorCode::kNotFound, fmt::format("session {} does not exist", *session))
              .set_hint("mino list --all"));
    MINO_ASSIGN(SessionRecord record, reconcile_.one(*found));
    if (record.status == SessionStatus::kRunning) return record;
    const std::string hint = record.status == SessionStatus::kStarting
                                 ? "try again in a moment"
                                 : "mino run --name " + record.name.str();
    return std::move(Error(ErrorCode::kUnavailable, fmt::format("session {} is not running ({})",
                                                                *session, to_string(record.status)))
                         .set_hint(hint));
  }
  MINO_ASSIGN(const SessionListing listing, sessions_.list());
  for (const SessionRecord& candidate : listing.records) {
    if (candidate.status != SessionStatus::kRunning) continue;
    MINO_ASSIGN(SessionRecord record, reconcile_.one(candidate));
    if (record.status == SessionStatus::kRunning) return record;
  }
  return std::move(Error(ErrorCode::kNotFound, "no session is running").set_hint("mino run"));
}

Result<AgentEnd> ExecInSession::execute(Request request) {
  MINO_ASSIGN(const SessionRecord record, choose(request.session));
  auto end = control_.exec(record, {.command = std::move(request.command),
                                    .streams = request.streams,
                                    .environment = std::move(request.environment)});
  return std::move(end).with_context(fmt::format("session {}", record.name.str()));
}

}  // namespace mino::application
