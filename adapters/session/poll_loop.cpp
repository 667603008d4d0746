#include "adapters/session/poll_loop.hpp"

#include <poll.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace mino::session {

PollLoop::Id PollLoop::watch(int fd, short events, Ready ready) {
  watches_.emplace(next_, Watch{fd, events, State::kActive, std::move(ready)});
  return next_++;
}

void PollLoop::set_events(Id watch, short events) {
  if (const auto found = watches_.find(watch); found != watches_.end())
    found->second.events = events;
}

void PollLoop::pause(Id watch) {
  if (const auto found = watches_.find(watch); found != watches_.end())
    found->second.state = State::kPaused;
}

void PollLoop::resume(Id watch) {
  if (const auto found = watches_.find(watch); found != watches_.end())
    found->second.state = State::kActive;
}

void PollLoop::unwatch(Id watch) { watches_.erase(watch); }

PollLoop::Id PollLoop::after(std::chrono::milliseconds delay, std::function<void()> due) {
  timers_.emplace(next_, Timer{std::chrono::steady_clock::now() + delay, std::move(due)});
  return next_++;
}

void PollLoop::cancel(Id timer) { timers_.erase(timer); }

int PollLoop::timeout_ms() const {
  if (timers_.empty()) return -1;
  const auto next =
      std::ranges::min_element(timers_, {}, [](const auto& entry) { return entry.second.due; });
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next->second.due -
                                                                 std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3600 * 1000));
}

void PollLoop::run_timers() {
  const auto now = std::chrono::steady_clock::now();
  std::vector<Id> due;
  for (const auto& [id, timer] : timers_) {
    if (timer.due <= now) due.push_back(id);
  }
  for (const Id id : due) {
    const auto found = timers_.find(id);
    if (found == timers_.end()) continue;  // an earlier one cancelled it
    const std::function<void()> action = std::move(found->second.action);
    timers_.erase(found);
    action();
  }
}

void PollLoop::run_once() {
  std::vector<pollfd> descriptors;
  std::vector<Id> ids;
  for (const auto& [id, watch] : watches_) {
    if (watch.state == State::kPaused) continue;
    descriptors.push_back({watch.fd, watch.events, 0});
    ids.push_back(id);
  }
  const int ready = ::poll(descriptors.data(), descriptors.size(), timeout_ms());
  if (ready > 0) {
    for (std::size_t i = 0; i < descriptors.size(); ++i) {
      if (descriptors[i].revents == 0) continue;
      const auto found = watches_.find(ids[i]);
      if (found == watches_.end() || found->second.state == State::kPaused) continue;
      const Ready callback = found->second.ready;  // a copy: the callback may remove its own watch
      callback(descriptors[i].revents);
    }
  }
  run_timers();
}

}  // namespace mino::session
