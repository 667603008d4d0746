#include "adapters/session/packet_channel.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/session_adapter/descriptors.hpp"
#include "tests/unit/session_adapter/packets.hpp"

namespace mino::session {
namespace {

using lifeline::Kind;
using testing_support::bytes_of;
using testing_support::data_bytes;
using testing_support::Datagram;
using testing_support::make_packet_sockets;
using testing_support::make_pipe;
using testing_support::packet_of;
using testing_support::receive_all;
using testing_support::run_ready;
using testing_support::run_until;
using testing_support::send_raw;

TEST(ParsePacket, TakesEveryKindThatExists) {
  for (const Kind kind : {Kind::kProcess, Kind::kGo, Kind::kSignal, Kind::kReady, Kind::kTerminal,
                          Kind::kStarted, Kind::kFailed, Kind::kStopped, Kind::kEnded, Kind::kStop,
                          Kind::kAccepted, Kind::kNetwork, Kind::kNetworkAnswer}) {
    const auto parsed = parse_packet(bytes_of(packet_of(kind, 7, -3, 1)));
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->packet.kind, kind);
    EXPECT_EQ(parsed->packet.process, 7U);
    EXPECT_EQ(parsed->packet.value, -3);
    EXPECT_EQ(parsed->packet.flags, 1U);
    EXPECT_TRUE(parsed->data.empty());
  }
}

TEST(ParsePacket, RefusesKindsThatDoNotExist) {
  for (const std::uint32_t kind : {0U, 5U, 15U, 22U, 63U, 68U, 0xffffffffU}) {
    EXPECT_FALSE(parse_packet(bytes_of(packet_of(Kind{kind}))).has_value()) << kind;
  }
}

TEST(ParsePacket, RefusesEveryOtherSize) {
  const std::string whole = bytes_of(packet_of(Kind::kStarted, 1));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(parse_packet(whole.substr(0, size)).has_value()) << size;
  EXPECT_FALSE(parse_packet(whole + '\0').has_value());
  EXPECT_FALSE(parse_packet(std::string(1, '\x01')).has_value());
}

TEST(ParsePacket, TakesDataOfAnyLengthUpToAChunk) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{20}, std::size_t{32}, lifeline::kChunkBytes}) {
    const std::string data(size, 'd');
    const std::string bytes = data_bytes(3, data);
    const auto parsed = parse_packet(bytes);
    ASSERT_TRUE(parsed.has_value()) << size;
    EXPECT_EQ(parsed->packet.kind, Kind::kData);
    EXPECT_EQ(parsed->packet.process, 3U);
    EXPECT_EQ(parsed->data, data);
  }
}

TEST(ParsePacket, RefusesDataWhoseLengthIsNotThatOfTheDatagram) {
  std::string bytes = data_bytes(3, "four");
  EXPECT_FALSE(parse_packet(bytes + "x").has_value());
  EXPECT_FALSE(parse_packet(bytes.substr(0, bytes.size() - 1)).has_value());
  EXPECT_FALSE(parse_packet(bytes.substr(0, lifeline::kDataHeaderBytes)).has_value());
  EXPECT_FALSE(parse_packet(bytes.substr(0, lifeline::kDataHeaderBytes - 1)).has_value());
  const std::uint32_t huge = 0xffffffff;
  std::memcpy(bytes.data() + offsetof(lifeline::DataPacket, length), &huge, sizeof huge);
  EXPECT_FALSE(parse_packet(bytes).has_value());
}

TEST(ParsePacket, RefusesEmptyAndTooLongData) {
  EXPECT_FALSE(parse_packet(data_bytes(3, "")).has_value());
  std::string bytes = data_bytes(3, std::string(lifeline::kChunkBytes, 'd')) + 'd';
  const std::uint32_t length = lifeline::kChunkBytes + 1;
  std::memcpy(bytes.data() + offsetof(lifeline::DataPacket, length), &length, sizeof length);
  EXPECT_FALSE(parse_packet(bytes).has_value());
}

