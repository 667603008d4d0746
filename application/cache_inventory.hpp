#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/cache/cache_record.hpp"
#include "ports/cache_store.hpp"
#include "ports/clock.hpp"
#include "ports/engine_storage.hpp"
#include "ports/file_system.hpp"
#include "ports/process_table.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

/// A cache, as far as state and engine know it together.
struct CacheEntry {
  CacheRecord record;                  ///< made from the labels when nothing is remembered
  std::optional<StoredVolume> volume;  ///< nothing: it was removed behind our back
  enum class Known {
    kByRecord,
    kByLabelsOnly,
    kByNameOnly,  ///< its record cannot be read: it counts as used now
  };
  Known known = Known::kByRecord;
  enum class Generation { kCurrent, kReplaced };
  Generation generation = Generation::kCurrent;
};

/// A project's home volume.
struct HomeEntry {
  StoredVolume volume;
  std::optional<std::string> project;
  std::vector<std::string> sessions;  ///< living ones that use it
};

struct CacheInventory {
  std::vector<CacheEntry> caches;
  std::vector<HomeEntry> homes;
  std::vector<UnreadableRecord> unreadable;
  /// Of all caches that were measured, in bytes.
  [[nodiscard]] std::uint64_t total_bytes() const;
};

/// All caches and home volumes of mino's. Another volume is none of them, whatever it is called: it
/// needs our labels, or a place in our state, besides a name of ours. One process of the engine.
class TakeCacheInventory {
 public:
  /// Borrowed: each outlives this.
  struct Ports {
    const CacheStore& store;
    EngineStorage& storage;
    const SessionStore& sessions;
    const ProcessTable& processes;
    const FileSystem& files;
    const Clock& clock;
  };

  /// `home_markers` is the directory with a file for each home volume that mino made.
  TakeCacheInventory(const Ports& ports, std::filesystem::path home_markers)
      : ports_(ports), home_markers_(std::move(home_markers)) {}

  [[nodiscard]] Result<CacheInventory> execute() const;

 private:
  [[nodiscard]] Result<void> add_homes(std::vector<StoredVolume> volumes,
                                       CacheInventory& inventory) const;
  [[nodiscard]] std::optional<std::string> marked_project(const std::string& volume) const;

  Ports ports_;
  std::filesystem::path home_markers_;
};

}  // namespace mino::application
