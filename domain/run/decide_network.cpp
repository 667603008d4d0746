// How the box reaches the network, and what it may reach.
#include <algorithm>
#include <utility>

#include "domain/run/decide_steps.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::string_view kNetwork = "container.network";
constexpr std::string_view kAllow = "container.network_allow";
constexpr std::string_view kPreset = "container.network_preset";
constexpr std::string_view kEngine = "container.network_engine";
constexpr std::string_view kAllowPrivate = "container.network_allow_private";
constexpr std::string_view kDenyAt = "network.deny_at";

/// The key whose list of destinations holds; nothing when none was given.
std::optional<std::string_view> list_key(const Config& config) {
  if (!config.list(kAllow).empty()) return kAllow;
  if (config.text(kPreset)) return kPreset;
  return std::nullopt;
}

/// "--network none" as typed, else the setting and its place.
std::string setting_text(const Config& config, std::string_view key) {
  const Origin origin = config.origin(key);
  std::string text = origin.kind == OriginKind::kFlag ? origin.name : std::string(key);
  if (key == kNetwork) {
    text += (origin.kind == OriginKind::kFlag ? " " : " = ") +
            visible_text(config.text(key).value_or(""));
  }
  return origin.kind == OriginKind::kFlag ? text : text + " (" + to_string(origin) + ")";
}

Error contradiction(const Config& config, std::string_view one, std::string_view other) {
  const ErrorCode code = fault_of(config.origin(one));
  const bool typed = code == ErrorCode::kUsage;
  return {code, (typed ? "Cannot combine " : "Config conflict: ") + setting_text(config, one) +
                    (typed ? " with " : " and ") + setting_text(config, other)};
}

/// A list beside another choice comes from one source, since a later one drops the other.
Result<void> check_list(const Config& config, std::string_view key, RunPlan& plan) {
  if (key == kAllow && config.text(kPreset)) return contradiction(config, kAllow, kPreset);
  const std::string mode = config.text(kNetwork).value_or("");
  if (mode == to_string(NetworkMode::kBridge)) return {};
  const bool typed = config.origin(key).kind == OriginKind::kFlag;
  if (!typed || mode != to_string(NetworkMode::kHost)) return contradiction(config, key, kNetwork);
  plan.warnings.push_back(setting_text(config, kNetwork) + " is overridden by " +
                          setting_text(config, key) + ": the box reaches the listed destinations");
  return {};
}

/// A rule in ASCII stands for itself.
Result<EgressRule> rule_of(const RunInputs& inputs, const std::string& text) {
  const bool ascii =
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
  const auto encoded = inputs.encoded_rules.find(text);
  if (ascii || encoded == inputs.encoded_rules.end()) return parse_egress_rule(text);
  return parse_egress_rule(encoded->second);
}

Result<std::vector<PolicyRule>> listed_rules(const RunInputs& inputs) {
  const Origin origin = inputs.config.origin(kAllow);
  std::vector<PolicyRule> rules;
  for (const std::string& text : inputs.config.list(kAllow)) {
    Result<EgressRule> rule = rule_of(inputs, text);
    if (!rule.ok())
      return std::move(rule.error().set_code(fault_of(origin)).add_context(to_string(origin)));
    rules.push_back({std::move(rule).value(), to_string(origin)});
  }
  return rules;
}

Result<std::vector<PolicyRule>> preset_of(const Config& config) {
  const std::string name = config.text(kPreset).value_or("");
  const std::optional<std::vector<EgressRule>> preset = preset_rules(name);
  if (!preset) {
    const Origin origin = config.origin(kPreset);
    return Error(fault_of(origin), "unknown network preset \"" + visible_text(name) + "\" (" +
                                       to_string(origin) + ")")
        .set_hint("choose dev or registries");
  }
  std::vector<PolicyRule> rules;
  for (const EgressRule& rule : *preset) rules.push_back({rule, "preset " + name});
  return rules;
}

/// Each once, as first named.
std::vector<PolicyRule> without_repeats(std::vector<PolicyRule> rules) {
  std::vector<PolicyRule> once;
  for (PolicyRule& rule : rules) {
    if (std::ranges::find(once, rule.rule, &PolicyRule::rule) == once.end())
      once.push_back(std::move(rule));
  }
  return once;
}

bool is_host_loopback(const EgressRule& rule) {
  const auto* exact = std::get_if<ExactName>(&rule.target);
  return exact != nullptr && exact->name.str() == kHostLoopbackName;
}

