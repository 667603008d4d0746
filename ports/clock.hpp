#pragma once

#include <chrono>

namespace mino {

/// Wall time. Never blocks, never fails, thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
};

}  // namespace mino
