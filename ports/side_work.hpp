#pragma once

#include <chrono>
#include <functional>

#include "domain/json_value.hpp"
#include "domain/result.hpp"

namespace mino {

/// Runs functions that block, each in a process of its own, beside the loop of a session.
class SideWork {
 public:
  /// Runs in the other process: what it changes in memory is lost, what it returns arrives.
  using Work = std::function<JsonValue()>;
  /// Called on the session's thread. kTimeout: not done by the deadline; kUnavailable: its process
  /// was killed.
  using Done = std::function<void(Result<JsonValue>)>;

  SideWork() = default;
  SideWork(const SideWork&) = delete;
  SideWork& operator=(const SideWork&) = delete;
  virtual ~SideWork() = default;

  /// `work` and what it refers to are copied as they are now. Returns at once; kUnavailable when no
  /// process can be made.
  [[nodiscard]] virtual Result<void> start(Work work, std::chrono::seconds deadline, Done done) = 0;
  /// Ends all that still runs; their `done` is not called.
  virtual void stop() = 0;
};

}  // namespace mino
