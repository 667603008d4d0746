#pragma once

#include <optional>
#include <string>
#include <vector>

#include "application/reconcile_sessions.hpp"
#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"
#include "ports/session_control.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

/// Runs a further process in a running session.
class ExecInSession {
 public:
  struct Request {
    std::optional<std::string> session;  ///< nothing: the running session that was started last
    AgentCommand command;
    AgentStreams streams = AgentStreams::kPipes;
    VariableValues environment;
  };

  ExecInSession(SessionStore& sessions, ReconcileSessions& reconcile, SessionControl& control);

  /// Blocks until the process has ended. kNotFound: no such session; kUnavailable: it does not run.
  [[nodiscard]] Result<AgentEnd> execute(Request request);

 private:
  [[nodiscard]] Result<SessionRecord> choose(const std::optional<std::string>& session);

  SessionStore& sessions_;
  ReconcileSessions& reconcile_;
  SessionControl& control_;
};

}  // namespace mino::application
