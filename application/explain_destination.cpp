#include "application/explain_destination.hpp"

#include <fmt/format.h>

#include <utility>

namespace mino::application {

DestinationExplanation explain_by_rules(EgressExplanation facts) {
  std::string text = to_text(facts);
  return {std::move(facts), std::move(text)};
}

DestinationExplanation explain_without_rules(NetworkMode mode,
                                             const EgressDestination& destination) {
  DestinationExplanation explanation;
  EgressExplanation& facts = explanation.facts;
  facts.destination = to_string(destination);
  facts.allowed = mode != NetworkMode::kNone;
  if (facts.allowed) {
    explanation.text = fmt::format("{} is allowed: the network ({}) has no rules",
                                   facts.destination, to_string(mode));
  } else {
    facts.reason = "no-network";
    explanation.text = fmt::format("{} is refused: the box has no network", facts.destination);
  }
  return explanation;
}

JsonValue to_json(const DestinationExplanation& explanation) {
  JsonValue json = JsonValue::Object{{"schema", 1}};
  const JsonValue facts = mino::to_json(explanation.facts);
  if (const JsonValue::Object* members = facts.object(); members != nullptr)
    for (const auto& [name, value] : *members) json.set(name, value);
  return json;
}

}  // namespace mino::application
