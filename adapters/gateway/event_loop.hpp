#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "adapters/posix/unique_fd.hpp"

namespace mino::gateway {

/// Waits for thousands of descriptors with epoll(7), on one thread. Callbacks may add and remove
/// anything, themselves included.
class EventLoop {
 public:
  using Ready = std::function<void(std::uint32_t)>;
  using Id = std::uint64_t;

  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// `events` are those of epoll_ctl(2), EPOLLET included.
  Id watch(int fd, std::uint32_t events, Ready ready);
  void set_events(Id watch, std::uint32_t events);
  /// Before the descriptor is closed.
  void unwatch(Id watch);

  Id after(std::chrono::milliseconds delay, std::function<void()> due);
  void cancel(Id timer);
  /// Runs `task` before the loop waits again, after everything that is ready now.
  void defer(std::function<void()> task);

  /// Until stop().
  void run();
  void run_once();
  void stop() { running_ = false; }

 private:
  struct Watch {
    int fd;
    std::shared_ptr<Ready> ready;
  };
  struct Timer {
    std::chrono::steady_clock::time_point due;
    std::function<void()> action;
  };

  [[nodiscard]] int timeout_ms() const;
  void run_timers();
  void run_tasks();

  posix::UniqueFd epoll_;
  std::unordered_map<Id, Watch> watches_;
  std::unordered_map<Id, Timer> timers_;
  std::multimap<std::chrono::steady_clock::time_point, Id> due_;
  std::deque<std::function<void()>> tasks_;
  Id next_ = 1;
  bool running_ = true;
};

}  // namespace mino::gateway
