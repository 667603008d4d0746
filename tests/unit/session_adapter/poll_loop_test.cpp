#include "adapters/session/poll_loop.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/unit/session_adapter/descriptors.hpp"

namespace mino::session {
namespace {

using testing_support::make_pipe;
using testing_support::run_ready;
using testing_support::run_until;

TEST(PollLoop, ReportsWhatIsReady) {
  PollLoop loop;
  auto pipe = make_pipe();
  std::vector<short> events;
  loop.watch(pipe.read.get(), POLLIN, [&](short got) {
    events.push_back(got);
    char byte = 0;
    EXPECT_EQ(::read(pipe.read.get(), &byte, 1), 1);
  });
  run_ready(loop, 3);
  EXPECT_TRUE(events.empty());
  testing_support::write_whole(pipe.write.get(), "a");
  run_ready(loop, 3);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_NE(events[0] & POLLIN, 0);
}

TEST(PollLoop, ARegularFileIsAlwaysReady) {
  PollLoop loop;
  const auto file = testing_support::make_memory_file();
  int calls = 0;
  loop.watch(file.get(), POLLIN, [&](short) { ++calls; });
  loop.run_once();
  EXPECT_EQ(calls, 1);
}

TEST(PollLoop, APausedWatchHearsNothing) {
  PollLoop loop;
  auto pipe = make_pipe();
  int calls = 0;
  const auto watch = loop.watch(pipe.read.get(), 0, [&](short events) {
    ++calls;
    EXPECT_NE(events & POLLHUP, 0);
  });
  pipe.write.reset();
  loop.pause(watch);
  run_ready(loop, 3);
  EXPECT_EQ(calls, 0);
  loop.resume(watch);
  run_ready(loop, 1);
  EXPECT_EQ(calls, 1);
}

TEST(PollLoop, EventsCanBeChanged) {
  PollLoop loop;
  auto pipe = make_pipe();
  int calls = 0;
  const auto watch = loop.watch(pipe.write.get(), 0, [&](short) { ++calls; });
  run_ready(loop, 2);
  EXPECT_EQ(calls, 0);
  loop.set_events(watch, POLLOUT);
  run_ready(loop, 1);
  EXPECT_EQ(calls, 1);
}

TEST(PollLoop, ACallbackMayRemoveItself) {
  PollLoop loop;
  const auto file = testing_support::make_memory_file();
  int calls = 0;
  PollLoop::Id watch = 0;
  const std::string kept(1000, 'x');  // the callback's state has to outlive its watch
  watch = loop.watch(file.get(), POLLIN, [&, kept](short) {
    loop.unwatch(watch);
    calls += static_cast<int>(kept.size());
  });
  run_ready(loop, 3);
  EXPECT_EQ(calls, 1000);
}

TEST(PollLoop, ARemovedWatchIsNotCalledInTheSameTurn) {
  PollLoop loop;
  const auto file = testing_support::make_memory_file();
  std::vector<PollLoop::Id> watches;
  int calls = 0;
  for (int i = 0; i < 3; ++i) {
    watches.push_back(loop.watch(file.get(), POLLIN, [&](short) {
      ++calls;
      for (const PollLoop::Id watch : watches) loop.unwatch(watch);
    }));
  }
  loop.run_once();
  EXPECT_EQ(calls, 1);
}

TEST(PollLoop, AWatchAddedByACallbackWorks) {
  PollLoop loop;
  const auto file = testing_support::make_memory_file();
  int later = 0;
  PollLoop::Id first = 0;
  first = loop.watch(file.get(), POLLIN, [&](short) {
    loop.unwatch(first);
    loop.watch(file.get(), POLLIN, [&](short) { ++later; });
  });
  run_ready(loop, 2);
  EXPECT_EQ(later, 1);
}

TEST(PollLoop, TimersRunOnceWhenDue) {
  PollLoop loop;
  std::vector<int> order;
  loop.after(std::chrono::milliseconds(20), [&] { order.push_back(2); });
  loop.after(std::chrono::milliseconds(0), [&] { order.push_back(1); });
  ASSERT_TRUE(run_until(loop, [&] { return order.size() == 2; }));
  run_ready(loop, 3);
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(PollLoop, ACancelledTimerNeverRuns) {
  PollLoop loop;
  int calls = 0;
  PollLoop::Id second = 0;
  // Both are due in the same turn, and the first takes the second back.
  loop.after(std::chrono::milliseconds(0), [&] {
    ++calls;
    loop.cancel(second);
  });
  second = loop.after(std::chrono::milliseconds(0), [&] { calls += 100; });
  run_ready(loop, 3);
  EXPECT_EQ(calls, 1);
}

TEST(PollLoop, ATimerMayStartAnother) {
  PollLoop loop;
  int calls = 0;
  std::function<void()> again = [&] {
    if (++calls < 3) loop.after(std::chrono::milliseconds(1), again);
  };
  loop.after(std::chrono::milliseconds(1), again);
  EXPECT_TRUE(run_until(loop, [&] { return calls == 3; }));
}

}  // namespace
}  // namespace mino::session
