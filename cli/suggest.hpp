#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace mino::cli {

/// How many letters must be inserted, removed, replaced or swapped with their neighbour (optimal
/// string alignment).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, or an empty view when none is near enough to be what was meant
/// (a third of the longer word, at least one letter). Of equally near ones the first.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);

}  // namespace mino::cli
