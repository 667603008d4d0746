#include "adapters/gateway/event_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::gateway {

using std::chrono::steady_clock;

Result<EventLoop> EventLoop::create() {
  posix::UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return posix::system_error("making an epoll instance", errno);
  return EventLoop(std::move(epoll));
}

Result<EventLoop::Watch> EventLoop::watch(int fd, std::uint32_t events, Ready ready) {
  const Watch watch = next_++;
  epoll_event event{};
  event.events = events;
  event.data.u64 = watch;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
    return posix::system_error("watching a descriptor", errno);
  watches_.emplace(watch, Watched{fd, events, std::make_shared<Ready>(std::move(ready))});
  return watch;
}

void EventLoop::set_events(Watch watch, std::uint32_t events) {
  const auto found = watches_.find(watch);
  if (found == watches_.end() || found->second.events == events) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = watch;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, found->second.fd, &event) == 0)
    found->second.events = events;
}

void EventLoop::unwatch(Watch watch) {
  const auto found = watches_.find(watch);
  if (found == watches_.end()) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second.fd, nullptr);
  watches_.erase(found);
}

EventLoop::Timer EventLoop::after(std::chrono::milliseconds delay, Action due) {
  const Timer timer{steady_clock::now() + delay, next_++};
  timers_.emplace(timer, std::move(due));
  return timer;
}

bool EventLoop::run_once() {
  std::array<epoll_event, 256> events{};
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout_ms());
  if (count < 0 && errno != EINTR) return false;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events.at(static_cast<std::size_t>(i));
    const auto found = watches_.find(event.data.u64);
    if (found == watches_.end()) continue;
    const std::shared_ptr<Ready> ready = found->second.ready;
    (*ready)(event.events);
  }
  run_timers();
  run_tasks();
  return true;
}

int EventLoop::timeout_ms() const {
  if (!tasks_.empty()) return 0;
  if (timers_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first.first -
                                                                 steady_clock::now());
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, INT_MAX));
}

void EventLoop::run_timers() {
  const auto now = steady_clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const Action due = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    due();
  }
}

void EventLoop::run_tasks() {
  // Those that they defer in turn wait for the next round, so that descriptors get theirs.
  const std::vector<Action> tasks = std::exchange(tasks_, {});
  for (const Action& task : tasks) task();
}

}  // namespace mino::gateway
