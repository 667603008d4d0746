#include "adapters/gateway/dial_attempts.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "adapters/gateway/dial_address.hpp"

namespace mino::gateway {

using std::chrono::milliseconds;

namespace {

int socket_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

/// A relay passes on what it gets as it comes, and learns of a peer that has vanished. A connection
/// without these options still works, so a failure is none.
void tune(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

}  // namespace

DialAttempts::DialAttempts(EventLoop& loop, const DiallerOptions& options,
                           std::vector<IpAddress> addresses, std::uint16_t port, Done done)
    : loop_(loop),
      options_(options),
      addresses_(std::move(addresses)),
      port_(port),
      done_(std::move(done)) {}

DialAttempts::~DialAttempts() { drop_all(); }

void DialAttempts::start() {
  deadline_ = loop_.after(milliseconds(options_.connect_timeout_ms), [this] {
    finish({.socket = {}, .peer = addresses_.front(), .error = ETIMEDOUT});
  });
  advance();
}

void DialAttempts::advance() {
  loop_.cancel(stagger_);
  while (next_ < addresses_.size()) {
    const IpAddress address = addresses_[next_++];
    const Begun begun = begin(address);
    if (begun == Begun::kFailed) continue;
    if (begun == Begun::kConnected) {
      DialOutcome outcome{std::move(attempts_.back().socket), address, 0};
      attempts_.pop_back();
      return finish(std::move(outcome));
    }
    if (next_ < addresses_.size())
      stagger_ = loop_.after(milliseconds(options_.attempt_delay_ms), [this] { advance(); });
    return;
  }
  if (attempts_.empty()) finish({.socket = {}, .peer = addresses_.front(), .error = error_});
}

DialAttempts::Begun DialAttempts::begin(const IpAddress& address) {
  Attempt attempt{
      posix::UniqueFd(::socket(address.is_v4() ? AF_INET : AF_INET6,
                               SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)),
      address};
  const int fd = attempt.socket.get();
  const SocketAddress peer = socket_address(address, port_);
  if (fd < 0) {
    error_ = errno;
    return Begun::kFailed;
  }
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&peer.storage), peer.size) == 0) {
    attempts_.push_back(std::move(attempt));
    return Begun::kConnected;
  }
  // An interrupted connect(2) goes on by itself, like one that would block.
  if (errno != EINPROGRESS && errno != EINTR) {
    error_ = errno;
    return Begun::kFailed;
  }
  const Result<EventLoop::Watch> watch =
      loop_.watch(fd, EPOLLOUT, [this, fd](std::uint32_t) { ready(fd); });
  if (!watch.ok()) {
    // epoll_ctl(2) refuses a new descriptor for want of memory or of watches.
    error_ = ENOMEM;
    return Begun::kFailed;
  }
  attempt.watch = *watch;
  attempts_.push_back(std::move(attempt));
  return Begun::kPending;
}

void DialAttempts::ready(int fd) {
  const auto found = std::find_if(attempts_.begin(), attempts_.end(),
                                  [fd](const Attempt& one) { return one.socket.get() == fd; });
  if (found == attempts_.end()) return;
  loop_.unwatch(found->watch);
  Attempt attempt = std::move(*found);
  attempts_.erase(found);
  error_ = socket_error(fd);
  if (error_ == 0) return finish({std::move(attempt.socket), attempt.peer, 0});
  advance();
}

void DialAttempts::finish(DialOutcome outcome) {
  drop_all();
  if (outcome.socket) tune(outcome.socket.get());
  const Done done = std::move(done_);
  done(std::move(outcome));
}

void DialAttempts::drop_all() {
  loop_.cancel(stagger_);
  loop_.cancel(deadline_);
  for (const Attempt& attempt : attempts_) loop_.unwatch(attempt.watch);
  attempts_.clear();
}

}  // namespace mino::gateway