/// The packet filter knows addresses and sees no name.
Result<void> check_iptables(const Config& config, const std::vector<PolicyRule>& rules) {
  for (const PolicyRule& rule : rules) {
    const bool any_subdomain = std::holds_alternative<AnySubdomain>(rule.rule.target);
    if (!any_subdomain && !is_host_loopback(rule.rule)) continue;
    return Error(fault_of(config.origin(kEngine)),
                 "the network engine iptables (" + origin_of(config, kEngine) +
                     ") cannot enforce the rule " + to_string(rule.rule) + " (" + rule.origin + ")")
        .set_hint("the gateway engine can: --network-engine gateway");
  }
  return {};
}

Result<NetworkEngine> decide_engine(const Config& config, const std::vector<PolicyRule>& rules,
                                    RunPlan& plan) {
  const std::string text = config.text(kEngine).value_or("");
  if (text == "iptables") {
    MINO_TRY(check_iptables(config, rules));
    explain(plan, "network engine", text, origin_of(config, kEngine),
            "packet filter rules in the box's network");
    return NetworkEngine::kIptables;
  }
  if (text != "auto" && text != "gateway") {
    return Error(fault_of(config.origin(kEngine)), "unknown network engine \"" +
                                                       visible_text(text) + "\" (" +
                                                       origin_of(config, kEngine) + ")")
        .set_hint("choose auto, gateway or iptables");
  }
  explain(plan, "network engine", "gateway", origin_of(config, kEngine),
          "a process outside the box, which has no route out");
  return NetworkEngine::kGateway;
}

void grant_rules(const EgressPolicy& policy, RunPlan& plan) {
  for (const PolicyRule& rule : policy.rules) {
    std::string text = to_string(rule.rule);
    explain(plan, "allowed", text, rule.origin, "");
    if (is_host_loopback(rule.rule)) {
      plan.grants.emplace_back(HostLoopbackGrant{std::move(text)});
    } else {
      plan.grants.emplace_back(EgressGrant{std::move(text)});
    }
  }
}

void decide_answers(const Config& config, EgressPolicy& policy, RunPlan& plan) {
  if (config.boolean(kAllowPrivate)) {
    policy.private_answers = PrivateAnswers::kAllowed;
    plan.grants.emplace_back(PrivateAddressesGrant{});
    explain(plan, "private addresses", "allowed", origin_of(config, kAllowPrivate),
            "allowed names may resolve to them");
  }
  if (config.text(kDenyAt) == "dns") {
    policy.deny_at = DenyAt::kDns;
    explain(plan, "refused names", "do not resolve", origin_of(config, kDenyAt), "");
  }
}

/// Whom podman has a box ask for names: the forwarder of its user-mode network.
std::vector<IpAddress> box_resolvers(const EngineFacts& engine) {
  const std::string_view address = engine.rootless_network == "pasta" ? "169.254.1.1" : "10.0.2.3";
  return {*IpAddress::parse(address)};
}

Result<void> decide_allow_list(const RunInputs& inputs, std::string_view key, RunPlan& plan) {
  const Config& config = inputs.config;
  MINO_TRY(check_list(config, key, plan));
  MINO_ASSIGN(std::vector<PolicyRule> rules,
              key == kAllow ? listed_rules(inputs) : preset_of(config));
  if (rules.size() > EgressPolicy::kMaxRules) {
    return Error(fault_of(config.origin(key)), setting_text(config, key) + " holds more than " +
                                                   std::to_string(EgressPolicy::kMaxRules) +
                                                   " rules");
  }
  rules = without_repeats(std::move(rules));
  plan.network = NetworkMode::kAllowList;
  explain(plan, "network", std::string(to_string(plan.network)), origin_of(config, key), "");
  EgressPlan egress;
  MINO_ASSIGN(egress.engine, decide_engine(config, rules, plan));
  egress.policy.rules = std::move(rules);
  egress.helper_program = inputs.host.helper_program;
  if (egress.engine == NetworkEngine::kIptables) egress.resolvers = box_resolvers(inputs.engine);
  grant_rules(egress.policy, plan);
  decide_answers(config, egress.policy, plan);
  plan.egress = std::move(egress);
  return {};
}

}  // namespace

Result<void> decide_network(const RunInputs& inputs, RunPlan& plan) {
  if (const auto key = list_key(inputs.config)) return decide_allow_list(inputs, *key, plan);
  const Origin origin = inputs.config.origin(kNetwork);
  const std::string text = inputs.config.text(kNetwork).value_or("");
  const std::optional<NetworkMode> mode = parse_network_mode(text);
  if (!mode) {
    return Error(fault_of(origin),
                 "unknown network mode \"" + visible_text(text) + "\" (" + to_string(origin) + ")")
        .set_hint("choose bridge, host or none");
  }
  plan.network = *mode;
  if (*mode == NetworkMode::kHost) plan.grants.emplace_back(HostNetworkGrant{});
  if (*mode == NetworkMode::kBridge) plan.grants.emplace_back(OpenNetworkGrant{});
  explain(plan, "network", text, to_string(origin), "");
  return {};
}

}  // namespace mino
