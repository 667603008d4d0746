#pragma once

#include <optional>

#include "domain/credential/broker.hpp"
#include "domain/json_value.hpp"

namespace mino::broker {

/// The terms as the owner sends them. It holds the token: wipe() it.
[[nodiscard]] JsonValue to_json(const BrokerTerms& terms);
/// Nothing for what are no terms.
[[nodiscard]] std::optional<BrokerTerms> terms_from_json(const JsonValue& json);

}  // namespace mino::broker
