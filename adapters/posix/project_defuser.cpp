#include "adapters/posix/project_defuser.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <optional>
#include <utility>

#include "adapters/posix/directory_steps.hpp"
#include "adapters/posix/kernel_random.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::posix {
namespace {

constexpr std::string_view kSuffix = ".mino-quarantined";
constexpr std::size_t kMaxNameBytes = 200;
constexpr int kMaxTries = 1000;
constexpr int kReadFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

/// A name in an open directory.
struct Spot {
  UniqueFd directory;
  std::string name;
};

Result<Spot> spot_of(const std::filesystem::path& project, const std::string& path) {
  const UniqueFd root(
      retry([&] { return ::open(project.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC); }));
  if (!root) return system_error("opening the project", errno);
  const auto [directory, name] = split_path(path);
  UniqueFd parent = open_directory_beneath(root.get(), directory);
  if (!parent) return system_error("opening its directory", errno);
  if (name.empty() || name == "." || name == "..")
    return Error(ErrorCode::kInternal, "it has no name");
  return Spot{std::move(parent), std::string(name)};
}

/// A descriptor of the thing itself, link or not, and what it is.
struct Held {
  UniqueFd fd;
  struct stat status {};
};

Result<Held> hold(const Spot& spot) {
  Held held;
  held.fd.reset(retry([&] {
    return ::openat(spot.directory.get(), spot.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
  }));
  if (!held.fd || ::fstat(held.fd.get(), &held.status) != 0) return system_error("opening", errno);
  return held;
}

/// fchmod(2) takes no descriptor of an O_PATH open; its name below /proc is no link in the project.
Result<void> set_mode(const Held& held, mode_t mode) {
  const std::string name = fmt::format("/proc/self/fd/{}", held.fd.get());
  if (::chmod(name.c_str(), mode) != 0) return system_error("changing the mode", errno);
  return {};
}

/// 0 or an errno.
int rename_to(int from, const std::string& old_name, int to, const std::string& new_name) {
  if (::renameat2(from, old_name.c_str(), to, new_name.c_str(), RENAME_NOREPLACE) == 0) return 0;
  return errno;
}

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

Result<std::string> read_all(int fd) {
  std::string bytes;
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t got = retry([&] { return ::read(fd, buffer.data(), buffer.size()); });
    if (got < 0) return system_error("reading", errno);
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// Creates what is missing of `path` below `root`.
Result<UniqueFd> make_directories_beneath(const std::filesystem::path& root,
                                          std::string_view path) {
  UniqueFd current(retry([&] { return ::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC); }));
  while (current && !path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string step(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
    if (::mkdirat(current.get(), step.c_str(), S_IRWXU) != 0 && errno != EEXIST) break;
    UniqueFd next = open_directory_beneath(current.get(), step);
    if (!next) break;
    current = std::move(next);
    if (path.empty()) return current;
  }
  if (current && path.empty()) return current;
  return system_error("making a directory of the quarantine", errno);
}

int copy_file(int source, int to, const std::string& name) {
  const UniqueFd target(
      ::openat(to, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!target) return errno;
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t got = retry([&] { return ::read(source, buffer.data(), buffer.size()); });
    if (got == 0) return 0;
    const int failed =
        got < 0 ? errno : write_all(target.get(), {buffer.data(), static_cast<std::size_t>(got)});
    if (failed == 0) continue;
    ::unlinkat(to, name.c_str(), 0);
    return failed;
  }
}

/// Across file systems: copies a file or link, then removes it. 0 or an errno.
int copy_over(const Spot& from, const Held& held, int to, const std::string& name) {
  if (S_ISLNK(held.status.st_mode)) {
    std::string target(PATH_MAX, '\0');
    const ssize_t length = ::readlinkat(held.fd.get(), "", target.data(), target.size());
    if (length < 0) return errno;
    target.resize(static_cast<std::size_t>(length));
    if (::symlinkat(target.c_str(), to, name.c_str()) != 0) return errno;
  } else if (S_ISREG(held.status.st_mode)) {
    const UniqueFd source(
        retry([&] { return ::openat(from.directory.get(), from.name.c_str(), kReadFlags); }));
    struct stat status {};
    if (!source || ::fstat(source.get(), &status) != 0) return errno;
    if (!S_ISREG(status.st_mode)) return EINVAL;
    if (const int failed = copy_file(source.get(), to, name); failed != 0) return failed;
  } else {
    return EXDEV;
  }
  return ::unlinkat(from.directory.get(), from.name.c_str(), 0) == 0 ? 0 : errno;
}

}  // namespace

Result<std::string> PosixProjectDefuser::rename_beside(const std::filesystem::path& project,
                                                       const std::string& path) {
  MINO_ASSIGN(const Spot spot, spot_of(project, path));
  MINO_ASSIGN(const Held held, hold(spot));
  if (S_ISREG(held.status.st_mode)) MINO_TRY(set_mode(held, held.status.st_mode & 0666U));
  const std::string stem = spot.name.substr(0, kMaxNameBytes);
  for (int attempt = 1; attempt <= kMaxTries; ++attempt) {
    std::string name = attempt == 1 ? fmt::format("{}{}", stem, kSuffix)
                                    : fmt::format("{}.{}{}", stem, attempt, kSuffix);
    const int failed = rename_to(spot.directory.get(), spot.name, spot.directory.get(), name);
    if (failed == 0) return path.substr(0, path.size() - spot.name.size()) + name;
    if (failed != EEXIST) return system_error("renaming", failed);
  }
  return system_error("renaming", EEXIST);
}

Result<void> PosixProjectDefuser::replace(const std::filesystem::path& project,
                                          const std::string& path, std::string_view expected,
                                          std::string_view bytes) {
  MINO_ASSIGN(const Spot spot, spot_of(project, path));
  const int directory = spot.directory.get();
  const UniqueFd old(retry([&] { return ::openat(directory, spot.name.c_str(), kReadFlags); }));
  struct stat status {};
  if (!old || ::fstat(old.get(), &status) != 0) return system_error("opening", errno);
  if (!S_ISREG(status.st_mode)) return Error(ErrorCode::kCorrupt, "not a regular file");
  MINO_ASSIGN(const std::string found, read_all(old.get()));
  if (found != expected) return Error(ErrorCode::kBusy, "it changes at this moment");
  const std::string temporary = fmt::format(".mino-{:016x}", KernelRandom().next());
  UniqueFd file(::openat(directory, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                         S_IRUSR | S_IWUSR));
  if (!file) return system_error("writing", errno);
  int failed = write_all(file.get(), bytes);
  if (failed == 0 && ::fchmod(file.get(), status.st_mode & 0777U) != 0) failed = errno;
  if (failed == 0 && ::renameat(directory, temporary.c_str(), directory, spot.name.c_str()) != 0)
    failed = errno;
  if (failed == 0) return {};
  ::unlinkat(directory, temporary.c_str(), 0);
  return system_error("writing", failed);
}

Result<std::filesystem::path> PosixProjectDefuser::move_out(
    const std::filesystem::path& project, const std::string& path,
    const std::filesystem::path& destination) {
  MINO_ASSIGN(const Spot spot, spot_of(project, path));
  MINO_ASSIGN(const Held held, hold(spot));
  MINO_ASSIGN(const UniqueFd target,
              make_directories_beneath(destination, split_path(path).directory));
  const std::string stem = spot.name.substr(0, kMaxNameBytes);
  for (int attempt = 1; attempt <= kMaxTries; ++attempt) {
    const std::string name = attempt == 1 ? spot.name : fmt::format("{}.{}", stem, attempt);
    int failed = rename_to(spot.directory.get(), spot.name, target.get(), name);
    if (failed == EXDEV) {
      failed = copy_over(spot, held, target.get(), name);
    } else if (failed == 0 && S_ISREG(held.status.st_mode)) {
      MINO_TRY(set_mode(held, S_IRUSR | S_IWUSR));
    }
    if (failed == 0) return destination / split_path(path).directory / name;
    if (failed != EEXIST) return system_error("moving", failed);
  }
  return system_error("moving", EEXIST);
}

Result<void> PosixProjectDefuser::remove_if_empty(const std::filesystem::path& project,
                                                  const std::string& path) {
  MINO_ASSIGN(const Spot spot, spot_of(project, path));
  if (::unlinkat(spot.directory.get(), spot.name.c_str(), AT_REMOVEDIR) == 0) return {};
  if (errno == ENOTEMPTY || errno == EEXIST) return {};
  return system_error("removing", errno);
}

Result<void> PosixProjectDefuser::drop_set_ids(const std::filesystem::path& project,
                                               const std::string& path) {
  MINO_ASSIGN(const Spot spot, spot_of(project, path));
  MINO_ASSIGN(const Held held, hold(spot));
  if (!S_ISREG(held.status.st_mode)) return Error(ErrorCode::kCorrupt, "not a regular file");
  return set_mode(held, held.status.st_mode & 01777U);
}

}  // namespace mino::posix
