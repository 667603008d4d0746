#include "adapters/linux/packet_rule_encoder.hpp"

#include <gtest/gtest.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace mino::linux {
namespace {

std::vector<nlmsghdr> heads_of(std::string_view messages) {
  std::vector<nlmsghdr> heads;
  while (messages.size() >= sizeof(nlmsghdr)) {
    nlmsghdr head{};
    std::memcpy(&head, messages.data(), sizeof head);
    EXPECT_GE(head.nlmsg_len, sizeof head);
    EXPECT_LE(head.nlmsg_len, messages.size());
    if (head.nlmsg_len < sizeof head || head.nlmsg_len > messages.size()) break;
    messages.remove_prefix(head.nlmsg_len);
    heads.push_back(head);
  }
  EXPECT_TRUE(messages.empty());
  return heads;
}

/// A batch as the kernel and load_packet_rules() expect it.
void expect_well_formed(const PacketBatch& batch) {
  EXPECT_LE(batch.messages.size(), PacketBatch::kMaxBytes);
  const std::vector<nlmsghdr> heads = heads_of(batch.messages);
  ASSERT_EQ(heads.size(), batch.subjects.size());
  ASSERT_GE(heads.size(), 3U);
  EXPECT_EQ(heads.front().nlmsg_type, NFNL_MSG_BATCH_BEGIN);
  EXPECT_EQ(heads.back().nlmsg_type, NFNL_MSG_BATCH_END);
  for (std::uint32_t i = 0; i < heads.size(); ++i) {
    EXPECT_EQ(heads[i].nlmsg_seq, i);
    EXPECT_EQ((heads[i].nlmsg_flags & NLM_F_ACK) != 0, i == batch.answered()) << i;
  }
}

std::vector<AllowedDestination> destinations(std::size_t count) {
  return {count, {IpNetwork::parse("2001:db8::/33").value(), 443}};
}

TEST(PacketRuleEncoder, AGatewayBoxIsOneTransaction) {
  const auto batches = encode_packet_rules(gateway_rules({.tcp = 1, .dns = 2}));
  ASSERT_EQ(batches.size(), 1U);
  expect_well_formed(batches[0]);
  EXPECT_EQ(batches[0].subjects[1], "table inet mino");
  EXPECT_EQ(batches[0].subjects[2], "chain nat_out");
  EXPECT_EQ(batches[0].subjects[4], "rule 'udp dport 53 redirect to :2' of chain nat_out");
}

TEST(PacketRuleEncoder, ManyRulesAreAppendedBehindThePolicy) {
  const PacketRules rules = filter_rules(destinations(4096), {});
  const auto batches = encode_packet_rules(rules);
  ASSERT_GT(batches.size(), 1U);
  std::vector<std::string> subjects;
  for (const PacketBatch& batch : batches) {
    expect_well_formed(batch);
    subjects.insert(subjects.end(), batch.subjects.begin() + 1, batch.subjects.end() - 1);
  }
  ASSERT_EQ(subjects.size(), 2 + rules.chains[0].rules.size());
  EXPECT_EQ(subjects[1], "chain filter_out");
  for (std::size_t i = 0; i < rules.chains[0].rules.size(); ++i) {
    EXPECT_EQ(subjects[i + 2],
              "rule '" + to_nft_text(rules.chains[0].rules[i]) + "' of chain filter_out");
  }
}

}  // namespace
}  // namespace mino::linux
