// What mino-init does with packets that the protocol does not have: it ends, and so does the box.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "tests/unit/helper/init_box.hpp"

namespace mino::testing_support {
namespace {

using lifeline::Kind;
using lifeline::Packet;

constexpr int kCodeLifelineLost = 137;

std::span<const std::byte> bytes_of(const Packet& packet) {
  return std::as_bytes(std::span(&packet, 1));
}

Packet packet_of(Kind kind, std::uint32_t id = 1) {
  Packet packet{};
  packet.kind = kind;
  packet.process = id;
  return packet;
}

/// mino-init with an agent whose end shows that the box has ended.
class InitPacket : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.expect(Kind::kReady, 0);
    InitProcess agent{
        .id = 1, .arguments = {"sh", "-c", "echo $$; exec cat"}, .flags = lifeline::kAgentFlag};
    pipes_ = box_.start(agent);
    agent_ = std::stoi(read_until(pipes_.out.get(), "\n"));
  }

  void expect_end() {
    EXPECT_TRUE(box_.is_closed());
    EXPECT_EQ(box_.wait(), kCodeLifelineLost);
    EXPECT_TRUE(is_gone(agent_));
  }

  void describe_true() { box_.describe({.id = 2, .arguments = {"true"}}); }

  InitBox box_;
  InitPipes pipes_;
  pid_t agent_ = -1;
};

TEST_F(InitPacket, OfNoBytesEnds) {
  box_.send(std::span<const std::byte>());
  expect_end();
}

TEST_F(InitPacket, CutShortEnds) {
  box_.send(bytes_of(packet_of(Kind::kSignal)).first(31));
  expect_end();
}

TEST_F(InitPacket, LargerThanAnyEnds) {
  lifeline::DataPacket data{};
  data.kind = Kind::kData;
  data.process = 2;
  data.length = lifeline::kChunkBytes;
  std::vector<std::byte> bytes(sizeof data + 1);
  std::copy_n(reinterpret_cast<const std::byte*>(&data), sizeof data, bytes.begin());
  box_.describe({.id = 2, .arguments = {"true"}, .environment = {"A=" + std::string(40000, 'x')}});
  box_.send(bytes);
  expect_end();
}

TEST_F(InitPacket, OfUnknownKindEnds) {
  box_.send(packet_of(static_cast<Kind>(5)));
  expect_end();
}

TEST_F(InitPacket, OfTheOtherDirectionEnds) {
  box_.send(packet_of(Kind::kReady));
  expect_end();
}

TEST_F(InitPacket, GoWithoutDescriptionEnds) {
  box_.go_with_pipes(2);
  expect_end();
}

TEST_F(InitPacket, GoWithTooFewDescriptorsEnds) {
  describe_true();
  const int one = STDOUT_FILENO;
  box_.send(packet_of(Kind::kGo, 2), std::array{one, one});
  expect_end();
}

TEST_F(InitPacket, GoWithTooManyDescriptorsEnds) {
  describe_true();
  const int one = STDOUT_FILENO;
  box_.send(packet_of(Kind::kGo, 2), std::array{one, one, one, one});
  expect_end();
}

TEST_F(InitPacket, GoWithFarTooManyDescriptorsEnds) {
  describe_true();
  const std::vector<int> many(200, STDOUT_FILENO);
  box_.send(packet_of(Kind::kGo, 2), many);
  expect_end();
}

TEST_F(InitPacket, SignalWithADescriptorEnds) {
  Packet packet = packet_of(Kind::kSignal);
  packet.value = 1;
  box_.send(packet, std::array{int{STDOUT_FILENO}});
  expect_end();
}

TEST_F(InitPacket, OfASecondAgentEnds) {
  box_.describe({.id = 2, .arguments = {"true"}, .flags = lifeline::kAgentFlag});
  expect_end();
}

TEST_F(InitPacket, OfAnIdThatIsAliveEnds) {
  box_.describe({.id = 1, .arguments = {"true"}});
  box_.go_with_pipes(1);
  expect_end();
}

TEST(InitBareLifeline, ProcessBeforeTheAgentEnds) {
  InitBox box;
  box.expect(Kind::kReady, 0);
  box.describe({.id = 1, .arguments = {"true"}});
  EXPECT_EQ(box.wait(), kCodeLifelineLost);
}

TEST(InitBareLifeline, ClosedBeforeAnythingEnds) {
  InitBox box;
  box.expect(Kind::kReady, 0);
  box.close_lifeline();
  EXPECT_EQ(box.wait(), kCodeLifelineLost);
}

}  // namespace
}  // namespace mino::testing_support
