// The input is lines: each is taken for a rule and for a destination, then every rule is asked
// about every destination.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/check.hpp"
#include "domain/network/egress_policy.hpp"
#include "domain/network/network_request.hpp"

namespace {

/// Rules times destinations stay few enough for many inputs a second.
constexpr std::size_t kMostLines = 64;

/// What is read is canonical: its text gives the same again.
void read_rule(std::string_view line, mino::EgressPolicy& policy) {
  auto rule = mino::parse_egress_rule(line);
  if (!rule.ok()) {
    MINO_CHECK(!rule.error().text().empty());
    return;
  }
  const auto again = mino::parse_egress_rule(to_string(*rule));
  MINO_CHECK(again.ok() && *again == *rule);
  MINO_CHECK(to_string(*again) == to_string(*rule));
  policy.rules.push_back({*std::move(rule), "fuzz"});
}

void read_destination(std::string_view line, std::vector<mino::EgressDestination>& destinations) {
  auto destination = mino::parse_egress_destination(line);
  if (!destination.ok()) return;
  const auto again = mino::parse_egress_destination(to_string(*destination));
  MINO_CHECK(again.ok() && *again == *destination);
  destinations.push_back(*std::move(destination));
}

/// What holds for every verdict, whatever the rules.
void check_verdict(const mino::EgressPolicy& policy, const mino::EgressDestination& destination) {
  const mino::EgressVerdict verdict = decide(policy, destination);
  const mino::EgressExplanation explanation = explain_egress(policy, destination);
  MINO_CHECK(explanation.allowed == verdict.allowed() && !to_text(explanation).empty());
  if (!verdict.allowed()) return;
  MINO_CHECK(verdict.rule != nullptr);
  const mino::EgressRule& rule = verdict.rule->rule;
  MINO_CHECK(!rule.port || *rule.port == destination.port);
  if (const auto* name = std::get_if<mino::HostName>(&destination.host)) {
    MINO_CHECK(!std::holds_alternative<mino::IpNetwork>(rule.target));
    MINO_CHECK(could_allow(policy, *name));
    return;
  }
  const auto& address = std::get<mino::IpAddress>(destination.host);
  const auto* network = std::get_if<mino::IpNetwork>(&rule.target);
  MINO_CHECK(network != nullptr && network->contains(address));
  MINO_CHECK(!is_host_itself(address));
  MINO_CHECK(!mino::synthetic_v4().contains(address) && !mino::synthetic_v6().contains(address));
  MINO_CHECK(may_dial(policy.private_answers, address) || why_not_public(*network));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  mino::EgressPolicy policy;
  std::vector<mino::EgressDestination> destinations;
  for (std::size_t lines = 0; lines < kMostLines && !rest.empty(); ++lines) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    read_rule(line, policy);
    read_destination(line, destinations);
  }
  for (const mino::EgressDestination& destination : destinations)
    check_verdict(policy, destination);
  return 0;
}
