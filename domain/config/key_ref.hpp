#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/config/schema.hpp"
#include "domain/result.hpp"

namespace mino {

/// A key as a person names it: "container.image", or one entry of a table, "container.env.NAME".
struct ConfigKeyRef {
  const ConfigKey* key = nullptr;  ///< never null
  std::string item;                ///< empty for the key itself

  /// The components of the whole path.
  [[nodiscard]] std::vector<std::string> path() const;
};

/// kUsage when the schema has no such key; the hint names the nearest one.
[[nodiscard]] Result<ConfigKeyRef> parse_config_key(std::string_view text);
/// The value that the words mean for that key or entry; see parse_config_text().
[[nodiscard]] Result<ConfigValue> parse_config_text(const ConfigKeyRef& ref, std::string_view text);

}  // namespace mino
