#include "application/project_caches.hpp"

#include <algorithm>
#include <utility>

namespace mino::application {
namespace {

ProjectCaches::Item item_of(const CacheFacts& facts, std::string_view ecosystem,
                            const std::string& hash, std::string_view target) {
  ProjectCaches::Item item;
  item.ecosystem = ecosystem;
  item.hash = hash;
  item.target = target;
  item.volume = to_string(CacheName{item.ecosystem, hash, {}});
  if (const CacheRecord* current = current_generation(facts.records, ecosystem, hash)) {
    item.record = *current;
    item.volume = current->volume;
    item.state = current->state;
  }
  return item;
}

}  // namespace

Result<ProjectCaches::Response> ProjectCaches::execute(const std::string& project) {
  const std::string digest = digest_.sha256_hex(project);
  CacheFacts facts = find_.execute(project, digest, FindCaches::Adopt::kNo);
  Response response;
  response.warnings = std::move(facts.warnings);
  for (const Lockfile& lockfile : facts.lockfiles) {
    const Ecosystem* ecosystem = find_ecosystem(lockfile.ecosystem);
    if (ecosystem == nullptr) continue;
    Item item = item_of(facts, lockfile.ecosystem, lockfile.hash, ecosystem->directory);
    item.lockfile = lockfile.file;
    response.items.push_back(std::move(item));
  }
  if (!response.items.empty()) {
    response.items.push_back(
        item_of(facts, kProjectCache, digest.substr(0, kCacheHashDigits), kCacheRoot));
  }
  std::vector<std::string> volumes;
  for (const Item& item : response.items) volumes.push_back(item.volume);
  MINO_ASSIGN(const std::vector<std::string> missing, storage_.missing_volumes(volumes));
  for (Item& item : response.items) {
    if (std::ranges::find(missing, item.volume) != missing.end()) item.state = CacheState::kMiss;
  }
  MINO_ASSIGN(const CacheListing all, store_.list());
  for (const CacheRecord& record : all.records)
    response.total_bytes += record.size_bytes.value_or(0);
  return response;
}

}  // namespace mino::application