class PacketChannelTest : public ::testing::Test {
 protected:
  struct Received {
    lifeline::Packet packet;
    std::string data;
    PacketChannel::Descriptors descriptors;
  };
  PacketChannelTest() {
    auto [ours, theirs] = make_packet_sockets();
    far_ = std::move(theirs);
    PacketChannel::Handlers handlers;
    handlers.packet = [this](const ParsedPacket& parsed, PacketChannel::Descriptors descriptors) {
      received_.push_back({parsed.packet, std::string(parsed.data), std::move(descriptors)});
    };
    handlers.closed = [this] { ++closed_; };
    channel_ = std::make_unique<PacketChannel>(loop_, std::move(ours), std::move(handlers));
  }

  PollLoop loop_;
  posix::UniqueFd far_;
  std::vector<Received> received_;
  int closed_ = 0;
  std::unique_ptr<PacketChannel> channel_;
};

TEST_F(PacketChannelTest, DeliversPacketsAndDataInOrder) {
  ASSERT_TRUE(send_raw(far_.get(), bytes_of(packet_of(Kind::kReady, 0, 1))));
  ASSERT_TRUE(send_raw(far_.get(), data_bytes(9, "abc")));
  run_ready(loop_);
  ASSERT_EQ(received_.size(), 2U);
  EXPECT_EQ(received_[0].packet.kind, Kind::kReady);
  EXPECT_EQ(received_[1].data, "abc");
  EXPECT_EQ(closed_, 0);
}

TEST_F(PacketChannelTest, PassesDescriptorsInBothDirections) {
  auto pipe = make_pipe();
  ASSERT_TRUE(send_raw(far_.get(), bytes_of(packet_of(Kind::kTerminal, 1)), {pipe.write.get()}));
  run_ready(loop_);
  ASSERT_EQ(received_.size(), 1U);
  ASSERT_EQ(received_[0].descriptors.size(), 1U);
  testing_support::write_whole(received_[0].descriptors[0].get(), "through");
  EXPECT_EQ(testing_support::read_now(pipe.read.get()), "through");

  PacketChannel::Descriptors out;
  for (int i = 0; i < 3; ++i) out.push_back(testing_support::make_memory_file());
  channel_->send(packet_of(Kind::kGo, 1), std::move(out));
  const std::vector<Datagram> sent = receive_all(far_.get());
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].descriptors.size(), 3U);
}

TEST_F(PacketChannelTest, ClosesDescriptorsThatItSentAndThoseNobodyTakes) {
  const std::size_t before = testing_support::open_descriptors();
  {
    PacketChannel::Descriptors out;
    out.push_back(testing_support::make_memory_file());
    channel_->send(packet_of(Kind::kGo, 1), std::move(out));
    receive_all(far_.get());
    const auto pipe = make_pipe();
    ASSERT_TRUE(send_raw(far_.get(), bytes_of(packet_of(Kind::kStarted, 1)),
                         {pipe.read.get(), pipe.write.get()}));
    run_ready(loop_);
    received_.clear();
  }
  EXPECT_EQ(testing_support::open_descriptors(), before);
}

TEST_F(PacketChannelTest, TheOtherSidesEndIsToldOnce) {
  ASSERT_TRUE(send_raw(far_.get(), bytes_of(packet_of(Kind::kEnded, 1))));
  far_.reset();
  run_ready(loop_);
  EXPECT_EQ(received_.size(), 1U) << "what was said before the end counts";
  EXPECT_EQ(closed_, 1);
  EXPECT_FALSE(channel_->open());
}

