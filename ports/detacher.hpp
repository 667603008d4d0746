#pragma once

#include <optional>

#include "domain/result.hpp"

namespace mino {

/// Splits the program into the caller, who waits for news, and a supervisor in a session of its
/// own.
class Detacher {
 public:
  Detacher() = default;
  Detacher(const Detacher&) = delete;
  Detacher& operator=(const Detacher&) = delete;
  virtual ~Detacher() = default;

  /// Must be called while the process has one thread. In the supervisor it returns nothing, with
  /// stdin on /dev/null, stdout on /dev/null and stderr still the caller's. In the caller it blocks
  /// until the supervisor reported or died and returns the exit code to end with.
  [[nodiscard]] virtual Result<std::optional<int>> detach() = 0;
  /// In the supervisor, once: tells the caller how to end (0: the session runs), then lets go of
  /// the caller's stderr. Does nothing when detach() was never called.
  virtual void report(int exit_code) = 0;
};

}  // namespace mino
