// How the box reaches the network, and what it may reach.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/config/layers.hpp"
#include "domain/run/box_files.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using namespace std::string_literals;
using testing_support::decision_on;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::holds;
using testing_support::plain_inputs;
using testing_support::plan_of;
using testing_support::refusal_of;
using testing_support::set_config;

constexpr const char* kAllow = "container.network_allow";

RunInputs inputs_with_rules(ConfigList rules, Origin origin) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, kAllow, std::move(rules), std::move(origin));
  return inputs;
}

RunInputs inputs_with_flags(const std::vector<ConfigOverride>& flags) {
  RunInputs inputs = plain_inputs();
  Result<ConfigLayer> layer = layer_from_flags(flags);
  if (!layer.ok()) throw std::runtime_error(layer.error().text());
  inputs.config.apply(layer.value());
  return inputs;
}

ConfigOverride allow_flag(ConfigList rules) {
  return {kAllow, std::move(rules), "--network-allow"};
}
ConfigOverride network_flag(std::string mode) {
  return {"container.network", std::move(mode), "--network"};
}
ConfigOverride engine_flag(std::string engine) {
  return {"container.network_engine", std::move(engine), "--network-engine"};
}

std::vector<std::string> rules_of(const RunPlan& plan) {
  std::vector<std::string> texts;
  for (const PolicyRule& rule : plan.egress->policy.rules) texts.push_back(to_string(rule.rule));
  return texts;
}

std::string resolver_of(const RunPlan& plan) {
  for (const BoxFile& file : box_files(plan))
    if (file.target == "/etc/resolv.conf") return file.content;
  return {};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(DecideNetwork, EachNetworkHasItsGrant) {
  const struct {
    const char* name;
    NetworkMode mode;
    bool host;
    bool open;
  } cases[] = {{"bridge", NetworkMode::kBridge, false, true},
               {"host", NetworkMode::kHost, true, false},
               {"none", NetworkMode::kNone, false, false}};
  for (const auto& [name, mode, host, open] : cases) {
    RunInputs inputs = plain_inputs();
    set_config(inputs.config, "container.network", std::string(name), flag_origin("--network"));
    const RunPlan plan = plan_of(inputs);
    EXPECT_EQ(plan.network, mode);
    EXPECT_EQ(plan.egress, std::nullopt);
    EXPECT_EQ(has_grant<HostNetworkGrant>(plan.grants), host) << name;
    EXPECT_EQ(has_grant<OpenNetworkGrant>(plan.grants), open) << name;
    EXPECT_EQ(decision_on(plan, "network")->origin, "flag --network");
  }
}

TEST(DecideNetwork, AnUnknownNetworkIsNeverTakenForAnother) {
  for (const char* name : {"nnoe", "allow-list", "Bridge", ""}) {
    RunInputs inputs = plain_inputs();
    set_config(inputs.config, "container.network", std::string(name), flag_origin("--network"));
    EXPECT_EQ(refusal_of(inputs).code(), ErrorCode::kUsage) << name;
    set_config(inputs.config, "container.network", std::string(name), file_origin(1));
    EXPECT_EQ(refusal_of(inputs).code(), ErrorCode::kConfig) << name;
  }
}

TEST(DecideNetwork, RulesMakeAnAllowListThatTheGatewayEnforces) {
  const RunPlan plan = plan_of(inputs_with_rules(
      {"GitHub.com.:443", "*.example.com:*", "10.0.0.0/8:22", "github.com:443"}, file_origin(5)));
  EXPECT_EQ(plan.network, NetworkMode::kAllowList);
  ASSERT_TRUE(plan.egress);
  EXPECT_EQ(plan.egress->engine, NetworkEngine::kGateway);
  EXPECT_EQ(plan.egress->helper_program, "/usr/libexec/mino-helper");
  EXPECT_EQ(rules_of(plan),
            (std::vector<std::string>{"github.com:443", "*.example.com:*", "10.0.0.0/8:22"}))
      << "each once";
  EXPECT_EQ(plan.egress->policy.rules[0].origin, "/home/ann/.config/mino/config.toml:5:1");
  EXPECT_EQ(plan.egress->policy.private_answers, PrivateAnswers::kRefused);
  EXPECT_EQ(plan.egress->policy.deny_at, DenyAt::kConnect);
  EXPECT_EQ(plan.grants,
            (std::vector<Grant>{ProjectGrant{"/src/app"}, EgressGrant{"github.com:443"},
                                EgressGrant{"*.example.com:*"}, EgressGrant{"10.0.0.0/8:22"}}));
  EXPECT_EQ(resolver_of(plan), "nameserver 198.18.0.1\n");
  EXPECT_TRUE(plan.warnings.empty());
}

TEST(DecideNetwork, EachRuleIsExplained) {
  const RunPlan plan =
      plan_of(inputs_with_rules({"github.com:443"}, flag_origin("--network-allow")));
  EXPECT_EQ(*decision_on(plan, "network"),
            (Decision{"network", "allow-list", "flag --network-allow", ""}));
  EXPECT_EQ(decision_on(plan, "network engine")->value, "gateway");
  EXPECT_EQ(*decision_on(plan, "allowed"),
            (Decision{"allowed", "github.com:443", "flag --network-allow", ""}));
}

TEST(DecideNetwork, APresetIsItsRules) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.network_preset", "dev"s, flag_origin("--network-preset"));
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(rules_of(plan).size(), 11U);
  EXPECT_EQ(plan.egress->policy.rules[1].origin, "preset dev");
  EXPECT_EQ(decision_on(plan, "network")->origin, "flag --network-preset");
  set_config(inputs.config, "container.network_preset", "registries"s, file_origin(3));
  EXPECT_EQ(rules_of(plan_of(inputs)).size(), 6U);
  set_config(inputs.config, "container.network_preset", "all"s, file_origin(3));
  const Error error = refusal_of(inputs);
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_TRUE(has(error.text(), "unknown network preset \"all\"")) << error.text();
}