TEST_F(PacketChannelTest, WhatIsNoPacketIsTheEnd) {
  const std::vector<std::string> broken = {"x", bytes_of(packet_of(Kind{77})),
                                           bytes_of(packet_of(Kind::kReady)) + "more",
                                           std::string(sizeof(lifeline::DataPacket) + 1000, 'x')};
  for (const std::string& bytes : broken) {
    auto [ours, theirs] = make_packet_sockets();
    int packets = 0;
    int closed = 0;
    PacketChannel::Handlers handlers;
    handlers.packet = [&](const ParsedPacket&, const PacketChannel::Descriptors&) { ++packets; };
    handlers.closed = [&] { ++closed; };
    const PacketChannel channel(loop_, std::move(ours), std::move(handlers));
    ASSERT_TRUE(send_raw(theirs.get(), bytes));
    send_raw(theirs.get(), bytes_of(packet_of(Kind::kReady)));
    run_ready(loop_);
    EXPECT_EQ(packets, 0) << bytes.size();
    EXPECT_EQ(closed, 1) << bytes.size();
  }
}

TEST_F(PacketChannelTest, MoreDescriptorsThanAnyPacketHasAreTheEndAndAreClosed) {
  const auto file = testing_support::make_memory_file();
  const std::size_t before = testing_support::open_descriptors();
  ASSERT_TRUE(send_raw(far_.get(), bytes_of(packet_of(Kind::kTerminal, 1)),
                       std::vector<int>(20, file.get())));
  run_ready(loop_);
  EXPECT_TRUE(received_.empty());
  EXPECT_EQ(closed_, 1);
  EXPECT_EQ(testing_support::open_descriptors(), before - 1)
      << "only the channel's own socket is gone";
}

TEST_F(PacketChannelTest, SendsQueueUpInsteadOfBlocking) {
  const std::string data = testing_support::numbered(3 * 1024 * 1024);
  channel_->send(packet_of(Kind::kProcess, 1), {});
  channel_->send_data(1, data);
  channel_->send(packet_of(Kind::kGo, 1), {});
  EXPECT_FALSE(channel_->idle());
  std::string arrived;
  std::vector<Kind> kinds;
  ASSERT_TRUE(run_until(loop_, [&] {
    for (const Datagram& datagram : receive_all(far_.get())) {
      const auto parsed = parse_packet(datagram.bytes);
      EXPECT_TRUE(parsed.has_value());
      if (!parsed) return true;
      if (parsed->packet.kind != Kind::kData) kinds.push_back(parsed->packet.kind);
      arrived += parsed->data;
    }
    return !kinds.empty() && kinds.back() == Kind::kGo;
  }));
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::kProcess, Kind::kGo}));
  EXPECT_TRUE(arrived == data);
  EXPECT_TRUE(channel_->idle());
}

TEST_F(PacketChannelTest, SendingToOneThatIsGoneStillDeliversWhatItSaid) {
  ASSERT_TRUE(send_raw(far_.get(), bytes_of(packet_of(Kind::kEnded, 1, 5))));
  far_.reset();
  channel_->send(packet_of(Kind::kSignal, 1, 15), {});
  run_ready(loop_);
  ASSERT_EQ(received_.size(), 1U);
  EXPECT_EQ(received_[0].packet.value, 5);
  EXPECT_EQ(closed_, 1);
  channel_->send(packet_of(Kind::kSignal, 1, 15), {});
}

TEST_F(PacketChannelTest, OneThatEndsWithoutReadingAllStillIsHeardToTheEnd) {
  channel_->send(packet_of(Kind::kSignal, 1, 15), {});
  ASSERT_TRUE(send_raw(far_.get(), bytes_of(packet_of(Kind::kStopped, 1, 20))));
  ASSERT_TRUE(send_raw(far_.get(), bytes_of(packet_of(Kind::kEnded, 1, 5))));
  far_.reset();
  run_ready(loop_);
  ASSERT_EQ(received_.size(), 2U);
  EXPECT_EQ(received_[1].packet.value, 5);
  EXPECT_EQ(closed_, 1);
}

