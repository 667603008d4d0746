#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "helper/mino-init/description.hpp"
#include "helper/mino-init/environment.hpp"

namespace mino::init {
namespace {

using lifeline::Kind;
using lifeline::Packet;
using Step = Inbox::Step;
using namespace std::string_literals;

Packet packet_of(Kind kind, std::uint32_t id = 1) {
  Packet packet{};
  packet.kind = kind;
  packet.process = id;
  return packet;
}

Packet describe(std::uint32_t count, std::uint32_t argument_bytes, std::uint32_t environment_bytes,
                std::uint32_t flags = lifeline::kAgentFlag) {
  Packet packet = packet_of(Kind::kProcess);
  packet.flags = flags;
  packet.argument_count = count;
  packet.argument_bytes = argument_bytes;
  packet.environment_bytes = environment_bytes;
  return packet;
}

Step give(Inbox& inbox, const Packet& packet, std::size_t descriptors = 0) {
  return inbox.accept(&packet, sizeof packet, descriptors);
}

Step give_bytes(Inbox& inbox, const std::string& bytes, std::uint32_t id = 1) {
  std::string packet(lifeline::kDataHeaderBytes, '\0');
  const auto length = static_cast<std::uint32_t>(bytes.size());
  const Kind kind = Kind::kData;
  std::memcpy(packet.data(), &kind, sizeof kind);
  std::memcpy(packet.data() + 4, &id, sizeof id);
  std::memcpy(packet.data() + 8, &length, sizeof length);
  packet += bytes;
  return inbox.accept(packet.data(), packet.size(), 0);
}

/// Gives a whole description and returns what kGo amounts to.
Step give_all(Inbox& inbox, const Packet& description, const std::string& bytes,
              std::size_t descriptors = 3) {
  if (give(inbox, description) != Step::kContinue) return Step::kBroken;
  if (!bytes.empty() && give_bytes(inbox, bytes) != Step::kContinue) return Step::kBroken;
  return give(inbox, packet_of(Kind::kGo), descriptors);
}

TEST(InitInbox, TakesADescriptionInAnyPieces) {
  const std::string bytes = "echo\0a b\0\0A=1\0B=\0"s;
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    Inbox inbox;
    ASSERT_EQ(give(inbox, describe(3, 10, 7)), Step::kContinue);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      ASSERT_EQ(give_bytes(inbox, bytes.substr(at, piece)), Step::kContinue);
    }
    ASSERT_EQ(give(inbox, packet_of(Kind::kGo), 3), Step::kStart);
    const Description taken = inbox.take();
    std::vector<std::string> strings;
    for_each_string(taken.bytes.get(), 3,
                    [&](const char* string) { strings.emplace_back(string); });
    for_each_string(taken.environment(), taken.environment_count,
                    [&](const char* string) { strings.emplace_back(string); });
    EXPECT_EQ(strings, (std::vector<std::string>{"echo", "a b", "", "A=1", "B="}));
  }
}

TEST(InitInbox, ChecksCountsAgainstBytes) {
  const std::vector<std::pair<Packet, std::string>> broken = {
      {describe(2, 5, 0), "echo\0"s},       // one argument is missing
      {describe(1, 6, 0), "echo\0\0"s},     // one is too many
      {describe(1, 5, 0), "echo!"s},        // does not end
      {describe(1, 5, 4), "echo\0A=1!"s},   // nor does this
      {describe(1, 5, 3), "echo\0A1\0"s},   // no assignment
      {describe(1, 5, 3), "echo\0=1\0"s},   // no name
      {describe(1, 5, 1), "echo\0\0"s},     // nothing at all
      {describe(1, 5, 4), "echo\0A=1"s},    // a byte is missing
      {describe(1, 5, 0), "echo\0A=1\0"s},  // bytes that were not announced
      {describe(0, 0, 0, 0), ""s},          // only the agent may have no arguments
      {describe(0, 0, 0, lifeline::kAgentFlag | lifeline::kShellFlag), ""s},
      {describe(1, 0, 5), "A=11\0"s},
      {describe(1, 5, lifeline::kMaxDescriptionBytes), "echo\0"s},
      {describe(1, 5, UINT32_MAX - 4), "echo\0"s},  // the sum does not fit
      {describe(lifeline::kMaxArguments + 1, lifeline::kMaxArguments + 1, 0), ""s},
  };
  for (std::size_t i = 0; i < broken.size(); ++i) {
    Inbox inbox;
    EXPECT_EQ(give_all(inbox, broken[i].first, broken[i].second), Step::kBroken) << i;
  }
}

TEST(InitInbox, TakesTheLargestDescription) {
  Inbox inbox;
  const std::uint32_t environment_bytes = lifeline::kMaxDescriptionBytes - lifeline::kMaxArguments;
  ASSERT_EQ(
      give(inbox, describe(lifeline::kMaxArguments, lifeline::kMaxArguments, environment_bytes)),
      Step::kContinue);
  std::string bytes(lifeline::kMaxArguments, '\0');
  bytes += "A=" + std::string(environment_bytes - 3, 'x') + '\0';
  for (std::size_t at = 0; at < bytes.size(); at += lifeline::kChunkBytes) {
    ASSERT_EQ(give_bytes(inbox, bytes.substr(at, lifeline::kChunkBytes)), Step::kContinue);
  }
  EXPECT_EQ(give(inbox, packet_of(Kind::kGo), 3), Step::kStart);
}

