#include "adapters/broker/broker_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "domain/credential/credential_json.hpp"
#include "tests/fakes/fake_clock.hpp"

namespace mino::broker {
namespace {

using std::chrono::milliseconds;

constexpr int kPatienceMs = 20'000;
const std::string kToken = "tok";

bool is_readable(int fd) {
  pollfd wait{fd, POLLIN, 0};
  return ::poll(&wait, 1, kPatienceMs) == 1;
}

std::string get(const std::string& target, const std::string& fields) {
  return "GET " + target + " HTTP/1.1\r\nHost: 169.254.170.2\r\n" + fields + "\r\n";
}
const std::string kGoodRequest = get("/aws", "Authorization: " + kToken + "\r\n");

/// A client's connection.
class Connection {
 public:
  explicit Connection(const sockaddr_in& place)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    EXPECT_EQ(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);
  }
  void say(const std::string& bytes) const {
    EXPECT_EQ(::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// All up to the end of the connection; what there was, if it takes too long.
  [[nodiscard]] std::string hear() const {
    std::string all;
    std::array<char, 4096> buffer{};
    while (is_readable(fd_.get())) {
      const ssize_t got = ::read(fd_.get(), buffer.data(), buffer.size());
      if (got <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return all + " and then nothing";
  }
  void hang_up() { fd_.reset(); }

 private:
  posix::UniqueFd fd_;
};

/// The server on a thread of its own, at a port of the loopback; the test is its owner.
class BrokerServerTest : public ::testing::Test {
 protected:
  ~BrokerServerTest() override {
    owner_.reset();
    if (thread_.joinable()) thread_.join();
  }

  void start(ServerLimits limits = {}) {
    posix::UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    place_.sin_family = AF_INET;
    place_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&place_), sizeof place_), 0);
    ASSERT_EQ(::listen(listener.get(), 64), 0);
    socklen_t size = sizeof place_;
    ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&place_), &size), 0);
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    owner_.reset(ends[0]);
    server_ = std::make_unique<BrokerServer>(
        BrokerServer::Ports{codec_, clock_},
        BrokerTerms{Secret(kToken), {{.provider = CredentialProvider::kAws}}},
        posix::UniqueFd(ends[1]), std::move(listener), limits);
    thread_ = std::thread([this] { server_->run(); });
  }
  [[nodiscard]] Connection client() const { return Connection(place_); }
  /// What the server says to its owner next.
  [[nodiscard]] BrokerPacket report() const {
    if (!is_readable(owner_.get())) return {};
    const auto received = posix::receive_packet(owner_.get(), kMaxBrokerPacket);
    return decode(received.packet.bytes).value_or(BrokerPacket{});
  }
  [[nodiscard]] std::uint32_t question() const {
    const BrokerPacket packet = report();
    EXPECT_EQ(packet.kind, BrokerMessage::kAsked);
    EXPECT_EQ(packet.text, "aws");
    return packet.number;
  }
  void tell(const BrokerPacket& packet) const {
    EXPECT_EQ(posix::send_packet(owner_.get(), encode(packet), {}), posix::SendState::kSent);
  }
  void give(std::uint32_t question, const std::string& session) const {
    IssuedCredential issued{{{}, clock_.now() + std::chrono::hours(1)}, clock_.now()};
    issued.credential.values.emplace(kAwsAccessKeyId, Secret("id"));
    issued.credential.values.emplace(kAwsSecretAccessKey, Secret("key"));
    issued.credential.values.emplace(kAwsSessionToken, Secret(session));
    tell({BrokerMessage::kCredential, question,
          codec_.write(to_json(CredentialProvider::kAws, issued), JsonLayout::kCompact)});
  }

  json::RapidJsonCodec codec_;
  fakes::FakeClock clock_;
  posix::UniqueFd owner_;
  sockaddr_in place_{};
  std::unique_ptr<BrokerServer> server_;
  std::thread thread_;
};

TEST_F(BrokerServerTest, AnswersWithWhatTheOwnerGives) {
  start();
  const Connection one = client();
  one.say(kGoodRequest);
  give(question(), "first");
  const std::string answer = one.hear();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"))
      << answer;
  EXPECT_NE(answer.find("\"Token\":\"first\""), std::string::npos) << answer;
  EXPECT_NE(answer.find("Cache-Control: no-store\r\n"), std::string::npos);
  EXPECT_EQ(answer.find("Metadata-Flavor"), std::string::npos) << "that is Google's alone";
  const std::size_t body = answer.find("\r\n\r\n") + 4;
  EXPECT_NE(answer.find("Content-Length: " + std::to_string(answer.size() - body) + "\r\n"),
            std::string::npos);
}

TEST_F(BrokerServerTest, EachGetsItsOwnAnswer) {
  start();
  const Connection one = client();
  one.say(kGoodRequest);
  const std::uint32_t first = question();
  const Connection two = client();
  two.say(kGoodRequest);
  const std::uint32_t second = question();
  give(second, "second");
  give(first, "first");
  EXPECT_NE(one.hear().find("\"first\""), std::string::npos);
  EXPECT_NE(two.hear().find("\"second\""), std::string::npos);
}

