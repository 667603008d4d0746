#pragma once

#include <cstdint>

namespace mino {

/// A process of this boot: its pid and its start time (clock ticks since boot, field 22 of
/// /proc/PID/stat), which together are never used twice.
struct ProcessIdentity {
  std::int64_t pid = 0;
  std::uint64_t start_time = 0;
  bool operator==(const ProcessIdentity&) const = default;
};

}  // namespace mino
