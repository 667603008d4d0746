#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/posix/unique_fd.hpp"

namespace mino::gateway {

/// A pipe that bytes pass through on their way from one socket to another (splice(2)).
struct Pipe {
  posix::UniqueFd read_end;
  posix::UniqueFd write_end;
};

/// Pipes are lent only while bytes are in flight: a thousand idle connections need none. The kernel
/// limits the pages of all pipes of one user (pipe-user-pages-soft of proc(5)), and gives the
/// user's other programs tiny ones beyond it: hence few large pipes and a bound.
class PipePool {
 public:
  static constexpr std::size_t kMaxPipes = 512;
  static constexpr std::size_t kLargePipes = 16;
  static constexpr int kLargeBytes = 1 << 20;

  /// An empty pipe; nothing when all are lent or no descriptor is left. `later` is then called once
  /// when one has come back, unless `who` is forgotten before.
  [[nodiscard]] std::optional<Pipe> borrow(const void* who, std::function<void()> later);
  void forget(const void* who);
  /// An empty one.
  void give_back(Pipe pipe);
  /// One that still holds bytes is closed.
  void drop(Pipe pipe);

 private:
  [[nodiscard]] std::optional<Pipe> make();
  void wake_one();

  std::vector<Pipe> idle_;
  std::size_t made_ = 0;
  std::deque<std::pair<const void*, std::function<void()>>> waiting_;
};

}  // namespace mino::gateway
