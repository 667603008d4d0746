// The IANA special-purpose address registries (RFC 6890), and what hides an IPv4 address in IPv6.
#include <algorithm>
#include <array>
#include <cstddef>

#include "domain/network/ip_address.hpp"

namespace mino {
namespace {

struct SpecialBlock {
  IpNetwork block;
  std::string_view what;
};

constexpr std::string_view kUnspecified = "an unspecified address";
constexpr std::string_view kLoopback = "a loopback address";
constexpr std::string_view kPrivate = "a private address";
constexpr std::string_view kLinkLocal = "a link-local address";
constexpr std::string_view kMetadata = "a metadata address";
constexpr std::string_view kShared = "an address behind a carrier's NAT";
constexpr std::string_view kDocumentation = "a documentation address";
constexpr std::string_view kBenchmark = "a benchmarking address";
constexpr std::string_view kProtocol = "an address reserved for a protocol";
constexpr std::string_view kMulticast = "a multicast address";
constexpr std::string_view kReserved = "a reserved address";
constexpr std::string_view kBroadcast = "the broadcast address";
constexpr std::string_view kTranslated = "an address of a local translator";
constexpr std::string_view kDiscard = "a discard-only address";
constexpr std::string_view kRouting = "a segment routing address";

IpNetwork v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, unsigned length) {
  return {IpAddress::from_v4({a, b, c, d}), length};
}

/// The first groups; the others are zero.
IpNetwork v6(std::array<std::uint16_t, 4> head, unsigned length) {
  IpAddress::V6Bytes bytes{};
  for (std::size_t i = 0; i < head.size(); ++i) {
    bytes[2 * i] = static_cast<std::uint8_t>(head[i] >> 8U);
    bytes[2 * i + 1] = static_cast<std::uint8_t>(head[i] & 0xFFU);
  }
  return {IpAddress::from_v6(bytes), length};
}

/// The same with a last group.
IpNetwork v6_host(std::array<std::uint16_t, 4> head, std::uint16_t last) {
  IpAddress::V6Bytes bytes = v6(head, 64).address.v6_bytes();
  bytes[14] = static_cast<std::uint8_t>(last >> 8U);
  bytes[15] = static_cast<std::uint8_t>(last & 0xFFU);
  return IpNetwork::of(IpAddress::from_v6(bytes));
}

/// The prefixes behind whose 96 bits an IPv4 address stands: compatible and mapped (RFC 4291),
/// translated (RFC 2765), NAT64's well-known one (RFC 6052).
const std::array<IpNetwork, 4>& prefixes_96() {
  static const std::array<IpNetwork, 4> kPrefixes{
      v6({0, 0, 0, 0}, 96),
      {IpAddress::from_v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}), 96},
      {IpAddress::from_v6({0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}), 96},
      v6({0x64, 0xFF9B, 0, 0}, 96)};
  return kPrefixes;
}

const IpNetwork& local_nat64() {
  static const IpNetwork kBlock = v6({0x64, 0xFF9B, 1, 0}, 48);
  return kBlock;
}
const IpNetwork& six_to_four() {
  static const IpNetwork kBlock = v6({0x2002, 0, 0, 0}, 16);
  return kBlock;
}
const IpNetwork& teredo() {
  static const IpNetwork kBlock = v6({0x2001, 0, 0, 0}, 32);
  return kBlock;
}
/// All that has been handed out to the internet so far.
const IpNetwork& global_unicast() {
  static const IpNetwork kBlock = v6({0x2000, 0, 0, 0}, 3);
  return kBlock;
}

/// The first that matches names it: single addresses before the blocks that they lie in.
const auto& special_blocks() {
  static const auto kBlocks = std::to_array<SpecialBlock>({
      {v4(169, 254, 169, 254, 32), kMetadata},
      {v4(169, 254, 170, 2, 32), kMetadata},    // Amazon ECS
      {v4(100, 100, 100, 200, 32), kMetadata},  // Alibaba
      {v4(192, 0, 0, 192, 32), kMetadata},      // Oracle
      {v4(168, 63, 129, 16, 32), kMetadata},    // Azure's wire server, though it looks public
      {v4(0, 0, 0, 0, 8), kUnspecified},
      {v4(10, 0, 0, 0, 8), kPrivate},
      {v4(100, 64, 0, 0, 10), kShared},
      {v4(127, 0, 0, 0, 8), kLoopback},
      {v4(169, 254, 0, 0, 16), kLinkLocal},
      {v4(172, 16, 0, 0, 12), kPrivate},
      {v4(192, 0, 0, 0, 24), kProtocol},
      {v4(192, 0, 2, 0, 24), kDocumentation},
      {v4(192, 88, 99, 0, 24), kProtocol},
      {v4(192, 168, 0, 0, 16), kPrivate},
      {v4(198, 18, 0, 0, 15), kBenchmark},
      {v4(198, 51, 100, 0, 24), kDocumentation},
      {v4(203, 0, 113, 0, 24), kDocumentation},
      {v4(224, 0, 0, 0, 4), kMulticast},
      {v4(255, 255, 255, 255, 32), kBroadcast},
      {v4(240, 0, 0, 0, 4), kReserved},
      {v6_host({0xFD00, 0x0EC2, 0, 0}, 0x254), kMetadata},  // Amazon
      {v6_host({0xFD20, 0x00CE, 0, 0}, 0x254), kMetadata},  // Google
      {v6_host({0, 0, 0, 0}, 0), kUnspecified},
      {v6_host({0, 0, 0, 0}, 1), kLoopback},
      {local_nat64(), kTranslated},
      {v6({0x100, 0, 0, 0}, 63), kDiscard},  // RFC 6666, RFC 9780
      {v6({0x2001, 2, 0, 0}, 48), kBenchmark},
      {v6({0x2001, 0xDB8, 0, 0}, 32), kDocumentation},
      {v6({0x3FFF, 0, 0, 0}, 20), kDocumentation},
      {v6({0x5F00, 0, 0, 0}, 16), kRouting},
      {v6({0xFC00, 0, 0, 0}, 7), kPrivate},
      {v6({0xFE80, 0, 0, 0}, 10), kLinkLocal},
      {v6({0xFEC0, 0, 0, 0}, 10), kPrivate},
      {v6({0xFF00, 0, 0, 0}, 8), kMulticast},
  });
  return kBlocks;
}

