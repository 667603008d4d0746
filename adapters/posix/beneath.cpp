#include "adapters/posix/beneath.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "adapters/posix/directory_steps.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::posix {
namespace {

Result<void> write_whole(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (wrote < 0) return system_error("writing", errno);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

}  // namespace

UniqueFd open_canonical(const std::string& path, int flags) {
  const UniqueFd root(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  return open_beneath(root.get(), path.substr(1), flags);
}

UniqueFd open_beneath(int directory, const std::string& path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC | O_NOFOLLOW);
  if ((flags & O_CREAT) != 0) how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const char* text = path.empty() ? "." : path.c_str();
  // EAGAIN: something was renamed during the walk, and the kernel wants to be asked again.
  constexpr int kRounds = 64;
  long fd = -1;
  for (int round = 0; round < kRounds; ++round) {
    fd = retry([&] { return ::syscall(SYS_openat2, directory, text, &how, sizeof how); });
    if (fd >= 0 || errno != EAGAIN) break;
  }
  return UniqueFd(static_cast<int>(fd));
}

Kind kind_beneath(int directory, const std::string& path) {
  const UniqueFd fd = open_beneath(directory, path, O_PATH);
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) return Kind::kAbsent;
  if (S_ISREG(info.st_mode)) return Kind::kFile;
  if (S_ISDIR(info.st_mode)) return Kind::kDirectory;
  return S_ISLNK(info.st_mode) ? Kind::kLink : Kind::kOther;
}

std::optional<std::string> read_beneath(int directory, const std::string& path,
                                        std::size_t max_bytes) {
  const UniqueFd fd = open_beneath(directory, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  const auto size = static_cast<std::size_t>(info.st_size);
  std::string text(std::min(size, max_bytes) + 1, '\0');
  for (std::size_t used = 0;;) {
    const ssize_t got =
        retry([&] { return ::read(fd.get(), text.data() + used, text.size() - used); });
    if (got < 0) return std::nullopt;
    used += static_cast<std::size_t>(got);
    if (used > max_bytes) return std::nullopt;
    if (got == 0) {
      text.resize(used);
      return text;
    }
    if (used == text.size()) text.resize(std::min(2 * used, max_bytes + 1));
  }
}

ParentAndName open_parent_beneath(int directory, const std::string& path) {
  const SplitPath split = split_path(path);
  return {open_beneath(directory, std::string(split.directory), O_PATH | O_DIRECTORY),
          std::string(split.name)};
}

Result<void> write_beneath(int directory, const std::string& path, std::string_view bytes,
                           mode_t mode) {
  const auto [parent, name] = open_parent_beneath(directory, path);
  if (!parent) return file_error("opening the directory of", path, errno);
  struct stat old {};
  if (::fstatat(parent.get(), name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0)
    mode = old.st_mode & 07777;
  const std::string temporary = fmt::format(".{}.mino-{}", name, ::getpid());
  // What stands there is of a writer that was killed, or was put there to catch this one.
  ::unlinkat(parent.get(), temporary.c_str(), 0);
  UniqueFd file(::openat(parent.get(), temporary.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file) return file_error("writing", path, errno);
  ::fchmod(file.get(), mode);
  Result<void> written = write_whole(file.get(), bytes);
  if (written.ok() && ::renameat(parent.get(), temporary.c_str(), parent.get(), name.c_str()) != 0)
    written = system_error("renaming", errno);
  if (!written.ok()) {
    ::unlinkat(parent.get(), temporary.c_str(), 0);
    return std::move(written.error().add_context(path));
  }
  return {};
}

}  // namespace mino::posix
