#include "adapters/session/pump.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::session {

namespace {

constexpr std::size_t kCopyBytes = 64 * 1024;
constexpr std::size_t kSpliceBytes = 1024 * 1024;
constexpr int kRounds = 16;  ///< moves in a row before other descriptors get their turn
/// poll(2) calls a pipe writable when PIPE_BUF bytes fit; more could block on a description that is
/// not ours.
constexpr std::size_t kSafeWriteBytes = 4096;
constexpr std::chrono::milliseconds kOtherReaderPause{100};
/// More than fits the pipes and terminals that are drained; a process that goes on writing must not
/// go on for ever.
constexpr std::size_t kMostDrainedBytes = 1024 * 1024;

}  // namespace

PumpEnd PumpEnd::owned(posix::UniqueFd descriptor) {
  PumpEnd end = of_user(descriptor.get(), -1);
  end.blocking_ = Blocking::kNever;
  end.own_ = std::move(descriptor);
  return end;
}

PumpEnd PumpEnd::nowhere() {
  PumpEnd end;
  end.type_ = Type::kNowhere;
  return end;
}

PumpEnd PumpEnd::read_from_user(int descriptor) { return of_user(descriptor, O_RDONLY); }
PumpEnd PumpEnd::write_to_user(int descriptor) { return of_user(descriptor, O_WRONLY); }

