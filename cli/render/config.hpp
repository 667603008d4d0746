#pragma once

#include "domain/config/config.hpp"
#include "domain/config/key_ref.hpp"
#include "domain/json_value.hpp"

#include <optional>
#include <string>

namespace mino::cli {

/// The value of a key or of an entry of a table; nothing when there is none.
[[nodiscard]] std::optional<ConfigValue> value_of(const Config& config, const ConfigKeyRef& ref);
/// For a program that reads one value: text as it is, the items of a list one a line, a table as
/// NAME=VALUE lines.
[[nodiscard]] std::string lines_of(const ConfigValue& value);
[[nodiscard]] JsonValue json_of(const ConfigValue& value);

/// Every value with its origin, as a table for people.
[[nodiscard]] std::string table_of(const Config& config);
/// Every value as a line of TOML.
[[nodiscard]] std::string plain_of(const Config& config);
/// {"schema": 1, "settings": [{"key", "value", "origin": {"kind", …}, "effective"}]}
[[nodiscard]] JsonValue json_of(const Config& config);

}  // namespace mino::cli
