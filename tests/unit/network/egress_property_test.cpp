// Properties that hold for any rule, address and name; the same random ones in every run.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <vector>

#include "domain/network/egress_policy.hpp"
#include "tests/fakes/fake_random_source.hpp"

namespace mino {
namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_.next() % limit); }
  std::uint8_t byte() { return static_cast<std::uint8_t>(random_.next()); }

  std::string label() {
    constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyz_";
    constexpr std::string_view kRest = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text(1, kFirst[below(kFirst.size())]);
    for (std::size_t left = below(10); left > 0; --left) text += kRest[below(kRest.size())];
    return text;
  }

  std::string name(std::size_t labels) {
    std::string text = label();
    while (--labels > 0) text += "." + label();
    return text;
  }

  /// Zero bytes come often, as they do in real addresses.
  IpAddress address() {
    if (below(2) == 0) return IpAddress::from_v4({byte(), byte(), byte(), byte()});
    IpAddress::V6Bytes bytes{};
    for (std::uint8_t& each : bytes) each = below(3) == 0 ? byte() : std::uint8_t{0};
    return IpAddress::from_v6(bytes);
  }

  IpNetwork network() {
    const IpAddress whole = address();
    const unsigned bits = whole.is_v4() ? 32 : 128;
    const auto length = static_cast<unsigned>(below(bits + 1));
    IpAddress::V6Bytes bytes = whole.v6_bytes();
    for (unsigned bit = length + 128 - bits; bit < 128; ++bit)
      bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
    if (!whole.is_v4()) return {IpAddress::from_v6(bytes), length};
    return {IpAddress::from_v4({bytes[12], bytes[13], bytes[14], bytes[15]}), length};
  }

  std::optional<std::uint16_t> port() {
    if (below(4) == 0) return std::nullopt;
    return static_cast<std::uint16_t>(1 + below(65'535));
  }

  EgressRule rule() {
    switch (below(3)) {
      case 0:
        return {ExactName{HostName::parse(name(1 + below(5))).value()}, port()};
      case 1:
        return {AnySubdomain{HostName::parse(name(2 + below(4))).value()}, port()};
      default:
        return {network(), port()};
    }
  }

  /// The text of a rule, in which a few bytes are changed.
  std::string nearly_a_rule() {
    std::string text = to_string(rule());
    for (std::size_t left = below(3); left > 0; --left) {
      const std::size_t at = below(text.size());
      if (below(2) == 0) {
        text.insert(at, text.substr(below(text.size()), 1 + below(3)));
      } else {
        text[at] = static_cast<char>(below(4) == 0 ? byte() : 0x20 + below(0x5F));
      }
    }
    return text;
  }

  std::string bytes() {
    constexpr std::string_view kPieces[] = {
        "a", "github.com", ".", "*",       "*.",       ":",    "::",    "[", "]",
        "/", "443",        "0", "1.2.3.4", "10",       "fe80", "ff",    "%", "-",
        "_", " ",          "@", "A",       "\xC3\xA9", "0x7f", "65535", "x"};
    std::string text;
    for (std::size_t left = below(9); left > 0; --left) {
      if (below(8) == 0) {
        text += static_cast<char>(byte());
      } else {
        text += kPieces[below(std::size(kPieces))];
      }
    }
    return text;
  }

 private:
  fakes::FakeRandomSource random_;
};

bool is_bit_set(const IpAddress& address, unsigned bit) {
  return (address.v6_bytes()[bit / 8] & (0x80U >> (bit % 8))) != 0;
}

/// The definition, bit by bit.
bool holds(const IpNetwork& network, const IpAddress& address) {
  if (network.address.is_v4() != address.is_v4()) return false;
  const unsigned first = address.is_v4() ? 96 : 0;
  for (unsigned bit = 0; bit < network.prefix_length; ++bit)
    if (is_bit_set(network.address, first + bit) != is_bit_set(address, first + bit)) return false;
  return true;
}

std::vector<std::string> labels_of(const std::string& name) {
  std::vector<std::string> labels;
  std::istringstream stream(name);
  for (std::string label; std::getline(stream, label, '.');) labels.push_back(label);
  return labels;
}

/// The definition, label by label.
bool is_below(const std::string& name, const std::string& parent) {
  const std::vector<std::string> mine = labels_of(name);
  const std::vector<std::string> above = labels_of(parent);
  return mine.size() > above.size() && std::equal(above.rbegin(), above.rend(), mine.rbegin());
}

TEST(EgressProperty, ARuleIsReadFromItsOwnText) {
  Dice dice(1);
  for (int round = 0; round < 20'000; ++round) {
    const EgressRule rule = dice.rule();
    const std::string text = to_string(rule);
    const Result<EgressRule> read = parse_egress_rule(text);
    // What is the box itself, by name or by address, is no rule.
    if (!read.ok()) {
      EXPECT_NE(read.error().text().find("the box itself"), std::string::npos) << text;
      continue;
    }
    EXPECT_EQ(read.value(), rule) << text;
  }
}

TEST(EgressProperty, AnAddressIsReadFromItsOwnText) {
  Dice dice(2);
  for (int round = 0; round < 20'000; ++round) {
    const IpAddress address = dice.address();
    EXPECT_EQ(IpAddress::parse(address.to_string()), address) << address.to_string();
    const IpNetwork network = dice.network();
    EXPECT_EQ(IpNetwork::parse(network.to_string()), network) << network.to_string();
  }
}

TEST(EgressProperty, AnyBytesAreARuleInCanonicalFormOrAnError) {
  Dice dice(3);
  int rules = 0;
  for (int round = 0; round < 100'000; ++round) {
    const std::string bytes = round % 2 == 0 ? dice.bytes() : dice.nearly_a_rule();
    const Result<EgressRule> rule = parse_egress_rule(bytes);
    if (!rule.ok()) {
      EXPECT_EQ(rule.error().code(), ErrorCode::kUsage) << bytes;
      EXPECT_FALSE(rule.error().message().empty()) << bytes;
      continue;
    }
    ++rules;
    const std::string text = to_string(rule.value());
    ASSERT_TRUE(parse_egress_rule(text).ok()) << text;
    EXPECT_EQ(parse_egress_rule(text).value(), rule.value()) << text;
    EXPECT_EQ(to_string(parse_egress_rule(text).value()), text);
  }
  EXPECT_GT(rules, 1'000) << "the pieces make rules often enough to mean something";
}

TEST(EgressProperty, ABlockHoldsWhatItsBitsSay) {
  Dice dice(4);
  int held = 0;
  for (int round = 0; round < 50'000; ++round) {
    const IpNetwork network = dice.network();
    const IpAddress address = dice.address();
    EXPECT_EQ(network.contains(address), holds(network, address))
        << network.to_string() << " " << address.to_string();
    EXPECT_TRUE(network.contains(network.address));
    held += network.contains(address) ? 1 : 0;
  }
  EXPECT_GT(held, 1'000);
}

TEST(EgressProperty, BelowIsWhatTheLabelsSay) {
  Dice dice(5);
  for (int round = 0; round < 20'000; ++round) {
    const std::string parent = dice.name(1 + dice.below(3));
    const std::string candidates[] = {parent,
                                      dice.label() + parent,
                                      dice.label() + "." + parent,
                                      dice.name(1 + dice.below(4)),
                                      parent + "." + dice.label(),
                                      dice.name(2) + "." + parent};
    for (const std::string& name : candidates) {
      EXPECT_EQ(HostName::parse(name)->is_below(HostName::parse(parent).value()),
                is_below(name, parent))
          << name << " " << parent;
    }
  }
}

TEST(EgressProperty, ABlockIsPublicIfAndOnlyIfSomeOfItIs) {
  Dice dice(6);
  for (int round = 0; round < 20'000; ++round) {
    const IpNetwork network = dice.network();
    const IpAddress address = dice.address();
    if (why_not_public(network) && network.contains(address)) {
      EXPECT_TRUE(why_not_public(address)) << network.to_string() << " " << address.to_string();
    }
    EXPECT_EQ(why_not_public(IpNetwork::of(address)), why_not_public(address));
  }
}

TEST(EgressProperty, NothingIsAllowedThatNoRuleHolds) {
  Dice dice(7);
  for (int round = 0; round < 5'000; ++round) {
    EgressPolicy policy;
    for (std::size_t left = dice.below(6); left > 0; --left)
      policy.rules.push_back({dice.rule(), "test"});
    const IpAddress address = dice.address();
    const auto port = static_cast<std::uint16_t>(1 + dice.below(65'535));
    const EgressVerdict verdict = decide(policy, address, port);
    if (!verdict.allowed()) continue;
    ASSERT_NE(verdict.rule, nullptr);
    const EgressRule& rule = verdict.rule->rule;
    EXPECT_TRUE(holds(std::get<IpNetwork>(rule.target), address));
    EXPECT_TRUE(!rule.port || *rule.port == port);
    EXPECT_FALSE(is_host_itself(address));
    EXPECT_TRUE(!why_not_public(address) || why_not_public(std::get<IpNetwork>(rule.target)));
  }
}

}  // namespace
}  // namespace mino
