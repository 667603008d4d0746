#include "adapters/gateway/dialler.hpp"

#include <gtest/gtest.h>
#include <ifaddrs.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adapters/gateway/dial_address.hpp"
#include "tests/unit/gateway/dialler_process.hpp"

namespace mino::gateway {
namespace {

using Outcome = DialReply::Outcome;

class Dialler : public testing::Test {
 protected:
  Dialler() : state_(fresh_resolver_state()) {}

  std::string peer_of(const DialReply& reply) {
    IpAddress::V6Bytes bytes{};
    std::memcpy(bytes.data(), reply.address, bytes.size());
    if (reply.is_v4 == 0) return IpAddress::from_v6(bytes).to_string();
    return IpAddress::from_v4({bytes[12], bytes[13], bytes[14], bytes[15]}).to_string();
  }

  /// The exit code after what is no request.
  static int exit_after(std::string_view bytes) {
    DiallerProcess dialler(DiallerOptions{});
    dialler.send_bytes(bytes);
    return dialler.wait().value_or(posix::ExitStatus{}).exit_code.value_or(-1);
  }
  static int exit_after(const DialRequest& request) {
    return exit_after(std::string_view(reinterpret_cast<const char*>(&request), sizeof request));
  }

  static std::uint16_t closed_port() { return TestListener("127.0.0.1").port(); }

  /// An address of this machine that is not its loopback.
  static std::optional<IpAddress> local_address() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return std::nullopt;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
      const auto address = ip_address(one->ifa_addr);
      if (address && address->is_v4() && !is_never_dialled(*address)) return address;
    }
    return std::nullopt;
  }

  SharedResolverState& state_;
};

TEST_F(Dialler, ConnectsToANameOfAPrivateAddressWhenThatIsAllowed) {
  const auto local = local_address();
  if (!local) GTEST_SKIP() << "this machine has no IPv4 address but its loopback";
  state_.local_address = local->v4_bytes();
  TestListener listener(local->to_string());
  DiallerProcess dialler(DiallerOptions{});
  dialler.send(private_request(7, "local.test", listener.port()));
  const auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.id, 7U);
  EXPECT_EQ(answer->reply.outcome, Outcome::kConnected);
  EXPECT_EQ(peer_of(answer->reply), local->to_string());
  EXPECT_TRUE(answer->connection);
  EXPECT_TRUE(listener.accept());
}

TEST_F(Dialler, TellsWhyNothingConnects) {
  DiallerProcess dialler(DiallerOptions{});
  dialler.send(loopback_request(1, closed_port()));
  auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, Outcome::kUnreachable);
  EXPECT_EQ(answer->reply.error, ECONNREFUSED);
  EXPECT_FALSE(answer->connection);
  dialler.send(private_request(2, "broadcast.test", 443));
  answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, Outcome::kUnreachable);
  EXPECT_NE(answer->reply.error, 0);
}

TEST_F(Dialler, DialsNoPrivateAnswer) {
  DiallerProcess dialler(DiallerOptions{});
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"self.test", "::1"},
      {"broadcast.test", "255.255.255.255"},
      {"mapped.test", "255.255.255.255"},
      {"private.test", "10.1.2.3"},
      {"crowd.test", "10.0.0.0"}};
  for (const auto& [name, first] : cases) {
    dialler.send(name_request(1, name, 443));
    const auto answer = dialler.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reply.outcome, Outcome::kPrivateAddress) << name;
    EXPECT_EQ(peer_of(answer->reply), first) << name;
    EXPECT_FALSE(answer->connection);
  }
}

TEST_F(Dialler, DialsAMappedAnswerAsIPv4) {
  DiallerProcess dialler(DiallerOptions{});
  dialler.send(private_request(1, "mapped.test", 443));
  const auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, Outcome::kUnreachable);
  EXPECT_EQ(answer->reply.is_v4, 1);
}

TEST_F(Dialler, DialsNoAnswerThatIsTheHostItselfWhateverIsAllowed) {
  TestListener listener("127.0.0.1");
  DiallerProcess dialler(DiallerOptions{});
  dialler.send(private_request(1, "self.test", listener.port()));
  const auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, Outcome::kPrivateAddress);
  EXPECT_FALSE(listener.has_connection());
}

TEST_F(Dialler, NeverDialsAnAddressOfTheHostItself) {
  TestListener listener("127.0.0.1");
  DiallerProcess dialler(DiallerOptions{});
  for (const char* text :
       {"127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "::1", "::", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "198.18.0.1", "198.19.255.254", "fd6d:696e:6f00::5"}) {
    DialRequest request = address_request(1, text, listener.port());
    request.allow_private = 1;
    dialler.send(request);
    const auto answer = dialler.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reply.outcome, Outcome::kPrivateAddress) << text;
  }
  EXPECT_FALSE(listener.has_connection());
}

TEST_F(Dialler, DialsAnAddressAsItIs) {
  DiallerProcess dialler(DiallerOptions{});
  // TCP has no broadcast: connect(2) fails without sending anything.
  dialler.send(address_request(1, "255.255.255.255", 443));
  const auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, Outcome::kUnreachable);
  EXPECT_NE(answer->reply.error, 0);
}

TEST_F(Dialler, ReachesTheHostsLoopbackWhenAsked) {
  TestListener v4("127.0.0.1");
  DiallerProcess dialler(DiallerOptions{});
  dialler.send(loopback_request(1, v4.port()));
  auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, Outcome::kConnected);
  EXPECT_EQ(peer_of(answer->reply), "127.0.0.1");
  TestListener v6("::1");
  dialler.send(loopback_request(2, v6.port()));
  answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.outcome, Outcome::kConnected);
  EXPECT_EQ(peer_of(answer->reply), "::1");
}