PumpEnd PumpEnd::of_user(int descriptor, int open_flags) {
  PumpEnd end;
  end.fd_ = descriptor;
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return end;
  if (S_ISFIFO(status.st_mode)) end.type_ = Type::kPipe;
  if (S_ISSOCK(status.st_mode)) end.type_ = Type::kSocket;
  if (S_ISCHR(status.st_mode) && ::isatty(descriptor) == 1) end.type_ = Type::kTerminal;
  if (end.type_ != Type::kPipe && end.type_ != Type::kTerminal) return end;
  end.blocking_ = Blocking::kWhenFull;
  if (open_flags < 0) return end;
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  posix::UniqueFd reopened(::open(path.c_str(), open_flags | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!reopened) return end;
  end.fd_ = reopened.get();
  end.own_ = std::move(reopened);
  end.blocking_ = Blocking::kNever;
  return end;
}

Pump::Pump(PollLoop& loop, PumpEnd source, PumpEnd target, Options options)
    : loop_(loop),
      source_(std::move(source)),
      target_(std::move(target)),
      options_(std::move(options)),
      splice_(!options_.tap && target_.type_ != PumpEnd::Type::kNowhere &&
              source_.type_ != PumpEnd::Type::kTerminal &&
              target_.type_ != PumpEnd::Type::kTerminal &&
              (source_.type_ == PumpEnd::Type::kPipe || target_.type_ == PumpEnd::Type::kPipe)) {
  source_watch_ = loop_.watch(source_.fd_, POLLIN, [this](short) { source_ready(); });
}

Pump::~Pump() { stop(); }

void Pump::hold() {
  if (source_watch_ != 0) loop_.pause(source_watch_);
}

void Pump::release() {
  if (source_watch_ != 0) loop_.resume(source_watch_);
}

void Pump::ask_again() {
  if (timer_ == 0) return;
  loop_.cancel(std::exchange(timer_, 0));
  if (source_watch_ != 0) loop_.resume(source_watch_);
}

void Pump::stop() {
  done_ = true;
  if (source_watch_ != 0) loop_.unwatch(std::exchange(source_watch_, 0));
  if (target_watch_ != 0) loop_.unwatch(std::exchange(target_watch_, 0));
  if (timer_ != 0) loop_.cancel(std::exchange(timer_, 0));
  source_.own_.reset();
  target_.own_.reset();
}

void Pump::finish(End end, int error) {
  if (done_) return;
  stop();
  if (options_.ended) options_.ended(end, error);
}

void Pump::source_ready() {
  if (options_.may_read && !options_.may_read()) return pause_for_other_reader();
  if (splice_) {
    splice_some();
  } else {
    copy_some();
  }
}

void Pump::pause_for_other_reader() {
  loop_.pause(source_watch_);
  timer_ = loop_.after(kOtherReaderPause, [this] {
    timer_ = 0;
    loop_.resume(source_watch_);
  });
}

void Pump::splice_some() {
  for (int round = 0; round < kRounds; ++round) {
    const ssize_t moved = ::splice(source_.fd_, nullptr, target_.fd_, nullptr, kSpliceBytes,
                                   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    const int error = errno;
    if (moved > 0) continue;
    if (moved == 0) return source_ended();
    if (error == EINTR) continue;
    if (error == EAGAIN) {
      if (!target_writable()) wait_for_target();
      return;
    }
    if (error == EINVAL) {
      splice_ = false;
      return copy_some();
    }
    return finish(error == EPIPE ? End::kTargetGone : End::kTargetFailed, error);
  }
}

void Pump::copy_some() {
  buffer_.resize(kCopyBytes);
  const ssize_t got =
      posix::retry([this] { return ::read(source_.fd_, buffer_.data(), buffer_.size()); });
  const int error = errno;
  if (got < 0 && error == EAGAIN) return buffer_.clear();
  if (got <= 0) {  // EIO is how a pty master ends
    buffer_.clear();
    return source_ended();
  }
  buffer_.resize(static_cast<std::size_t>(got));
  written_ = 0;
  if (options_.tap) options_.tap(buffer_);
  flush();
}

bool Pump::target_writable() const {
  pollfd descriptor{target_.fd_, POLLOUT, 0};
  return ::poll(&descriptor, 1, 0) != 0;
}

void Pump::flush() {
  if (target_.type_ == PumpEnd::Type::kNowhere) written_ = buffer_.size();
  while (written_ < buffer_.size()) {
    std::size_t size = buffer_.size() - written_;
    if (target_.blocking_ == PumpEnd::Blocking::kWhenFull) {
      if (!target_writable()) return wait_for_target();
      size = std::min(size, kSafeWriteBytes);
    }
    const char* at = buffer_.data() + written_;
    const ssize_t put = posix::retry([&] {
      return target_.type_ == PumpEnd::Type::kSocket
                 ? ::send(target_.fd_, at, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                 : ::write(target_.fd_, at, size);
    });
    const int error = errno;
    if (put < 0 && error == EAGAIN) return wait_for_target();
    if (put < 0) return finish(error == EPIPE ? End::kTargetGone : End::kTargetFailed, error);
    written_ += static_cast<std::size_t>(put);
  }
  buffer_.clear();
  written_ = 0;
  if (source_done_) return finish(End::kSourceEnded, 0);
  wait_for_source();
}

void Pump::wait_for_target() {
  if (source_watch_ != 0) loop_.pause(source_watch_);
  if (target_watch_ != 0) return;
  target_watch_ = loop_.watch(target_.fd_, POLLOUT, [this](short) {
    if (!buffer_.empty()) return flush();
    wait_for_source();
    splice_some();
  });
}

void Pump::wait_for_source() {
  if (target_watch_ != 0) loop_.unwatch(std::exchange(target_watch_, 0));
  if (source_watch_ != 0) loop_.resume(source_watch_);
}

void Pump::source_ended() {
  source_done_ = true;
  if (source_watch_ != 0) loop_.unwatch(std::exchange(source_watch_, 0));
  if (timer_ != 0) loop_.cancel(std::exchange(timer_, 0));
  buffer_ += std::exchange(options_.farewell, {});
  flush();
}

void Pump::drain_and_end() {
  if (done_ || source_done_) return;
  // The source may stay open in the hands of a process left in the background; only what is there
  // now still counts. It waits in the buffer, behind what waits there already.
  std::string rest;
  std::string chunk(kCopyBytes, '\0');
  while (rest.size() < kMostDrainedBytes) {
    pollfd descriptor{source_.fd_, POLLIN, 0};
    if (::poll(&descriptor, 1, 0) <= 0) break;
    const ssize_t got =
        posix::retry([&] { return ::read(source_.fd_, chunk.data(), chunk.size()); });
    if (got <= 0) break;
    rest.append(chunk, 0, static_cast<std::size_t>(got));
  }
  if (options_.tap && !rest.empty()) options_.tap(rest);
  buffer_.erase(0, std::exchange(written_, 0));
  buffer_ += rest;
  source_ended();
}

}  // namespace mino::session
