#pragma once

#include <string>

#include "domain/json_value.hpp"
#include "domain/network/egress_policy.hpp"
#include "domain/network/network_mode.hpp"
#include "domain/network/network_request.hpp"

namespace mino::application {

/// Whether a box reaches a destination, and why.
struct DestinationExplanation {
  EgressExplanation facts;
  std::string text;  ///< for a person, one line
};

/// For a box whose network has rules.
[[nodiscard]] DestinationExplanation explain_by_rules(EgressExplanation facts);
/// For one whose network has none: everything or nothing. `mode` is not kAllowList.
[[nodiscard]] DestinationExplanation explain_without_rules(NetworkMode mode,
                                                           const EgressDestination& destination);

/// `schema` 1.
[[nodiscard]] JsonValue to_json(const DestinationExplanation& explanation);

}  // namespace mino::application
