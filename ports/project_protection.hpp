#pragma once

#include <string>

#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"
#include "ports/placeholder_store.hpp"

namespace mino {

/// Learns what happens to the protected paths of a session's project. Called on the thread that
/// runs the session, from ProjectProtection::start() to the end of stop(); must not block for long.
class ProtectionSink {
 public:
  ProtectionSink() = default;
  ProtectionSink(const ProtectionSink&) = delete;
  ProtectionSink& operator=(const ProtectionSink&) = delete;
  virtual ~ProtectionSink() = default;

  enum class Gap { kUnchanged, kChanged };
  /// Somebody on the host replaced a protected path, which opened it to the box for a moment, and
  /// it is protected again. kChanged: it changed once more in between.
  virtual void restored(const std::string& path, Gap gap) = 0;
  /// The box put something that git on the host would run into a repository that an index names
  /// as a submodule, and it was taken out at once. `what` tells what, at `path` in the project.
  virtual void defused(const std::string& path, const std::string& what) = 0;
  virtual void warning(const std::string& text) = 0;
  /// What restores protected paths has ended while the session goes on. Called at most once.
  virtual void guard_lost() = 0;
};

/// Keeps what a plan protects of a project from the session's box.
class ProjectProtection {
 public:
  ProjectProtection() = default;
  ProjectProtection(const ProjectProtection&) = delete;
  ProjectProtection& operator=(const ProjectProtection&) = delete;
  virtual ~ProjectProtection() = default;

  /// Starts it for `plan`; `plan` and `sink` outlive stop(). Does not wait for the box: the
  /// session's owner holds the agent back until everything is protected. Nothing is done for a plan
  /// that protects nothing. kUnavailable: the helper program cannot be started.
  [[nodiscard]] virtual Result<void> start(const RunPlan& plan, const PlaceholderHolder& holder,
                                           ProtectionSink& sink) = 0;
  /// Ends it once the box has ended. Idempotent. Blocks for three seconds at most.
  virtual void stop() = 0;
};

}  // namespace mino
