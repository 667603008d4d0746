#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "domain/network/host_name.hpp"
#include "domain/network/ip_address.hpp"
#include "domain/result.hpp"

namespace mino {

/// "github.com"
struct ExactName {
  HostName name;
  bool operator==(const ExactName&) const = default;
};
/// "*.example.com": every name below it at any depth, not itself.
struct AnySubdomain {
  HostName parent;
  bool operator==(const AnySubdomain&) const = default;
};

/// One thing that a box may reach.
struct EgressRule {
  std::variant<ExactName, AnySubdomain, IpNetwork> target;
  std::optional<std::uint16_t> port;  ///< nothing: every port ("host:*")
  bool operator==(const EgressRule&) const = default;
};

/// "host:port", "*.domain:port", "host:*", "ip:port", "[v6]:port", "cidr:port", "[v6/len]:port";
/// surrounding blanks are dropped. kUsage says what is wrong ("Empty host", "Invalid port",
/// "host:port", "closing bracket" are words it uses). A loopback or unspecified address is refused:
/// inside the box it is the box itself, and so are localhost and the names below it; the hint names
/// host.mino.internal, whose rule has to name the port. A "*" anywhere else than as the first label
/// is refused, and so are "*:port" and "*.com" (a top-level domain).
[[nodiscard]] Result<EgressRule> parse_egress_rule(std::string_view text);

/// Canonical; parse_egress_rule() of it gives the same rule.
[[nodiscard]] std::string to_string(const EgressRule& rule);

/// "host:port" of a destination, as in `mino explain … host:port`.
struct EgressDestination {
  std::variant<HostName, IpAddress> host;
  std::uint16_t port;
  bool operator==(const EgressDestination&) const = default;
};
[[nodiscard]] Result<EgressDestination> parse_egress_destination(std::string_view text);
[[nodiscard]] std::string to_string(const EgressDestination& destination);

}  // namespace mino
