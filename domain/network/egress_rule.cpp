#include "domain/network/egress_rule.hpp"

#include <algorithm>
#include <utility>

#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::size_t kLongestQuote = 80;

struct HostPort {
  std::string_view host;  ///< without brackets
  std::string_view port;
  bool bracketed = false;
};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string quoted(std::string_view text) {
  if (text.size() <= kLongestQuote) return "\"" + visible_text(text) + "\"";
  return "\"" + visible_text(text.substr(0, kLongestQuote)) + "...\"";
}

Error usage(const std::string& why) { return {ErrorCode::kUsage, why}; }

Result<HostPort> split_bracketed(std::string_view text) {
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return usage("the closing bracket is missing");
  const std::string_view rest = text.substr(close + 1);
  if (rest.empty()) return usage("the port is missing: host:port");
  if (rest.front() != ':') return usage("a colon and the port follow the closing bracket");
  return HostPort{text.substr(1, close - 1), rest.substr(1), true};
}

/// A colon in the host: an IPv6 address without its brackets, or a URL.
Error stray_colon(std::string_view text, const HostPort& split) {
  if (text.find("://") != std::string_view::npos)
    return usage("a URL is no destination: host:port").set_hint("write host:port, without a path");
  Error error = usage("an IPv6 address is written in brackets, as in [2001:db8::1]:443");
  if (IpNetwork::parse(split.host))
    return error.set_hint("write [" + std::string(split.host) + "]:" + visible_text(split.port));
  if (IpNetwork::parse(text))
    return error.set_hint("write [" + std::string(text) + "] and the port behind it");
  return error;
}

Result<HostPort> split(std::string_view text) {
  if (text.empty()) return usage("Empty host");
  if (text.front() == '[') return split_bracketed(text);
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return usage("the port is missing: host:port");
  const HostPort halves{text.substr(0, colon), text.substr(colon + 1), false};
  const bool several = halves.host.find(':') != std::string_view::npos;
  if (several || text.find("://") != std::string_view::npos) return stray_colon(text, halves);
  if (halves.host.empty()) return usage("Empty host");
  return halves;
}

Result<std::uint16_t> parse_port(std::string_view text) {
  constexpr unsigned kLargest = 65'535;
  constexpr std::size_t kMostDigits = 5;
  if (text.empty()) return usage("Invalid port: the port is missing: host:port");
  unsigned number = 0;
  if (text.size() <= kMostDigits && std::ranges::all_of(text, is_digit)) {
    for (const char c : text) number = number * 10 + static_cast<unsigned>(c - '0');
  }
  if (number == 0 || number > kLargest)
    return usage("Invalid port " + quoted(text) + ": a port is a number from 1 to 65535");
  return static_cast<std::uint16_t>(number);
}

/// The bits behind the prefix are the usual mistake.
Error bad_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (IpAddress::parse(text.substr(0, slash)))
    return usage("no address block: bits behind the prefix are set, or the prefix is too long")
        .set_hint("write the first address of the block, as in 10.0.0.0/8");
  return usage("no address block: an address and the length of its prefix, as in 10.0.0.0/8");
}

Result<IpNetwork> parse_network(const HostPort& parts) {
  if (parts.host.empty()) return usage("Empty host");
  const std::optional<IpNetwork> network = IpNetwork::parse(parts.host);
  if (network && network->address.is_v4() != parts.bracketed) return *network;
  if (network) return usage("brackets are for IPv6 addresses");
  if (parts.host.find('/') != std::string_view::npos) return bad_network(parts.host);
  return usage("no IPv6 address stands between the brackets");
}

/// Blocks all of whose addresses are the box itself, in whatever spelling.
bool is_box_itself(const IpNetwork& network) {
  return is_host_itself(network.address) && why_not_public(network).has_value();
}

Error box_itself() {
  return usage("inside the box this is the box itself")
      .set_hint("for a service on the host's own loopback: host.mino.internal and its port");
}

Result<AnySubdomain> parse_wildcard(std::string_view host) {
  constexpr std::string_view kEveryName = "*.";
  if (host == "*" || host == kEveryName)
    return usage("\"*\" would be every host")
        .set_hint("for a network without rules: --network bridge");
  const std::string_view parent = host.substr(std::min(host.size(), kEveryName.size()));
  if (!host.starts_with(kEveryName) || parent.find('*') != std::string_view::npos)
    return usage("\"*\" stands only for all labels before a domain, as in *.example.com");
  MINO_ASSIGN(HostName name, HostName::parse(parent));
  if (name.is_single_label())
    return usage("\"*." + name.str() + "\" would be every name of a top-level domain");
  return AnySubdomain{std::move(name)};
}