IpAddress v4_at(const IpAddress::V6Bytes& bytes, std::size_t at) {
  return IpAddress::from_v4({bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]});
}

bool has_96_prefix(const IpAddress& address) {
  return std::ranges::any_of(prefixes_96(),
                             [&](const IpNetwork& prefix) { return prefix.contains(address); });
}

/// RFC 5214: an interface identifier 0000:5efe or 0200:5efe, then the address.
bool is_isatap(const IpAddress::V6Bytes& bytes) {
  return (bytes[8] == 0 || bytes[8] == 2) && bytes[9] == 0 && bytes[10] == 0x5E &&
         bytes[11] == 0xFE;
}

/// RFC 6052 section 2.2: in a /48 the address stands around bits 64 to 71 and is followed by zeros.
/// A network that cuts a /96 out of the block has it at the end.
IpAddress v4_of_local_nat64(const IpAddress::V6Bytes& bytes) {
  const bool ends_in_zeros =
      std::all_of(bytes.begin() + 11, bytes.end(), [](auto byte) { return byte == 0; });
  if (!ends_in_zeros) return v4_at(bytes, 12);
  return IpAddress::from_v4({bytes[6], bytes[7], bytes[9], bytes[10]});
}

/// RFC 4380 section 4: the client's address is stored with all bits flipped.
IpAddress teredo_client(const IpAddress::V6Bytes& bytes) {
  const auto flipped = [&](std::size_t at) { return static_cast<std::uint8_t>(~bytes[at]); };
  return IpAddress::from_v4({flipped(12), flipped(13), flipped(14), flipped(15)});
}

/// The IPv4 block that all addresses of an IPv6 block hold one of.
std::optional<IpNetwork> embedded_v4(const IpNetwork& network) {
  constexpr unsigned kSixToFourBits = 16;
  constexpr unsigned kPrefixBits = 96;
  if (network.is_single()) {
    const std::optional<IpAddress> address = mino::embedded_v4(network.address);
    return address ? std::optional(IpNetwork::of(*address)) : std::nullopt;
  }
  const std::optional<IpAddress> first = mino::embedded_v4(network.address);
  if (!first) return std::nullopt;
  if (network.prefix_length >= kPrefixBits && has_96_prefix(network.address))
    return IpNetwork{*first, network.prefix_length - kPrefixBits};
  if (network.prefix_length >= kSixToFourBits && six_to_four().contains(network.address))
    return IpNetwork{*first, std::min(network.prefix_length - kSixToFourBits, 32U)};
  return std::nullopt;
}

std::optional<std::string_view> in_special_block(const IpNetwork& network) {
  for (const SpecialBlock& special : special_blocks())
    if (special.block.contains(network)) return special.what;
  return std::nullopt;
}

/// What is left of 2001::/23 when Teredo, which its IPv4 addresses decide about, is taken out.
bool is_protocol_assignment(const IpNetwork& network) {
  static const IpNetwork kAssignments = v6({0x2001, 0, 0, 0}, 23);
  return kAssignments.contains(network) && !teredo().contains(network.address);
}

}  // namespace

std::optional<IpAddress> embedded_v4(const IpAddress& address) {
  if (address.is_v4()) return std::nullopt;
  const IpAddress::V6Bytes bytes = address.v6_bytes();
  if (has_96_prefix(address)) return v4_at(bytes, 12);
  if (local_nat64().contains(address)) return v4_of_local_nat64(bytes);
  if (six_to_four().contains(address)) return v4_at(bytes, 2);
  if (teredo().contains(address)) return teredo_client(bytes);
  if (is_isatap(bytes)) return v4_at(bytes, 12);
  return std::nullopt;
}

std::optional<std::string_view> why_not_public(const IpNetwork& network) {
  if (const auto special = in_special_block(network)) return special;
  if (network.address.is_v4()) return std::nullopt;
  if (is_protocol_assignment(network)) return kProtocol;
  if (const std::optional<IpNetwork> inner = embedded_v4(network)) {
    if (const auto why = why_not_public(*inner)) return why;
  }
  if (network.is_single() && teredo().contains(network.address)) {
    const IpAddress server = v4_at(network.address.v6_bytes(), 4);
    if (const auto why = why_not_public(server)) return why;
  }
  const bool may_be_public = network.prefix_length < 3 || global_unicast().contains(network) ||
                             std::ranges::any_of(prefixes_96(), [&](const IpNetwork& prefix) {
                               return prefix.contains(network) || network.contains(prefix);
                             });
  return may_be_public ? std::nullopt : std::optional(kReserved);
}

std::optional<std::string_view> why_not_public(const IpAddress& address) {
  return why_not_public(IpNetwork::of(address));
}

bool is_host_itself(const IpAddress& address) {
  const auto why = why_not_public(address);
  return why == kLoopback || why == kUnspecified;
}

}  // namespace mino
