#pragma once

#include <sys/stat.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "domain/handoff/place.hpp"
#include "ports/project_walker.hpp"

namespace mino::posix {

/// One walk by two threads over a stack of directories that still have to be read. A directory is
/// opened from its parent's descriptor where that is still held, so that neither links nor the
/// length of a path matter.
class TreeWalk {
 public:
  /// `root` is the project and must outlive this.
  TreeWalk(int root, const WalkRequest& request);

  ProjectWalk run();

 private:
  struct Directory {
    Directory(Directory* above, std::string called, Place where)
        : parent(above),
          name(std::move(called)),
          place(where),
          depth(above == nullptr ? 0 : above->depth + 1),
          all_changed(above != nullptr && above->all_changed) {}
    Directory* parent;
    std::string name;
    Place place;
    std::uint32_t depth;
    bool all_changed;             ///< it was moved here: whatever lies in it is new at this place
    UniqueFd fd;                  ///< held while children wait to be opened
    std::atomic<int> waiting{0};  ///< children that are not open yet
  };
  struct Name {
    std::string text;
    unsigned char type = 0;
  };
  /// What a thread needs for one directory; kept from one to the next for its memory.
  struct Listing {
    std::array<char, 64 * 1024> buffer;
    std::vector<Name> directories;
    std::vector<Name> entries;  ///< those that have to be looked at
    GitMarks marks;
    std::uint64_t names = 0;
  };

  void work();
  Directory* take();
  void scan(Directory& directory, Listing& listing);
  [[nodiscard]] UniqueFd open(Directory& directory);
  void release(Directory& parent);
  bool list(const Directory& directory, int fd, bool has_changed, Listing& listing);
  void add_name(const Directory& directory, int fd, Name name, Listing& listing);
  void look_at(const Directory& directory, int fd, const std::string& name);
  void push(Directory& directory, UniqueFd fd, Listing& listing);
  void keep(WalkedEntry entry);
  void failed_to_open(Directory& directory, int error_number);

  [[nodiscard]] bool is_recent(const struct statx_timestamp& time) const;
  [[nodiscard]] bool leaves(const std::string& path, const std::string& target) const;
  [[nodiscard]] static std::string path_of(const Directory& directory);
  [[nodiscard]] static std::string path_of(const Directory& directory, std::string_view name);
  void note_limits();

  int root_;
  std::string project_;
  std::int64_t since_ns_;
  WalkExtent extent_;
  std::chrono::steady_clock::time_point deadline_;

  std::mutex mutex_;  ///< of everything below but the atomics
  std::condition_variable changed_;
  std::deque<Directory> directories_;  ///< all of them: parents stay where they are
  std::vector<Directory*> stack_;
  int busy_ = 0;
  int idle_ = 0;
  ProjectWalk result_;
  std::array<std::size_t, kHandoffClasses> kept_{};
  std::array<std::size_t, kHandoffClasses> kept_bytes_{};
  std::uint64_t unreadable_ = 0;
  std::string first_unreadable_;
  std::uint64_t too_deep_ = 0;
  std::uint64_t unopened_ = 0;

  std::atomic<bool> out_of_time_{false};
  std::atomic<bool> full_{false};
  std::atomic<int> held_{0};
};

}  // namespace mino::posix
