#include "application/schedule_collection.hpp"

#include <chrono>
#include <vector>

namespace mino::application {

CollectionPolicy collection_policy(const Config& config) {
  constexpr std::uint64_t kGibibyte = std::uint64_t{1} << 30U;
  return {
      .days = config.integer("cache.gc_days"),
      .limit_bytes = static_cast<std::uint64_t>(config.integer("cache.max_total_gb")) * kGibibyte};
}

void ScheduleCollection::execute(const Config& config,
                                 const std::optional<std::string>& config_file) {
  // Measuring some hundred gigabytes of small files takes minutes at the lowest priority.
  constexpr std::chrono::minutes kDeadline(30);
  const CollectionPolicy policy = collection_policy(config);
  if (policy.days == 0 && policy.limit_bytes == 0) return;
  if (!ports_.schedule.due(ports_.clock.now(), kCollectionInterval)) return;
  if (!is_there(places_.caches) && !is_there(places_.homes)) return;
  std::vector<std::string> arguments{"cache", "gc", "--auto"};
  if (config_file) arguments.insert(arguments.end(), {"--config", *config_file});
  if (const auto started = ports_.background.start(arguments, places_.log.native(), kDeadline);
      !started.ok()) {
    ports_.notices.debug(started.error().text());
  }
}

bool ScheduleCollection::is_there(const std::filesystem::path& path) const {
  const auto info = ports_.files.info(path, FollowLinks::kYes);
  return info.ok() && info->has_value();
}

}  // namespace mino::application
