#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mino {

using ConfigList = std::vector<std::string>;
using ConfigTable = std::map<std::string, std::string>;

/// The value of a configuration key, of one of the types that the schema knows.
using ConfigValue = std::variant<bool, std::int64_t, std::string, ConfigList, ConfigTable>;

/// The value as TOML text on one line: `true`, `64`, `"fedora:43"`, `["a", "b"]`, `{ A = "1" }`.
/// Control characters are escaped, so that it can be printed.
[[nodiscard]] std::string to_toml(const ConfigValue& value);
/// A TOML basic string, quotes included.
[[nodiscard]] std::string to_toml_string(std::string_view text);
/// The name as a TOML key: bare where TOML allows it, quoted otherwise.
[[nodiscard]] std::string to_toml_key(std::string_view name);

/// Bytes of a memory size: digits and optionally one of b, k, m, g, t (powers of 1024, upper or
/// lower case). Nothing when the text is none, is zero, or does not fit.
[[nodiscard]] std::optional<std::int64_t> parse_size_bytes(std::string_view text);
/// Thousandths of a processor from a decimal number with up to three decimals ("2", "0.5"). Nothing
/// when the text is none or is zero.
[[nodiscard]] std::optional<std::int64_t> parse_cpus_milli(std::string_view text);
/// Whether the text can name an environment variable: [A-Za-z_][A-Za-z0-9_]*.
[[nodiscard]] bool is_environment_name(std::string_view text);

}  // namespace mino
