#include "application/cache_part.hpp"

#include <algorithm>
#include <utility>

namespace mino::application {
namespace {

std::vector<std::string> volumes_of(const RunPlan& plan) {
  std::vector<std::string> volumes;
  for (const PlannedCache& cache : plan.caches) volumes.push_back(to_string(cache.name));
  return volumes;
}

}  // namespace

Result<void> CachePart::prepare(const SessionContext& context) {
  if (context.plan.caches.empty()) return {};
  const Timestamp now = ports_.clock.now();
  std::vector<CacheRecord> wanted;
  for (const PlannedCache& cache : context.plan.caches)
    wanted.push_back(new_cache_record(cache.name, cache.generation, cache.project, now));
  const CacheHolder holder{context.record.id, context.record.name.str(), context.record.supervisor};
  const auto held = ports_.store.hold(holder, wanted, now);
  auto prepared = held.ok() ? make_missing(*held) : Result<void>(held.error());
  if (prepared.ok()) return {};
  // Some may be noted: a write that failed stopped at a later one.
  release(context, CacheUse::kUnfinished);
  return std::move(prepared).with_context("preparing the caches");
}

Result<void> CachePart::make_missing(const std::vector<CacheRecord>& records) {
  std::vector<std::string> volumes;
  for (const CacheRecord& record : records) volumes.push_back(record.volume);
  MINO_ASSIGN(const std::vector<std::string> missing, ports_.storage.missing_volumes(volumes));
  std::vector<std::string> made;
  for (const CacheRecord& record : records) {
    const bool is_gone = std::ranges::find(missing, record.volume) != missing.end();
    if (record.state != CacheState::kMiss && !is_gone) continue;
    MINO_TRY(ports_.engine.ensure_volume(record.volume, labels_of(record)));
    if (record.ecosystem == kProjectCache) {
      const auto directories = cache_directories();
      MINO_TRY(ports_.storage.make_directories(
          record.volume, std::vector<std::string>(directories.begin(), directories.end())));
    }
    made.push_back(record.volume);
  }
  if (made.empty()) return {};
  return ports_.store.made(made, ports_.clock.now());
}

void CachePart::started(const SessionContext& /*context*/) {}
void CachePart::exec_started(const SessionContext& /*context*/,
                             const std::vector<std::string>& /*command*/) {}

void CachePart::ended(const SessionContext& context) {
  release(context, context.record.exit_code == 0 ? CacheUse::kFinished : CacheUse::kUnfinished);
}

void CachePart::abandon(const SessionContext& context) { release(context, CacheUse::kUnfinished); }

void CachePart::release(const SessionContext& context, CacheUse use) {
  if (context.plan.caches.empty()) return;
  const auto released =
      ports_.store.release(context.record.id, volumes_of(context.plan), use, ports_.clock.now());
  // A holder whose process is gone does not count, so nothing is kept for ever.
  if (!released.ok())
    ports_.notices.warn("the use of the caches could not be noted: " + released.error().text(),
                        released.error().hint());
}

}  // namespace mino::application
