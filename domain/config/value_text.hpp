#pragma once

#include <optional>
#include <string_view>

#include "domain/config/schema.hpp"

namespace mino {

/// A value of that type as a person writes it on a command line or in an environment variable; see
/// parse_config_text(). Nothing when the text cannot be read as one.
[[nodiscard]] std::optional<ConfigValue> value_from_text(ValueType type, std::string_view text);

/// The items of a list: split at commas, trimmed, empty ones dropped; or a TOML array of strings.
/// Nothing when it begins like an array and is none.
[[nodiscard]] std::optional<ConfigList> list_from_text(std::string_view text);

}  // namespace mino
