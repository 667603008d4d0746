#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/network/packet_rules.hpp"
#include "domain/result.hpp"

namespace mino {

/// What a box on a routed network may reach, as addresses: the file that the session's owner writes
/// and the hook reads.
struct FilterSpec {
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMaxAllowed = 16384;
  static constexpr std::size_t kMaxResolvers = 16;

  std::vector<AllowedDestination> allowed;
  std::vector<IpAddress> resolvers;
  bool operator==(const FilterSpec&) const = default;
};

/// Lines "allow <address or block> <port or *>" and "resolver <address>", single blanks between the
/// words, each line ended by a newline. kCorrupt for anything else or more than the limits, with
/// the number of the line.
[[nodiscard]] Result<FilterSpec> parse_filter_spec(std::string_view text);

/// parse_filter_spec() of it gives the same, within the limits.
[[nodiscard]] std::string to_text(const FilterSpec& spec);

}  // namespace mino
