#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/network/egress_rule.hpp"

namespace mino {

/// A rule and where it comes from: "flag --network-allow", "preset dev", a file's place, "mino
/// network allow".
struct PolicyRule {
  EgressRule rule;
  std::string origin;
  bool operator==(const PolicyRule&) const = default;
};

/// Whether an allowed name may turn out to be an address that is not of the public internet.
enum class PrivateAnswers { kRefused, kAllowed };
/// Where a refused name fails: when it is connected to (which can say why), or already as NXDOMAIN.
enum class DenyAt { kConnect, kDns };

/// What a box may reach. Without rules: nothing.
struct EgressPolicy {
  static constexpr std::size_t kMaxRules = 4096;

  std::vector<PolicyRule> rules;
  PrivateAnswers private_answers = PrivateAnswers::kRefused;
  DenyAt deny_at = DenyAt::kConnect;
  bool operator==(const EgressPolicy&) const = default;
};

/// Why something was refused. The wire between gateway and owner carries the number: append only.
enum class DenyReason : std::uint8_t {
  kNoRule = 0,          ///< no rule matches
  kPrivateAddress,      ///< a rule matches, the address is not of the public internet
  kBoxItself,           ///< a loopback or unspecified address, or one that mino made up
  kNoServerName,        ///< TLS without a server name to a rule that names a host
  kServerNameMismatch,  ///< TLS for another name than the one that was looked up
  kHostHeaderMismatch,  ///< HTTP for another host
  kProxyRequest,        ///< CONNECT, or a request for another host in absolute form
  kBadRequest,          ///< HTTP or TLS that can be read in more than one way
  kLimit,               ///< a limit of the session (names, connections)
};

/// A short word: "no-rule", "private-address", "no-server-name" …
[[nodiscard]] std::string_view to_string(DenyReason reason);
/// A clause for a person: "no rule allows it", "its address is not one of the public internet" …
[[nodiscard]] std::string_view describe(DenyReason reason);
/// The reason of that word.
[[nodiscard]] std::optional<DenyReason> parse_deny_reason(std::string_view word);

/// The rule that allows, or why none does. `rule` points into the policy that was asked; with
/// kPrivateAddress it is the rule that would have matched.
struct EgressVerdict {
  const PolicyRule* rule = nullptr;
  std::optional<DenyReason> denied;
  [[nodiscard]] bool allowed() const { return !denied.has_value(); }
};

/// By name: the first rule that matches. Addresses are never matched by name, and kHostLoopbackName
/// only by the rule that is exactly it.
[[nodiscard]] EgressVerdict decide(const EgressPolicy& policy, const HostName& name,
                                   std::uint16_t port);
/// By literal address, which only address rules match. Never loopback, the unspecified networks
/// (0/8, ::) or the blocks of synthetic addresses (kBoxItself), in whatever spelling and whatever
/// the rules. An address that is not public is allowed only by a rule whose own block is not public
/// either ("10.0.0.0/8:*", not "0.0.0.0/0:*"), or with PrivateAnswers::kAllowed.
[[nodiscard]] EgressVerdict decide(const EgressPolicy& policy, const IpAddress& address,
                                   std::uint16_t port);
[[nodiscard]] EgressVerdict decide(const EgressPolicy& policy,
                                   const EgressDestination& destination);

/// Some port of the name is allowed.
[[nodiscard]] bool could_allow(const EgressPolicy& policy, const HostName& name);

/// Whether an answer for an allowed name may be dialled: public, or PrivateAnswers::kAllowed and
/// not the host's own loopback. That has a name and a grant of its own, kHostLoopbackName, for
/// which the dialler does not ask here.
[[nodiscard]] bool may_dial(PrivateAnswers private_answers, const IpAddress& answer);

/// The blocks out of which the gateway's DNS answers: 198.18.0.0/15 (RFC 2544) and
/// fd6d:696e:6f00::/48.
[[nodiscard]] const IpNetwork& synthetic_v4();
[[nodiscard]] const IpNetwork& synthetic_v6();

/// "dev" and "registries"; nothing for another word.
[[nodiscard]] std::optional<std::vector<EgressRule>> preset_rules(std::string_view preset);

/// The flag of `mino run` that would allow a destination that was refused for `reason`; empty when
/// none would.
[[nodiscard]] std::string allowing_flag(DenyReason reason, const EgressDestination& destination);

}  // namespace mino
