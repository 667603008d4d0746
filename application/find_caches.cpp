#include "application/find_caches.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "domain/run/text.hpp"

namespace mino::application {

std::vector<CacheRecord> labelled_caches(const std::vector<StoredVolume>& volumes, Timestamp now) {
  std::vector<CacheRecord> records;
  for (const StoredVolume& volume : volumes) {
    if (auto record = cache_record_from_labels(volume.name, volume.labels, now))
      records.push_back(*std::move(record));
  }
  return records;
}

CacheFacts FindCaches::execute(const std::string& project, const std::string& project_digest,
                               Adopt adopt) {
  CacheFacts facts;
  facts.fresh_suffix = fmt::format("{:08x}", ports_.random.next() & 0xFFFFFFFFU);
  find_lockfiles(project, facts);
  if (adopt == Adopt::kYes && !facts.lockfiles.empty()) adopt_labelled();
  std::vector<CacheName> names{
      {std::string(kProjectCache), project_digest.substr(0, kCacheHashDigits), {}}};
  for (const Lockfile& lockfile : facts.lockfiles)
    names.push_back({lockfile.ecosystem, lockfile.hash, {}});
  auto known = ports_.store.generations(names);
  if (!known.ok()) {
    ports_.notices.warn("what is known about caches cannot be read: " + known.error().text(),
                        known.error().hint());
    return facts;
  }
  for (const UnreadableRecord& unreadable : known->unreadable) {
    ports_.notices.warn(fmt::format("a cache counts as unknown: {}", unreadable.error.text()),
                        unreadable.error.hint());
  }
  facts.records = std::move(known->records);
  return facts;
}

void FindCaches::find_lockfiles(const std::string& project, CacheFacts& facts) const {
  for (const Ecosystem& ecosystem : ecosystems()) {
    std::optional<Error> problem;
    for (const std::string_view file : ecosystem.lockfiles) {
      auto digest = ports_.lockfiles.digest(project, std::string(file));
      if (!digest.ok()) {
        if (!problem) problem = std::move(digest).error();
        continue;
      }
      if (!*digest) continue;
      problem.reset();
      facts.lockfiles.push_back(
          {std::string(ecosystem.name), std::string(file), (*digest)->substr(0, kCacheHashDigits)});
      break;
    }
    if (problem) {
      facts.warnings.push_back(
          fmt::format("no {} cache: {}", ecosystem.name, visible_text(problem->text())));
    }
  }
}

void FindCaches::adopt_labelled() {
  const auto known = ports_.store.exists();
  if (!known.ok() || *known) return;
  const auto volumes = ports_.storage.volumes();
  const auto adopted = volumes.ok()
                           ? ports_.store.adopt(labelled_caches(*volumes, ports_.clock.now()))
                           : Result<void>(volumes.error());
  // Without it the caches are made, or found, by their first names.
  if (!adopted.ok()) ports_.notices.debug(adopted.error().text());
}

}  // namespace mino::application
