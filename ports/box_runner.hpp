#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"
#include "domain/secret.hpp"

namespace mino {

using VariableValues = std::map<std::string, Secret>;

/// How the agent ended, or why it never ran.
struct AgentEnd {
  enum class Kind {
    kExited,         ///< `code` is its exit code
    kSignalled,      ///< `code` is the signal
    kNotFound,       ///< the command does not exist in the box
    kNotExecutable,  ///< it exists and cannot be executed; `code` is the errno
    kLost,           ///< the box went away without a word
  };
  Kind kind = Kind::kExited;
  int code = 0;
  bool stopped_by_request = false;  ///< `mino stop`, SIGTERM or SIGHUP to the owner
};

/// What the owner of a session learns while it runs it. Called on the runner's thread; must not
/// block for long.
class BoxObserver {
 public:
  BoxObserver() = default;
  BoxObserver(const BoxObserver&) = delete;
  BoxObserver& operator=(const BoxObserver&) = delete;
  virtual ~BoxObserver() = default;

  /// The agent runs. Called at most once. An error ends the session.
  [[nodiscard]] virtual Result<void> agent_started() = 0;
  /// The engine has named the box. Called at most once, before or after agent_started().
  virtual void box_named(const std::string& container_id) = 0;
  /// A further process was started in the box by `mino exec`.
  virtual void exec_started(const std::vector<std::string>& command) = 0;
};

struct BoxLaunch {
  const RunPlan* plan = nullptr;  ///< outlives the call
  VariableValues environment;     ///< values for plan->environment; wiped after they were sent
  std::string log_path;           ///< the session's log; empty: none is written
};

/// Builds the box of a plan and owns it until its agent has ended: the lifeline, the agent's
/// streams (relayed to mino's own descriptors 0–2, or to the log alone when detached), signals, the
/// control socket for exec and stop.
class BoxRunner {
 public:
  BoxRunner() = default;
  BoxRunner(const BoxRunner&) = delete;
  BoxRunner& operator=(const BoxRunner&) = delete;
  virtual ~BoxRunner() = default;

  /// Blocks until the agent has ended or could not be started. On every way out the user's terminal
  /// is as it was and the box is ending by itself. An error means that the agent never ran:
  /// kUnavailable (no engine), kNotFound (no image), kInternal (the engine failed; its own words
  /// are in the message).
  [[nodiscard]] virtual Result<AgentEnd> run(BoxLaunch launch, BoxObserver& observer) = 0;
};

}  // namespace mino