/// RFC 6761 section 6.3: the name of whoever asks.
bool is_localhost(const HostName& name) {
  return name.str() == "localhost" || name.str().ends_with(".localhost");
}

using Target = decltype(EgressRule::target);

Result<Target> parse_target(const HostPort& parts) {
  const bool has_slash = parts.host.find('/') != std::string_view::npos;
  if (parts.bracketed || has_slash || IpAddress::parse(parts.host)) {
    MINO_ASSIGN(const IpNetwork network, parse_network(parts));
    if (is_box_itself(network)) return box_itself();
    return Target(network);
  }
  if (parts.host.find('*') != std::string_view::npos) {
    MINO_ASSIGN(AnySubdomain below, parse_wildcard(parts.host));
    if (is_localhost(below.parent)) return box_itself();
    return Target(std::move(below));
  }
  MINO_ASSIGN(HostName name, HostName::parse(parts.host));
  if (is_localhost(name)) return box_itself();
  return Target(ExactName{std::move(name)});
}

Result<std::optional<std::uint16_t>> parse_rule_port(const HostPort& parts, const Target& target) {
  if (parts.port != "*") {
    MINO_ASSIGN(const std::uint16_t port, parse_port(parts.port));
    return std::optional(port);
  }
  const auto* exact = std::get_if<ExactName>(&target);
  if (exact == nullptr || exact->name.str() != kHostLoopbackName)
    return std::optional<std::uint16_t>();
  return usage("Invalid port \"*\": the host's own services are allowed one by one")
      .set_hint("name the port, as in host.mino.internal:5432");
}

Result<EgressRule> parse_trimmed(std::string_view text) {
  MINO_ASSIGN(const HostPort parts, split(text));
  MINO_ASSIGN(Target target, parse_target(parts));
  MINO_ASSIGN(const std::optional<std::uint16_t> port, parse_rule_port(parts, target));
  return EgressRule{std::move(target), port};
}

Result<EgressDestination> destination_from(std::string_view text) {
  MINO_ASSIGN(const HostPort parts, split(text));
  MINO_ASSIGN(const std::uint16_t port, parse_port(parts.port));
  if (parts.bracketed || IpAddress::parse(parts.host)) {
    MINO_ASSIGN(const IpNetwork network, parse_network(parts));
    if (parts.host.find('/') != std::string_view::npos)
      return usage("a destination is one address, not a block");
    return EgressDestination{network.address, port};
  }
  MINO_ASSIGN(HostName name, HostName::parse(parts.host));
  return EgressDestination{std::move(name), port};
}

std::string host_text(const IpNetwork& network) {
  return network.address.is_v4() ? network.to_string() : "[" + network.to_string() + "]";
}

}  // namespace

Result<EgressRule> parse_egress_rule(std::string_view text) {
  const std::string_view trimmed = without_blanks(text);
  return parse_trimmed(trimmed).with_context("network rule " + quoted(trimmed) + " is not valid");
}

std::string to_string(const EgressRule& rule) {
  std::string text;
  if (const auto* exact = std::get_if<ExactName>(&rule.target)) text = exact->name.str();
  if (const auto* below = std::get_if<AnySubdomain>(&rule.target))
    text = "*." + below->parent.str();
  if (const auto* network = std::get_if<IpNetwork>(&rule.target)) text = host_text(*network);
  return text + ":" + (rule.port ? std::to_string(*rule.port) : "*");
}

Result<EgressDestination> parse_egress_destination(std::string_view text) {
  const std::string_view trimmed = without_blanks(text);
  return destination_from(trimmed).with_context("destination " + quoted(trimmed) + " is not valid");
}

std::string to_string(const EgressDestination& destination) {
  const auto* address = std::get_if<IpAddress>(&destination.host);
  const std::string host = address != nullptr ? host_text(IpNetwork::of(*address))
                                              : std::get<HostName>(destination.host).str();
  return host + ":" + std::to_string(destination.port);
}

}  // namespace mino
