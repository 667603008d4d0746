#include "integration/bench/samples.hpp"

#include <algorithm>

namespace mino::bench {

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void interleave(std::vector<Contestant>& contestants, int rounds) {
  for (const Contestant& contestant : contestants) static_cast<void>(contestant.once());
  const std::size_t count = contestants.size();
  for (std::size_t round = 0; round < static_cast<std::size_t>(rounds); ++round) {
    for (std::size_t turn = 0; turn < count; ++turn) {
      Contestant& next = contestants[(round + turn) % count];
      next.seconds.push_back(next.once().count());
    }
  }
}

}  // namespace mino::bench
