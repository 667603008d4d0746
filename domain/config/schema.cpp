#include "domain/config/schema.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "domain/config/nearest.hpp"
#include "domain/config/value_text.hpp"
#include "domain/network/egress_rule.hpp"

namespace mino {
namespace {

std::string joined(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += '"' + std::string(words[i]) + '"';
  }
  return text;
}

Error bad_value(const ConfigKey& key, const std::string& why) {
  return {ErrorCode::kConfig, std::string(key.path) + " " + why};
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// The A-labels of a name in other letters are known only to whoever can make them.
Result<void> check_egress_rule(const ConfigKey& key, const std::string& text) {
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80U; }))
    return {};
  const Result<EgressRule> rule = parse_egress_rule(text);
  if (rule.ok()) return {};
  return bad_value(key, "holds a rule that cannot be read: " + rule.error().text())
      .set_hint(rule.error().hint());
}

Result<void> check_text(const ConfigKey& key, const std::string& text) {
  if (text.empty()) return bad_value(key, "must not be empty");
  if (has_control_character(text)) return bad_value(key, "must not hold a control character");
  if (!key.choices.empty() && std::ranges::find(key.choices, text) == key.choices.end())
    return bad_value(key, "must be " + joined(key.choices));
  switch (key.format) {
    case ValueFormat::kSize:
      if (!parse_size_bytes(text))
        return bad_value(key, "must be a size such as \"512m\" or \"4g\"");
      break;
    case ValueFormat::kCpus:
      if (!parse_cpus_milli(text))
        return bad_value(key, "must be a number of processors such as \"2\" or \"0.5\"");
      break;
    case ValueFormat::kAbsolutePath:
      if (text.front() != '/') return bad_value(key, "must be an absolute path");
      break;
    case ValueFormat::kEnvironmentName:
      if (!is_environment_name(text))
        return bad_value(key, "must hold names of environment variables");
      break;
    case ValueFormat::kEgressRule:
      return check_egress_rule(key, text);
    case ValueFormat::kEnvironment:
    case ValueFormat::kAny:
      break;
  }
  return {};
}

Result<void> check_table(const ConfigKey& key, const ConfigTable& table) {
  for (const auto& [name, text] : table) {
    if (key.format == ValueFormat::kEnvironment && !is_environment_name(name))
      return bad_value(key, "has an entry " + to_toml_string(name) +
                                ", which is not the name of an environment variable");
    if (text.find('\0') != std::string::npos)
      return bad_value(key, "must not hold a NUL byte in " + to_toml_string(name));
  }
  return {};
}

std::string range_text(const ConfigKey& key) {
  if (key.max == std::numeric_limits<std::int64_t>::max())
    return "must be at least " + std::to_string(key.min);
  return "must be between " + std::to_string(key.min) + " and " + std::to_string(key.max);
}

bool has_type(ValueType type, const ConfigValue& value) {
  switch (type) {
    case ValueType::kBoolean:
      return std::holds_alternative<bool>(value);
    case ValueType::kInteger:
      return std::holds_alternative<std::int64_t>(value);
    case ValueType::kString:
      return std::holds_alternative<std::string>(value);
    case ValueType::kStringList:
      return std::holds_alternative<ConfigList>(value);
    case ValueType::kStringTable:
      return std::holds_alternative<ConfigTable>(value);
  }
  return false;
}

}  // namespace

const ConfigKey* find_config_key(std::string_view path) {
  const auto found = std::ranges::find(config_schema(), path, &ConfigKey::path);
  return found == config_schema().end() ? nullptr : &*found;
}

std::optional<std::string_view> nearest_config_key(std::string_view path) {
  std::vector<std::string_view> paths;
  for (const ConfigKey& key : config_schema()) paths.push_back(key.path);
  return nearest_path(path, paths);
}

std::optional<ConfigValue> default_value(const ConfigKey& key) {
  if (!key.default_text) return std::nullopt;
  Result<ConfigValue> value = parse_config_text(key, *key.default_text);
  MINO_CHECK(value.ok());
  return std::move(value).value();
}

std::string environment_variable(const ConfigKey& key) {
  std::string name = "MINO_";
  for (const char c : key.path)
    name += c == '.' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  return name;
}

Result<ConfigValue> parse_config_text(const ConfigKey& key, std::string_view text) {
  std::optional<ConfigValue> value = value_from_text(key.type, text);
  if (!value) return bad_value(key, "must be " + std::string(describe(key.type)));
  MINO_TRY(check_config_value(key, *value));
  return *std::move(value);
}

Result<void> check_config_value(const ConfigKey& key, const ConfigValue& value) {
  if (!has_type(key.type, value))
    return bad_value(key, "must be " + std::string(describe(key.type)));
  if (const std::int64_t* integer = std::get_if<std::int64_t>(&value)) {
    if (*integer < key.min || *integer > key.max) return bad_value(key, range_text(key));
  }
  if (const std::string* text = std::get_if<std::string>(&value)) return check_text(key, *text);
  if (const ConfigTable* table = std::get_if<ConfigTable>(&value)) return check_table(key, *table);
  if (const ConfigList* list = std::get_if<ConfigList>(&value)) {
    for (const std::string& item : *list) MINO_TRY(check_text(key, item));
  }
  return {};
}

std::string_view describe(ValueType type) {
  switch (type) {
    case ValueType::kBoolean:
      return "a boolean";
    case ValueType::kInteger:
      return "an integer";
    case ValueType::kString:
      return "a string";
    case ValueType::kStringList:
      return "a list of strings";
    case ValueType::kStringTable:
      return "a table of strings";
  }
  return {};
}

}  // namespace mino
