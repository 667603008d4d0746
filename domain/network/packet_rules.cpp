#include "domain/network/packet_rules.hpp"

#include <utility>

#include "domain/check.hpp"

namespace mino {

namespace {

using packet::Chain;
using packet::Protocol;
using packet::Rule;

// Netfilter's own priorities (linux/netfilter_ipv4.h): translation of destinations before filters.
constexpr int kDestinationNatPriority = -100;
constexpr int kFilterPriority = 0;

constexpr std::uint16_t kDomainPort = 53;

// RFC 792, RFC 4443, RFC 4861.
constexpr std::uint8_t kEchoRequest = 8;
constexpr std::uint8_t kEchoRequestV6 = 128;
constexpr std::uint8_t kRouterSolicitation = 133;
constexpr std::uint8_t kNeighborSolicitation = 135;
constexpr std::uint8_t kNeighborAdvertisement = 136;

IpNetwork loopback_v4() { return {IpAddress::from_v4({127, 0, 0, 0}), 8}; }
IpNetwork loopback_v6() {
  IpAddress::V6Bytes bytes{};
  bytes.back() = 1;
  return IpNetwork::of(IpAddress::from_v6(bytes));
}

std::string name_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::kIcmp:
      return "icmp";
    case Protocol::kTcp:
      return "tcp";
    case Protocol::kUdp:
      return "udp";
    case Protocol::kIcmpV6:
      return "icmpv6";
  }
  return "";
}

std::string name_of_icmp_type(std::uint8_t type) {
  switch (type) {
    case kEchoRequest:
    case kEchoRequestV6:
      return "echo-request";
    case kRouterSolicitation:
      return "nd-router-solicit";
    case kNeighborSolicitation:
      return "nd-neighbor-solicit";
    case kNeighborAdvertisement:
      return "nd-neighbor-advert";
    default:
      return std::to_string(type);
  }
}

std::string daddr(const IpNetwork& network, std::string_view comparison) {
  const bool v4 = network.address.is_v4();
  if (network.prefix_length == 0) return v4 ? "meta nfproto ipv4" : "meta nfproto ipv6";
  return std::string(v4 ? "ip" : "ip6") + " daddr " + std::string(comparison) + network.to_string();
}

struct Spelling {
  std::string operator()(const packet::OverLoopback& /*match*/) const { return "oif \"lo\""; }
  std::string operator()(const packet::OfProtocol& match) const {
    // As a value of meta l4proto, ICMPv6 goes by the name of /etc/protocols.
    return "meta l4proto " +
           (match.protocol == Protocol::kIcmpV6 ? "ipv6-icmp" : name_of(match.protocol));
  }
  std::string operator()(const packet::ToPort& match) const {
    return name_of(match.protocol) + " dport " + std::to_string(match.port);
  }
  std::string operator()(const packet::OfIcmpType& match) const {
    return name_of(match.protocol) + " type " + name_of_icmp_type(match.type);
  }
  std::string operator()(const packet::ToNetwork& match) const { return daddr(match.network, ""); }
  std::string operator()(const packet::ToOutside& match) const {
    MINO_CHECK(match.network.prefix_length > 0);
    return daddr(match.network, "!= ");
  }
  std::string operator()(const packet::OfNewConnection& /*match*/) const { return "ct state new"; }
  std::string operator()(const packet::OfKnownConnection& /*match*/) const {
    return "ct state established,related";
  }
  std::string operator()(const packet::NotRedirected& /*match*/) const {
    return "ct status ! dnat";
  }
  std::string operator()(const packet::FromOpener& /*match*/) const {
    return "ct direction original";
  }
  std::string operator()(const packet::Accept& /*verdict*/) const { return "accept"; }
  std::string operator()(const packet::Drop& /*verdict*/) const { return "drop"; }
  std::string operator()(const packet::RedirectTo& verdict) const {
    return "redirect to :" + std::to_string(verdict.port);
  }
  std::string operator()(const packet::RejectWithReset& /*verdict*/) const {
    return "reject with tcp reset";
  }
  std::string operator()(const packet::Reject& /*verdict*/) const { return "reject"; }
};

std::string head_of(const Chain& chain) {
  const bool nat = chain.kind == Chain::Kind::kNat;
  const std::string priority =
      chain.priority == kFilterPriority ? "filter" : std::to_string(chain.priority);
  return std::string("type ") + (nat ? "nat" : "filter") + " hook output priority " + priority +
         "; policy " + (chain.policy == Chain::Policy::kAccept ? "accept" : "drop") + ";";
}

