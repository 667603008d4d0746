#include "adapters/linux/packet_expressions.hpp"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace mino::linux {

namespace {

using packet::Protocol;

// One is enough: no match needs what another has loaded.
constexpr std::uint32_t kRegister = NFT_REG_1;

// Offsets of the destination in the headers of RFC 791 and RFC 8200.
constexpr std::uint32_t kDestinationV4 = 16;
constexpr std::uint32_t kDestinationV6 = 24;
constexpr std::uint32_t kDestinationPort = 2;
constexpr std::uint32_t kPortBytes = 2;

// Bits of `ct state`: NF_CT_STATE_BIT of the kernel, which its user interface has no name for.
constexpr std::uint32_t state_bit(unsigned info) { return 1U << (info % IP_CT_IS_REPLY + 1); }
constexpr std::uint32_t kStateNew = state_bit(IP_CT_NEW);
constexpr std::uint32_t kStateKnown = state_bit(IP_CT_ESTABLISHED) | state_bit(IP_CT_RELATED);

template <typename Value>
std::string as_bytes(Value value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string address_bytes(const IpAddress& address) {
  if (address.is_v4()) {
    const auto bytes = address.v4_bytes();
    return {bytes.begin(), bytes.end()};
  }
  const auto bytes = address.v6_bytes();
  return {bytes.begin(), bytes.end()};
}

/// `size` bytes, the first `length` bits of which are set.
std::string mask_bytes(std::size_t size, unsigned length) {
  constexpr unsigned kByte = 8;
  constexpr unsigned kAll = 0xff;
  std::string mask(size, '\0');
  for (std::size_t i = 0; i < size && length > 0; ++i) {
    const unsigned bits = length < kByte ? length : kByte;
    mask[i] = static_cast<char>(kAll << (kByte - bits));
    length -= bits;
  }
  return mask;
}

/// The expressions that nf_tables offers, as far as they are needed.
class Expressions {
 public:
  explicit Expressions(NetlinkWriter& writer) : writer_(writer) {}

  void meta(nft_meta_keys key) {
    expression("meta", [&] {
      writer_.network_order(NFTA_META_DREG, kRegister);
      writer_.network_order(NFTA_META_KEY, key);
    });
  }
  void ct(nft_ct_keys key) {
    expression("ct", [&] {
      writer_.network_order(NFTA_CT_DREG, kRegister);
      writer_.network_order(NFTA_CT_KEY, key);
    });
  }
  void payload(nft_payload_bases base, std::uint32_t offset, std::uint32_t length) {
    expression("payload", [&] {
      writer_.network_order(NFTA_PAYLOAD_DREG, kRegister);
      writer_.network_order(NFTA_PAYLOAD_BASE, base);
      writer_.network_order(NFTA_PAYLOAD_OFFSET, offset);
      writer_.network_order(NFTA_PAYLOAD_LEN, length);
    });
  }
  void mask(std::string_view bits) {
    expression("bitwise", [&] {
      writer_.network_order(NFTA_BITWISE_SREG, kRegister);
      writer_.network_order(NFTA_BITWISE_DREG, kRegister);
      writer_.network_order(NFTA_BITWISE_LEN, static_cast<std::uint32_t>(bits.size()));
      data(NFTA_BITWISE_MASK, bits);
      data(NFTA_BITWISE_XOR, std::string(bits.size(), '\0'));
    });
  }
  void compare(nft_cmp_ops operation, std::string_view value) {
    expression("cmp", [&] {
      writer_.network_order(NFTA_CMP_SREG, kRegister);
      writer_.network_order(NFTA_CMP_OP, operation);
      data(NFTA_CMP_DATA, value);
    });
  }
  void load(std::string_view value) {
    expression("immediate", [&] {
      writer_.network_order(NFTA_IMMEDIATE_DREG, kRegister);
      data(NFTA_IMMEDIATE_DATA, value);
    });
  }
  void verdict(std::uint32_t code) {
    expression("immediate", [&] {
      writer_.network_order(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
      writer_.nest(NFTA_IMMEDIATE_DATA, [&] {
        writer_.nest(NFTA_DATA_VERDICT, [&] { writer_.network_order(NFTA_VERDICT_CODE, code); });
      });
    });
  }
  void redirect() {
    expression("redir", [&] {
      writer_.network_order(NFTA_REDIR_REG_PROTO_MIN, kRegister);
      writer_.network_order(NFTA_REDIR_FLAGS, NF_NAT_RANGE_PROTO_SPECIFIED);
    });
  }
  void reject(nft_reject_types type, std::uint8_t code) {
    expression("reject", [&] {
      writer_.network_order(NFTA_REJECT_TYPE, type);
      writer_.host_order(NFTA_REJECT_ICMP_CODE, code);
    });
  }

 private:
  template <typename Fill>
  void expression(std::string_view name, Fill fill) {
    writer_.nest(NFTA_LIST_ELEM, [&] {
      writer_.text(NFTA_EXPR_NAME, name);
      writer_.nest(NFTA_EXPR_DATA, fill);
    });
  }
  void data(int type, std::string_view value) {
    writer_.nest(type, [&] { writer_.bytes(NFTA_DATA_VALUE, value); });
  }

  NetlinkWriter& writer_;
};

/// Turns one part of a rule into expressions.
class Encoder {
 public:
  explicit Encoder(NetlinkWriter& writer) : to_(writer) {}

  void operator()(const packet::OverLoopback& /*match*/) {
    // LOOPBACK_IFINDEX of the kernel, the same in every namespace.
    constexpr std::uint32_t kLoopback = 1;
    to_.meta(NFT_META_OIF);
    to_.compare(NFT_CMP_EQ, as_bytes(kLoopback));
  }
  void operator()(const packet::OfProtocol& match) { protocol(match.protocol); }
  void operator()(const packet::ToPort& match) {
    protocol(match.protocol);
    to_.payload(NFT_PAYLOAD_TRANSPORT_HEADER, kDestinationPort, kPortBytes);
    to_.compare(NFT_CMP_EQ, as_bytes(::htons(match.port)));
  }
  void operator()(const packet::OfIcmpType& match) {
    family(match.protocol == Protocol::kIcmp ? NFPROTO_IPV4 : NFPROTO_IPV6);
    protocol(match.protocol);
    to_.payload(NFT_PAYLOAD_TRANSPORT_HEADER, 0, sizeof match.type);
    to_.compare(NFT_CMP_EQ, as_bytes(match.type));
  }
  void operator()(const packet::ToNetwork& match) { destination(match.network, NFT_CMP_EQ); }
  void operator()(const packet::ToOutside& match) { destination(match.network, NFT_CMP_NEQ); }
  void operator()(const packet::OfNewConnection& /*match*/) {
    tracked(NFT_CT_STATE, kStateNew, NFT_CMP_NEQ);
  }
  void operator()(const packet::OfKnownConnection& /*match*/) {
    tracked(NFT_CT_STATE, kStateKnown, NFT_CMP_NEQ);
  }
  void operator()(const packet::NotRedirected& /*match*/) {
    tracked(NFT_CT_STATUS, IPS_DST_NAT, NFT_CMP_EQ);
  }
  void operator()(const packet::FromOpener& /*match*/) {
    to_.ct(NFT_CT_DIRECTION);
    // IP_CT_DIR_ORIGINAL of the kernel, which its user interface does not have.
    constexpr std::uint8_t kOriginal = 0;
    to_.compare(NFT_CMP_EQ, as_bytes(kOriginal));
  }

  void operator()(const packet::Accept& /*verdict*/) { to_.verdict(NF_ACCEPT); }
  void operator()(const packet::Drop& /*verdict*/) { to_.verdict(NF_DROP); }
  void operator()(const packet::RedirectTo& verdict) {
    to_.load(as_bytes(::htons(verdict.port)));
    to_.redirect();
  }
  void operator()(const packet::RejectWithReset& /*verdict*/) { to_.reject(NFT_REJECT_TCP_RST, 0); }
  void operator()(const packet::Reject& /*verdict*/) {
    to_.reject(NFT_REJECT_ICMPX_UNREACH, NFT_REJECT_ICMPX_PORT_UNREACH);
  }

 private:
  void family(std::uint8_t family) {
    to_.meta(NFT_META_NFPROTO);
    to_.compare(NFT_CMP_EQ, as_bytes(family));
  }
  void protocol(Protocol protocol) {
    to_.meta(NFT_META_L4PROTO);
    to_.compare(NFT_CMP_EQ, as_bytes(protocol));
  }
  void destination(const IpNetwork& network, nft_cmp_ops operation) {
    const bool v4 = network.address.is_v4();
    family(v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
    if (network.prefix_length == 0) return;
    const std::string address = address_bytes(network.address);
    to_.payload(NFT_PAYLOAD_NETWORK_HEADER, v4 ? kDestinationV4 : kDestinationV6,
                static_cast<std::uint32_t>(address.size()));
    if (!network.is_single()) to_.mask(mask_bytes(address.size(), network.prefix_length));
    to_.compare(operation, address);
  }
  /// Compares some bits of what connection tracking knows with none.
  void tracked(nft_ct_keys key, std::uint32_t bits, nft_cmp_ops operation) {
    to_.ct(key);
    to_.mask(as_bytes(bits));
    to_.compare(operation, as_bytes(std::uint32_t{0}));
  }

  Expressions to_;
};

}  // namespace

void write_expressions(NetlinkWriter& writer, const packet::Rule& rule) {
  writer.nest(NFTA_RULE_EXPRESSIONS, [&] {
    Encoder encoder(writer);
    for (const packet::Match& match : rule.matches) std::visit(encoder, match);
    std::visit(encoder, rule.verdict);
  });
}

}  // namespace mino::linux
