#include "adapters/posix/project_lockfiles.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::posix {
namespace {

/// Follows links, but not out of the directory. O_NONBLOCK: a FIFO is opened at once, and refused.
UniqueFd open_within(int directory, const std::string& name) {
  open_how how{};
  how.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: something was renamed during the walk, and the kernel wants to be asked again.
  constexpr int kRounds = 64;
  long fd = -1;
  for (int round = 0; round < kRounds; ++round) {
    fd = retry([&] { return ::syscall(SYS_openat2, directory, name.c_str(), &how, sizeof how); });
    if (fd >= 0 || errno != EAGAIN) break;
  }
  return UniqueFd(static_cast<int>(fd));
}

Error open_error(const std::filesystem::path& path, int error_number) {
  // EXDEV: a link leads out of the directory; ELOOP: links lead nowhere.
  if (error_number == EXDEV)
    return {ErrorCode::kPermission, fmt::format("{} leads out of the project", path.native())};
  // ENXIO: a socket.
  if (error_number == ENXIO || error_number == ELOOP)
    return {ErrorCode::kCorrupt, fmt::format("{} is no regular file", path.native())};
  return file_error("opening", path, error_number);
}

/// Gives the bytes of a file piece by piece, as far as they can be a lockfile's.
class Pieces {
 public:
  Pieces(int fd, const std::filesystem::path& path) : fd_(fd), path_(path) {}

  Result<std::string_view> next() {
    const auto got = retry([&] { return ::read(fd_, buffer_.data(), buffer_.size()); });
    if (got < 0) return file_error("reading", path_, errno);
    const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(got));
    total_ += bytes.size();
    // It may have grown since its size was looked at.
    if (total_ > LockfileReader::kMaxBytes) return too_large(path_);
    if (bytes.find('\0') != std::string_view::npos)
      return Error(ErrorCode::kCorrupt, fmt::format("{} is not a text", path_.native()));
    return bytes;
  }

  static Error too_large(const std::filesystem::path& path) {
    return {ErrorCode::kCorrupt, fmt::format("{} is larger than {} MiB", path.native(),
                                             LockfileReader::kMaxBytes / (1024 * 1024))};
  }

 private:
  static constexpr std::size_t kPiece = 65536;
  int fd_;
  const std::filesystem::path& path_;
  std::array<char, kPiece> buffer_{};
  std::uint64_t total_ = 0;
};

}  // namespace

Result<std::optional<std::string>> ProjectLockfiles::digest(const std::filesystem::path& project,
                                                            const std::string& name) const {
  const UniqueFd directory(::open(project.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return file_error("opening", project, errno);
  const UniqueFd file = open_within(directory.get(), name);
  const std::filesystem::path path = project / name;
  if (!file) {
    if (errno == ENOENT) return std::optional<std::string>();
    return open_error(path, errno);
  }
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return file_error("looking at", path, errno);
  if (!S_ISREG(info.st_mode))
    return Error(ErrorCode::kCorrupt, fmt::format("{} is no regular file", path.native()));
  if (static_cast<std::uint64_t>(info.st_size) > kMaxBytes) return Pieces::too_large(path);
  Pieces pieces(file.get(), path);
  MINO_ASSIGN(std::string hex, digest_.sha256_hex_of([&pieces] { return pieces.next(); }));
  return std::optional(std::move(hex));
}

}  // namespace mino::posix
