#include "adapters/gateway/dial_attempts.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/unit/gateway/test_listener.hpp"

namespace mino::gateway {
namespace {

class DialAttemptsTest : public testing::Test {
 protected:
  /// Runs a race to its end, or to the deadline of the test.
  std::optional<DialOutcome> run(const std::vector<std::string_view>& texts, std::uint16_t port) {
    std::vector<IpAddress> addresses;
    for (const std::string_view text : texts) addresses.push_back(IpAddress::parse(text).value());
    std::optional<DialOutcome> result;
    bool late = false;
    const EventLoop::Timer guard =
        loop_.after(std::chrono::milliseconds(kTestDeadlineMs), [&late] { late = true; });
    // Dropped by its own end, as the dialler does.
    std::unique_ptr<DialAttempts> race;
    race = std::make_unique<DialAttempts>(loop_, options_, std::move(addresses), port,
                                          [&](DialOutcome outcome) {
                                            result.emplace(std::move(outcome));
                                            race.reset();
                                          });
    race->start();
    while (!result && !late && loop_.run_once()) {
    }
    loop_.cancel(guard);
    return result;
  }

  static int option_of(int fd, int level, int name) {
    int on = 0;
    socklen_t size = sizeof on;
    EXPECT_EQ(::getsockopt(fd, level, name, &on, &size), 0);
    return on;
  }

  static std::uint16_t closed_port() { return TestListener("127.0.0.1").port(); }

  EventLoop loop_ = EventLoop::create().value();
  DiallerOptions options_;
};

TEST_F(DialAttemptsTest, GiveATunedConnection) {
  TestListener listener("127.0.0.1");
  const auto outcome = run({"127.0.0.1"}, listener.port());
  ASSERT_TRUE(outcome);
  const int fd = outcome->socket.get();
  ASSERT_GE(fd, 0);
  EXPECT_EQ(outcome->peer.to_string(), "127.0.0.1");
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_NE(option_of(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
  const posix::UniqueFd far_side = listener.accept();
  ASSERT_EQ(::send(fd, "x", 1, MSG_NOSIGNAL), 1);
  char byte = 0;
  ASSERT_EQ(::recv(far_side.get(), &byte, 1, 0), 1);
  EXPECT_EQ(byte, 'x');
}

TEST_F(DialAttemptsTest, TellTheLastError) {
  const auto outcome = run({"127.0.0.1", "127.0.0.2"}, closed_port());
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->socket);
  EXPECT_EQ(outcome->error, ECONNREFUSED);
}

TEST_F(DialAttemptsTest, GoOnAtOnceAfterARefusal) {
  TestListener listener("127.0.0.1");
  // Longer than the deadline of the test.
  options_.attempt_delay_ms = 10 * kTestDeadlineMs;
  const auto outcome = run({"127.0.0.2", "255.255.255.255", "127.0.0.1"}, listener.port());
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->socket);
  EXPECT_EQ(outcome->peer.to_string(), "127.0.0.1");
}

TEST_F(DialAttemptsTest, TryTheNextAddressBesideOneThatHangs) {
  // The other way round the port could be taken: clients of others have ports at 127.0.0.1.
  const TestListener good("127.0.0.1");
  TestListener hung("127.0.0.2", good.port());
  hung.fill();
  options_.attempt_delay_ms = 10;
  options_.connect_timeout_ms = 10 * kTestDeadlineMs;
  const auto outcome = run({"127.0.0.2", "127.0.0.1"}, good.port());
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->socket);
  EXPECT_EQ(outcome->peer.to_string(), "127.0.0.1");
}

TEST_F(DialAttemptsTest, WaitForTheFirstWhenALaterOneFails) {
  TestListener hung("127.0.0.2");
  hung.fill();
  options_.attempt_delay_ms = 1;
  options_.connect_timeout_ms = 50;
  const auto outcome = run({"127.0.0.2", "127.0.0.1"}, hung.port());
  ASSERT_TRUE(outcome);
  // Not the refusal of the second: the first was still on its way.
  EXPECT_EQ(outcome->error, ETIMEDOUT);
}

TEST_F(DialAttemptsTest, AreOverAfterTheTimeForAll) {
  TestListener hung("127.0.0.1");
  hung.fill();
  options_.connect_timeout_ms = 20;
  const auto outcome = run({"127.0.0.1"}, hung.port());
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->socket);
  EXPECT_EQ(outcome->error, ETIMEDOUT);
}

}  // namespace
}  // namespace mino::gateway