TEST_F(BrokerServerTest, SaysWhyThereIsNone) {
  start();
  const Connection one = client();
  one.say(kGoodRequest);
  tell({BrokerMessage::kNothing, question(), "not logged in"});
  const std::string answer = one.hear();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << answer;
  EXPECT_NE(answer.find("not logged in"), std::string::npos);
}

TEST_F(BrokerServerTest, ReportsWhatItRefusesAndAsksNobody) {
  start();
  const Connection one = client();
  one.say(get("/aws", ""));
  EXPECT_EQ(report(), (BrokerPacket{BrokerMessage::kRefused, 0, "token aws"}));
  EXPECT_TRUE(one.hear().starts_with("HTTP/1.1 401 Unauthorized\r\n"));
  const Connection two = client();
  two.say("\x16\x03\x01 hello\r\n\r\n");
  EXPECT_EQ(report(), (BrokerPacket{BrokerMessage::kRefused, 0, "malformed"}));
  EXPECT_TRUE(two.hear().starts_with("HTTP/1.1 400 Bad Request\r\n"));
  const Connection three = client();
  three.say("POST /aws HTTP/1.1\r\nHost: 169.254.170.2\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(report(), (BrokerPacket{BrokerMessage::kRefused, 0, "method aws"}));
  EXPECT_NE(three.hear().find("Allow: GET\r\n"), std::string::npos);
}

TEST_F(BrokerServerTest, WhatTheOwnerSaysOfNobodyIsNothing) {
  start();
  give(77, "whose");
  tell({BrokerMessage::kNothing, 78, "whose"});
  const Connection one = client();
  one.say(kGoodRequest);
  const std::uint32_t number = question();
  give(number, "mine");
  give(number, "twice");
  const std::string answer = one.hear();
  EXPECT_NE(answer.find("\"mine\""), std::string::npos);
  EXPECT_EQ(answer.find("twice"), std::string::npos);
}

TEST_F(BrokerServerTest, ACredentialThatIsNoneIsAnError) {
  start();
  const Connection one = client();
  one.say(kGoodRequest);
  tell({BrokerMessage::kCredential, question(), "{\"schema\":1}"});
  EXPECT_TRUE(one.hear().starts_with("HTTP/1.1 503 "));
}

TEST_F(BrokerServerTest, WhoHangsUpIsForgotten) {
  start({.clients = 1});
  Connection gone = client();
  gone.say(kGoodRequest);
  const std::uint32_t number = question();
  gone.hang_up();
  const Connection next = client();
  next.say(kGoodRequest);
  const std::uint32_t other = question();
  EXPECT_NE(number, other);
  give(number, "late");
  give(other, "in time");
  EXPECT_NE(next.hear().find("in time"), std::string::npos);
}

TEST_F(BrokerServerTest, WhoSaysNothingMakesRoomForOthers) {
  start({.clients = 2, .patience = milliseconds(200)});
  const Connection idle = client();
  const Connection half = client();
  half.say("GET /aws HTTP/1.1\r\n");
  const Connection third = client();
  third.say(kGoodRequest);
  give(question(), "after all");
  EXPECT_NE(third.hear().find("after all"), std::string::npos);
  EXPECT_EQ(idle.hear(), "");
  EXPECT_EQ(half.hear(), "");
}

TEST_F(BrokerServerTest, AnOwnerWhoDoesNotAnswerIsNotWaitedForForEver) {
  start({.answer_patience = milliseconds(100)});
  const Connection one = client();
  one.say(kGoodRequest);
  static_cast<void>(question());
  EXPECT_EQ(one.hear(), "");
}

TEST_F(BrokerServerTest, MoreThanTheBudgetWaitsAndIsServed) {
  start({.rate = {.burst = 1, .per_second = 20}});
  for (int i = 0; i < 5; ++i) {
    const Connection each = client();
    each.say(kGoodRequest);
    give(question(), "served");
    EXPECT_NE(each.hear().find("served"), std::string::npos);
  }
}

TEST_F(BrokerServerTest, EndsWithItsOwner) {
  start();
  const Connection one = client();
  one.say(kGoodRequest);
  static_cast<void>(question());
  owner_.reset();
  thread_.join();
  server_.reset();
  EXPECT_EQ(one.hear(), "");
}

TEST(BrokerProtocol, PacketsComeBackAsTheyWere) {
  const BrokerPacket packet{BrokerMessage::kAsked, 70'000, "aws"};
  EXPECT_EQ(decode(encode(packet)), packet);
  EXPECT_EQ(decode(""), std::nullopt);
  EXPECT_EQ(decode("\x21\x01"), std::nullopt);
  EXPECT_EQ(decode(std::string(5, '\x7f')), std::nullopt) << "no such kind";
  EXPECT_EQ(decode(std::string(kMaxBrokerPacket + 1, '\x01')), std::nullopt);
}

}  // namespace
}  // namespace mino::broker
