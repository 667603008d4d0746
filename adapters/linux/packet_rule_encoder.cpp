#include "adapters/linux/packet_rule_encoder.hpp"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <string_view>
#include <utility>

#include "adapters/linux/netlink_writer.hpp"
#include "adapters/linux/packet_expressions.hpp"

namespace mino::linux {

namespace {

// More than the longest rule and the end of a batch take.
constexpr std::size_t kRuleBytes = 2048;

int nf_tables(int message) { return (NFNL_SUBSYS_NFTABLES << 8) | message; }

/// One batch on its way.
class BatchWriter {
 public:
  BatchWriter() { boundary(NFNL_MSG_BATCH_BEGIN, "the packet filter"); }

  void table() {
    message(NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL,
            "table inet " + std::string(PacketRules::kTable));
    writer_.text(NFTA_TABLE_NAME, PacketRules::kTable);
  }

  void chain(const packet::Chain& chain) {
    message(NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_EXCL, "chain " + chain.name);
    writer_.text(NFTA_CHAIN_TABLE, PacketRules::kTable);
    writer_.text(NFTA_CHAIN_NAME, chain.name);
    writer_.nest(NFTA_CHAIN_HOOK, [&] {
      writer_.network_order(NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_OUT);
      writer_.network_order(NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(chain.priority));
    });
    writer_.network_order(NFTA_CHAIN_POLICY,
                          chain.policy == packet::Chain::Policy::kAccept ? NF_ACCEPT : NF_DROP);
    writer_.text(NFTA_CHAIN_TYPE, chain.kind == packet::Chain::Kind::kNat ? "nat" : "filter");
  }

  void rule(const packet::Chain& chain, const packet::Rule& rule) {
    message(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND,
            "rule '" + to_nft_text(rule) + "' of chain " + chain.name);
    writer_.text(NFTA_RULE_TABLE, PacketRules::kTable);
    writer_.text(NFTA_RULE_CHAIN, chain.name);
    write_expressions(writer_, rule);
  }

  [[nodiscard]] bool has_room() const {
    return writer_.size() + kRuleBytes <= PacketBatch::kMaxBytes;
  }

  PacketBatch finish() {
    boundary(NFNL_MSG_BATCH_END, "the packet filter");
    PacketBatch batch{writer_.buffer(), std::move(subjects_)};
    acknowledge(batch);
    return batch;
  }

 private:
  std::uint32_t next(std::string subject) {
    subjects_.push_back(std::move(subject));
    return static_cast<std::uint32_t>(subjects_.size() - 1);
  }

  void boundary(int type, std::string subject) {
    nfgenmsg head{};
    head.nfgen_family = AF_UNSPEC;
    head.version = NFNETLINK_V0;
    head.res_id = ::htons(NFNL_SUBSYS_NFTABLES);
    writer_.message(type, NLM_F_REQUEST, next(std::move(subject)), head);
  }

  void message(int type, unsigned flags, std::string subject) {
    nfgenmsg head{};
    head.nfgen_family = NFPROTO_INET;
    head.version = NFNETLINK_V0;
    last_ = writer_.size();
    writer_.message(nf_tables(type), NLM_F_REQUEST | flags, next(std::move(subject)), head);
  }

  /// Errors are answered in any case. One success shows that the kernel has come to the end, and
  /// does not flood the receive buffer as one a rule would.
  void acknowledge(PacketBatch& batch) const {
    nlmsghdr head{};
    batch.messages.copy(reinterpret_cast<char*>(&head), sizeof head, last_);
    head.nlmsg_flags |= NLM_F_ACK;
    batch.messages.replace(last_, sizeof head, reinterpret_cast<const char*>(&head), sizeof head);
  }

  NetlinkWriter writer_;
  std::vector<std::string> subjects_;
  std::size_t last_ = 0;  ///< where the last message before the end of the batch begins
};

}  // namespace

std::vector<PacketBatch> encode_packet_rules(const PacketRules& rules) {
  std::vector<PacketBatch> batches;
  BatchWriter writer;
  writer.table();
  for (const packet::Chain& chain : rules.chains) writer.chain(chain);
  for (const packet::Chain& chain : rules.chains) {
    for (const packet::Rule& rule : chain.rules) {
      if (!writer.has_room()) {
        batches.push_back(writer.finish());
        writer = BatchWriter();
      }
      writer.rule(chain, rule);
    }
  }
  batches.push_back(writer.finish());
  return batches;
}

}  // namespace mino::linux
