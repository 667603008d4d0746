#include "application/collect_caches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "application/find_caches.hpp"

namespace mino::application {
namespace fs = std::filesystem;

Result<CollectCaches::Response> CollectCaches::execute(const Request& request) {
  MINO_ASSIGN(CacheInventory inventory, inventory_.execute());
  for (const UnreadableRecord& unreadable : inventory.unreadable)
    ports_.notices.warn(fmt::format("a cache counts as unknown: {}", unreadable.error.text()),
                        unreadable.error.hint());
  if (request.mode == Mode::kCollect) {
    std::vector<CacheRecord> unknown;
    for (const CacheEntry& entry : inventory.caches) {
      if (entry.known == CacheEntry::Known::kByLabelsOnly) unknown.push_back(entry.record);
    }
    MINO_TRY(ports_.store.adopt(unknown));
    forget_missing(inventory);
  }
  MINO_TRY(measure(inventory, request));
  MINO_ASSIGN(const std::vector<CollectableVolume> volumes, candidates(inventory, request));
  Response response;
  for (Eviction& eviction : decide_evictions(volumes, request.policy, ports_.clock.now())) {
    if (request.mode == Mode::kCollect) {
      const auto removed = remover_.remove(eviction.volume, to_string(eviction.reason));
      if (!removed.ok()) {
        // Somebody began to use it since.
        if (removed.error().code() != ErrorCode::kBusy)
          ports_.notices.warn(removed.error().text(), removed.error().hint());
        continue;
      }
    }
    response.evictions.push_back(std::move(eviction));
  }
  response.total_bytes = inventory.total_bytes();
  for (const Eviction& eviction : response.evictions) {
    if (!is_home_volume_name(eviction.volume))
      response.total_bytes -= eviction.size_bytes.value_or(0);
  }
  return response;
}

Result<void> CollectCaches::measure(CacheInventory& inventory, const Request& request) {
  if (request.policy.limit_bytes == 0) return {};
  std::vector<StoredVolume> volumes;
  for (const CacheEntry& entry : inventory.caches) {
    if (entry.volume) volumes.push_back(*entry.volume);
  }
  MINO_ASSIGN(const auto sizes, ports_.storage.measure(volumes));
  for (CacheEntry& entry : inventory.caches) {
    if (const auto size = sizes.find(entry.record.volume); size != sizes.end())
      entry.record.size_bytes = size->second;
  }
  if (request.mode == Mode::kShow) return {};
  return ports_.store.measured(sizes, ports_.clock.now());
}

Result<std::vector<CollectableVolume>> CollectCaches::candidates(const CacheInventory& inventory,
                                                                 const Request& request) const {
  using Kind = CollectableVolume::Kind;
  std::vector<CollectableVolume> volumes;
  if (inventory.caches.empty() && inventory.homes.empty()) return volumes;
  MINO_ASSIGN(const std::set<std::string> in_use, ports_.storage.volumes_in_use());
  for (const CacheEntry& entry : inventory.caches) {
    if (!entry.volume) continue;
    const CacheRecord& record = entry.record;
    volumes.push_back(
        {.name = record.volume,
         .kind = Kind::kCache,
         .created_at = record.created_at,
         .last_used_at = record.last_used_at,
         .size_bytes = record.size_bytes,
         .in_use = !record.holders.empty() || in_use.contains(record.volume),
         .replaced = entry.generation == CacheEntry::Generation::kReplaced,
         .project_gone = record.project && is_gone(*record.project, request.user_id)});
  }
  for (const HomeEntry& home : inventory.homes) {
    volumes.push_back({.name = home.volume.name,
                       .kind = Kind::kHome,
                       .in_use = !home.sessions.empty() || in_use.contains(home.volume.name),
                       .project_gone = home.project && is_gone(*home.project, request.user_id)});
  }
  return volumes;
}

bool CollectCaches::is_gone(const fs::path& project, std::uint32_t user_id) const {
  if (!project.is_absolute()) return false;
  const auto there = ports_.files.info(project, FollowLinks::kYes);
  if (!there.ok() || *there) return false;
  // Below a directory of somebody else a disk may just not be mounted.
  for (fs::path above = project.parent_path();; above = above.parent_path()) {
    const auto info = ports_.files.info(above, FollowLinks::kYes);
    if (!info.ok()) return false;
    if (*info) return (*info)->owner == user_id;
    if (above == above.parent_path()) return false;
  }
}

void CollectCaches::forget_missing(const CacheInventory& inventory) {
  for (const CacheEntry& entry : inventory.caches) {
    if (entry.volume || !entry.record.holders.empty()) continue;
    if (const auto forgotten = remover_.forget(entry.record.volume); !forgotten.ok())
      ports_.notices.debug(forgotten.error().text());
  }
}

}  // namespace mino::application
