#include "domain/network/egress_policy.hpp"

#include <algorithm>
#include <array>

#include "domain/check.hpp"

namespace mino {
namespace {

struct ReasonText {
  DenyReason reason;
  std::string_view word;
  std::string_view clause;
};

constexpr std::array kReasons = std::to_array<ReasonText>({
    {DenyReason::kNoRule, "no-rule", "no rule allows it"},
    {DenyReason::kPrivateAddress, "private-address",
     "its address is not one of the public internet"},
    {DenyReason::kBoxItself, "box-itself", "inside the box this address is the box itself"},
    {DenyReason::kNoServerName, "no-server-name", "the TLS connection names no server"},
    {DenyReason::kServerNameMismatch, "server-name-mismatch",
     "the TLS connection names another server"},
    {DenyReason::kHostHeaderMismatch, "host-header-mismatch",
     "the HTTP request names another host"},
    {DenyReason::kProxyRequest, "proxy-request", "the HTTP request asks to be passed on"},
    {DenyReason::kBadRequest, "bad-request", "what was sent can be read in more than one way"},
    {DenyReason::kLimit, "limit", "the session has reached a limit of its network"},
});

constexpr std::array kRegistries = std::to_array<std::string_view>({
    "registry.npmjs.org:443",
    "crates.io:443",
    "static.crates.io:443",
    "index.crates.io:443",
    "pypi.org:443",
    "files.pythonhosted.org:443",
});

constexpr std::array kDevBefore = std::to_array<std::string_view>({
    "github.com:443",
    "github.com:22",
    "api.github.com:443",
});

constexpr std::array kDevAfter = std::to_array<std::string_view>({
    "api.anthropic.com:443",
    "api.openai.com:443",
});

const ReasonText& text_of(DenyReason reason) {
  const auto found = std::ranges::find(kReasons, reason, &ReasonText::reason);
  MINO_CHECK(found != kReasons.end());
  return *found;
}

bool matches_port(const EgressRule& rule, std::uint16_t port) {
  return !rule.port || *rule.port == port;
}

/// The host's loopback is opened only by the rule that names it, never by a wildcard above it.
bool matches_name(const EgressRule& rule, const HostName& name) {
  if (const auto* exact = std::get_if<ExactName>(&rule.target)) return exact->name == name;
  const auto* below = std::get_if<AnySubdomain>(&rule.target);
  return below != nullptr && name.str() != kHostLoopbackName && name.is_below(below->parent);
}

bool matches_address(const EgressRule& rule, const IpAddress& address) {
  const auto* network = std::get_if<IpNetwork>(&rule.target);
  return network != nullptr && network->contains(address);
}

bool is_synthetic(const IpAddress& address) {
  if (synthetic_v4().contains(address) || synthetic_v6().contains(address)) return true;
  const std::optional<IpAddress> inner = embedded_v4(address);
  return inner && synthetic_v4().contains(*inner);
}

/// Whether a rule that matches the address may open it although it is not public.
bool opens_private(const EgressPolicy& policy, const EgressRule& rule) {
  return policy.private_answers == PrivateAnswers::kAllowed ||
         why_not_public(std::get<IpNetwork>(rule.target)).has_value();
}

template <std::size_t N>
void append_rules(std::vector<EgressRule>& rules, const std::array<std::string_view, N>& texts) {
  for (const std::string_view text : texts) {
    Result<EgressRule> rule = parse_egress_rule(text);
    MINO_CHECK(rule.ok());
    rules.push_back(std::move(rule).value());
  }
}

}  // namespace

std::string_view to_string(DenyReason reason) { return text_of(reason).word; }

std::string_view describe(DenyReason reason) { return text_of(reason).clause; }

std::optional<DenyReason> parse_deny_reason(std::string_view word) {
  const auto found = std::ranges::find(kReasons, word, &ReasonText::word);
  return found == kReasons.end() ? std::nullopt : std::optional(found->reason);
}

EgressVerdict decide(const EgressPolicy& policy, const HostName& name, std::uint16_t port) {
  for (const PolicyRule& rule : policy.rules)
    if (matches_port(rule.rule, port) && matches_name(rule.rule, name))
      return {&rule, std::nullopt};
  return {nullptr, DenyReason::kNoRule};
}

EgressVerdict decide(const EgressPolicy& policy, const IpAddress& address, std::uint16_t port) {
  if (is_host_itself(address) || is_synthetic(address)) return {nullptr, DenyReason::kBoxItself};
  const bool is_public = !why_not_public(address).has_value();
  EgressVerdict verdict{nullptr, DenyReason::kNoRule};
  for (const PolicyRule& rule : policy.rules) {
    if (!matches_port(rule.rule, port) || !matches_address(rule.rule, address)) continue;
    if (is_public || opens_private(policy, rule.rule)) return {&rule, std::nullopt};
    if (verdict.rule == nullptr) verdict = {&rule, DenyReason::kPrivateAddress};
  }
  return verdict;
}

EgressVerdict decide(const EgressPolicy& policy, const EgressDestination& destination) {
  return std::visit([&](const auto& host) { return decide(policy, host, destination.port); },
                    destination.host);
}

bool could_allow(const EgressPolicy& policy, const HostName& name) {
  return std::ranges::any_of(
      policy.rules, [&name](const PolicyRule& rule) { return matches_name(rule.rule, name); });
}

bool may_dial(PrivateAnswers private_answers, const IpAddress& answer) {
  if (is_host_itself(answer)) return false;
  return private_answers == PrivateAnswers::kAllowed || !why_not_public(answer).has_value();
}

const IpNetwork& synthetic_v4() {
  static const IpNetwork kBlock{IpAddress::from_v4({198, 18, 0, 0}), 15};
  return kBlock;
}

const IpNetwork& synthetic_v6() {
  static const IpNetwork kBlock{IpAddress::from_v6({0xFD, 0x6D, 0x69, 0x6E, 0x6F, 0}), 48};
  return kBlock;
}

std::optional<std::vector<EgressRule>> preset_rules(std::string_view preset) {
  std::vector<EgressRule> rules;
  if (preset == "dev") {
    append_rules(rules, kDevBefore);
    append_rules(rules, kRegistries);
    append_rules(rules, kDevAfter);
    return rules;
  }
  if (preset != "registries") return std::nullopt;
  append_rules(rules, kRegistries);
  return rules;
}

std::string allowing_flag(DenyReason reason, const EgressDestination& destination) {
  const auto* address = std::get_if<IpAddress>(&destination.host);
  switch (reason) {
    case DenyReason::kNoRule:
    case DenyReason::kPrivateAddress: {
      // A literal address is allowed by a rule of its own; what a name turns out to be is not.
      if (reason == DenyReason::kPrivateAddress && address == nullptr)
        return "--network-allow-private";
      const Result<EgressRule> rule = parse_egress_rule(to_string(destination));
      return rule.ok() ? "--network-allow " + to_string(rule.value()) : std::string();
    }
    case DenyReason::kBoxItself:
      // What listens on the host's loopback is the likely wish behind a loopback address.
      if (address == nullptr || !is_host_itself(*address)) return {};
      return "--network-allow " + std::string(kHostLoopbackName) + ":" +
             std::to_string(destination.port);
    case DenyReason::kNoServerName:
    case DenyReason::kServerNameMismatch:
    case DenyReason::kHostHeaderMismatch:
    case DenyReason::kProxyRequest:
    case DenyReason::kBadRequest:
    case DenyReason::kLimit:
      break;
  }
  return {};
}

}  // namespace mino
