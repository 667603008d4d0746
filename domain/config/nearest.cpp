#include "domain/config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace mino {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j + 1] + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('.') + 1); }

}  // namespace

std::optional<std::string_view> nearest_path(std::string_view path,
                                             std::span<const std::string_view> candidates) {
  constexpr std::size_t kLongest = 200;
  if (path.size() > kLongest) return std::nullopt;
  const std::size_t near = std::max<std::size_t>(2, path.size() / 5);
  std::optional<std::string_view> best;
  std::size_t best_distance = near + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(path, candidate);
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  if (best) return best;
  for (const std::string_view candidate : candidates)
    if (last_part(candidate) == last_part(path)) return candidate;
  return std::nullopt;
}

}  // namespace mino