TEST(InitInbox, WantsTheAgentFirstAndOnce) {
  Inbox inbox;
  EXPECT_EQ(give(inbox, describe(1, 5, 0, 0)), Step::kBroken);
  ASSERT_EQ(give_all(inbox, describe(1, 5, 0), "echo\0"s), Step::kStart);
  EXPECT_EQ(give(inbox, describe(1, 5, 0)), Step::kBroken);
  EXPECT_EQ(give(inbox, describe(1, 5, 0, lifeline::kNestedSandboxFlag)), Step::kBroken);
  EXPECT_EQ(give_all(inbox, describe(1, 5, 0, 0), "echo\0"s), Step::kStart);
}

TEST(InitInbox, KnowsFourFlags) {
  Inbox inbox;
  EXPECT_EQ(give(inbox, describe(1, 5, 0, lifeline::kAgentFlag | 1U << 4)), Step::kBroken);
  EXPECT_EQ(give(inbox, describe(1, 5, 0, lifeline::kAgentFlag | 1U << 31)), Step::kBroken);
}

TEST(InitInbox, WantsDescriptorsOnlyWhereTheyBelong) {
  for (const auto& [flags, right] :
       {std::pair(0U, 3U), std::pair<unsigned, unsigned>(lifeline::kTerminalFlag, 0U)}) {
    for (std::size_t descriptors = 0; descriptors < 6; ++descriptors) {
      Inbox inbox;
      EXPECT_EQ(
          give_all(inbox, describe(1, 5, 0, lifeline::kAgentFlag | flags), "echo\0"s, descriptors),
          descriptors == right ? Step::kStart : Step::kBroken);
    }
  }
  Inbox inbox;
  EXPECT_EQ(give(inbox, describe(1, 5, 0), 1), Step::kBroken);
}

TEST(InitInbox, HasOneDescriptionOpenAtATime) {
  Inbox inbox;
  EXPECT_EQ(give_bytes(inbox, "x"), Step::kBroken);
  EXPECT_EQ(give(inbox, packet_of(Kind::kGo), 3), Step::kBroken);
  ASSERT_EQ(give(inbox, describe(1, 5, 0)), Step::kContinue);
  EXPECT_EQ(give(inbox, describe(1, 5, 0, 0)), Step::kBroken);
  EXPECT_EQ(give_bytes(inbox, "x", 2), Step::kBroken);
  EXPECT_EQ(give(inbox, packet_of(Kind::kGo, 2), 3), Step::kBroken);
  EXPECT_EQ(give(inbox, packet_of(Kind::kGo), 3), Step::kBroken) << "not all bytes have come";
}

TEST(InitInbox, TakesSignalsAtAnyTime) {
  Inbox inbox;
  Packet packet = packet_of(Kind::kSignal, 9);
  packet.value = 15;
  EXPECT_EQ(give(inbox, packet), Step::kSignal);
  ASSERT_EQ(give(inbox, describe(1, 5, 0)), Step::kContinue);
  EXPECT_EQ(give(inbox, packet), Step::kSignal);
  EXPECT_EQ(inbox.signal().process, 9U);
  EXPECT_EQ(inbox.signal().number, 15);
  for (const int number : {0, -1, 65, INT32_MIN}) {
    packet.value = number;
    EXPECT_EQ(give(inbox, packet), Step::kBroken) << number;
  }
}

TEST(InitInbox, WantsExactSizes) {
  Packet signal = packet_of(Kind::kSignal);
  signal.value = 1;
  std::string bytes(64, '\0');
  std::memcpy(bytes.data(), &signal, sizeof signal);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    Inbox inbox;
    EXPECT_EQ(inbox.accept(bytes.data(), length, 0),
              length == sizeof signal ? Step::kSignal : Step::kBroken)
        << length;
  }
}

TEST(InitInbox, ComparesTheLengthOfDataWithWhatCame) {
  for (const std::uint32_t claimed : {0U, 1U, 4U, 6U, UINT32_MAX}) {
    Inbox inbox;
    ASSERT_EQ(give(inbox, describe(1, 50, 0)), Step::kContinue);
    std::string packet(lifeline::kDataHeaderBytes + 5, 'x');
    const std::uint32_t head[] = {static_cast<std::uint32_t>(Kind::kData), 1, claimed};
    std::memcpy(packet.data(), head, sizeof head);
    EXPECT_EQ(inbox.accept(packet.data(), packet.size(), 0), Step::kBroken) << claimed;
  }
  Inbox inbox;
  ASSERT_EQ(give(inbox, describe(1, 50, 0)), Step::kContinue);
  EXPECT_EQ(give_bytes(inbox, ""), Step::kBroken);
  EXPECT_EQ(give_bytes(inbox, std::string(lifeline::kChunkBytes + 1, 'x')), Step::kBroken);
}

TEST(InitEnvironment, ReplacesWholeNamesOnly) {
  char first[] = "AB=1";
  char second[] = "A=2";
  char* const base[] = {first, second, nullptr};
  std::string strings = "A=3\0ABC=4\0A=5\0"s;
  const Allocated<char*> result = overlay(base, strings.data(), 3);
  std::vector<std::string> values;
  for (char* const* at = result.get(); *at != nullptr; ++at) values.emplace_back(*at);
  EXPECT_EQ(values, (std::vector<std::string>{"AB=1", "A=5", "ABC=4"}));
  EXPECT_STREQ(value_of(result.get(), "A"), "5");
  EXPECT_STREQ(value_of(result.get(), "ABC"), "4");
  EXPECT_EQ(value_of(result.get(), "B"), nullptr);
}

}  // namespace
}  // namespace mino::init
