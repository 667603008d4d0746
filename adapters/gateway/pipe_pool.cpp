#include "adapters/gateway/pipe_pool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace mino::gateway {

std::optional<Pipe> PipePool::borrow(const void* who, std::function<void()> later) {
  if (!idle_.empty()) {
    Pipe pipe = std::move(idle_.back());
    idle_.pop_back();
    return pipe;
  }
  if (made_ < kMaxPipes) {
    if (auto pipe = make()) return pipe;
  }
  waiting_.emplace_back(who, std::move(later));
  return std::nullopt;
}

void PipePool::forget(const void* who) {
  std::erase_if(waiting_, [who](const auto& entry) { return entry.first == who; });
  // It may have been woken, and has left the pipe for the next.
  if (!idle_.empty() || made_ < kMaxPipes) wake_one();
}

std::optional<Pipe> PipePool::make() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return std::nullopt;
  Pipe pipe{posix::UniqueFd(ends[0]), posix::UniqueFd(ends[1])};
  // Refused (EPERM) when the user's pages are used up: the pipe is then as large as it came.
  if (made_ < kLargePipes) ::fcntl(pipe.write_end.get(), F_SETPIPE_SZ, kLargeBytes);
  ++made_;
  return pipe;
}

void PipePool::give_back(Pipe pipe) {
  idle_.push_back(std::move(pipe));
  wake_one();
}

void PipePool::drop(Pipe pipe) {
  pipe.read_end.reset();
  pipe.write_end.reset();
  --made_;
  wake_one();
}

void PipePool::wake_one() {
  if (waiting_.empty()) return;
  const std::function<void()> later = std::move(waiting_.front().second);
  waiting_.pop_front();
  later();
}

}  // namespace mino::gateway
