#include "domain/cache/eviction.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <tuple>
#include <utility>

namespace mino {
namespace {

using Kind = CollectableVolume::Kind;

/// Whole seconds: a damaged record may name a time so far off that the difference would not fit in
/// nanoseconds.
bool is_unused_for(const CollectableVolume& volume, std::int64_t days, Timestamp now) {
  const auto seconds = [](Timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time);
  };
  return seconds(now) - seconds(volume.last_used_at) >= std::chrono::days(days);
}

std::optional<EvictionReason> reason_for(const CollectableVolume& volume,
                                         const CollectionPolicy& policy, Timestamp now) {
  if (volume.in_use) return std::nullopt;
  if (volume.replaced) return EvictionReason::kReplaced;
  if (volume.project_gone) return EvictionReason::kProjectGone;
  if (volume.kind == Kind::kCache && policy.days > 0 && is_unused_for(volume, policy.days, now))
    return EvictionReason::kUnused;
  return std::nullopt;
}

void evict_beyond_limit(std::vector<CollectableVolume> rest, std::uint64_t limit,
                        std::vector<Eviction>& evictions) {
  std::uint64_t total = 0;
  for (const CollectableVolume& volume : rest) total += volume.size_bytes.value_or(0);
  std::ranges::sort(rest, std::less(), [](const CollectableVolume& volume) {
    return std::tie(volume.last_used_at, volume.created_at, volume.name);
  });
  for (const CollectableVolume& volume : rest) {
    if (total <= limit) return;
    const std::uint64_t size = volume.size_bytes.value_or(0);
    // Removing what takes no room would cost its user a cache and gain nothing.
    if (volume.in_use || size == 0) continue;
    evictions.push_back({volume.name, EvictionReason::kOverLimit, volume.size_bytes});
    total -= size;
  }
}

}  // namespace

std::vector<Eviction> decide_evictions(const std::vector<CollectableVolume>& volumes,
                                       const CollectionPolicy& policy, Timestamp now) {
  std::vector<Eviction> evictions;
  std::vector<CollectableVolume> rest;
  for (const CollectableVolume& volume : volumes) {
    if (const auto reason = reason_for(volume, policy, now)) {
      evictions.push_back({volume.name, *reason, volume.size_bytes});
    } else if (volume.kind == Kind::kCache) {
      rest.push_back(volume);
    }
  }
  std::ranges::stable_sort(evictions, std::less(), &Eviction::reason);
  if (policy.limit_bytes > 0) evict_beyond_limit(std::move(rest), policy.limit_bytes, evictions);
  return evictions;
}

std::string_view to_string(EvictionReason reason) {
  switch (reason) {
    case EvictionReason::kReplaced:
      return "replaced";
    case EvictionReason::kProjectGone:
      return "project-gone";
    case EvictionReason::kUnused:
      return "unused";
    case EvictionReason::kOverLimit:
      break;
  }
  return "over-limit";
}

CacheUsage usage_of(std::uint64_t total_bytes, std::uint64_t limit_bytes) {
  if (limit_bytes == 0) return CacheUsage::kWithin;
  if (total_bytes >= limit_bytes) return CacheUsage::kOver;
  constexpr std::uint64_t kFifths = 5;
  return total_bytes >= limit_bytes - limit_bytes / kFifths ? CacheUsage::kNear
                                                            : CacheUsage::kWithin;
}

std::int64_t usage_percent(std::uint64_t total_bytes, std::uint64_t limit_bytes) {
  constexpr double kWhole = 100;
  if (limit_bytes == 0) return 0;
  return static_cast<std::int64_t>(static_cast<double>(total_bytes) /
                                   static_cast<double>(limit_bytes) * kWhole);
}

}  // namespace mino
