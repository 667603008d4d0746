#include "adapters/posix/tree_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "adapters/posix/directory_steps.hpp"
#include "adapters/posix/posix_error.hpp"
#include "domain/run/text.hpp"

namespace mino::posix {
namespace {

constexpr int kMaxHeld = 400;
constexpr std::uint32_t kMaxDepth = 4096;
constexpr std::size_t kMaxDirectories = 2'000'000;
constexpr std::size_t kMaxPathBytesOfClass = std::size_t{2} * 1024 * 1024;
constexpr unsigned kMask = STATX_TYPE | STATX_MODE | STATX_CTIME | STATX_SIZE | STATX_BTIME;
constexpr int kOpenFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
constexpr int kStatFlags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

EntryKind kind_of(unsigned mode) {
  if (S_ISREG(mode)) return EntryKind::kFile;
  if (S_ISDIR(mode)) return EntryKind::kDirectory;
  if (S_ISLNK(mode)) return EntryKind::kLink;
  return EntryKind::kOther;
}

std::string link_target(int directory, const std::string& name) {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlinkat(directory, name.c_str(), target.data(), target.size());
  target.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return target;
}

/// Where a change of the directory itself says that it was moved here.
bool matters_as_a_whole(Place place) {
  return place == Place::kGit || place == Place::kWorktree || place == Place::kGitHooks ||
         place == Place::kGitInfo || place == Place::kProtected || place == Place::kCi;
}

}  // namespace

TreeWalk::TreeWalk(int root, const WalkRequest& request)
    : root_(root),
      project_(request.project.native()),
      since_ns_(
          std::chrono::duration_cast<std::chrono::nanoseconds>(request.since.time_since_epoch())
              .count()),
      extent_(request.extent),
      deadline_(std::chrono::steady_clock::now() + request.patience) {}

ProjectWalk TreeWalk::run() {
  stack_.push_back(&directories_.emplace_back(nullptr, "", Place::kTree));
  std::thread second;
  try {
    second = std::thread([this] { work(); });
  } catch (const std::system_error&) {
    // One thread does it as well.
  }
  work();
  if (second.joinable()) second.join();
  note_limits();
  return std::move(result_);
}

void TreeWalk::work() {
  const auto listing = std::make_unique<Listing>();
  while (Directory* directory = take()) {
    scan(*directory, *listing);
    const std::lock_guard lock(mutex_);
    result_.directories += 1;
    result_.names += listing->names;
    busy_ -= 1;
    if (idle_ > 0 && busy_ == 0) changed_.notify_all();
  }
}

TreeWalk::Directory* TreeWalk::take() {
  std::unique_lock lock(mutex_);
  idle_ += 1;
  changed_.wait(lock, [this] { return !stack_.empty() || busy_ == 0; });
  idle_ -= 1;
  if (stack_.empty()) {
    changed_.notify_all();
    return nullptr;
  }
  Directory* directory = stack_.back();
  stack_.pop_back();
  busy_ += 1;
  return directory;
}

void TreeWalk::scan(Directory& directory, Listing& listing) {
  listing.directories.clear();
  listing.entries.clear();
  listing.marks = {};
  listing.names = 0;
  if (std::chrono::steady_clock::now() > deadline_) out_of_time_ = true;
  UniqueFd fd = out_of_time_ ? UniqueFd() : open(directory);
  const int failed = errno;
  if (directory.parent != nullptr) release(*directory.parent);
  if (out_of_time_) return;
  if (!fd) return failed_to_open(directory, failed);
  struct statx self {};
  if (::statx(fd.get(), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_CTIME | STATX_MTIME, &self) !=
      0)
    return;
  const bool has_changed = is_recent(self.stx_ctime);
  if (!list(directory, fd.get(), has_changed, listing)) return;
  directory.place = place_with(directory.place, listing.marks);
  if (has_changed && matters_as_a_whole(directory.place) &&
      (!is_recent(self.stx_mtime) || directory.place == Place::kGitHooks))
    directory.all_changed = true;
  for (const Name& entry : listing.entries) look_at(directory, fd.get(), entry.text);
  push(directory, std::move(fd), listing);
}

UniqueFd TreeWalk::open(Directory& directory) {
  const char* name = directory.parent == nullptr ? "." : directory.name.c_str();
  const Directory* parent = directory.parent;
  if (parent == nullptr || parent->fd) {
    const int from = parent == nullptr ? root_ : parent->fd.get();
    return UniqueFd(retry([&] { return ::openat(from, name, kOpenFlags); }));
  }
  const UniqueFd above = open_directory_beneath(root_, path_of(*parent));
  if (!above) return UniqueFd();
  return UniqueFd(retry([&] { return ::openat(above.get(), name, kOpenFlags); }));
}

void TreeWalk::release(Directory& parent) {
  if (parent.waiting.fetch_sub(1) != 1 || !parent.fd) return;
  parent.fd.reset();
  held_ -= 1;
}

bool TreeWalk::list(const Directory& directory, int fd, bool has_changed, Listing& listing) {
  for (;;) {
    const ssize_t got = ::getdents64(fd, listing.buffer.data(), listing.buffer.size());
    if (got <= 0) return got == 0 || !listing.entries.empty() || !listing.directories.empty();
    for (ssize_t at = 0; at < got;) {
      const char* start = listing.buffer.data() + at;
      dirent64 entry{};
      std::memcpy(&entry, start, offsetof(dirent64, d_name));
      const std::string_view name = start + offsetof(dirent64, d_name);
      at += entry.d_reclen;
      if (name == "." || name == "..") continue;
      listing.marks.add(name);
      listing.names += 1;
      const bool is_wanted = extent_ == WalkExtent::kFull || has_changed ||
                             entry.d_type == DT_DIR || entry.d_type == DT_UNKNOWN ||
                             is_candidate(directory.place, name) || is_candidate(Place::kGit, name);
      if (is_wanted) add_name(directory, fd, {std::string(name), entry.d_type}, listing);
    }
    if (std::chrono::steady_clock::now() > deadline_) out_of_time_ = true;
    if (out_of_time_) return true;
  }
}

void TreeWalk::add_name(const Directory& directory, int fd, Name name, Listing& listing) {
  if (name.type == DT_UNKNOWN) {
    struct statx status {};
    if (::statx(fd, name.text.c_str(), kStatFlags, STATX_TYPE, &status) != 0) return;
    name.type = static_cast<unsigned char>(IFTODT(status.stx_mode));
  }
  if (name.type != DT_DIR) {
    listing.entries.push_back(std::move(name));
    return;
  }
  if (is_candidate(directory.place, name.text)) listing.entries.push_back(name);
  listing.directories.push_back(std::move(name));
}

void TreeWalk::look_at(const Directory& directory, int fd, const std::string& name) {
  struct statx status {};
  if (::statx(fd, name.c_str(), kStatFlags, kMask, &status) != 0) return;
  if (!directory.all_changed && !is_recent(status.stx_ctime)) return;
  Entry entry{.place = directory.place,
              .name = name,
              .kind = kind_of(status.stx_mode),
              .mode = status.stx_mode & 07777U};
  std::string target;
  if (entry.kind == EntryKind::kLink) {
    target = link_target(fd, name);
    entry.leaves_project = leaves(path_of(directory, name), target);
  }
  const std::optional<HandoffClass> what = classify(entry);
  if (!what) return;
  const bool has_birth = (status.stx_mask & STATX_BTIME) != 0;
  keep({.what = *what,
        .path = path_of(directory, name),
        .kind = entry.kind,
        .place = directory.place,
        .mode = entry.mode,
        .size_bytes = status.stx_size,
        .change = has_birth && !is_recent(status.stx_btime) && !directory.all_changed
                      ? Change::kChanged
                      : Change::kNew,
        .target = std::move(target)});
}

void TreeWalk::push(Directory& directory, UniqueFd fd, Listing& listing) {
  if (listing.directories.empty()) return;
  const std::lock_guard lock(mutex_);
  if (directory.depth >= kMaxDepth) {
    too_deep_ += 1;
    return;
  }
  int children = 0;
  for (Name& name : listing.directories) {
    const Place place = place_below(directory.place, name.text);
    if (place == Place::kGitStore) continue;
    if (directories_.size() >= kMaxDirectories) {
      full_ = true;
      break;
    }
    stack_.push_back(&directories_.emplace_back(&directory, std::move(name.text), place));
    children += 1;
  }
  if (children == 0) return;
  directory.waiting = children;
  if (held_ < kMaxHeld) {
    directory.fd = std::move(fd);
    held_ += 1;
  }
  if (idle_ > 0) changed_.notify_one();
}

void TreeWalk::keep(WalkedEntry entry) {
  const auto index = static_cast<std::size_t>(entry.what);
  const std::size_t bytes = entry.path.size() + entry.target.size();
  const std::lock_guard lock(mutex_);
  if (kept_[index] >= ProjectWalk::kMaxOfClass ||
      kept_bytes_[index] + bytes > kMaxPathBytesOfClass) {
    result_.left_out[entry.what] += 1;
    return;
  }
  kept_[index] += 1;
  kept_bytes_[index] += bytes;
  result_.entries.push_back(std::move(entry));
}

void TreeWalk::failed_to_open(Directory& directory, int error_number) {
  // Removed, or replaced by something else, since its name was read.
  if (error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP) return;
  const std::string path = path_of(directory);
  if (error_number == EACCES && directory.parent != nullptr) {
    // One that nobody has touched holds nothing new, as far as this user could have written to it.
    const UniqueFd above = open_directory_beneath(root_, path_of(*directory.parent));
    struct statx status {};
    if (above &&
        ::statx(above.get(), directory.name.c_str(), kStatFlags, STATX_CTIME, &status) == 0 &&
        !is_recent(status.stx_ctime))
      return;
  }
  const std::lock_guard lock(mutex_);
  if (error_number != EACCES) {
    unopened_ += 1;
    return;
  }
  unreadable_ += 1;
  if (first_unreadable_.empty()) first_unreadable_ = path;
}

bool TreeWalk::is_recent(const struct statx_timestamp& time) const {
  return time.tv_sec > since_ns_ / kNanoseconds ||
         time.tv_sec * kNanoseconds + time.tv_nsec >= since_ns_;
}

bool TreeWalk::leaves(const std::string& path, const std::string& target) const {
  const std::string_view view = target;
  if (view.starts_with(project_ + "/") && view.find("..") == std::string_view::npos) return false;
  if (leaves_by_name(path, target)) return true;
  if (view.find("..") == std::string_view::npos) return false;
  // By name it stays, but a directory on its way may be a link. The kernel knows.
  open_how how{.flags = O_PATH | O_CLOEXEC, .mode = 0, .resolve = RESOLVE_BENEATH};
  const UniqueFd end(
      static_cast<int>(::syscall(SYS_openat2, root_, path.c_str(), &how, sizeof how)));
  return !end && errno == EXDEV;
}

std::string TreeWalk::path_of(const Directory& directory) {
  std::size_t length = 0;
  for (const Directory* at = &directory; at->parent != nullptr; at = at->parent)
    length += at->name.size() + 1;
  if (length == 0) return {};
  std::string path(length - 1, '/');
  for (const Directory* at = &directory; at->parent != nullptr; at = at->parent) {
    length -= at->name.size() + 1;
    at->name.copy(path.data() + length, at->name.size());
  }
  return path;
}

std::string TreeWalk::path_of(const Directory& directory, std::string_view name) {
  std::string path = path_of(directory);
  if (!path.empty()) path += '/';
  path += name;
  return path;
}

void TreeWalk::note_limits() {
  std::vector<std::string>& notes = result_.not_looked_at;
  if (out_of_time_) notes.emplace_back("what was left when the time for it was over");
  if (full_) notes.push_back(fmt::format("directories beyond the first {}", kMaxDirectories));
  if (too_deep_ > 0) notes.push_back(fmt::format("directories deeper than {}", kMaxDepth));
  if (unopened_ > 0)
    notes.push_back(fmt::format("{} directories that could not be opened", unopened_));
  if (unreadable_ == 1)
    notes.push_back("a directory that may not be read: " + visible_text(first_unreadable_));
  if (unreadable_ > 1)
    notes.push_back(fmt::format("{} directories that may not be read, {} among them", unreadable_,
                                visible_text(first_unreadable_)));
}

}  // namespace mino::posix