TEST(DecideNetwork, AnEmptyListOfRulesInAFileIsNone) {
  const RunPlan plan = plan_of(inputs_with_rules({}, file_origin(5)));
  EXPECT_EQ(plan.network, NetworkMode::kBridge);
  EXPECT_EQ(plan.egress, std::nullopt);
}

TEST(DecideNetwork, AFlagOverridesAFile) {
  RunInputs inputs = inputs_with_rules({"github.com:443"}, file_origin(5));
  set_config(inputs.config, "container.network", "none"s, flag_origin("--network"));
  EXPECT_EQ(plan_of(inputs).network, NetworkMode::kNone);
  set_config(inputs.config, "container.network", "host"s, file_origin(5));
  set_config(inputs.config, kAllow, ConfigList{"a.example:1"}, flag_origin("--network-allow"));
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(rules_of(plan), std::vector<std::string>{"a.example:1"});
  EXPECT_TRUE(plan.warnings.empty()) << "nothing that was typed is overridden";
  EXPECT_FALSE(has_grant<HostNetworkGrant>(plan.grants));
}

TEST(DecideNetwork, AnAllowListWinsOverATypedHostNetworkWithAWarning) {
  const RunPlan plan =
      plan_of(inputs_with_flags({network_flag("host"), allow_flag({"a.example:1"})}));
  EXPECT_EQ(plan.network, NetworkMode::kAllowList);
  EXPECT_FALSE(has_grant<HostNetworkGrant>(plan.grants));
  EXPECT_EQ(plan.warnings,
            std::vector<std::string>{"--network host is overridden by --network-allow: the box "
                                     "reaches the listed destinations"});
  EXPECT_TRUE(plan_of(inputs_with_flags({network_flag("bridge"), allow_flag({"a.example:1"})}))
                  .warnings.empty());
}

