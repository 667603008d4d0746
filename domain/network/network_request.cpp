#include "domain/network/network_request.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "domain/run/text.hpp"

namespace mino {
namespace {

using Kind = NetworkRequest::Kind;

/// Of rules in the text of an error.
constexpr std::size_t kMostNamed = 10;

constexpr std::array kKinds = std::to_array<std::pair<Kind, std::string_view>>({
    {Kind::kList, "list"},
    {Kind::kAllow, "allow"},
    {Kind::kDeny, "deny"},
    {Kind::kExplain, "explain"},
});

std::string error_text(const Error& error) {
  return error.hint().empty() ? error.text() : error.text() + "; " + error.hint();
}

std::string named_rules(const EgressPolicy& policy) {
  if (policy.rules.empty()) return "there is no rule";
  std::string text = "the rules are ";
  for (std::size_t i = 0; i < std::min(policy.rules.size(), kMostNamed); ++i)
    text += (i == 0 ? "" : ", ") + to_string(policy.rules[i].rule);
  if (policy.rules.size() > kMostNamed)
    text += " and " + std::to_string(policy.rules.size() - kMostNamed) + " more";
  return text;
}

Result<void> allow(EgressPolicy& policy, std::string_view text) {
  MINO_ASSIGN(EgressRule rule, parse_egress_rule(text));
  const auto& rules = policy.rules;
  if (std::ranges::find(rules, rule, &PolicyRule::rule) != rules.end()) return {};
  if (rules.size() >= EgressPolicy::kMaxRules) {
    return Error(ErrorCode::kUsage, "a session has at most " +
                                        std::to_string(EgressPolicy::kMaxRules) + " network rules");
  }
  policy.rules.push_back({std::move(rule), "mino network allow"});
  return {};
}

Result<void> deny(EgressPolicy& policy, std::string_view text) {
  MINO_ASSIGN(const EgressRule rule, parse_egress_rule(text));
  const std::size_t removed =
      std::erase_if(policy.rules, [&rule](const PolicyRule& other) { return other.rule == rule; });
  if (removed > 0) return {};
  return Error(ErrorCode::kUsage, "no rule " + to_string(rule) + ": " + named_rules(policy));
}

Result<void> carry_out(EgressPolicy& policy, const NetworkRequest& request, NetworkAnswer& answer) {
  switch (request.kind) {
    case Kind::kList:
      return {};
    case Kind::kAllow:
      return allow(policy, request.text);
    case Kind::kDeny:
      return deny(policy, request.text);
    case Kind::kExplain:
      break;
  }
  MINO_ASSIGN(const EgressDestination destination, parse_egress_destination(request.text));
  answer.explanation = explain_egress(policy, destination);
  return {};
}

Error corrupt(std::string_view what) {
  return {ErrorCode::kCorrupt, "what was sent is no " + std::string(what) + " about a network"};
}

const bool* find_boolean(const JsonValue& json, std::string_view name) {
  const JsonValue* member = json.find(name);
  return member == nullptr ? nullptr : member->boolean();
}

Result<NetworkAnswer::Rule> rule_from_json(const JsonValue& json) {
  const std::string* rule = json.find_string("rule");
  const std::string* origin = json.find_string("origin");
  if (rule == nullptr || origin == nullptr) return corrupt("answer");
  return NetworkAnswer::Rule{*rule, *origin};
}

Result<EgressExplanation> explanation_from_json(const JsonValue& json) {
  const bool* allowed = find_boolean(json, "allowed");
  if (allowed == nullptr) return corrupt("answer");
  EgressExplanation explanation;
  explanation.allowed = *allowed;
  const std::pair<std::string_view, std::string*> texts[] = {
      {"destination", &explanation.destination}, {"rule", &explanation.rule},
      {"origin", &explanation.origin},           {"reason", &explanation.reason},
      {"advice", &explanation.advice},
  };
  for (const auto& [name, target] : texts) {
    const std::string* text = json.find_string(name);
    if (text == nullptr) return corrupt("answer");
    *target = *text;
  }
  return explanation;
}

}  // namespace

NetworkAnswer answer(EgressPolicy& policy, const NetworkRequest& request) {
  NetworkAnswer answer;
  const Result<void> done = carry_out(policy, request, answer);
  if (!done.ok()) answer.error = error_text(done.error());
  answer.rules.reserve(policy.rules.size());
  for (const PolicyRule& rule : policy.rules)
    answer.rules.push_back({to_string(rule.rule), rule.origin});
  return answer;
}

EgressExplanation explain_egress(const EgressPolicy& policy, const EgressDestination& destination) {
  const EgressVerdict verdict = decide(policy, destination);
  EgressExplanation explanation;
  explanation.destination = to_string(destination);
  explanation.allowed = verdict.allowed();
  if (verdict.rule != nullptr) {
    explanation.rule = to_string(verdict.rule->rule);
    explanation.origin = verdict.rule->origin;
  }
  if (!verdict.denied) return explanation;
  explanation.reason = to_string(*verdict.denied);
  explanation.advice = allowing_flag(*verdict.denied, destination);
  return explanation;
}

std::string to_text(const EgressExplanation& explanation) {
  const std::string destination = visible_text(explanation.destination);
  const std::string rule = visible_text(explanation.rule);
  if (explanation.allowed)
    return destination + " is allowed by " + rule + " (" + visible_text(explanation.origin) + ")";
  const std::optional<DenyReason> reason = parse_deny_reason(explanation.reason);
  std::string text = destination + " is refused: " +
                     (reason ? std::string(describe(*reason)) : visible_text(explanation.reason));
  if (!explanation.advice.empty()) text += "; allow it with " + visible_text(explanation.advice);
  return text;
}

JsonValue to_json(const EgressExplanation& explanation) {
  return JsonValue::Object{{"destination", explanation.destination},
                           {"allowed", explanation.allowed},
                           {"rule", explanation.rule},
                           {"origin", explanation.origin},
                           {"reason", explanation.reason},
                           {"advice", explanation.advice}};
}

JsonValue to_json(const NetworkRequest& request) {
  const auto found = std::ranges::find(kKinds, request.kind, &decltype(kKinds)::value_type::first);
  return JsonValue::Object{{"request", found->second}, {"text", request.text}};
}

Result<NetworkRequest> network_request_from_json(const JsonValue& json) {
  const std::string* kind = json.find_string("request");
  const std::string* text = json.find_string("text");
  if (kind == nullptr || text == nullptr) return corrupt("request");
  const auto found = std::ranges::find(kKinds, *kind, &decltype(kKinds)::value_type::second);
  if (found == kKinds.end()) return corrupt("request");
  return NetworkRequest{found->first, *text};
}

JsonValue to_json(const NetworkAnswer& answer) {
  JsonValue::Array rules;
  for (const NetworkAnswer::Rule& rule : answer.rules)
    rules.emplace_back(JsonValue::Object{{"rule", rule.rule}, {"origin", rule.origin}});
  JsonValue::Object object{{"rules", std::move(rules)}};
  if (answer.error) object.emplace_back("error", *answer.error);
  if (answer.explanation) object.emplace_back("explanation", to_json(*answer.explanation));
  return object;
}

Result<NetworkAnswer> network_answer_from_json(const JsonValue& json) {
  NetworkAnswer answer;
  const JsonValue* rules = json.find("rules");
  if (rules == nullptr || rules->array() == nullptr) return corrupt("answer");
  for (const JsonValue& rule : *rules->array()) {
    MINO_ASSIGN(NetworkAnswer::Rule made, rule_from_json(rule));
    answer.rules.push_back(std::move(made));
  }
  if (const JsonValue* error = json.find("error"); error != nullptr) {
    if (error->string() == nullptr) return corrupt("answer");
    answer.error = *error->string();
  }
  if (const JsonValue* explanation = json.find("explanation"); explanation != nullptr) {
    MINO_ASSIGN(answer.explanation, explanation_from_json(*explanation));
  }
  return answer;
}

}  // namespace mino
