#include "adapters/gateway/event_loop.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>

#include "adapters/posix/unique_fd.hpp"

namespace mino::gateway {
namespace {

using std::chrono::milliseconds;

/// A pipe that is readable at once.
struct Ready {
  posix::UniqueFd read_end;
  posix::UniqueFd write_end;
};

Ready ready_pipe() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
  EXPECT_EQ(::write(ends[1], "x", 1), 1);
  return {posix::UniqueFd(ends[0]), posix::UniqueFd(ends[1])};
}

class EventLoopTest : public ::testing::Test {
 protected:
  void run_ready() {
    loop_.after(milliseconds(0), [] {});
    ASSERT_TRUE(loop_.run_once());
  }
  EventLoop loop_ = EventLoop::create().value();
  std::string said_;
};

TEST_F(EventLoopTest, WhatWasUnwatchedInThisRoundIsNotCalledInIt) {
  const Ready one = ready_pipe();
  const Ready other = ready_pipe();
  std::array<EventLoop::Watch, 2> watches{};
  const auto each_ends_the_other = [&](std::size_t self) {
    return [&, self](std::uint32_t) {
      said_ += "called";
      loop_.unwatch(watches.at(1 - self));
    };
  };
  watches[0] = loop_.watch(one.read_end.get(), EPOLLIN, each_ends_the_other(0)).value();
  watches[1] = loop_.watch(other.read_end.get(), EPOLLIN, each_ends_the_other(1)).value();
  run_ready();
  EXPECT_EQ(said_, "called");
}

TEST_F(EventLoopTest, ACallbackMayEndItsOwnWatchAndStartAnotherOfTheSameDescriptor) {
  const Ready one = ready_pipe();
  EventLoop::Watch watch = 0;
  const std::string kept(100, 'k');  // of the callback, used after it has unwatched itself
  watch = loop_
              .watch(one.read_end.get(), EPOLLIN,
                     [this, &one, &watch, kept](std::uint32_t) {
                       loop_.unwatch(watch);
                       watch = loop_
                                   .watch(one.read_end.get(), EPOLLIN,
                                          [this](std::uint32_t) { said_ += "second"; })
                                   .value();
                       said_ += kept.substr(99);
                     })
              .value();
  run_ready();
  EXPECT_EQ(said_, "k");
  run_ready();
  EXPECT_EQ(said_, "ksecond");
}

TEST_F(EventLoopTest, TimersRunInTheirOrderAndMayEndEachOther) {
  EventLoop::Timer last{};
  loop_.after(milliseconds(2), [&] {
    said_ += "b";
    loop_.cancel(last);
  });
  loop_.after(milliseconds(1), [&] { said_ += "a"; });
  last = loop_.after(milliseconds(3), [&] { said_ += "c"; });
  bool done = false;
  loop_.after(milliseconds(4), [&] { done = true; });
  while (!done) ASSERT_TRUE(loop_.run_once());
  EXPECT_EQ(said_, "ab");
}

TEST_F(EventLoopTest, TasksThatDeferTasksLeaveDescriptorsTheirTurn) {
  const Ready one = ready_pipe();
  ASSERT_TRUE(
      loop_.watch(one.read_end.get(), EPOLLIN, [this](std::uint32_t) { said_ += "r"; }).ok());
  std::function<void()> again = [&] {
    said_ += "t";
    loop_.defer(again);
  };
  loop_.defer(again);
  for (int round = 0; round < 3; ++round) ASSERT_TRUE(loop_.run_once());
  EXPECT_EQ(said_, "rtrtrt");
}

}  // namespace
}  // namespace mino::gateway
