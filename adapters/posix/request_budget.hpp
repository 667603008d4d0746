#pragma once

#include <algorithm>
#include <chrono>

namespace mino::posix {

/// How much a box may ask for: so much at once, and so much a second from then on.
class RequestBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Rate {
    double burst = 4096;
    double per_second = 500;
  };

  RequestBudget(Rate rate, Time now) : rate_(rate), left_(rate.burst), counted_at_(now) {}

  /// Whether one more is in it now; then it is spent.
  [[nodiscard]] bool take(Time now) {
    const std::chrono::duration<double> passed = now - counted_at_;
    left_ = std::min(rate_.burst, left_ + passed.count() * rate_.per_second);
    counted_at_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }
  /// How long it takes for one more to be in it.
  [[nodiscard]] std::chrono::milliseconds wait() const {
    if (left_ >= 1) return std::chrono::milliseconds(0);
    return std::chrono::ceil<std::chrono::milliseconds>(
        std::chrono::duration<double>((1 - left_) / rate_.per_second));
  }

 private:
  Rate rate_;
  double left_;
  Time counted_at_;
};

}  // namespace mino::posix
