#include "adapters/gateway/connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/gateway/relay_world.hpp"

namespace mino::gateway {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Kind = EgressEvent::Kind;
using Link = RelayWorld::Link;

constexpr char kAlert[] = "\x15\x03\x03\x00\x02\x02\x31";

/// Bytes that show when some of them are lost, doubled or out of order.
std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

std::string u16(std::size_t value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
}

/// A ClientHello for `name` (RFC 8446 section 4.1.2), in one record.
std::string client_hello(std::string_view name) {
  const std::string entry = std::string(1, '\0') + u16(name.size()) + std::string(name);
  const std::string extension = u16(0) + u16(entry.size() + 2) + u16(entry.size()) + entry;
  const std::string body = "\x03\x03" + std::string(32, 'r') + std::string(1, '\0') + u16(2) +
                           "\xC0\x2F" + std::string("\x01\0", 2) + u16(extension.size()) +
                           extension;
  const std::string handshake = std::string("\x01\0", 2) + u16(body.size()) + body;
  return "\x16\x03\x01" + u16(handshake.size()) + handshake;
}

class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionTest() {
    for (const char* rule : {"a.example:*", "10.0.0.1:*"})
      world_.policy.rules.push_back({parse_egress_rule(rule).value(), "test"});
  }

  /// An address of a rule: what is said is not looked at.
  [[nodiscard]] static ConnectionTarget opaque() {
    return {std::nullopt, IpAddress::parse("10.0.0.1").value(), 5432};
  }
  [[nodiscard]] static ConnectionTarget named(const std::string& name, std::uint16_t port) {
    return {HostName::parse(name).value(), IpAddress::parse("198.18.1.0").value(), port};
  }
  void expect_counts(const Link& link, std::uint64_t sent, std::uint64_t received) {
    const auto closed = world_.event(link, Kind::kClosed);
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->bytes_sent, sent);
    EXPECT_EQ(closed->bytes_received, received);
  }

  RelayWorld world_;
};

