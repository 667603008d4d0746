// The packet rules of a box as nft(8) spells them. MINO_UPDATE_GOLDEN=1 rewrites the expected
// texts.
#include "domain/network/packet_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "helper/protocol/hook.hpp"
#include "tests/unit/cli/golden.hpp"

namespace mino {
namespace {

using testing_support::expect_golden;

AllowedDestination allowed(const std::string& network, std::optional<std::uint16_t> port) {
  return {IpNetwork::parse(network).value(), port};
}

TEST(PacketRules, OfAGatewayBox) {
  expect_golden("network/gateway_rules.nft",
                to_nft_text(gateway_rules({hook::kTcpPort, hook::kDnsPort})));
}

TEST(PacketRules, AServiceInsideABoxIsLeftAloneBeforeEverythingElse) {
  const PacketRules without = gateway_rules({hook::kTcpPort, hook::kDnsPort});
  PacketRules with = gateway_rules({hook::kTcpPort, hook::kDnsPort},
                                   BoxService{IpAddress::parse("169.254.170.2").value(), 80});
  ASSERT_FALSE(with.chains.front().rules.empty());
  EXPECT_EQ(to_nft_text(with.chains.front().rules.front()),
            "ip daddr 169.254.170.2 tcp dport 80 accept");
  with.chains.front().rules.erase(with.chains.front().rules.begin());
  EXPECT_EQ(with, without) << "and nothing else is";
}

TEST(PacketRules, OfAFilteredBox) {
  expect_golden("network/filter_rules.nft",
                to_nft_text(filter_rules(
                    {allowed("140.82.121.3", 443), allowed("10.0.0.0/8", std::nullopt),
                     allowed("2001:db8::/32", 22), allowed("2001:db8::1", std::nullopt),
                     allowed("0.0.0.0/0", 80), allowed("::/0", 80)},
                    {IpAddress::parse("10.0.2.3").value(), IpAddress::parse("fd00::3").value()})));
}

TEST(PacketRules, OfAFilteredBoxWithoutDestinations) {
  expect_golden("network/filter_nothing.nft", to_nft_text(filter_rules({}, {})));
}

TEST(PacketRules, PortsOfTheGatewayAreThoseAskedFor) {
  const std::string text = to_nft_text(gateway_rules({.tcp = 701, .dns = 702}));
  EXPECT_NE(text.find("meta l4proto tcp redirect to :701\n"), std::string::npos);
  EXPECT_NE(text.find("udp dport 53 redirect to :702\n"), std::string::npos);
  EXPECT_NE(text.find("tcp dport 701 ct state new"), std::string::npos);
  EXPECT_NE(text.find("udp dport 702 ct status ! dnat"), std::string::npos);
}

/// What no destination and no resolver may change.
TEST(PacketRules, AFilterAcceptsNothingBehindItsRefusals) {
  const PacketRules rules = filter_rules({allowed("0.0.0.0/0", std::nullopt)}, {});
  ASSERT_EQ(rules.chains.size(), 1U);
  const packet::Chain& chain = rules.chains.front();
  EXPECT_EQ(chain.kind, packet::Chain::Kind::kFilter);
  EXPECT_EQ(chain.policy, packet::Chain::Policy::kDrop);
  ASSERT_GE(chain.rules.size(), 2U);
  EXPECT_EQ(to_nft_text(chain.rules[chain.rules.size() - 2]),
            "meta l4proto tcp reject with tcp reset");
  EXPECT_EQ(to_nft_text(chain.rules.back()), "meta l4proto udp reject");
}

TEST(PacketRules, AnIpv4BlockLetsNoIpv6Through) {
  const PacketRules rules = filter_rules({allowed("0.0.0.0/0", std::nullopt)}, {});
  EXPECT_TRUE(std::any_of(rules.chains[0].rules.begin(), rules.chains[0].rules.end(),
                          [](const packet::Rule& rule) {
                            return to_nft_text(rule) == "meta nfproto ipv4 meta l4proto tcp accept";
                          }));
}

TEST(PacketRules, SpellProtocolsAndTypesAsNftDoes) {
  using packet::Protocol;
  EXPECT_EQ(to_nft_text({{packet::OfProtocol{Protocol::kIcmpV6}}, packet::Drop{}}),
            "meta l4proto ipv6-icmp drop");
  EXPECT_EQ(to_nft_text({{packet::OfIcmpType{Protocol::kIcmp, 13}}, packet::Accept{}}),
            "icmp type 13 accept");
  EXPECT_EQ(to_nft_text({{}, packet::Drop{}}), "drop");
}

}  // namespace
}  // namespace mino
