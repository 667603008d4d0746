#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "application/collect_caches.hpp"
#include "domain/config/config.hpp"
#include "ports/background_starter.hpp"
#include "ports/clock.hpp"
#include "ports/collection_schedule.hpp"
#include "ports/file_system.hpp"
#include "ports/notices.hpp"

namespace mino::application {

/// How often caches are collected at most.
inline constexpr std::chrono::hours kCollectionInterval{24};

/// The policy that the configuration states.
[[nodiscard]] CollectionPolicy collection_policy(const Config& config);

/// Starts a collection of caches in the background when a day has passed since the last one.
class ScheduleCollection {
 public:
  /// Borrowed: each outlives this.
  struct Ports {
    const CollectionSchedule& schedule;
    BackgroundStarter& background;
    const FileSystem& files;
    const Clock& clock;
    Notices& notices;
  };
  struct Places {
    std::filesystem::path caches;  ///< where records of caches lie
    std::filesystem::path homes;   ///< where markers of home volumes lie
    std::filesystem::path log;
  };
  ScheduleCollection(const Ports& ports, Places places)
      : ports_(ports), places_(std::move(places)) {}

  /// `config_file` is the one that was named for this run, absolute. Does nothing when the
  /// configuration lets everything stay, or nothing was ever made that could go. Says nothing to
  /// the user; a failure is tried again after the next run.
  void execute(const Config& config, const std::optional<std::string>& config_file);

 private:
  [[nodiscard]] bool is_there(const std::filesystem::path& path) const;

  Ports ports_;
  Places places_;
};

}  // namespace mino::application
