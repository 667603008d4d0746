#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>

namespace mino::session {

/// Waits for descriptors and timers with poll(2), on one thread. poll and not epoll: regular files
/// on stdin must count as always ready, and a session has a dozen descriptors. Callbacks may add
/// and remove anything, themselves included.
class PollLoop {
 public:
  using Ready = std::function<void(short)>;
  using Id = std::uint64_t;

  PollLoop() = default;
  PollLoop(const PollLoop&) = delete;
  PollLoop& operator=(const PollLoop&) = delete;

  /// `ready` gets the revents. `events` may be 0: only POLLERR and POLLHUP are then reported, and
  /// not even those while the watch is paused.
  Id watch(int fd, short events, Ready ready);
  void set_events(Id watch, short events);
  /// A paused watch is not polled at all.
  void pause(Id watch);
  void resume(Id watch);
  void unwatch(Id watch);

  Id after(std::chrono::milliseconds delay, std::function<void()> due);
  void cancel(Id timer);

  /// Waits once, at most until the next timer, and runs what is due.
  void run_once();

 private:
  enum class State { kActive, kPaused };
  struct Watch {
    int fd;
    short events;
    State state;
    Ready ready;
  };
  struct Timer {
    std::chrono::steady_clock::time_point due;
    std::function<void()> action;
  };

  [[nodiscard]] int timeout_ms() const;
  void run_timers();

  std::map<Id, Watch> watches_;
  std::map<Id, Timer> timers_;
  Id next_ = 1;
};

}  // namespace mino::session