Rule allow(const AllowedDestination& destination) {
  Rule rule{{packet::ToNetwork{destination.network}}, packet::Accept{}};
  if (destination.port) {
    rule.matches.emplace_back(packet::ToPort{Protocol::kTcp, *destination.port});
  } else {
    rule.matches.emplace_back(packet::OfProtocol{Protocol::kTcp});
  }
  return rule;
}

}  // namespace

PacketRules gateway_rules(const GatewayPorts& ports, const std::optional<BoxService>& service) {
  Chain nat{"nat_out", Chain::Kind::kNat, kDestinationNatPriority, Chain::Policy::kAccept, {}};
  if (service) {
    nat.rules.push_back({{packet::ToNetwork{IpNetwork::of(service->address)},
                          packet::ToPort{Protocol::kTcp, service->port}},
                         packet::Accept{}});
  }
  for (const Protocol protocol : {Protocol::kUdp, Protocol::kTcp}) {
    nat.rules.push_back({{packet::ToPort{protocol, kDomainPort}}, packet::RedirectTo{ports.dns}});
  }
  for (const IpNetwork& loopback : {loopback_v4(), loopback_v6()}) {
    nat.rules.push_back({{packet::ToOutside{loopback}, packet::OfProtocol{Protocol::kTcp}},
                         packet::RedirectTo{ports.tcp}});
  }

  Chain filter{"filter_out", Chain::Kind::kFilter, kFilterPriority, Chain::Policy::kAccept, {}};
  filter.rules.push_back({{packet::ToPort{Protocol::kTcp, ports.tcp}, packet::OfNewConnection{},
                           packet::NotRedirected{}},
                          packet::RejectWithReset{}});
  // Reset, because a blocking connect sees an ICMP error only when it repeats the SYN, a second
  // later.
  filter.rules.push_back(
      {{packet::ToPort{Protocol::kTcp, ports.dns}, packet::NotRedirected{}, packet::FromOpener{}},
       packet::RejectWithReset{}});
  filter.rules.push_back(
      {{packet::ToPort{Protocol::kUdp, ports.dns}, packet::NotRedirected{}, packet::FromOpener{}},
       packet::Reject{}});
  for (const IpNetwork& loopback : {loopback_v4(), loopback_v6()}) {
    filter.rules.push_back({{packet::ToNetwork{loopback}}, packet::Accept{}});
  }
  filter.rules.push_back({{packet::OfIcmpType{Protocol::kIcmp, kEchoRequest}}, packet::Drop{}});
  filter.rules.push_back({{packet::OfIcmpType{Protocol::kIcmpV6, kEchoRequestV6}}, packet::Drop{}});

  return {{std::move(nat), std::move(filter)}};
}

PacketRules filter_rules(const std::vector<AllowedDestination>& allowed,
                         const std::vector<IpAddress>& resolvers) {
  Chain chain{"filter_out", Chain::Kind::kFilter, kFilterPriority, Chain::Policy::kDrop, {}};
  chain.rules.push_back({{packet::OverLoopback{}}, packet::Accept{}});
  chain.rules.push_back({{packet::OfKnownConnection{}}, packet::Accept{}});
  for (const std::uint8_t type :
       {kRouterSolicitation, kNeighborSolicitation, kNeighborAdvertisement}) {
    chain.rules.push_back({{packet::OfIcmpType{Protocol::kIcmpV6, type}}, packet::Accept{}});
  }
  for (const IpAddress& resolver : resolvers) {
    for (const Protocol protocol : {Protocol::kUdp, Protocol::kTcp}) {
      chain.rules.push_back(
          {{packet::ToNetwork{IpNetwork::of(resolver)}, packet::ToPort{protocol, kDomainPort}},
           packet::Accept{}});
    }
  }
  for (const AllowedDestination& destination : allowed) chain.rules.push_back(allow(destination));
  chain.rules.push_back({{packet::OfProtocol{Protocol::kTcp}}, packet::RejectWithReset{}});
  chain.rules.push_back({{packet::OfProtocol{Protocol::kUdp}}, packet::Reject{}});
  return {{std::move(chain)}};
}

std::string to_nft_text(const Rule& rule) {
  std::string text;
  for (const packet::Match& match : rule.matches) text += std::visit(Spelling{}, match) + " ";
  return text + std::visit(Spelling{}, rule.verdict);
}

std::string to_nft_text(const PacketRules& rules) {
  std::string text = "table inet " + std::string(PacketRules::kTable) + " {\n";
  std::string_view gap;
  for (const Chain& chain : rules.chains) {
    text += std::string(gap) + "\tchain " + chain.name + " {\n\t\t" + head_of(chain) + "\n";
    for (const Rule& rule : chain.rules) text += "\t\t" + to_nft_text(rule) + "\n";
    text += "\t}\n";
    gap = "\n";
  }
  return text + "}\n";
}

}  // namespace mino
