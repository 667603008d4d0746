#pragma once

#include <functional>
#include <string>
#include <vector>

#include "integration/bench/process.hpp"

namespace mino::bench {

[[nodiscard]] double median(std::vector<double> values);

/// One thing to be timed, and what was measured.
struct Contestant {
  std::string name;
  std::function<Seconds()> once;
  std::vector<double> seconds{};

  [[nodiscard]] double median_seconds() const { return median(seconds); }
};

/// Times all of them in turn, `rounds` times after one round that does not count. The order turns
/// from round to round, so that what the machine does meanwhile, and what one leaves for the next,
/// hits all alike.
void interleave(std::vector<Contestant>& contestants, int rounds);

}  // namespace mino::bench
