#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/handoff/handoff_report.hpp"
#include "domain/handoff/place.hpp"
#include "domain/result.hpp"

namespace mino {

struct WalkRequest {
  std::filesystem::path project{};
  Timestamp since{};  ///< what was created or changed (ctime) at that moment or later counts
  WalkExtent extent = WalkExtent::kQuick;
  std::chrono::milliseconds patience{0};  ///< the walk ends by then
};

/// Something new or changed.
struct WalkedEntry {
  HandoffClass what = HandoffClass::kHook;
  std::string path{};  ///< relative to the project, bytes as they are
  EntryKind kind = EntryKind::kFile;
  Place place = Place::kTree;  ///< of its directory
  std::uint32_t mode = 0;
  std::uint64_t size_bytes = 0;
  Change change = Change::kChanged;  ///< kNew where the file system keeps the time of birth
  std::string target{};              ///< of a link
};

struct ProjectWalk {
  /// In no order. What exceeds kMaxOfClass, or a bound on the length of their paths, is only
  /// counted.
  static constexpr std::size_t kMaxOfClass = 10'000;
  std::vector<WalkedEntry> entries;
  HandoffCounts left_out;
  std::uint64_t directories = 0;
  std::uint64_t names = 0;
  /// What could not be looked at: directories that may not be read and changed in the meantime, and
  /// limits. For a person.
  std::vector<std::string> not_looked_at;
};

/// Looks through a project that others may have filled with anything, and may still change. No link
/// is followed. Thread-safe.
class ProjectWalker {
 public:
  ProjectWalker() = default;
  ProjectWalker(const ProjectWalker&) = delete;
  ProjectWalker& operator=(const ProjectWalker&) = delete;
  virtual ~ProjectWalker() = default;

  /// Blocks at most about `patience`. kNotFound when the project is not there.
  [[nodiscard]] virtual Result<ProjectWalk> walk(const WalkRequest& request) const = 0;
  /// The bytes of a regular file at `path`, relative to the project, reached through no link.
  /// Nothing when there is none. kCorrupt when it is larger than `max_bytes` or not a regular file.
  [[nodiscard]] virtual Result<std::optional<std::string>> read(
      const std::filesystem::path& project, const std::string& path,
      std::size_t max_bytes) const = 0;
};

}  // namespace mino
