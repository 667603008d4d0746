#pragma once

#include <unistd.h>

#include <utility>

namespace mino::posix {

/// Owns one file descriptor; closes it when dropped. Errors of close(2) are ignored: what has to be
/// on disk is written and checked before.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { reset(); }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  explicit operator bool() const { return valid(); }
  /// Gives the descriptor up without closing it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1) {
    const int old = std::exchange(fd_, fd);
    // Linux frees the descriptor even when close(2) is interrupted, so it is never repeated.
    if (old >= 0) ::close(old);
  }

 private:
  int fd_ = -1;
};

}  // namespace mino::posix