TEST(DecideNetwork, WhatContradictsItselfIsRefused) {
  const ConfigKey* const keys[] = {find_config_key("container.network"), find_config_key(kAllow),
                                   find_config_key("container.network_preset")};
  const auto refusal = [&](const ConfigLayer& layer) {
    RunInputs inputs = plain_inputs();
    inputs.config.apply(layer);
    return refusal_of(inputs);
  };
  const Origin flag = flag_origin("--network-allow");
  const ConfigEntry typed{keys[1], {}, ConfigList{"a:1"}, flag};
  Error error = refusal({typed, {keys[0], {}, "none"s, flag_origin("--network")}});
  EXPECT_EQ(error.code(), ErrorCode::kUsage);
  EXPECT_EQ(error.text(), "Cannot combine --network-allow with --network none");
  error = refusal({typed, {keys[2], {}, "dev"s, flag_origin("--network-preset")}});
  EXPECT_EQ(error.text(), "Cannot combine --network-allow with --network-preset");
  for (const char* mode : {"none", "host"}) {
    error = refusal({{keys[1], {}, ConfigList{"a:1"}, file_origin(2)},
                     {keys[0], {}, std::string(mode), file_origin(3)}});
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    EXPECT_EQ(error.text(),
              "Config conflict: container.network_allow (/home/ann/.config/mino/config.toml:2:1) "
              "and container.network = "s +
                  mode + " (/home/ann/.config/mino/config.toml:3:1)");
  }
}

TEST(DecideNetwork, ARuleThatCannotBeReadIsRefusedWithItsOrigin) {
  Error error = refusal_of(inputs_with_rules({"a.example:1", "github.com"}, file_origin(5)));
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_TRUE(has(error.text(),
                  "/home/ann/.config/mino/config.toml:5:1: network rule "
                  "\"github.com\" is not valid"))
      << error.text();
  error = refusal_of(inputs_with_rules({"127.0.0.1:80"}, flag_origin("--network-allow")));
  EXPECT_EQ(error.code(), ErrorCode::kUsage);
  EXPECT_TRUE(has(error.text(), "flag --network-allow"));
  EXPECT_TRUE(has(error.hint(), "host.mino.internal"));
  EXPECT_EQ(refusal_of(inputs_with_rules({""}, flag_origin("--network-allow"))).code(),
            ErrorCode::kUsage);
}

TEST(DecideNetwork, ANameInAnotherAlphabetNeedsItsALabels) {
  const std::string rule =
      "b\xC3\xBC"
      "cher.example:443";
  RunInputs inputs = inputs_with_rules({rule}, flag_origin("--network-allow"));
  EXPECT_TRUE(has(refusal_of(inputs).hint(), "xn--"));
  inputs.encoded_rules = {{rule, "xn--bcher-kva.example:443"}};
  EXPECT_EQ(rules_of(plan_of(inputs)), std::vector<std::string>{"xn--bcher-kva.example:443"});
  inputs.encoded_rules = {{rule, "*:443"}};
  EXPECT_EQ(refusal_of(inputs).code(), ErrorCode::kUsage) << "what was made of it is read too";
}

TEST(DecideNetwork, ARuleInAsciiIsTakenAsItIs) {
  RunInputs inputs = inputs_with_rules({"github.com:443"}, flag_origin("--network-allow"));
  inputs.encoded_rules = {{"github.com:443", "evil.example:443"}};
  EXPECT_EQ(rules_of(plan_of(inputs)), std::vector<std::string>{"github.com:443"});
}

TEST(DecideNetwork, TheHostsLoopbackIsAGrantOfItsOwn) {
  const RunPlan plan = plan_of(inputs_with_rules({"host.mino.internal:5432", "github.com:443"},
                                                 flag_origin("--network-allow")));
  EXPECT_TRUE(holds(plan, HostLoopbackGrant{"host.mino.internal:5432"}));
  EXPECT_FALSE(holds(plan, EgressGrant{"host.mino.internal:5432"}));
  EXPECT_TRUE(holds(plan, EgressGrant{"github.com:443"}));
}