TEST_F(PacketChannelTest, NonsenseCanBeToldFromTheEnd) {
  auto [ours, theirs] = make_packet_sockets();
  int closed = 0;
  int broken = 0;
  PacketChannel::Handlers handlers;
  handlers.closed = [&] { ++closed; };
  handlers.broken = [&] { ++broken; };
  const PacketChannel channel(loop_, std::move(ours), std::move(handlers));
  send_raw(theirs.get(), "nonsense");
  run_ready(loop_);
  EXPECT_EQ(broken, 1);
  EXPECT_EQ(closed, 0);
}

TEST_F(PacketChannelTest, ClosedByUsItSaysNothing) {
  channel_->close();
  far_.reset();
  run_ready(loop_);
  EXPECT_EQ(closed_, 0);
  EXPECT_FALSE(channel_->open());
}

TEST_F(PacketChannelTest, AHandlerMayCloseIt) {
  auto [ours, theirs] = make_packet_sockets();
  std::unique_ptr<PacketChannel> channel;
  int packets = 0;
  PacketChannel::Handlers handlers;
  handlers.packet = [&](const ParsedPacket&, const PacketChannel::Descriptors&) {
    ++packets;
    channel->close();
  };
  channel = std::make_unique<PacketChannel>(loop_, std::move(ours), std::move(handlers));
  send_raw(theirs.get(), bytes_of(packet_of(Kind::kReady)));
  send_raw(theirs.get(), bytes_of(packet_of(Kind::kReady)));
  run_ready(loop_);
  EXPECT_EQ(packets, 1);
}

TEST_F(PacketChannelTest, AProcessIsDescribedInThreeSteps) {
  PacketChannel::Descriptors streams;
  for (int i = 0; i < 3; ++i) streams.push_back(testing_support::make_memory_file());
  ProcessDescription process;
  process.flags = lifeline::kAgentFlag;
  process.rows = 50;
  process.columns = 132;
  process.arguments = {"echo", "", "a b"};
  process.environment = std::string("A=1\0B=2\0", 8);
  ASSERT_TRUE(send_process(*channel_, 4, process, std::move(streams)).ok());
  const std::vector<Datagram> sent = receive_all(far_.get());
  ASSERT_EQ(sent.size(), 3U);
  const lifeline::Packet head = parse_packet(sent[0].bytes)->packet;
  EXPECT_EQ(head.kind, Kind::kProcess);
  EXPECT_EQ(head.process, 4U);
  EXPECT_EQ(head.flags, lifeline::kAgentFlag);
  EXPECT_EQ(head.rows, 50);
  EXPECT_EQ(head.columns, 132);
  EXPECT_EQ(head.argument_count, 3U);
  EXPECT_EQ(head.argument_bytes, 10U);
  EXPECT_EQ(head.environment_bytes, 8U);
  EXPECT_EQ(parse_packet(sent[1].bytes)->data, std::string_view("echo\0\0a b\0A=1\0B=2\0", 18));
  EXPECT_EQ(parse_packet(sent[2].bytes)->packet.kind, Kind::kGo);
  EXPECT_EQ(sent[2].descriptors.size(), 3U);
}

TEST_F(PacketChannelTest, AProcessThatIsTooLargeOrHoldsANulIsRefused) {
  ProcessDescription large;
  large.arguments = {"echo", std::string(lifeline::kMaxDescriptionBytes, 'x')};
  ASSERT_FALSE(send_process(*channel_, 1, large, {}).ok());
  ProcessDescription many;
  many.arguments.assign(lifeline::kMaxArguments + 1, "x");
  ASSERT_FALSE(send_process(*channel_, 1, many, {}).ok());
  ProcessDescription nul;
  nul.arguments = {std::string("a\0b", 3)};
  const auto sent = send_process(*channel_, 1, nul, {});
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code(), ErrorCode::kUsage);
  EXPECT_TRUE(receive_all(far_.get()).empty()) << "nothing was sent";
}

}  // namespace
}  // namespace mino::session