TEST_F(Dialler, DoesNotAnswerWhatWasCancelled) {
  TestListener hung("127.0.0.1");
  hung.fill();
  DiallerProcess dialler({.connect_timeout_ms = 30});
  // The first would time out before the second does.
  dialler.send(loopback_request(1, hung.port()));
  dialler.send(cancel_request(1));
  dialler.send(cancel_request(99));
  dialler.send(loopback_request(2, hung.port()));
  const auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.id, 2U);
  EXPECT_EQ(answer->reply.error, ETIMEDOUT);
  // The number is free again.
  dialler.send(name_request(1, "none.test", 443));
  const auto again = dialler.receive();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->reply.outcome, Outcome::kNoSuchName);
}

TEST_F(Dialler, QueuesAnswersThatNobodyReadsYet) {
  DiallerProcess dialler(DiallerOptions{});
  constexpr std::uint64_t kDials = 100;
  for (std::uint64_t id = 1; id <= kDials; ++id)
    dialler.send(address_request(id, "127.0.0.1", 443));
  for (std::uint64_t id = 1; id <= kDials; ++id) {
    const auto answer = dialler.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reply.id, id);
    EXPECT_EQ(answer->reply.outcome, Outcome::kPrivateAddress);
  }
}

TEST_F(Dialler, TakesAnAnswerBackThatWasNotReadYet) {
  DiallerProcess dialler(DiallerOptions{});
  constexpr std::uint64_t kDials = 100;
  for (std::uint64_t id = 1; id <= kDials; ++id)
    dialler.send(address_request(id, "127.0.0.1", 443));
  dialler.send(cancel_request(kDials));
  dialler.send(address_request(kDials + 1, "127.0.0.1", 443));
  std::set<std::uint64_t> answered;
  while (!answered.contains(kDials + 1)) {
    const auto answer = dialler.receive();
    ASSERT_TRUE(answer);
    answered.insert(answer->reply.id);
  }
  EXPECT_FALSE(answered.contains(kDials));
  EXPECT_EQ(answered.size(), kDials);
}

TEST_F(Dialler, AnswersAllWhenSendingAndReadingTakeTurns) {
  DiallerProcess dialler(DiallerOptions{});
  constexpr std::uint64_t kDials = 3 * kMaxDials;
  std::set<std::uint64_t> answered;
  const auto take = [&] {
    const auto answer = dialler.receive();
    if (!answer) return false;
    EXPECT_EQ(answer->reply.outcome, Outcome::kPrivateAddress);
    return answered.insert(answer->reply.id).second;
  };
  for (std::uint64_t id = 1; id <= kDials; ++id) {
    // Reads only when nothing more can be sent.
    while (!dialler.try_send(address_request(id, "127.0.0.1", 443))) ASSERT_TRUE(take());
  }
  while (answered.size() < kDials) ASSERT_TRUE(take());
}

TEST_F(Dialler, HandsOverManyConnectionsAtOnce) {
  TestListener listener("127.0.0.1");
  DiallerProcess dialler(DiallerOptions{});
  constexpr std::uint64_t kDials = 60;
  for (std::uint64_t id = 1; id <= kDials; ++id)
    dialler.send(loopback_request(id, listener.port()));
  for (std::uint64_t i = 0; i < kDials; ++i) {
    const auto answer = dialler.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reply.outcome, Outcome::kConnected);
    EXPECT_TRUE(answer->connection);
    EXPECT_TRUE(listener.accept());
  }
}

TEST_F(Dialler, RefusesMoreDialsThanTheProtocolAllows) {
  TestListener hung("127.0.0.1");
  hung.fill();
  DiallerProcess dialler(DiallerOptions{});
  for (std::uint64_t id = 1; id <= kMaxDials + 1; ++id)
    dialler.send(loopback_request(id, hung.port()));
  const auto answer = dialler.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.id, kMaxDials + 1);
  EXPECT_EQ(answer->reply.outcome, Outcome::kUnreachable);
  EXPECT_EQ(answer->reply.error, EAGAIN);
}

TEST_F(Dialler, EndsWhenTheGatewaySendsWhatIsNoRequest) {
  EXPECT_EQ(exit_after("x"), 1);
  EXPECT_EQ(exit_after(std::string(sizeof(DialRequest) + 1, '\0')), 1);
  DialRequest request = name_request(1, "broadcast.test", 443);
  std::memset(request.name, 'a', sizeof request.name);
  EXPECT_EQ(exit_after(request), 1);
  EXPECT_EQ(exit_after(name_request(1, "Broadcast.test", 443)), 1);
  EXPECT_EQ(exit_after(name_request(1, "broadcast.test.", 443)), 1);
  EXPECT_EQ(exit_after(name_request(1, "127.0.0.1", 443)), 1);
  EXPECT_EQ(exit_after(name_request(1, "", 443)), 1);
  EXPECT_EQ(exit_after(name_request(1, "broadcast.test", 0)), 1);
  request = name_request(1, "broadcast.test", 443);
  request.kind = static_cast<DialRequest::Kind>(9);
  EXPECT_EQ(exit_after(request), 1);
}

TEST_F(Dialler, EndsWhenANumberIsUsedTwice) {
  DiallerProcess dialler(DiallerOptions{});
  dialler.send(name_request(1, "hang.test", 443));
  dialler.send(name_request(1, "none.test", 443));
  const auto ended = dialler.wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 1);
}

}  // namespace
}  // namespace mino::gateway
