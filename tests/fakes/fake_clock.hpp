#pragma once

#include "ports/clock.hpp"

namespace mino::fakes {

/// A clock that stands still until told. Starts at 2026-03-09T12:00:00Z.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const override { return now_; }

  void advance(std::chrono::system_clock::duration duration) { now_ += duration; }
  void set(std::chrono::system_clock::time_point now) { now_ = now; }

 private:
  std::chrono::system_clock::time_point now_{std::chrono::seconds{1773057600}};
};

}  // namespace mino::fakes
