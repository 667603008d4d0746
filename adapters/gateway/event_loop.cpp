#include "adapters/gateway/event_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "domain/check.hpp"

namespace mino::gateway {

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) { MINO_CHECK(epoll_.valid()); }

EventLoop::Id EventLoop::watch(int fd, std::uint32_t events, Ready ready) {
  const Id id = next_++;
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  MINO_CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0);
  watches_.emplace(id, Watch{fd, std::make_shared<Ready>(std::move(ready))});
  return id;
}

void EventLoop::set_events(Id watch, std::uint32_t events) {
  const auto found = watches_.find(watch);
  MINO_CHECK(found != watches_.end());
  epoll_event event{};
  event.events = events;
  event.data.u64 = watch;
  MINO_CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, found->second.fd, &event) == 0);
}

void EventLoop::unwatch(Id watch) {
  const auto found = watches_.find(watch);
  if (found == watches_.end()) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second.fd, nullptr);
  watches_.erase(found);
}

EventLoop::Id EventLoop::after(std::chrono::milliseconds delay, std::function<void()> due) {
  const Id id = next_++;
  const auto when = std::chrono::steady_clock::now() + delay;
  timers_.emplace(id, Timer{when, std::move(due)});
  due_.emplace(when, id);
  return id;
}

void EventLoop::cancel(Id timer) {
  const auto found = timers_.find(timer);
  if (found == timers_.end()) return;
  const auto [first, last] = due_.equal_range(found->second.due);
  const auto entry =
      std::find_if(first, last, [timer](const auto& e) { return e.second == timer; });
  if (entry != last) due_.erase(entry);
  timers_.erase(found);
}

void EventLoop::defer(std::function<void()> task) { tasks_.push_back(std::move(task)); }

void EventLoop::run() {
  while (running_) run_once();
}

void EventLoop::run_once() {
  std::array<epoll_event, 256> events{};
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout_ms());
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const auto found = watches_.find(event.data.u64);
    if (found == watches_.end()) continue;  // removed by an earlier one of this round
    const std::shared_ptr<Ready> ready = found->second.ready;
    (*ready)(event.events);
  }
  run_timers();
  run_tasks();
}

int EventLoop::timeout_ms() const {
  if (!tasks_.empty()) return 0;
  if (due_.empty()) return -1;
  const auto left = due_.begin()->first - std::chrono::steady_clock::now();
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::clamp<std::int64_t>(ms, 0, 60000));
}

void EventLoop::run_timers() {
  const auto now = std::chrono::steady_clock::now();
  while (!due_.empty() && due_.begin()->first <= now) {
    const Id id = due_.begin()->second;
    due_.erase(due_.begin());
    auto timer = timers_.extract(id);
    timer.mapped().action();
  }
}

void EventLoop::run_tasks() {
  // Those that they defer in turn wait for the next round, so that descriptors get theirs.
  std::deque<std::function<void()>> tasks = std::exchange(tasks_, {});
  for (const auto& task : tasks) task();
}

}  // namespace mino::gateway
