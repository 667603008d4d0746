#include "adapters/linux/packet_filter.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/linux/netlink_socket.hpp"
#include "adapters/linux/netlink_writer.hpp"

namespace mino::linux {
namespace {

constexpr std::uint32_t kLoopbackIndex = 1;  // of every network namespace
// linux/netfilter/nf_conntrack_common.h: bits of the states, and of what happened to a connection.
constexpr std::uint32_t kEstablishedOrRelated = 1U << 1 | 1U << 2;
constexpr std::uint32_t kNew = 1U << 3;
constexpr std::uint32_t kDestinationChanged = 1U << 5;

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

template <typename Value>
std::string raw(const Value& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// The expressions of one rule, as the kernel's virtual machine wants them.
class Expressions {
 public:
  explicit Expressions(NetlinkWriter& out) : out_(out) {}

  void match(const packet::Match& match) {
    std::visit(Overloaded{
                   [this](const packet::OverLoopback&) {
                     load_meta(NFT_META_OIF);
                     compare(NFT_CMP_EQ, raw(kLoopbackIndex));
                   },
                   [this](const packet::OfProtocol& of) { protocol(of.protocol); },
                   [this](const packet::ToPort& to) {
                     protocol(to.protocol);
                     load_payload(NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2);
                     compare(NFT_CMP_EQ, raw(htons(to.port)));
                   },
                   [this](const packet::OfIcmpType& of) {
                     family(of.protocol == packet::Protocol::kIcmp);
                     protocol(of.protocol);
                     load_payload(NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1);
                     compare(NFT_CMP_EQ, raw(of.type));
                   },
                   [this](const packet::ToNetwork& to) { destination(to.network, NFT_CMP_EQ); },
                   [this](const packet::ToOutside& to) { destination(to.network, NFT_CMP_NEQ); },
                   [this](const packet::OfNewConnection&) { any_bit(NFT_CT_STATE, kNew); },
                   [this](const packet::OfKnownConnection&) {
                     any_bit(NFT_CT_STATE, kEstablishedOrRelated);
                   },
                   [this](const packet::NotRedirected&) {
                     load_connection(NFT_CT_STATUS);
                     mask(raw(kDestinationChanged));
                     compare(NFT_CMP_EQ, raw(std::uint32_t{0}));
                   },
                   [this](const packet::FromOpener&) {
                     load_connection(NFT_CT_DIRECTION);
                     compare(NFT_CMP_EQ, raw(std::uint8_t{0}));
                   },
               },
               match);
  }

  void verdict(const packet::Verdict& verdict) {
    std::visit(Overloaded{
                   [this](const packet::Accept&) { decide(NF_ACCEPT); },
                   [this](const packet::Drop&) { decide(NF_DROP); },
                   [this](const packet::RedirectTo& to) { redirect(to.port); },
                   [this](const packet::RejectWithReset&) { reject(NFT_REJECT_TCP_RST); },
                   [this](const packet::Reject&) { reject(NFT_REJECT_ICMPX_UNREACH); },
               },
               verdict);
  }

 private:
  template <typename Fill>
  void expression(std::string_view name, Fill fill) {
    out_.nest(NFTA_LIST_ELEM, [&] {
      out_.text(NFTA_EXPR_NAME, name);
      out_.nest(NFTA_EXPR_DATA, fill);
    });
  }
  void value(int type, std::string_view bytes) {
    out_.nest(type, [&] { out_.bytes(NFTA_DATA_VALUE, bytes); });
  }
  void load_meta(std::uint32_t key) {
    expression("meta", [&] {
      out_.network_order(NFTA_META_DREG, NFT_REG_1);
      out_.network_order(NFTA_META_KEY, key);
    });
  }
  void load_payload(std::uint32_t base, std::uint32_t offset, std::uint32_t length) {
    expression("payload", [&] {
      out_.network_order(NFTA_PAYLOAD_DREG, NFT_REG_1);
      out_.network_order(NFTA_PAYLOAD_BASE, base);
      out_.network_order(NFTA_PAYLOAD_OFFSET, offset);
      out_.network_order(NFTA_PAYLOAD_LEN, length);
    });
  }
  void load_connection(std::uint32_t key) {
    expression("ct", [&] {
      out_.network_order(NFTA_CT_DREG, NFT_REG_1);
      out_.network_order(NFTA_CT_KEY, key);
    });
  }
  void compare(std::uint32_t how, std::string_view bytes) {
    expression("cmp", [&] {
      out_.network_order(NFTA_CMP_SREG, NFT_REG_1);
      out_.network_order(NFTA_CMP_OP, how);
      value(NFTA_CMP_DATA, bytes);
    });
  }
  void mask(const std::string& bits) {
    expression("bitwise", [&] {
      out_.network_order(NFTA_BITWISE_SREG, NFT_REG_1);
      out_.network_order(NFTA_BITWISE_DREG, NFT_REG_1);
      out_.network_order(NFTA_BITWISE_LEN, static_cast<std::uint32_t>(bits.size()));
      value(NFTA_BITWISE_MASK, bits);
      value(NFTA_BITWISE_XOR, std::string(bits.size(), '\0'));
    });
  }
  void any_bit(std::uint32_t key, std::uint32_t bits) {
    load_connection(key);
    mask(raw(bits));
    compare(NFT_CMP_NEQ, raw(std::uint32_t{0}));
  }
  void protocol(packet::Protocol protocol) {
    load_meta(NFT_META_L4PROTO);
    compare(NFT_CMP_EQ, raw(static_cast<std::uint8_t>(protocol)));
  }
  void family(bool v4) {
    load_meta(NFT_META_NFPROTO);
    compare(NFT_CMP_EQ, raw(static_cast<std::uint8_t>(v4 ? NFPROTO_IPV4 : NFPROTO_IPV6)));
  }
  void destination(const IpNetwork& network, std::uint32_t how) {
    const bool v4 = network.address.is_v4();
    family(v4);
    if (network.prefix_length == 0) return;
    constexpr std::uint32_t kOffset4 = 16;  // of the destination in an IPv4 header
    constexpr std::uint32_t kOffset6 = 24;
    const std::uint32_t length = v4 ? 4 : 16;
    load_payload(NFT_PAYLOAD_NETWORK_HEADER, v4 ? kOffset4 : kOffset6, length);
    if (!network.is_single()) {
      std::string bits(length, '\0');
      for (unsigned bit = 0; bit < network.prefix_length; ++bit)
        bits[bit / 8] =
            static_cast<char>(static_cast<unsigned char>(bits[bit / 8]) | (0x80U >> (bit % 8)));
      mask(bits);
    }
    const IpAddress::V6Bytes bytes = network.address.v6_bytes();
    compare(how, raw(bytes).substr(bytes.size() - length));
  }
  void decide(std::uint32_t code) {
    expression("immediate", [&] {
      out_.network_order(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
      out_.nest(NFTA_IMMEDIATE_DATA, [&] {
        out_.nest(NFTA_DATA_VERDICT, [&] { out_.network_order(NFTA_VERDICT_CODE, code); });
      });
    });
  }
  void redirect(std::uint16_t port) {
    expression("immediate", [&] {
      out_.network_order(NFTA_IMMEDIATE_DREG, NFT_REG_1);
      value(NFTA_IMMEDIATE_DATA, raw(htons(port)));
    });
    expression("redir", [&] {
      out_.network_order(NFTA_REDIR_REG_PROTO_MIN, NFT_REG_1);
      out_.network_order(NFTA_REDIR_FLAGS, kPortGiven);
    });
  }
  void reject(std::uint32_t type) {
    expression("reject", [&] {
      out_.network_order(NFTA_REJECT_TYPE, type);
      if (type == NFT_REJECT_ICMPX_UNREACH)
        out_.host_order(NFTA_REJECT_ICMP_CODE, std::uint8_t{NFT_REJECT_ICMPX_PORT_UNREACH});
    });
  }

  // NF_NAT_RANGE_PROTO_SPECIFIED of linux/netfilter/nf_nat.h.
  static constexpr std::uint32_t kPortGiven = 2;

  NetlinkWriter& out_;
};

/// The messages of one transaction, and what each was for.
class Transaction {
 public:
  void begin() { control(NFNL_MSG_BATCH_BEGIN); }
  void end() { control(NFNL_MSG_BATCH_END); }
  void table() {
    message(NFT_MSG_NEWTABLE, NLM_F_CREATE, "the table");
    out_.text(NFTA_TABLE_NAME, PacketRules::kTable);
  }
  void chain(const packet::Chain& chain) {
    message(NFT_MSG_NEWCHAIN, NLM_F_CREATE, "chain " + chain.name);
    out_.text(NFTA_CHAIN_TABLE, PacketRules::kTable);
    out_.text(NFTA_CHAIN_NAME, chain.name);
    out_.nest(NFTA_CHAIN_HOOK, [&] {
      out_.network_order(NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_OUT);
      out_.network_order(NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(chain.priority));
    });
    out_.network_order(NFTA_CHAIN_POLICY,
                       chain.policy == packet::Chain::Policy::kAccept ? NF_ACCEPT : NF_DROP);
    out_.text(NFTA_CHAIN_TYPE, chain.kind == packet::Chain::Kind::kNat ? "nat" : "filter");
  }
  void rule(const packet::Chain& chain, const packet::Rule& rule) {
    message(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, to_nft_text(rule));
    out_.text(NFTA_RULE_TABLE, PacketRules::kTable);
    out_.text(NFTA_RULE_CHAIN, chain.name);
    out_.nest(NFTA_RULE_EXPRESSIONS, [&] {
      Expressions expressions(out_);
      for (const packet::Match& match : rule.matches) expressions.match(match);
      expressions.verdict(rule.verdict);
    });
  }
  [[nodiscard]] const std::string& bytes() const { return out_.buffer(); }
  [[nodiscard]] std::string subject(std::uint32_t sequence) const {
    return sequence < subjects_.size() ? subjects_[sequence] : std::string("the transaction");
  }

 private:
  void control(int type) {
    nfgenmsg fixed{};
    fixed.nfgen_family = AF_UNSPEC;
    fixed.version = NFNETLINK_V0;
    fixed.res_id = htons(NFNL_SUBSYS_NFTABLES);
    out_.message(type, NLM_F_REQUEST, next(), fixed);
    subjects_.emplace_back("the transaction");
  }
  void message(int type, unsigned flags, std::string subject) {
    nfgenmsg fixed{};
    fixed.nfgen_family = NFPROTO_INET;
    fixed.version = NFNETLINK_V0;
    out_.message(NFNL_SUBSYS_NFTABLES << 8 | type, NLM_F_REQUEST | NLM_F_ACK | flags, next(),
                 fixed);
    subjects_.push_back(std::move(subject));
  }
  [[nodiscard]] std::uint32_t next() const { return static_cast<std::uint32_t>(subjects_.size()); }

  NetlinkWriter out_;
  std::vector<std::string> subjects_;
};

}  // namespace

Result<void> load_packet_rules(const PacketRules& rules) {
  Transaction transaction;
  transaction.begin();
  transaction.table();
  for (const packet::Chain& chain : rules.chains) {
    transaction.chain(chain);
    for (const packet::Rule& rule : chain.rules) transaction.rule(chain, rule);
  }
  transaction.end();
  MINO_ASSIGN(NetlinkSocket socket, NetlinkSocket::open(NETLINK_NETFILTER));
  MINO_ASSIGN(const std::vector<NetlinkAnswer> answers, socket.exchange(transaction.bytes()));
  for (const NetlinkAnswer& answer : answers) {
    if (answer.error == 0) continue;
    return Error(ErrorCode::kInternal,
                 fmt::format("loading {}: {}", transaction.subject(answer.sequence),
                             ::strerrordesc_np(answer.error)))
        .set_errno(answer.error);
  }
  return {};
}

}  // namespace mino::linux
