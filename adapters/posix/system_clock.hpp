#pragma once

#include "ports/clock.hpp"

namespace mino::posix {

/// The system's wall clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const override {
    return std::chrono::system_clock::now();
  }
};

}  // namespace mino::posix