TEST(DecideNetwork, PrivateAddressesAreAGrantOfTheirOwn) {
  RunInputs inputs = inputs_with_rules({"github.com:443"}, file_origin(5));
  EXPECT_FALSE(has_grant<PrivateAddressesGrant>(plan_of(inputs).grants));
  set_config(inputs.config, "container.network_allow_private", true,
             flag_origin("--network-allow-private"));
  const RunPlan plan = plan_of(inputs);
  EXPECT_TRUE(has_grant<PrivateAddressesGrant>(plan.grants));
  EXPECT_EQ(plan.egress->policy.private_answers, PrivateAnswers::kAllowed);
  EXPECT_EQ(decision_on(plan, "private addresses")->origin, "flag --network-allow-private");
}

TEST(DecideNetwork, ANetworkWithoutRulesIsNotWidenedByTheKeysOfOne) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.network", "none"s, flag_origin("--network"));
  set_config(inputs.config, "container.network_allow_private", true, file_origin(1));
  set_config(inputs.config, "container.network_engine", "iptables"s, file_origin(2));
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(plan.network, NetworkMode::kNone);
  EXPECT_FALSE(has_grant<PrivateAddressesGrant>(plan.grants));
}

TEST(DecideNetwork, RefusedNamesMayFailAlreadyWhenResolved) {
  RunInputs inputs = inputs_with_rules({"github.com:443"}, file_origin(5));
  set_config(inputs.config, "network.deny_at", "dns"s, file_origin(6));
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(plan.egress->policy.deny_at, DenyAt::kDns);
  EXPECT_EQ(decision_on(plan, "refused names")->origin, "/home/ann/.config/mino/config.toml:6:1");
}

TEST(DecideNetwork, TheEngineIsTheGatewayUnlessAskedOtherwise) {
  for (const char* engine : {"auto", "gateway"}) {
    EXPECT_EQ(plan_of(inputs_with_flags({allow_flag({"a.example:1"}), engine_flag(engine)}))
                  .egress->engine,
              NetworkEngine::kGateway);
  }
  const RunPlan plan =
      plan_of(inputs_with_flags({allow_flag({"a.example:1"}), engine_flag("iptables")}));
  EXPECT_EQ(plan.egress->engine, NetworkEngine::kIptables);
  EXPECT_EQ(decision_on(plan, "network engine")->origin, "flag --network-engine");
}

TEST(DecideNetwork, ARoutedBoxAsksTheResolverOfItsNetwork) {
  RunInputs inputs = inputs_with_flags({allow_flag({"a.example:1"}), engine_flag("iptables")});
  EXPECT_EQ(resolver_of(plan_of(inputs)), "nameserver 10.0.2.3\n");
  inputs.engine.rootless_network = "pasta";
  EXPECT_EQ(resolver_of(plan_of(inputs)), "nameserver 169.254.1.1\n");
}

TEST(DecideNetwork, IptablesRefusesWhatItCannotEnforce) {
  for (const char* rule : {"*.example.com:443", "host.mino.internal:80"}) {
    const Error error = refusal_of(
        inputs_with_flags({allow_flag({"github.com:443", rule}), engine_flag("iptables")}));
    EXPECT_EQ(error.code(), ErrorCode::kUsage);
    EXPECT_TRUE(has(error.text(), rule)) << error.text();
    EXPECT_TRUE(has(error.text(), "iptables")) << error.text();
    EXPECT_TRUE(has(error.hint(), "gateway")) << error.hint();
  }
}

TEST(DecideNetwork, AnUnknownEngineIsNeverTakenForAnother) {
  RunInputs inputs = inputs_with_rules({"github.com:443"}, file_origin(5));
  set_config(inputs.config, "container.network_engine", "ebpf"s, file_origin(6));
  EXPECT_EQ(refusal_of(inputs).code(), ErrorCode::kConfig);
}

TEST(DecideNetwork, RulesHaveALimit) {
  ConfigList rules;
  for (std::size_t i = 0; i < EgressPolicy::kMaxRules; ++i)
    rules.push_back("h" + std::to_string(i) + ".example:1");
  EXPECT_EQ(rules_of(plan_of(inputs_with_rules(rules, file_origin(5)))).size(), rules.size());
  rules.emplace_back("one.more:1");
  EXPECT_EQ(refusal_of(inputs_with_rules(rules, file_origin(5))).code(), ErrorCode::kConfig);
}

}  // namespace
}  // namespace mino
