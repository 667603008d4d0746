#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/session/session_record.hpp"

namespace mino {

/// A volume that may be removed, with what the decision depends on.
struct CollectableVolume {
  enum class Kind { kCache, kHome };
  std::string name;
  Kind kind = Kind::kCache;
  Timestamp created_at{};
  Timestamp last_used_at{};
  std::optional<std::uint64_t> size_bytes{};  ///< nothing: never measured
  bool in_use = false;        ///< a living session holds it, or a container of podman has it
  bool replaced = false;      ///< a later generation has taken its place
  bool project_gone = false;  ///< the project that it belongs to is not there any more
};

struct CollectionPolicy {
  std::int64_t days = 0;          ///< caches that were not used for so long go; zero: none do
  std::uint64_t limit_bytes = 0;  ///< of all caches together; zero: no limit
};

enum class EvictionReason { kReplaced, kProjectGone, kUnused, kOverLimit };

struct Eviction {
  std::string volume;
  EvictionReason reason = EvictionReason::kUnused;
  std::optional<std::uint64_t> size_bytes{};
  bool operator==(const Eviction&) const = default;
};

/// What goes, in this order: replaced generations, what belongs to projects that are gone, caches
/// that were not used for `days`, and then the least recently used caches until the rest is within
/// the limit. Nothing that is in use; homes only with their projects. What was never measured
/// counts as empty.
[[nodiscard]] std::vector<Eviction> decide_evictions(const std::vector<CollectableVolume>& volumes,
                                                     const CollectionPolicy& policy, Timestamp now);

/// "replaced", "project-gone", "unused", "over-limit".
[[nodiscard]] std::string_view to_string(EvictionReason reason);

enum class CacheUsage {
  kWithin,
  kNear,  ///< at least 80 % of the limit
  kOver,  ///< at least all of it
};

/// kWithin when there is no limit.
[[nodiscard]] CacheUsage usage_of(std::uint64_t total_bytes, std::uint64_t limit_bytes);

/// Of the limit in whole percents; zero when there is none.
[[nodiscard]] std::int64_t usage_percent(std::uint64_t total_bytes, std::uint64_t limit_bytes);

}  // namespace mino
