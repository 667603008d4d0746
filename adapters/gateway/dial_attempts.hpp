#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "adapters/gateway/dialler.hpp"
#include "adapters/gateway/event_loop.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/network/ip_address.hpp"

namespace mino::gateway {

/// How a race ended: a socket and its peer, or the errno of the last attempt that failed
/// (ETIMEDOUT when the time for all of them was up).
struct DialOutcome {
  posix::UniqueFd socket;
  IpAddress peer;
  int error = 0;
};

/// Connects to the first of several addresses that answers (RFC 8305 section 5). The next one is
/// begun when the last has failed or has been on its way for the delay. Dropping it ends them all.
class DialAttempts {
 public:
  /// Called once, as the last thing that happens: it may drop the race. `loop` and `options`
  /// outlive the race; `addresses` is not empty and is tried in its order.
  using Done = std::function<void(DialOutcome)>;
  DialAttempts(EventLoop& loop, const DiallerOptions& options, std::vector<IpAddress> addresses,
               std::uint16_t port, Done done);
  ~DialAttempts();
  DialAttempts(const DialAttempts&) = delete;
  DialAttempts& operator=(const DialAttempts&) = delete;

  /// May call `done` before it returns.
  void start();

 private:
  struct Attempt {
    posix::UniqueFd socket;
    IpAddress peer;
    EventLoop::Watch watch = 0;
  };
  enum class Begun { kPending, kConnected, kFailed };

  /// Begins attempts until one is on its way, or ends the race.
  void advance();
  Begun begin(const IpAddress& address);
  void ready(int fd);
  void finish(DialOutcome outcome);
  void drop_all();

  EventLoop& loop_;
  const DiallerOptions& options_;
  std::vector<IpAddress> addresses_;
  std::uint16_t port_;
  Done done_;
  std::size_t next_ = 0;
  std::vector<Attempt> attempts_;
  EventLoop::Timer stagger_{};
  EventLoop::Timer deadline_{};
  int error_ = 0;
};

}  // namespace mino::gateway
