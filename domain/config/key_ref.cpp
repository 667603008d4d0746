#include "domain/config/key_ref.hpp"

#include <utility>

namespace mino {

std::vector<std::string> ConfigKeyRef::path() const {
  std::vector<std::string> path;
  std::string_view rest = key->path;
  for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
    path.emplace_back(rest.substr(0, dot));
    rest.remove_prefix(dot + 1);
  }
  path.emplace_back(rest);
  if (!item.empty()) path.push_back(item);
  return path;
}

Result<ConfigKeyRef> parse_config_key(std::string_view text) {
  if (const ConfigKey* key = find_config_key(text)) return ConfigKeyRef{key, {}};
  for (const ConfigKey& key : config_schema()) {
    const std::string prefix = std::string(key.path) + ".";
    if (key.type == ValueType::kStringTable && text.starts_with(prefix) &&
        text.size() > prefix.size())
      return ConfigKeyRef{&key, std::string(text.substr(prefix.size()))};
  }
  Error error(ErrorCode::kUsage, "unknown configuration key " + to_toml_string(text));
  if (const auto nearest = nearest_config_key(text)) {
    error.set_hint("did you mean " + std::string(*nearest) + "?");
  } else {
    error.set_hint("mino config show lists the keys");
  }
  return error;
}

Result<ConfigValue> parse_config_text(const ConfigKeyRef& ref, std::string_view text) {
  if (ref.item.empty()) return parse_config_text(*ref.key, text);
  MINO_TRY(check_config_value(*ref.key, ConfigTable{{ref.item, std::string(text)}}));
  return ConfigValue(std::string(text));
}

}  // namespace mino
