#pragma once

#include <chrono>
#include <filesystem>

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"

namespace mino::posix {

/// An exclusive flock(2) on a file, held until dropped. The kernel drops it when the process ends,
/// however it ends. The file stays: removing it would let two processes lock two files of one name.
class FileLock {
 public:
  /// Creates the file (0600) if needed and waits for the lock. kTimeout when it is still held after
  /// `timeout`; zero only tries.
  [[nodiscard]] static Result<FileLock> acquire(const std::filesystem::path& path,
                                                std::chrono::milliseconds timeout);

 private:
  explicit FileLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace mino::posix
