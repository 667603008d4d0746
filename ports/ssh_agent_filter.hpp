#pragma once

#include <string>

#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"
#include "domain/ssh/ssh_event.hpp"

namespace mino {

/// Learns what a box does with the user's SSH agent. Called on the thread that runs the session,
/// between SshAgentFilter::start() and stop(); must not block for long.
class SshSink {
 public:
  SshSink() = default;
  SshSink(const SshSink&) = delete;
  SshSink& operator=(const SshSink&) = delete;
  virtual ~SshSink() = default;

  virtual void ssh_used(const SshEvent& event) = 0;
  /// The box asked for the agent and it could not be reached; the next request tries again.
  virtual void agent_unreachable(const std::string& why) = 0;
  /// What stands between the box and the agent has ended while the session goes on: the box has no
  /// agent any more. Called at most once.
  virtual void filter_lost() = 0;
};

/// What stands between a box and the user's SSH agent.
class SshAgentFilter {
 public:
  SshAgentFilter() = default;
  SshAgentFilter(const SshAgentFilter&) = delete;
  SshAgentFilter& operator=(const SshAgentFilter&) = delete;
  virtual ~SshAgentFilter() = default;

  /// Starts it for `plan`, whose runtime directory exists; `plan` and `sink` outlive stop(). Once
  /// it returns the box may connect. Nothing is done for a plan without an agent. When it fails it
  /// has left nothing behind. kUnavailable: the helper program cannot be started.
  [[nodiscard]] virtual Result<void> start(const RunPlan& plan, SshSink& sink) = 0;
  /// Delivers what is still reported and ends it. Idempotent. Blocks for two seconds at most.
  virtual void stop() = 0;
};

}  // namespace mino
