#include "adapters/linux/project_watch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "adapters/posix/beneath.hpp"
#include "adapters/posix/directory_steps.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::linux {
namespace {

using posix::UniqueFd;

constexpr std::uint32_t kEvents = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR;
constexpr std::uint32_t kContents = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB;

std::string below(const std::string& directory, const std::string& name) {
  return directory.empty() ? name : directory + "/" + name;
}

}  // namespace

Result<ProjectWatch> ProjectWatch::make(const std::string& project) {
  UniqueFd inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!inotify) {
    Error error = posix::system_error("watching the project", errno);
    return std::move(
        error.set_hint("other programs use up the inotify instances of this user: sysctl "
                       "fs.inotify.max_user_instances shows how many there are"));
  }
  UniqueFd directory(::open(project.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) return posix::file_error("opening", project, errno);
  return ProjectWatch(std::move(inotify), std::move(directory));
}

Result<void> ProjectWatch::watch(const std::string& path) {
  const posix::SplitPath split = posix::split_path(path);
  const auto watched = watched_.find(std::string(split.directory));
  if (watched == watched_.end() || watched->second.descriptor < 0) return watch_anew(path);
  watched->second.names.insert(std::string(split.name));
  return {};
}

Result<void> ProjectWatch::watch_anew(const std::string& path) {
  const posix::SplitPath split = posix::split_path(path);
  const std::string directory(split.directory);
  Watched& watched = watched_[directory];
  watched.names.insert(std::string(split.name));
  return add(directory, watched);
}

Result<void> ProjectWatch::watch_surely(const std::string& path) {
  watched_[std::string(posix::split_path(path).directory)].is_sure = true;
  return watch_anew(path);
}

Result<void> ProjectWatch::watch_file(const std::string& path) {
  watched_[std::string(posix::split_path(path).directory)].sees_writes = true;
  return watch_surely(path);
}

Result<void> ProjectWatch::watch_contents(const std::string& directory) {
  Watched& watched = watched_[directory];
  watched.is_whole = true;
  watched.is_sure = true;
  watched.sees_writes = true;
  return add(directory, watched);
}

Result<void> ProjectWatch::add(const std::string& directory, Watched& watched) {
  const UniqueFd fd = posix::open_beneath(project_.get(), directory, O_PATH | O_DIRECTORY);
  if (!fd) return {};
  const std::string through = fmt::format("/proc/self/fd/{}", fd.get());
  const std::uint32_t events = watched.sees_writes ? kEvents | kContents : kEvents;
  int descriptor = ::inotify_add_watch(inotify_.get(), through.c_str(), events);
  if (descriptor < 0 && errno == EACCES && watched.is_sure) {
    struct stat info {};
    if (::fstat(fd.get(), &info) == 0) ::chmod(through.c_str(), (info.st_mode & 07777) | S_IRWXU);
    descriptor = ::inotify_add_watch(inotify_.get(), through.c_str(), events);
  }
  if (descriptor < 0) {
    if (errno == EACCES || errno == ENOENT || errno == ENOTDIR) return {};
    Error error = posix::file_error("watching", directory, errno);
    if (errno == ENOSPC)
      error.set_code(ErrorCode::kUnavailable)
          .set_hint("raise the number of inotify watches: sysctl fs.inotify.max_user_watches");
    return error;
  }
  directories_[descriptor] = directory;
  const int before = std::exchange(watched.descriptor, descriptor);
  // The directory that had this name. Where it is watched under another, that look is still to
  // come, since its name has changed too.
  const auto old = directories_.find(before);
  if (before != descriptor && old != directories_.end() && old->second == directory) {
    directories_.erase(old);
    ::inotify_rm_watch(inotify_.get(), before);
  }
  return {};
}

std::vector<std::string> ProjectWatch::take_changes() {
  std::set<std::string> changed;
  bool is_all = false;
  alignas(inotify_event) std::array<char, 64 * 1024> buffer{};
  for (;;) {
    const ssize_t got =
        posix::retry([&] { return ::read(inotify_.get(), buffer.data(), buffer.size()); });
    if (got <= 0) break;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* text = buffer.data() + at + sizeof event;
      at += sizeof event + event.len;
      if ((event.mask & IN_Q_OVERFLOW) != 0) is_all = true;
      const auto directory = directories_.find(event.wd);
      if (directory == directories_.end()) continue;
      if ((event.mask & IN_IGNORED) != 0) {
        Watched& gone = watched_[directory->second];
        if (gone.descriptor == event.wd) gone.descriptor = -1;
        directories_.erase(directory);
        continue;
      }
      if (event.len == 0) continue;
      const std::string name(text, ::strnlen(text, event.len));
      const Watched& watched = watched_[directory->second];
      if (watched.is_whole || watched.names.contains(name))
        changed.insert(below(directory->second, name));
    }
  }
  if (is_all) {
    for (const auto& [directory, watched] : watched_) {
      for (const std::string& name : watched.names) changed.insert(below(directory, name));
      if (watched.is_whole) changed.insert(below(directory, ""));
    }
  }
  return {changed.begin(), changed.end()};
}

}  // namespace mino::linux
