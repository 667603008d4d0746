#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"

namespace mino::gateway {

/// The loop of the gateway and of the dialler: thousands of descriptors by epoll(7), and timers.
/// One thread. Callbacks may add and remove anything, themselves included.
class EventLoop {
 public:
  using Ready = std::function<void(std::uint32_t)>;
  using Action = std::function<void()>;
  using Watch = std::uint64_t;  ///< never used twice; 0 is none
  using Timer = std::pair<std::chrono::steady_clock::time_point, std::uint64_t>;

  [[nodiscard]] static Result<EventLoop> create();

  /// `events` are those of epoll_ctl(2), EPOLLET included; `ready` gets those of epoll_wait(2).
  /// Fails when the kernel refuses one descriptor more.
  [[nodiscard]] Result<Watch> watch(int fd, std::uint32_t events, Ready ready);
  void set_events(Watch watch, std::uint32_t events);
  /// Before the descriptor is closed: a resolver that was forked a moment ago may still hold a copy
  /// of it, and the kernel would go on reporting it.
  void unwatch(Watch watch);

  Timer after(std::chrono::milliseconds delay, Action due);
  /// A timer that has fired is gone already; that is no error.
  void cancel(const Timer& timer) { timers_.erase(timer); }
  /// Runs `task` before the loop waits again, after everything that is ready now.
  void defer(Action task) { tasks_.push_back(std::move(task)); }

  /// Waits once, at most until the next timer, and runs what is due. False when epoll fails.
  [[nodiscard]] bool run_once();

 private:
  struct Watched {
    int fd;
    std::uint32_t events;
    std::shared_ptr<Ready> ready;  ///< shared with a call under way: it may remove its own watch
  };

  explicit EventLoop(posix::UniqueFd epoll) : epoll_(std::move(epoll)) {}
  [[nodiscard]] int timeout_ms() const;
  void run_timers();
  void run_tasks();

  posix::UniqueFd epoll_;
  std::unordered_map<Watch, Watched> watches_;
  std::map<Timer, Action> timers_;
  std::vector<Action> tasks_;
  std::uint64_t next_ = 1;
};

}  // namespace mino::gateway
