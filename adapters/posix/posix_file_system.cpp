#include "adapters/posix/posix_file_system.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>

#include "adapters/posix/kernel_random.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::posix {
namespace fs = std::filesystem;
namespace {

/// Either the path or one of its parents is not there.
bool is_missing(int error_number) { return error_number == ENOENT || error_number == ENOTDIR; }

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::kRegular;
  if (S_ISDIR(mode)) return FileKind::kDirectory;
  if (S_ISLNK(mode)) return FileKind::kSymlink;
  if (S_ISSOCK(mode)) return FileKind::kSocket;
  return FileKind::kOther;
}

FileInfo to_info(const struct stat& status) {
  constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
  return FileInfo{
      .kind = kind_of(status.st_mode),
      .size_bytes = static_cast<std::uint64_t>(status.st_size),
      .owner = status.st_uid,
      .mode = status.st_mode & 07777U,
      .modified_ns = status.st_mtim.tv_sec * kNanosecondsPerSecond + status.st_mtim.tv_nsec,
      .device = status.st_dev,
      .inode = status.st_ino};
}

/// Reads to the end of the file; the size that stat gives is only a guess (files of /proc have
/// none).
Result<std::string> read_all(int fd, const fs::path& path, std::size_t expected,
                             std::size_t max_bytes) {
  std::string bytes;
  std::size_t used = 0;
  for (;;) {
    if (used == bytes.size()) bytes.resize(std::max({expected + 1, used * 2, std::size_t{4096}}));
    const ssize_t got = retry([&] { return ::read(fd, bytes.data() + used, bytes.size() - used); });
    if (got < 0) return file_error("reading", path, errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > max_bytes) {
      return Error(ErrorCode::kCorrupt,
                   fmt::format("{} is larger than {} bytes", path.native(), max_bytes));
    }
  }
  bytes.resize(used);
  return bytes;
}

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// Makes the finished file under a name of its own. Returns 0 or an errno.
int write_temporary(int directory, const std::string& name, std::string_view bytes, mode_t mode,
                    Durability durability) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const UniqueFd file(
      retry([&] { return ::openat(directory, name.c_str(), kFlags, S_IRUSR | S_IWUSR); }));
  if (!file) return errno;
  if (const int failed = write_all(file.get(), bytes); failed != 0) return failed;
  if (::fchmod(file.get(), mode) != 0) return errno;
  if (durability == Durability::kSync && retry([&] { return ::fsync(file.get()); }) != 0)
    return errno;
  return 0;
}

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

struct Free {
  void operator()(char* text) const { std::free(text); }
};

fs::path parent_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

/// Creates one directory. Success also when somebody else has just made it.
Result<void> make_directory(const fs::path& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0) {
    // mkdir(2) applied the umask.
    if (::chmod(path.c_str(), mode) != 0) return file_error("setting the mode of", path, errno);
    return {};
  }
  const int failed = errno;
  struct stat status {};
  if (failed == EEXIST && ::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return {};
    return Error(ErrorCode::kAlreadyExists, fmt::format("{} is not a directory", path.native()))
        .set_errno(ENOTDIR);
  }
  return file_error("creating directory", path, failed);
}

}  // namespace

Result<std::optional<std::string>> PosixFileSystem::read(const fs::path& path,
                                                         std::size_t max_bytes) const {
  // O_NONBLOCK keeps a FIFO put in the file's place from blocking us.
  const UniqueFd file(
      retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); }));
  if (!file) {
    const int failed = errno;
    if (is_missing(failed)) return std::optional<std::string>();
    return file_error("opening", path, failed);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return file_error("reading", path, errno);
  if (!S_ISREG(status.st_mode))
    return Error(ErrorCode::kCorrupt, fmt::format("{} is not a regular file", path.native()));
  const auto expected = std::min(static_cast<std::size_t>(status.st_size), max_bytes);
  MINO_ASSIGN(std::string bytes, read_all(file.get(), path, expected, max_bytes));
  return std::optional<std::string>(std::move(bytes));
}

