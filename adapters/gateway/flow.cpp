#include "adapters/gateway/flow.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::gateway {
namespace {

constexpr int kRounds = 16;  ///< of one connection before the others get their turn

bool would_block(int error) { return error == EAGAIN; }

}  // namespace

Flow::Flow(PipePool& pipes, int from, int to, std::function<void()> wake)
    : pipes_(pipes), from_(from), to_(to), wake_(std::move(wake)) {}

Flow::~Flow() {
  pipes_.forget(this);
  release_pipe();
}

void Flow::send(std::string bytes) {
  if (offset_ == first_.size()) {
    first_ = std::move(bytes);
    offset_ = 0;
  } else {
    first_ += bytes;
  }
}

Flow::Step Flow::pump() {
  for (int round = 0; round < kRounds; ++round) {
    if (done_) return Step::kDone;
    Progress progress = Progress::kMoved;
    if (in_pipe_ > 0) {
      progress = empty_pipe();
    } else if (offset_ < first_.size()) {
      progress = write_first();
    } else if (ended_) {
      release_pipe();
      ::shutdown(to_, SHUT_WR);
      done_ = true;
    } else {
      progress = fill_pipe();
    }
    if (progress == Progress::kFailed) return Step::kFailed;
    if (progress == Progress::kBlocked) return Step::kBlocked;
  }
  return done_ ? Step::kDone : Step::kAgain;
}

Flow::Progress Flow::write_first() {
  if (!writable_) return Progress::kBlocked;
  const ssize_t sent = posix::retry([this] {
    return ::send(to_, first_.data() + offset_, first_.size() - offset_, MSG_NOSIGNAL);
  });
  if (sent < 0) {
    if (!would_block(errno)) return Progress::kFailed;
    writable_ = false;
    return Progress::kBlocked;
  }
  offset_ += static_cast<std::size_t>(sent);
  bytes_ += static_cast<std::uint64_t>(sent);
  if (offset_ == first_.size()) {
    first_ = std::string();
    offset_ = 0;
  }
  return Progress::kMoved;
}

Flow::Progress Flow::empty_pipe() {
  if (!writable_) return Progress::kBlocked;
  const ssize_t moved = posix::retry([this] {
    return ::splice(pipe_->read_end.get(), nullptr, to_, nullptr, in_pipe_,
                    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  });
  if (moved < 0) {
    if (!would_block(errno)) return Progress::kFailed;
    writable_ = false;
    return Progress::kBlocked;
  }
  in_pipe_ -= static_cast<std::size_t>(moved);
  bytes_ += static_cast<std::uint64_t>(moved);
  return Progress::kMoved;
}

Flow::Progress Flow::fill_pipe() {
  if (!reading_ || !readable_) {
    release_pipe();
    return Progress::kBlocked;
  }
  if (!pipe_) {
    if (waits_for_pipe_) return Progress::kBlocked;
    pipe_ = pipes_.borrow(this, [this] {
      waits_for_pipe_ = false;
      wake_();
    });
    if (!pipe_) {
      waits_for_pipe_ = true;
      return Progress::kBlocked;
    }
  }
  const ssize_t moved = posix::retry([this] {
    return ::splice(from_, nullptr, pipe_->write_end.get(), nullptr, PipePool::kLargeBytes,
                    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  });
  if (moved < 0) {
    if (!would_block(errno)) return Progress::kFailed;
    readable_ = false;
    release_pipe();
    return Progress::kBlocked;
  }
  if (moved == 0) ended_ = true;
  in_pipe_ = static_cast<std::size_t>(moved);
  return Progress::kMoved;
}

void Flow::release_pipe() {
  if (!pipe_) return;
  Pipe pipe = std::move(*pipe_);
  pipe_.reset();
  if (std::exchange(in_pipe_, 0) > 0) {
    pipes_.drop(std::move(pipe));
  } else {
    pipes_.give_back(std::move(pipe));
  }
}

}  // namespace mino::gateway
