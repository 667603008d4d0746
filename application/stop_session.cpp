#include "application/stop_session.hpp"

#include <fmt/format.h>

#include <csignal>
#include <utility>

namespace mino::application {

namespace {

/// How long the owner may take beyond the grace period to end the box and write its record.
constexpr std::chrono::seconds kOwnerPatience{8};
constexpr std::chrono::seconds kKillPatience{5};

}  // namespace

StopSession::StopSession(Ports ports, ReconcileSessions& reconcile)
    : ports_(ports), reconcile_(reconcile) {}

Result<StopSession::Outcome> StopSession::execute(const Request& request) {
  MINO_ASSIGN(const SessionName name, SessionName::parse(request.session));
  MINO_ASSIGN(const auto found, ports_.sessions.load(name));
  if (!found)
    return std::move(
        Error(ErrorCode::kNotFound, fmt::format("session {} does not exist", request.session))
            .set_hint("mino list --all"));
  if (!is_live(found->status)) return Outcome::kAlreadyStopped;
  if (ports_.processes.alive(found->supervisor)) MINO_TRY(end_owner(*found, request));
  MINO_ASSIGN(const auto after, ports_.sessions.load(name));
  const SessionRecord& record = after && after->id == found->id ? *after : *found;
  if (is_live(record.status)) {
    MINO_TRY(
        reconcile_.one(record));  // killed before it could write: this clears up and records it
    return Outcome::kStopped;
  }
  if (record.keep) return Outcome::kStopped;
  // The engine removes the container behind the owner's back; this waits for it.
  MINO_TRY(ports_.engine.remove_box({.container_id = record.container_id.value_or(""),
                                     .container_name = record.container_name,
                                     .session = record.name.str()}));
  return Outcome::kStopped;
}

Result<void> StopSession::end_owner(const SessionRecord& record, const Request& request) {
  const auto asked = ports_.control.stop(record, request.force, request.grace);
  if (!asked.ok()) {
    ports_.notices.debug(asked.error().text());
    // It stops in order on SIGTERM too, whatever became of its socket.
    auto signalled = ports_.processes.signal(record.supervisor,
                                             request.force == StopForce::kKill ? SIGKILL : SIGTERM);
    if (!signalled.ok() && signalled.error().code() != ErrorCode::kNotFound) return signalled;
  }
  const auto patience =
      std::chrono::duration_cast<std::chrono::milliseconds>(request.grace + kOwnerPatience);
  if (ports_.processes.wait_gone(record.supervisor, patience) == ProcessTable::Wait::kGone)
    return {};
  // The box ends with its owner.
  auto killed = ports_.processes.signal(record.supervisor, SIGKILL);
  if (!killed.ok() && killed.error().code() != ErrorCode::kNotFound) return killed;
  if (ports_.processes.wait_gone(record.supervisor, kKillPatience) == ProcessTable::Wait::kGone)
    return {};
  return Error(ErrorCode::kTimeout, fmt::format("the owner of session {} (process {}) does not end",
                                                record.name.str(), record.supervisor.pid));
}

}  // namespace mino::application
