#include "adapters/posix/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <thread>

#include "adapters/posix/posix_error.hpp"

namespace mino::posix {

Result<FileLock> FileLock::acquire(const std::filesystem::path& path,
                                   std::chrono::milliseconds timeout) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
  UniqueFd fd(retry([&] { return ::open(path.c_str(), kFlags, S_IRUSR | S_IWUSR); }));
  if (!fd) return file_error("opening lock", path, errno);
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  // flock(2) has no timeout. Holders keep the lock for about a millisecond, so the first waits are
  // short.
  std::chrono::milliseconds wait(1);
  constexpr std::chrono::milliseconds kLongestWait(20);
  for (;;) {
    if (retry([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) == 0)
      return FileLock(std::move(fd));
    const int failed = errno;
    if (failed != EWOULDBLOCK) return file_error("locking", path, failed);
    if (std::chrono::steady_clock::now() >= deadline) {
      return Error(ErrorCode::kTimeout,
                   fmt::format("{} is locked by another process", path.native()));
    }
    std::this_thread::sleep_for(wait);
    wait = std::min(wait * 2, kLongestWait);
  }
}

}  // namespace mino::posix
