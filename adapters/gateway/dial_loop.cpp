#include "adapters/gateway/dial_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "adapters/posix/posix_error.hpp"

namespace mino::gateway {

using std::chrono::steady_clock;

Result<DialLoop> DialLoop::create() {
  posix::UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return posix::system_error("making an epoll instance", errno);
  return DialLoop(std::move(epoll));
}

Result<DialLoop::Watch> DialLoop::watch(int fd, std::uint32_t events, Ready ready) {
  const Watch watch = next_++;
  epoll_event event{};
  event.events = events;
  event.data.u64 = watch;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
    return posix::system_error("watching a descriptor", errno);
  watches_.emplace(watch, Watched{fd, std::move(ready)});
  return watch;
}

void DialLoop::set_events(Watch watch, std::uint32_t events) {
  const auto found = watches_.find(watch);
  if (found == watches_.end()) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = watch;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, found->second.fd, &event);
}

void DialLoop::unwatch(Watch watch) {
  const auto found = watches_.find(watch);
  if (found == watches_.end()) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second.fd, nullptr);
  watches_.erase(found);
}

DialLoop::Timer DialLoop::after(std::chrono::milliseconds delay, Action due) {
  const Timer timer{steady_clock::now() + delay, next_++};
  timers_.emplace(timer, std::move(due));
  return timer;
}

bool DialLoop::run_once() {
  std::array<epoll_event, 64> events{};
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout_ms());
  if (count < 0 && errno != EINTR) return false;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events.at(static_cast<std::size_t>(i));
    const auto found = watches_.find(event.data.u64);
    if (found == watches_.end()) continue;
    // A copy: the callback may remove itself.
    const Ready ready = found->second.ready;
    ready(event.events);
  }
  run_timers();
  return true;
}

int DialLoop::timeout_ms() const {
  if (timers_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first.first -
                                                                 steady_clock::now());
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, INT_MAX));
}

void DialLoop::run_timers() {
  const auto now = steady_clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const Action due = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    due();
  }
}

}  // namespace mino::gateway
