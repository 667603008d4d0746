#pragma once

#include <memory>
#include <string>

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"

namespace mino::posix {

/// A builder of boxes at work: one child process whose end the session's loop waits for.
class BoxBuild {
 public:
  BoxBuild() = default;
  BoxBuild(const BoxBuild&) = delete;
  BoxBuild& operator=(const BoxBuild&) = delete;
  /// Ends the builder's process if it still runs (SIGKILL to its group) and reaps it.
  virtual ~BoxBuild() = default;

  /// Becomes readable when the builder's process has ended (a pidfd) or has written something; poll
  /// both, -1 when closed.
  [[nodiscard]] virtual int process_fd() const = 0;
  [[nodiscard]] virtual int output_fd() const = 0;
  /// Takes what the process wrote so far, without blocking. Closes output_fd() at its end.
  virtual void drain() = 0;
  /// Once process_fd() is readable: reaps the process. The container's id, or why there is no box:
  /// kNotFound (no such image), kUnavailable (engine broken), kInternal, the engine's own words
  /// reworded.
  [[nodiscard]] virtual Result<std::string> finish() = 0;
};

/// Starts the program that makes a box from a plan with mino-init as its first process and one end
/// of the lifeline as its descriptor 3. Podman today; a native sandbox has the same init and the
/// same lifeline.
class BoxBuilder {
 public:
  BoxBuilder() = default;
  BoxBuilder(const BoxBuilder&) = delete;
  BoxBuilder& operator=(const BoxBuilder&) = delete;
  virtual ~BoxBuilder() = default;

  /// Does not wait. `lifeline` is the box's end and is closed here once the child has it.
  [[nodiscard]] virtual Result<std::unique_ptr<BoxBuild>> start(const RunPlan& plan,
                                                                UniqueFd lifeline) = 0;
};

}  // namespace mino::posix
