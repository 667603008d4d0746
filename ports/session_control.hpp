#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "domain/network/network_request.hpp"
#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"
#include "domain/session/session_record.hpp"
#include "ports/box_runner.hpp"

namespace mino {

/// A further process in a running box.
struct ExecRequest {
  AgentCommand command;
  AgentStreams streams = AgentStreams::kPipes;
  VariableValues environment;  ///< added to the session's own
};

enum class StopForce { kGraceful, kKill };

/// The client's side of a session's control socket (`<runtime_dir>/control`).
class SessionControl {
 public:
  SessionControl() = default;
  SessionControl(const SessionControl&) = delete;
  SessionControl& operator=(const SessionControl&) = delete;
  virtual ~SessionControl() = default;

  /// Runs a process in the session's box, its streams relayed to mino's descriptors 0–2; blocks
  /// until it has ended. It is ended when this process ends. kUnavailable: the owner does not
  /// answer.
  [[nodiscard]] virtual Result<AgentEnd> exec(const SessionRecord& session,
                                              ExecRequest request) = 0;
  /// Asks the owner to stop the agent: SIGTERM, after `grace` SIGKILL (at once with kKill). Returns
  /// when the owner has taken the request; kUnavailable when it does not answer.
  [[nodiscard]] virtual Result<void> stop(const SessionRecord& session, StopForce force,
                                          std::chrono::seconds grace) = 0;
  /// Asks the owner about the rules of the session's network, or to change them. kUnavailable: it
  /// does not answer; kUsage: the session has no rules; an answer may carry an error of its own.
  [[nodiscard]] virtual Result<NetworkAnswer> network(const SessionRecord& session,
                                                      const NetworkRequest& request) = 0;
};

}  // namespace mino