TEST_F(ConnectionTest, AnEndOfTheClientLeavesTheAnswerItsWay) {
  const std::string question = pattern(300'000);
  const std::string answer = pattern(700'001);
  const Link link = world_.connect(opaque());
  link.client->send(question);
  link.client->finish();
  ASSERT_TRUE(world_.until([&] { return link.server->saw_end(); }));
  EXPECT_TRUE(link.server->received() == question);
  EXPECT_FALSE(link.client->saw_end());
  link.server->send(answer);
  link.server->finish();
  ASSERT_TRUE(world_.until([&] { return link.client->saw_end() && world_.over(link); }));
  EXPECT_TRUE(link.client->received() == answer);
  expect_counts(link, question.size(), answer.size());
}

TEST_F(ConnectionTest, AnEndOfTheServerLeavesTheClientItsWay) {
  const std::string greeting = pattern(300'000);
  const std::string rest = pattern(200'003);
  const Link link = world_.connect(opaque());
  link.server->send(greeting);
  link.server->finish();
  ASSERT_TRUE(world_.until([&] { return link.client->saw_end(); }));
  EXPECT_TRUE(link.client->received() == greeting);
  link.client->send(rest);
  ASSERT_TRUE(world_.until([&] { return link.server->received().size() == rest.size(); }));
  EXPECT_FALSE(link.server->saw_end());
  link.client->finish();
  ASSERT_TRUE(world_.until([&] { return link.server->saw_end() && world_.over(link); }));
  EXPECT_TRUE(link.server->received() == rest);
  expect_counts(link, rest.size(), greeting.size());
}

TEST_F(ConnectionTest, BothDirectionsAreWholeThroughSmallBuffers) {
  const std::string up = pattern(1'500'000);
  const std::string down = pattern(1'500'007);
  const Link link = world_.connect(opaque(), Buffers::kSmall);
  link.client->send(up);
  link.client->finish();
  link.server->send(down);
  link.server->finish();
  ASSERT_TRUE(world_.until([&] { return world_.over(link) && link.client->saw_end(); }));
  ASSERT_TRUE(world_.until([&] { return link.server->saw_end(); }));
  EXPECT_TRUE(link.server->received() == up);
  EXPECT_TRUE(link.client->received() == down);
  expect_counts(link, up.size(), down.size());
}

/// What the kernel and a pipe hold for one direction, with small buffers: each of them may count
/// double, and a pipe holds a mebibyte.
constexpr std::size_t kHeldAtMost = 4 * PipePool::kLargeBytes;

TEST_F(ConnectionTest, AClientThatDoesNotReadStopsItsServerAndNobodyElse) {
  const std::string much = pattern(2 * kHeldAtMost);
  const std::string other = pattern(400'000);
  const Link stuck = world_.connect(opaque(), Buffers::kSmall);
  stuck.client->stop_reading();
  stuck.server->send(much);
  const Link works = world_.connect(opaque(), Buffers::kSmall);
  works.server->send(other);
  stuck.client->send(other);
  ASSERT_TRUE(world_.until([&] { return works.client->received().size() == other.size(); }));
  ASSERT_TRUE(world_.until([&] { return stuck.server->received().size() == other.size(); }))
      << "the direction that is not stuck";
  world_.run_ready();
  EXPECT_GT(stuck.server->unsent(), 0U);
  EXPECT_LE(stuck.server->taken(), kHeldAtMost);
  stuck.client->read_on();
  ASSERT_TRUE(world_.until([&] { return stuck.client->received().size() == much.size(); }));
  EXPECT_TRUE(stuck.client->received() == much);
}

TEST_F(ConnectionTest, AServerThatDoesNotReadStopsItsHttpClient) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 99999999\r\n\r\n";
  const std::string much = pattern(2 * kHeldAtMost);
  Link stuck = world_.accept(named("a.example", 80), Buffers::kSmall);
  world_.dialled(stuck, Buffers::kSmall);
  stuck.server->stop_reading();
  stuck.client->send(head + much);
  stuck.server->send("HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(world_.until([&] { return stuck.client->received().size() == 25; }));
  for (int i = 0; i < 20; ++i) world_.run_ready();
  EXPECT_GT(stuck.client->unsent(), 0U);
  EXPECT_LE(stuck.client->taken(), kHeldAtMost);
  stuck.server->read_on();
  ASSERT_TRUE(
      world_.until([&] { return stuck.server->received().size() == head.size() + much.size(); }));
  EXPECT_TRUE(stuck.server->received() == head + much);
}

TEST_F(ConnectionTest, TheEndOfAPeerThatDidNotReadEndsEverything) {
  const Link link = world_.connect(opaque(), Buffers::kSmall);
  link.client->stop_reading();
  link.server->send(pattern(kHeldAtMost));
  for (int i = 0; i < 20; ++i) world_.run_ready();
  link.client->close();
  ASSERT_TRUE(world_.until([&] { return world_.over(link) && link.server->saw_reset(); }));
}

TEST_F(ConnectionTest, AResetReachesTheOtherSide) {
  for (const bool of_client : {true, false}) {
    const Link link = world_.connect(opaque());
    link.client->send("q");
    link.server->send("an");
    ASSERT_TRUE(world_.until(
        [&] { return link.server->received() == "q" && link.client->received() == "an"; }));
    (of_client ? link.client : link.server)->reset();
    const Peer& other = of_client ? *link.server : *link.client;
    ASSERT_TRUE(world_.until([&] { return world_.over(link) && other.saw_reset(); })) << of_client;
    expect_counts(link, 1, 2);
  }
}

TEST_F(ConnectionTest, AResetBehindAnEndReachesTheOtherSide) {
  for (const bool of_client : {true, false}) {
    const Link link = world_.connect(opaque());
    Peer& leaving = of_client ? *link.client : *link.server;
    const Peer& other = of_client ? *link.server : *link.client;
    leaving.finish();
    ASSERT_TRUE(world_.until([&] { return other.saw_end(); }));
    leaving.reset();
    ASSERT_TRUE(world_.until([&] { return world_.over(link); })) << of_client;
  }
}

TEST_F(ConnectionTest, AResetOfAnHttpClientEndsTheServersSide) {
  const Link link = world_.connect(named("a.example", 80));
  link.client->send("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100\r\n\r\nhalf");
  ASSERT_TRUE(world_.until([&] { return link.server->received().ends_with("half"); }));
  link.client->reset();
  ASSERT_TRUE(world_.until([&] { return world_.over(link) && link.server->saw_end(); }));
  EXPECT_THAT(link.server->received(), EndsWith("half"));
}

TEST_F(ConnectionTest, AHelloInSingleBytesIsPassedUnchanged) {
  const std::string hello = client_hello("a.example");
  const Link link = world_.connect(named("a.example", 443));
  for (const char byte : hello) {
    EXPECT_EQ(link.server->received(), "") << "before the name is known";
    link.client->send({&byte, 1});
    world_.run_ready();
  }
  link.client->send("and more");
  ASSERT_TRUE(world_.until([&] { return link.server->received() == hello + "and more"; }));
  link.client->finish();
  link.server->finish();
  ASSERT_TRUE(world_.until([&] { return world_.over(link); }));
  expect_counts(link, hello.size() + 8, 0);
}

TEST_F(ConnectionTest, AHelloForAnotherNameReachesNobody) {
  const Link link = world_.connect(named("a.example", 443));
  for (const char byte : client_hello("b.example")) {
    link.client->send({&byte, 1});
    world_.run_ready();
  }
  ASSERT_TRUE(world_.until([&] { return link.client->saw_end() && link.server->saw_end(); }));
  EXPECT_EQ(link.client->received(), std::string(kAlert, 7));
  EXPECT_EQ(link.server->received(), "");
  link.client->close();
  ASSERT_TRUE(world_.until([&] { return world_.over(link); }));
  EXPECT_EQ(world_.event(link, Kind::kDenied)->reason, DenyReason::kServerNameMismatch);
  expect_counts(link, 0, 0);
}

TEST_F(ConnectionTest, HalfAHelloAndItsEndReachNobody) {
  const std::string hello = client_hello("a.example");
  for (const std::size_t size :
       {std::size_t{2}, std::size_t{5}, hello.size() / 2, hello.size() - 1}) {
    const Link link = world_.connect(named("a.example", 443));
    link.client->send(hello.substr(0, size));
    link.client->finish();
    ASSERT_TRUE(world_.until([&] { return link.client->saw_end() && world_.over(link); })) << size;
    EXPECT_EQ(link.client->received(), std::string(kAlert, 7));
    EXPECT_EQ(link.server->received(), "");
    EXPECT_EQ(world_.event(link, Kind::kDenied)->reason, DenyReason::kBadRequest);
  }
}

TEST_F(ConnectionTest, ARefusedClientThatNeverSaysWhatItSpeaksIsReset) {
  const Link silent = world_.accept(named("b.example", 443));
  const Link half = world_.accept(named("b.example", 443));
  half.client->send("\x16");
  ASSERT_TRUE(world_.until([&] { return silent.client->saw_reset() && half.client->saw_reset(); }));
  ASSERT_TRUE(world_.until([&] { return world_.over(silent) && world_.over(half); }));
  EXPECT_TRUE(world_.dials().empty());
  EXPECT_EQ(world_.event(half, Kind::kDenied)->reason, DenyReason::kNoRule);
}

TEST_F(ConnectionTest, RequestsMayBeCutAnywhere) {
  const std::string requests =
      "GET /1 HTTP/1.1\r\nHost: a.example\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\n\r\n"
      "PUT /3 HTTP/1.1\r\nHost: a.example:80\r\nContent-Length: 2\r\n\r\nxy";
  for (std::size_t cut = 1; cut < requests.size(); ++cut) {
    const Link link = world_.connect(named("a.example", 80));
    link.client->send(std::string_view(requests).substr(0, cut));
    world_.run_ready();
    EXPECT_TRUE(requests.starts_with(link.server->received()));
    link.client->send(std::string_view(requests).substr(cut));
    link.client->finish();
    ASSERT_TRUE(world_.until([&] { return link.server->saw_end(); })) << cut;
    EXPECT_EQ(link.server->received(), requests) << cut;
    link.server->finish();
    ASSERT_TRUE(world_.until([&] { return world_.over(link); }));
    expect_counts(link, requests.size(), 0);
  }
}

TEST_F(ConnectionTest, ASecondRequestForAnotherHostIsNotPassedWhereverItIsCut) {
  const std::string first = "GET /1 HTTP/1.1\r\nHost: a.example\r\n\r\n";
  const std::string requests = first + "GET /2 HTTP/1.1\r\nHost: b.example\r\n\r\n";
  for (std::size_t cut = 1; cut < requests.size(); ++cut) {
    const Link link = world_.connect(named("a.example", 80));
    link.client->send(std::string_view(requests).substr(0, cut));
    world_.run_ready();
    link.client->send(std::string_view(requests).substr(cut));
    ASSERT_TRUE(world_.until([&] { return world_.over(link) && link.client->saw_reset(); })) << cut;
    ASSERT_TRUE(world_.until([&] { return link.server->saw_reset(); }));
    EXPECT_TRUE(first.starts_with(link.server->received())) << link.server->received();
    EXPECT_EQ(world_.event(link, Kind::kDenied)->reason, DenyReason::kHostHeaderMismatch);
  }
}

TEST_F(ConnectionTest, AServerMaySpeakFirst) {
  const Link link = world_.connect(named("a.example", 22));
  link.server->send("SSH-2.0-server\r\n");
  ASSERT_TRUE(world_.until([&] { return link.client->received() == "SSH-2.0-server\r\n"; }));
  EXPECT_EQ(world_.settled_count(), 0) << "what the client speaks is not known yet";
  link.client->send("SSH-2.0-client\r\n");
  ASSERT_TRUE(world_.until([&] { return link.server->received() == "SSH-2.0-client\r\n"; }));
  EXPECT_EQ(world_.settled_count(), 1);
  link.client->finish();
  link.server->finish();
  ASSERT_TRUE(world_.until([&] { return world_.over(link); }));
  expect_counts(link, 16, 16);
}

TEST_F(ConnectionTest, WhatTheClientSaysBeforeItIsDialledIsNotLost) {
  for (const auto& target : {opaque(), named("a.example", 7)}) {
    Link link = world_.accept(target);
    link.client->send("\x01 early");
    link.client->finish();
    world_.run_ready();
    EXPECT_TRUE(world_.cancelled().empty());
    world_.dialled(link);
    ASSERT_TRUE(world_.until([&] { return link.server->saw_end(); }));
    EXPECT_EQ(link.server->received(), "\x01 early");
  }
}

TEST_F(ConnectionTest, AClientThatIsGoneIsNotDialledForAnyLonger) {
  const Link link = world_.accept(opaque());
  ASSERT_EQ(world_.dials().size(), 1U);
  link.client->reset();
  ASSERT_TRUE(world_.until([&] { return world_.over(link); }));
  EXPECT_EQ(world_.cancelled(), std::vector<std::uint64_t>{link.id});
  EXPECT_FALSE(world_.event(link, Kind::kClosed)) << "it was never open";
}

TEST_F(ConnectionTest, ARuleThatGoesEndsADialAndARelay) {
  const Link waiting = world_.accept(opaque());
  const Link open = world_.connect(opaque());
  for (const Link* link : {&waiting, &open}) {
    world_.connection(link->id).rules_changed({});
    ASSERT_TRUE(world_.until([&] { return world_.over(*link) && link->client->saw_reset(); }));
    EXPECT_TRUE(world_.event(*link, Kind::kDenied));
  }
  EXPECT_EQ(world_.cancelled(), std::vector<std::uint64_t>{waiting.id});
  EXPECT_TRUE(world_.until([&] { return open.server->saw_reset(); }));
}

TEST_F(ConnectionTest, AFailedDialIsAReset) {
  const Link link = world_.accept(opaque());
  DialReply reply{};
  reply.id = link.id;
  reply.outcome = DialReply::Outcome::kUnreachable;
  reply.error = ECONNREFUSED;
  world_.answer_dial(reply);
  ASSERT_TRUE(world_.until([&] { return world_.over(link) && link.client->saw_reset(); }));
  EXPECT_EQ(world_.event(link, Kind::kFailed)->detail, "Connection refused");
}

TEST_F(ConnectionTest, ARefusedHttpClientIsAnsweredHoweverMuchItSends) {
  const Link link = world_.accept(named("b.example", 80));
  link.client->send("POST / HTTP/1.1\r\nHost: b.example\r\nContent-Length: 99999999\r\n\r\n" +
                    pattern(3'000'000));
  ASSERT_TRUE(world_.until([&] { return link.client->saw_end(); }));
  EXPECT_THAT(link.client->received(), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(link.client->received(), HasSubstr("--network-allow b.example:80"));
  link.client->close();
  ASSERT_TRUE(world_.until([&] { return world_.over(link); }));
}

TEST_F(ConnectionTest, DescriptorsComeBackHoweverAConnectionEnds) {
  const std::size_t before = open_descriptors();
  for (int round = 0; round < 5; ++round) {
    std::vector<Link> links;
    for (int i = 0; i < 8; ++i) links.push_back(world_.connect(opaque(), Buffers::kSmall));
    links.push_back(world_.accept(opaque()));
    links.push_back(world_.accept(named("b.example", 443)));
    links[0].client->reset();
    links[1].server->reset();
    links[2].client->close();
    links[2].server->close();
    links[3].client->stop_reading();
    links[3].server->send(pattern(3'000'000));
    links[4].server->stop_reading();
    links[4].client->send(pattern(3'000'000));
    for (int i = 0; i < 10; ++i) world_.run_ready();
    for (std::size_t i = 3; i < links.size(); ++i) {
      if (!world_.over(links[i])) world_.connection(links[i].id).end();
    }
    ASSERT_TRUE(world_.until([&] {
      return std::ranges::all_of(links, [&](const Link& link) { return world_.over(link); });
    }));
  }
  // At most the pipes of the two that were stuck are kept.
  EXPECT_LE(open_descriptors(), before + 4);
}

TEST_F(ConnectionTest, IdleConnectionsHoldNoPipe) {
  std::vector<Link> links;
  for (int i = 0; i < 40; ++i) links.push_back(world_.connect(opaque()));
  const std::size_t before = open_descriptors();
  for (const Link& link : links) {
    link.client->send("question");
    link.server->send("answer");
  }
  ASSERT_TRUE(world_.until([&] {
    return std::ranges::all_of(links, [](const Link& link) {
      return link.client->received() == "answer" && link.server->received() == "question";
    });
  }));
  world_.run_ready();
  EXPECT_LE(open_descriptors(), before + 2 * 2) << "two pipes for 80 directions";
}

TEST(ConnectionWorld, LeavesNoDescriptorOpen) {
  const std::size_t before = open_descriptors();
  {
    RelayWorld world;
    world.policy.rules.push_back({parse_egress_rule("10.0.0.1:*").value(), "test"});
    const Link link =
        world.connect({std::nullopt, IpAddress::parse("10.0.0.1").value(), 80}, Buffers::kSmall);
    link.client->stop_reading();
    link.server->send(pattern(3'000'000));
    world.run_ready();
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace mino::gateway
