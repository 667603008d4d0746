#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/network/ip_address.hpp"

namespace mino {

/// The parts that the kernel's packet filter rules of a box are made of: a closed set, each with
/// its spelling in nft(8).
namespace packet {

/// Numbers of IANA's registry of protocols.
enum class Protocol : std::uint8_t { kIcmp = 1, kTcp = 6, kUdp = 17, kIcmpV6 = 58 };

/// `oif "lo"`
struct OverLoopback {
  bool operator==(const OverLoopback&) const = default;
};
/// `meta l4proto tcp`
struct OfProtocol {
  Protocol protocol;
  bool operator==(const OfProtocol&) const = default;
};
/// `tcp dport 53`. Only for kTcp and kUdp.
struct ToPort {
  Protocol protocol;
  std::uint16_t port;
  bool operator==(const ToPort&) const = default;
};
/// `icmp type echo-request`. Only for kIcmp over IPv4 and kIcmpV6 over IPv6.
struct OfIcmpType {
  Protocol protocol;
  std::uint8_t type;
  bool operator==(const OfIcmpType&) const = default;
};
/// `ip daddr 10.0.0.0/8`
struct ToNetwork {
  IpNetwork network;
  bool operator==(const ToNetwork&) const = default;
};
/// `ip daddr != 127.0.0.0/8`: of the same address family, outside the block, which is not the whole
/// family.
struct ToOutside {
  IpNetwork network;
  bool operator==(const ToOutside&) const = default;
};
/// `ct state new`
struct OfNewConnection {
  bool operator==(const OfNewConnection&) const = default;
};
/// `ct state established,related`
struct OfKnownConnection {
  bool operator==(const OfKnownConnection&) const = default;
};
/// `ct status ! dnat`: no redirect has changed the connection's destination.
struct NotRedirected {
  bool operator==(const NotRedirected&) const = default;
};
/// `ct direction original`: from the side that opened the connection.
struct FromOpener {
  bool operator==(const FromOpener&) const = default;
};
using Match = std::variant<OverLoopback, OfProtocol, ToPort, OfIcmpType, ToNetwork, ToOutside,
                           OfNewConnection, OfKnownConnection, NotRedirected, FromOpener>;

/// `accept`
struct Accept {
  bool operator==(const Accept&) const = default;
};
/// `drop`: the sender gets EPERM.
struct Drop {
  bool operator==(const Drop&) const = default;
};
/// `redirect to :1`: to that port of the box's own loopback address. Only in a kNat chain.
struct RedirectTo {
  std::uint16_t port;
  bool operator==(const RedirectTo&) const = default;
};
/// `reject with tcp reset`: only behind a match that leaves nothing but TCP.
struct RejectWithReset {
  bool operator==(const RejectWithReset&) const = default;
};
/// `reject`: ICMP port unreachable, which a connected socket sees as ECONNREFUSED after the EPERM
/// of the send itself.
struct Reject {
  bool operator==(const Reject&) const = default;
};
using Verdict = std::variant<Accept, Drop, RedirectTo, RejectWithReset, Reject>;

/// The verdict is given when every match holds.
struct Rule {
  std::vector<Match> matches;
  Verdict verdict;
  bool operator==(const Rule&) const = default;
};

/// Rules in order, seen by what the box sends (the hook `output`); the policy decides behind the
/// last one.
struct Chain {
  enum class Kind { kNat, kFilter };
  enum class Policy { kAccept, kDrop };
  std::string name;
  Kind kind;
  int priority;  ///< chains of lower priority come first
  Policy policy;
  std::vector<Rule> rules;
  bool operator==(const Chain&) const = default;
};

}  // namespace packet

/// The table `inet mino` of a box's network namespace.
struct PacketRules {
  static constexpr std::string_view kTable = "mino";

  std::vector<packet::Chain> chains;
  bool operator==(const PacketRules&) const = default;
};

/// Where the sockets of a gateway box listen, on 127.0.0.1 and ::1.
struct GatewayPorts {
  std::uint16_t tcp;
  std::uint16_t dns;
};

/// A TCP service that something serves inside the box, at an address that is not its loopback's.
struct BoxService {
  IpAddress address;
  std::uint16_t port;
};

/// A box whose every address is local: TCP to anything but the box's own loopback is redirected to
/// the gateway's listener, port 53 to its DNS sockets. The ports themselves can only be reached by
/// redirect, so that the gateway never sees the box's loopback as a destination; echo requests are
/// not answered by the box's own kernel. A connection to `service` is left alone.
[[nodiscard]] PacketRules gateway_rules(const GatewayPorts& ports,
                                        const std::optional<BoxService>& service = std::nullopt);

/// What a box on a routed network may open TCP connections to.
struct AllowedDestination {
  IpNetwork network;
  std::optional<std::uint16_t> port;  ///< nothing: every port
  bool operator==(const AllowedDestination&) const = default;
};

/// A box on a routed network: out goes the box's own loopback, what belongs to known connections,
/// TCP to what is allowed, DNS to the resolvers, and the neighbour discovery that IPv6 cannot do
/// without. Other TCP and UDP is refused at once, the rest dropped. No interface but the loopback
/// is named: the others may come later.
[[nodiscard]] PacketRules filter_rules(const std::vector<AllowedDestination>& allowed,
                                       const std::vector<IpAddress>& resolvers);

/// As `nft list table inet mino` of nftables 1.0.6 prints it; `nft -f` reads it.
[[nodiscard]] std::string to_nft_text(const PacketRules& rules);
/// One rule, without the indentation and the end of line.
[[nodiscard]] std::string to_nft_text(const packet::Rule& rule);

}  // namespace mino