Result<std::optional<FileInfo>> PosixFileSystem::info(const fs::path& path,
                                                      FollowLinks follow) const {
  struct stat status {};
  const int flags = follow == FollowLinks::kNo ? AT_SYMLINK_NOFOLLOW : 0;
  if (::fstatat(AT_FDCWD, path.c_str(), &status, flags) == 0) return std::optional(to_info(status));
  const int failed = errno;
  if (is_missing(failed)) return std::optional<FileInfo>();
  return file_error("looking at", path, failed);
}

Result<std::optional<fs::path>> PosixFileSystem::canonical(const fs::path& path) const {
  const std::unique_ptr<char, Free> resolved(::realpath(path.c_str(), nullptr));
  if (resolved != nullptr) return std::optional<fs::path>(resolved.get());
  const int failed = errno;
  if (is_missing(failed)) return std::optional<fs::path>();
  return file_error("resolving", path, failed);
}

Result<std::optional<std::vector<std::string>>> PosixFileSystem::list(
    const fs::path& directory) const {
  UniqueFd fd(retry([&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!fd) {
    const int failed = errno;
    if (failed == ENOENT) return std::optional<std::vector<std::string>>();
    return file_error("opening directory", directory, failed);
  }
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(fd.get()));
  if (stream == nullptr) return file_error("opening directory", directory, errno);
  static_cast<void>(fd.release());
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) {
      const int failed = errno;
      if (failed != 0) return file_error("reading directory", directory, failed);
      break;
    }
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::ranges::sort(names);
  return std::optional(std::move(names));
}

Result<void> PosixFileSystem::write_atomic(const fs::path& path, std::string_view bytes,
                                           std::uint32_t mode, Durability durability) {
  const fs::path parent = parent_of(path);
  const UniqueFd directory(
      retry([&] { return ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!directory) return file_error("opening directory", parent, errno);
  const std::string temporary = fmt::format("{}{:016x}", kTemporaryPrefix, KernelRandom().next());
  const std::string name = path.filename();
  int failed = write_temporary(directory.get(), temporary, bytes, mode, durability);
  if (failed == 0 &&
      ::renameat(directory.get(), temporary.c_str(), directory.get(), name.c_str()) != 0)
    failed = errno;
  if (failed != 0) {
    ::unlinkat(directory.get(), temporary.c_str(), 0);
    return file_error("writing", path, failed);
  }
  if (durability == Durability::kSync && retry([&] { return ::fsync(directory.get()); }) != 0) {
    return file_error("writing", path, errno);
  }
  return {};
}

Result<void> PosixFileSystem::make_directories(const fs::path& path, std::uint32_t mode) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
  const fs::path parent = path.parent_path();
  if (!path.has_filename()) return parent == path ? Result<void>() : make_directories(parent, mode);
  if (!parent.empty() && parent != path) MINO_TRY(make_directories(parent, mode));
  return make_directory(path, mode);
}

Result<void> PosixFileSystem::make_link(const fs::path& target, const fs::path& path) {
  if (::symlink(target.c_str(), path.c_str()) == 0) return {};
  const int failed = errno;
  if (failed != EEXIST) return file_error("linking", path, failed);
  std::string existing(PATH_MAX, '\0');
  const ssize_t length = ::readlink(path.c_str(), existing.data(), existing.size());
  existing.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  if (existing == target.native()) return {};
  return Error(ErrorCode::kAlreadyExists, fmt::format("{} already exists", path.native()))
      .set_errno(failed);
}

Result<void> PosixFileSystem::remove(const fs::path& path) {
  if (::unlink(path.c_str()) == 0) return {};
  int failed = errno;
  if (failed == EISDIR) {
    if (::rmdir(path.c_str()) == 0) return {};
    failed = errno;
  }
  if (is_missing(failed)) return {};
  return file_error("removing", path, failed);
}

Result<void> PosixFileSystem::remove_tree(const fs::path& path) {
  std::error_code failed;
  // Descends by descriptor and never through a link.
  fs::remove_all(path, failed);
  if (failed && !is_missing(failed.value())) return file_error("removing", path, failed.value());
  return {};
}

}  // namespace mino::posix
