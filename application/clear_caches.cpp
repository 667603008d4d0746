#include "application/clear_caches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "domain/cache/mino_image.hpp"

namespace mino::application {
namespace {

using Item = ClearCaches::Item;
using Target = ClearCaches::Target;

bool has(const std::vector<Target>& targets, Target target) {
  return std::ranges::find(targets, target) != targets.end();
}

std::string holder_of(const std::vector<std::string>& sessions, const std::set<std::string>& in_use,
                      const std::string& volume) {
  if (!sessions.empty()) return "the session " + sessions.front();
  return in_use.contains(volume) ? "a container" : "";
}

std::vector<std::string> sessions_of(const CacheRecord& record) {
  std::vector<std::string> sessions;
  for (const CacheHolder& holder : record.holders) sessions.push_back(holder.session);
  return sessions;
}

}  // namespace

Result<std::vector<Item>> ClearCaches::plan(const std::vector<Target>& targets) const {
  std::vector<Item> items;
  if (has(targets, Target::kVolumes) || has(targets, Target::kHomes))
    MINO_TRY(add_volumes(targets, items));
  if (has(targets, Target::kImages)) MINO_TRY(add_images(items));
  return items;
}

Result<void> ClearCaches::add_volumes(const std::vector<Target>& targets,
                                      std::vector<Item>& items) const {
  MINO_ASSIGN(const CacheInventory inventory, inventory_.execute());
  if (inventory.caches.empty() && inventory.homes.empty()) return {};
  MINO_ASSIGN(const std::set<std::string> in_use, ports_.storage.volumes_in_use());
  if (has(targets, Target::kVolumes)) {
    for (const CacheEntry& entry : inventory.caches) {
      const CacheRecord& record = entry.record;
      if (!entry.volume) continue;
      items.push_back({Target::kVolumes, record.volume,
                       record.project
                           ? fmt::format("cache of {}", *record.project)
                           : fmt::format("{} cache, {}", record.ecosystem, to_string(record.state)),
                       holder_of(sessions_of(record), in_use, record.volume), record.size_bytes});
    }
  }
  if (has(targets, Target::kHomes)) {
    for (const HomeEntry& home : inventory.homes) {
      items.push_back({Target::kHomes, home.volume.name,
                       fmt::format("home of {}", home.project.value_or("an unknown project")),
                       holder_of(home.sessions, in_use, home.volume.name), std::nullopt});
    }
  }
  return {};
}

Result<void> ClearCaches::add_images(std::vector<Item>& items) const {
  MINO_ASSIGN(const std::vector<StoredImage> images, ports_.storage.images());
  // Composed images are made from base images, and go first.
  for (const MinoImage kind : {MinoImage::kComposed, MinoImage::kBase}) {
    for (const StoredImage& image : images) {
      for (const std::string& name : image.names) {
        if (mino_image(name, image.labels) != kind) continue;
        items.push_back({Target::kImages, name,
                         kind == MinoImage::kBase ? "base image" : "composed image", "",
                         image.size_bytes});
      }
    }
  }
  return {};
}

std::vector<ClearCaches::Outcome> ClearCaches::execute(const std::vector<Item>& items) {
  std::vector<Outcome> outcomes;
  for (const Item& item : items) {
    if (!item.in_use_by.empty()) continue;
    auto removed = item.target == Target::kImages ? ports_.storage.remove_image(item.name)
                                                  : remover_.remove(item.name, "cleared");
    if (removed.ok() && item.target == Target::kImages)
      audit_.record("image.removed", {{"image", item.name}, {"reason", "cleared"}});
    outcomes.push_back(
        {item, removed.ok() ? std::nullopt : std::optional(std::move(removed).error())});
  }
  return outcomes;
}

}  // namespace mino::application
