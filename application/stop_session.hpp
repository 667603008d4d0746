#pragma once

#include <chrono>
#include <string>

#include "application/reconcile_sessions.hpp"
#include "domain/result.hpp"
#include "ports/container_engine.hpp"
#include "ports/notices.hpp"
#include "ports/process_table.hpp"
#include "ports/session_control.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

/// Stops a session and returns when nothing of it runs any more.
class StopSession {
 public:
  struct Request {
    std::string session;
    StopForce force = StopForce::kGraceful;
    std::chrono::seconds grace{10};
  };
  enum class Outcome { kStopped, kAlreadyStopped };

  struct Ports {
    SessionStore& sessions;
    SessionControl& control;
    ContainerEngine& engine;
    ProcessTable& processes;
    Notices& notices;
  };

  /// All must outlive this.
  StopSession(Ports ports, ReconcileSessions& reconcile);

  /// Blocks for at most the grace period and a few seconds. kNotFound: no such session; kTimeout:
  /// its owner cannot be ended (it is in an uninterruptible wait of the kernel).
  [[nodiscard]] Result<Outcome> execute(const Request& request);

 private:
  [[nodiscard]] Result<void> end_owner(const SessionRecord& record, const Request& request);

  Ports ports_;
  ReconcileSessions& reconcile_;
};

}  // namespace mino::application
