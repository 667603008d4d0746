#include "adapters/gateway/flow.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/gateway/pipe_pool.hpp"
#include "tests/unit/gateway/relay_world.hpp"

namespace mino::gateway {
namespace {

using Step = Flow::Step;

/// A flow between two connections, without a loop: the test says when something is ready.
class FlowTest : public ::testing::Test {
 protected:
  FlowTest() { ::signal(SIGPIPE, SIG_IGN); }
  ~FlowTest() override { ::signal(SIGPIPE, SIG_DFL); }

  /// From what is written to source_.far to what is read from sink_.far.
  [[nodiscard]] Flow flow() {
    return {pool_, source_.near.get(), sink_.near.get(), [this] { ++woken_; }};
  }
  void write(std::string_view bytes) const {
    ASSERT_EQ(::send(source_.far.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }
  /// What has arrived; "end" behind it at the end.
  [[nodiscard]] std::string arrived() const {
    std::string all;
    std::array<char, 4096> buffer{};
    ssize_t got = 0;
    while ((got = ::recv(sink_.far.get(), buffer.data(), buffer.size(), 0)) > 0)
      all.append(buffer.data(), static_cast<std::size_t>(got));
    return got == 0 ? all + "end" : all;
  }
  /// Every pipe that the pool can make.
  [[nodiscard]] std::vector<Pipe> all_pipes() {
    std::vector<Pipe> pipes;
    while (auto pipe = pool_.borrow(&pipes, [] {})) pipes.push_back(std::move(*pipe));
    pool_.forget(&pipes);
    return pipes;
  }

  TcpPair source_ = tcp_pair(Buffers::kSmall);
  TcpPair sink_ = tcp_pair(Buffers::kSmall);
  PipePool pool_;
  int woken_ = 0;
};

TEST_F(FlowTest, SendsWhatItIsGivenBeforeWhatItReads) {
  Flow one = flow();
  write("read");
  one.send("given, ");
  EXPECT_EQ(one.pump(), Step::kBlocked);
  EXPECT_EQ(arrived(), "given, ");
  EXPECT_TRUE(one.idle());
  one.read_on();
  EXPECT_EQ(one.pump(), Step::kBlocked);
  EXPECT_EQ(arrived(), "read");
  EXPECT_EQ(one.bytes(), 11U);
}

TEST_F(FlowTest, ReadsNothingWhileItIsHeld) {
  Flow one = flow();
  one.read_on();
  write("a");
  EXPECT_EQ(one.pump(), Step::kBlocked);
  one.hold();
  write("b");
  one.readable();
  EXPECT_EQ(one.pump(), Step::kBlocked);
  EXPECT_EQ(arrived(), "a");
  one.read_on();
  EXPECT_EQ(one.pump(), Step::kBlocked);
  EXPECT_EQ(arrived(), "b");
}

TEST_F(FlowTest, PassesTheEndOnBehindTheLastByte) {
  for (const bool read_here : {true, false}) {
    source_ = tcp_pair();
    sink_ = tcp_pair();
    Flow one = flow();
    one.send("given");
    if (read_here) {
      ASSERT_EQ(::shutdown(source_.far.get(), SHUT_WR), 0);
      one.read_on();
    } else {
      one.source_ended();
    }
    EXPECT_EQ(one.pump(), Step::kDone);
    EXPECT_TRUE(one.done());
    EXPECT_EQ(arrived(), "givenend");
    EXPECT_EQ(one.pump(), Step::kDone) << "again";
  }
}

TEST_F(FlowTest, WaitsForTheDestinationAndLosesNothing) {
  Flow one = flow();
  one.read_on();
  const std::string block(16384, 'x');
  std::size_t written = 0;
  bool blocked = false;
  for (int round = 0; round < 4000 && !blocked; ++round) {
    const ssize_t sent = ::send(source_.far.get(), block.data(), block.size(), 0);
    blocked = sent < 0 && errno == EAGAIN;
    if (sent > 0) written += static_cast<std::size_t>(sent);
    one.readable();
    ASSERT_NE(one.pump(), Step::kFailed);
  }
  ASSERT_TRUE(blocked) << "the source is never stopped";
  EXPECT_LT(one.bytes(), written);
  std::size_t read = 0;
  while (read < written) {
    const std::size_t some = arrived().size();
    one.readable();
    one.writable();
    ASSERT_NE(one.pump(), Step::kFailed);
    read += some;
  }
  EXPECT_EQ(one.bytes(), written);
}

TEST_F(FlowTest, FailsWithItsSockets) {
  const linger now{1, 0};
  for (TcpPair* broken : {&source_, &sink_}) {
    source_ = tcp_pair();
    sink_ = tcp_pair();
    Flow one = flow();
    one.read_on();
    one.send("x");
    write("y");
    ASSERT_EQ(::setsockopt(broken->far.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
    broken->far.reset();
    EXPECT_EQ(one.pump(), Step::kFailed);
  }
}

TEST_F(FlowTest, APipeGoesBackWhenNothingIsInFlight) {
  Flow one = flow();
  one.read_on();
  write("x");
  EXPECT_EQ(one.pump(), Step::kBlocked);
  const std::size_t before = open_descriptors();
  EXPECT_TRUE(pool_.borrow(this, [] {}));
  EXPECT_EQ(open_descriptors(), before - 2) << "it was the one, and is closed now";
}

TEST_F(FlowTest, APipeWithBytesInItIsNotLentAgain) {
  {
    Flow one = flow();
    one.read_on();
    const std::string block(16384, 'x');
    while (::send(source_.far.get(), block.data(), block.size(), 0) > 0) {
      one.readable();
      static_cast<void>(one.pump());
    }
    EXPECT_FALSE(one.idle());
  }
  const auto pipe = pool_.borrow(this, [] {});
  ASSERT_TRUE(pipe);
  char byte = 0;
  EXPECT_EQ(::read(pipe->read_end.get(), &byte, 1), -1) << "bytes of another connection";
}

TEST_F(FlowTest, WaitsForAPipeAndIsWokenOnce) {
  std::vector<Pipe> lent = all_pipes();
  Flow one = flow();
  one.read_on();
  write("x");
  EXPECT_EQ(one.pump(), Step::kBlocked);
  EXPECT_EQ(one.pump(), Step::kBlocked);
  EXPECT_EQ(woken_, 0);
  for (Pipe& pipe : lent) pool_.give_back(std::move(pipe));
  EXPECT_EQ(woken_, 1);
  EXPECT_EQ(one.pump(), Step::kBlocked);
  EXPECT_EQ(arrived(), "x");
}

TEST_F(FlowTest, APipeThatOneDoesNotLiveToTakeGoesToTheNext) {
  std::vector<Pipe> lent = all_pipes();
  std::optional<Flow> first(std::in_place, pool_, source_.near.get(), sink_.near.get(), [] {});
  Flow second = flow();
  write("x");
  for (Flow* one : {&*first, &second}) {
    one->read_on();
    EXPECT_EQ(one->pump(), Step::kBlocked);
  }
  pool_.drop(std::move(lent.back()));
  EXPECT_EQ(woken_, 0) << "the first is asked first";
  first.reset();
  EXPECT_EQ(woken_, 1);
  EXPECT_EQ(second.pump(), Step::kBlocked);
  EXPECT_EQ(arrived(), "x");
}

}  // namespace
}  // namespace mino::gateway
