#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

#include "domain/network/egress_policy.hpp"

namespace mino::testing_support {

/// A policy of these rules, each with the origin "test".
inline EgressPolicy policy_of(std::initializer_list<std::string_view> rules) {
  EgressPolicy policy;
  for (const std::string_view text : rules) {
    Result<EgressRule> rule = parse_egress_rule(text);
    if (!rule.ok()) throw std::runtime_error(rule.error().text());
    policy.rules.push_back({std::move(rule).value(), "test"});
  }
  return policy;
}

/// What the policy says of "host:port": the rule that allows, or the word of the reason.
inline std::string verdict_on(const EgressPolicy& policy, std::string_view destination) {
  const Result<EgressDestination> parsed = parse_egress_destination(destination);
  if (!parsed.ok()) throw std::runtime_error(parsed.error().text());
  const EgressVerdict verdict = decide(policy, parsed.value());
  if (verdict.denied) return std::string(to_string(*verdict.denied));
  return to_string(verdict.rule->rule);
}

}  // namespace mino::testing_support
