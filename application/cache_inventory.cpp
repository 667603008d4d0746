#include "application/cache_inventory.hpp"

#include <algorithm>
#include <map>

namespace mino::application {
namespace {

constexpr char kHomeLabel[] = "io.mino.home";
constexpr char kHomeProjectLabel[] = "io.mino.home.project";
constexpr std::size_t kMaxMarkerBytes = 64 * 1024;

std::optional<std::string> label(const StoredVolume& volume, const char* name) {
  const auto found = volume.labels.find(name);
  return found == volume.labels.end() ? std::nullopt : std::optional(found->second);
}

void mark_generations(std::vector<CacheEntry>& caches) {
  std::vector<CacheRecord> records;
  for (const CacheEntry& entry : caches) records.push_back(entry.record);
  for (CacheEntry& entry : caches) {
    const CacheRecord* current =
        current_generation(records, entry.record.ecosystem, entry.record.hash);
    if (current->volume != entry.record.volume)
      entry.generation = CacheEntry::Generation::kReplaced;
  }
}

}  // namespace

std::uint64_t CacheInventory::total_bytes() const {
  std::uint64_t total = 0;
  for (const CacheEntry& entry : caches) {
    if (entry.volume) total += entry.record.size_bytes.value_or(0);
  }
  return total;
}

Result<CacheInventory> TakeCacheInventory::execute() const {
  MINO_ASSIGN(CacheListing known, ports_.store.list());
  MINO_ASSIGN(std::vector<StoredVolume> volumes, ports_.storage.volumes());
  CacheInventory inventory;
  inventory.unreadable = std::move(known.unreadable);
  std::map<std::string, CacheEntry> caches;
  for (CacheRecord& record : known.records) {
    const std::string name = record.volume;
    caches[name].record = std::move(record);
  }
  const Timestamp now = ports_.clock.now();
  for (const UnreadableRecord& unreadable : inventory.unreadable) {
    const auto found = caches.find(std::filesystem::path(unreadable.file).stem().native());
    if (found == caches.end()) continue;
    found->second.known = CacheEntry::Known::kByNameOnly;
    found->second.record.created_at = now;
    found->second.record.last_used_at = now;
  }
  std::vector<StoredVolume> rest;
  for (StoredVolume& volume : volumes) {
    auto found = caches.find(volume.name);
    if (found == caches.end()) {
      auto record = cache_record_from_labels(volume.name, volume.labels, now);
      if (!record) {
        rest.push_back(std::move(volume));
        continue;
      }
      CacheEntry entry{.record = *std::move(record), .known = CacheEntry::Known::kByLabelsOnly};
      found = caches.emplace(volume.name, std::move(entry)).first;
    }
    found->second.volume = std::move(volume);
  }
  for (auto& [name, entry] : caches) inventory.caches.push_back(std::move(entry));
  mark_generations(inventory.caches);
  MINO_TRY(add_homes(std::move(rest), inventory));
  return inventory;
}

Result<void> TakeCacheInventory::add_homes(std::vector<StoredVolume> volumes,
                                           CacheInventory& inventory) const {
  std::erase_if(volumes,
                [](const StoredVolume& volume) { return !is_home_volume_name(volume.name); });
  if (volumes.empty()) return {};
  MINO_ASSIGN(const SessionListing sessions, ports_.sessions.list());
  for (StoredVolume& volume : volumes) {
    HomeEntry home;
    home.project = label(volume, kHomeProjectLabel);
    if (label(volume, kHomeLabel) != "true") {
      home.project = marked_project(volume.name);
      if (!home.project) continue;
    }
    for (const SessionRecord& session : sessions.records) {
      if (session.home_volume == volume.name && is_live(session.status) &&
          ports_.processes.alive(session.supervisor))
        home.sessions.push_back(session.name.str());
    }
    home.volume = std::move(volume);
    inventory.homes.push_back(std::move(home));
  }
  return {};
}

std::optional<std::string> TakeCacheInventory::marked_project(const std::string& volume) const {
  auto text = ports_.files.read(home_markers_ / volume, kMaxMarkerBytes);
  if (!text.ok() || !*text) return std::nullopt;
  std::string project = **std::move(text);
  if (project.ends_with('\n')) project.pop_back();
  return project;
}

}  // namespace mino::application
