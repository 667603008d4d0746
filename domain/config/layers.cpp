#include "domain/config/layers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "domain/check.hpp"

namespace mino {
namespace {

bool is_section(std::string_view path) {
  const std::string prefix = std::string(path) + ".";
  return std::ranges::any_of(
      config_schema(), [&prefix](const ConfigKey& key) { return key.path.starts_with(prefix); });
}

Error at(const Origin& origin, const std::string& what) {
  return {ErrorCode::kConfig, location(origin) + ": " + what};
}

Error unknown_key(const Origin& origin, const std::string& path) {
  Error error = at(origin, "unknown key " + path);
  if (const auto nearest = nearest_config_key(path))
    error.set_hint("did you mean " + std::string(*nearest) + "?");
  return error;
}

std::string number_text(double number) {
  std::array<char, 64> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  return error == std::errc{} ? std::string(text.data(), end) : std::string();
}

/// Sizes and processor counts are strings that may be written as bare numbers.
std::optional<std::string> text_of(const DocumentValue& value, ValueFormat format) {
  if (const std::string* text = std::get_if<std::string>(&value.state)) return *text;
  if (format != ValueFormat::kSize && format != ValueFormat::kCpus) return std::nullopt;
  if (const std::int64_t* integer = std::get_if<std::int64_t>(&value.state))
    return std::to_string(*integer);
  if (const double* number = std::get_if<double>(&value.state)) return number_text(*number);
  return std::nullopt;
}

std::optional<ConfigValue> list_of(const DocumentValue& value) {
  const auto* array = std::get_if<DocumentValue::Array>(&value.state);
  if (array == nullptr) return std::nullopt;
  ConfigList list;
  for (const DocumentValue& item : *array) {
    const std::string* text = std::get_if<std::string>(&item.state);
    if (text == nullptr) return std::nullopt;
    list.push_back(*text);
  }
  return list;
}

std::optional<ConfigValue> value_of(const ConfigKey& key, const DocumentValue& value) {
  switch (key.type) {
    case ValueType::kBoolean:
      if (const bool* boolean = std::get_if<bool>(&value.state)) return *boolean;
      return std::nullopt;
    case ValueType::kInteger:
      if (const std::int64_t* integer = std::get_if<std::int64_t>(&value.state)) return *integer;
      return std::nullopt;
    case ValueType::kString:
      if (auto text = text_of(value, key.format)) return *std::move(text);
      return std::nullopt;
    case ValueType::kStringList:
      return list_of(value);
    case ValueType::kStringTable:
      if (std::holds_alternative<DocumentValue::EmptyTable>(value.state)) return ConfigTable{};
      return std::nullopt;
  }
  return std::nullopt;
}

Result<ConfigEntry> checked(const ConfigKey& key, const DocumentValue& value,
                            const Origin& origin) {
  std::optional<ConfigValue> converted = value_of(key, value);
  if (!converted)
    return at(origin, std::string(key.path) + " must be " + std::string(describe(key.type)));
  if (Result<void> result = check_config_value(key, *converted); !result.ok())
    return at(origin, result.error().message()).set_hint(result.error().hint());
  return ConfigEntry{&key, {}, *std::move(converted), origin};
}

Result<ConfigEntry> table_entry(const ConfigKey& key, const std::string& item,
                                const DocumentEntry& entry, const Origin& origin) {
  const std::string* text = std::get_if<std::string>(&entry.value.state);
  if (text == nullptr || item.empty())
    return at(origin, path_text(entry.path) + " must be a string");
  if (Result<void> result = check_config_value(key, ConfigTable{{item, *text}}); !result.ok())
    return at(origin, result.error().message());
  return ConfigEntry{&key, item, *text, origin};
}

/// Nothing for the header of a section that has no keys.
Result<std::optional<ConfigEntry>> entry_from(const DocumentEntry& entry, const Origin& origin) {
  const std::string path = path_text(entry.path);
  if (const ConfigKey* key = find_config_key(path)) {
    MINO_ASSIGN(ConfigEntry made, checked(*key, entry.value, origin));
    return std::optional(std::move(made));
  }
  const std::string parent = path_text({entry.path.begin(), entry.path.end() - 1});
  if (const ConfigKey* key = find_config_key(parent);
      key != nullptr && key->type == ValueType::kStringTable) {
    MINO_ASSIGN(ConfigEntry made, table_entry(*key, entry.path.back(), entry, origin));
    return std::optional(std::move(made));
  }
  for (std::size_t length = 1; length < entry.path.size(); ++length) {
    const std::string prefix =
        path_text({entry.path.begin(), entry.path.begin() + static_cast<std::ptrdiff_t>(length)});
    if (const ConfigKey* key = find_config_key(prefix))
      return at(origin, prefix + " must be " + std::string(describe(key->type)));
  }
  if (!is_section(path)) return unknown_key(origin, path);
  if (!std::holds_alternative<DocumentValue::EmptyTable>(entry.value.state))
    return at(origin, path + " must be a table");
  return std::optional<ConfigEntry>();
}

struct NetworkChoice {
  const ConfigEntry* network = nullptr;
  const ConfigEntry* allow = nullptr;
  const ConfigEntry* preset = nullptr;
};

NetworkChoice network_choice(const ConfigLayer& layer, std::string_view section) {
  NetworkChoice choice;
  const std::string prefix = std::string(section) + ".network";
  for (const ConfigEntry& entry : layer) {
    if (entry.key->path == prefix) choice.network = &entry;
    if (entry.key->path == prefix + "_preset") choice.preset = &entry;
    if (entry.key->path == prefix + "_allow" && !std::get<ConfigList>(entry.value).empty())
      choice.allow = &entry;
  }
  return choice;
}

/// Two entries that contradict each other.
struct Conflict {
  const ConfigEntry* one;
  const ConfigEntry* other;
};

enum class ListBesideHost { kConflict, kListWins };

std::optional<Conflict> find_conflict(const ConfigLayer& layer, ListBesideHost beside_host) {
  for (const std::string_view section : {"container", "sandbox"}) {
    const NetworkChoice choice = network_choice(layer, section);
    if (choice.allow != nullptr && choice.preset != nullptr)
      return Conflict{choice.preset, choice.allow};
    const ConfigEntry* list = choice.allow != nullptr ? choice.allow : choice.preset;
    if (list == nullptr || choice.network == nullptr) continue;
    const std::string& mode = std::get<std::string>(choice.network->value);
    const bool list_wins = mode == "host" && beside_host == ListBesideHost::kListWins;
    if (mode != "bridge" && !list_wins) return Conflict{list, choice.network};
  }
  return std::nullopt;
}

/// "container.network = "none"", or the path alone where the value does not matter.
std::string conflicting_text(const ConfigEntry& entry) {
  const std::string path(entry.key->path);
  return path.ends_with(".network") ? path + " = " + to_toml(entry.value) : path;
}

/// The flag as typed, with its value where that matters.
std::string typed_flag(const ConfigEntry& entry) {
  if (!entry.key->path.ends_with(".network")) return entry.origin.name;
  return entry.origin.name + " " + std::get<std::string>(entry.value);
}

}  // namespace

std::string path_text(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& part : path) {
    if (!text.empty()) text += '.';
    text += to_toml_key(part);
  }
  return text;
}

Result<ConfigLayer> layer_from_document(const ConfigDocument& document, OriginKind kind) {
  ConfigLayer layer;
  for (const DocumentEntry& entry : document.entries) {
    MINO_CHECK(!entry.path.empty());
    MINO_ASSIGN(std::optional<ConfigEntry> made,
                entry_from(entry, Origin{kind, document.file, entry.line, entry.column}));
    if (made) layer.push_back(*std::move(made));
  }
  MINO_TRY(check_conflicts(layer));
  return layer;
}

Result<ConfigLayer> layer_from_environment(const EnvironmentLookup& lookup) {
  ConfigLayer layer;
  for (const ConfigKey& key : config_schema()) {
    if (!key.is_scalar()) continue;
    const std::string variable = environment_variable(key);
    const std::optional<std::string> text = lookup(variable);
    if (!text || text->empty()) continue;
    const Origin origin{OriginKind::kEnvironment, variable};
    Result<ConfigValue> value = parse_config_text(key, *text);
    if (!value.ok()) return at(origin, value.error().message());
    layer.push_back({&key, {}, std::move(value).value(), origin});
  }
  MINO_TRY(check_conflicts(layer));
  return layer;
}

Result<ConfigLayer> layer_from_flags(const std::vector<ConfigOverride>& overrides) {
  ConfigLayer layer;
  for (const ConfigOverride& item : overrides) {
    const ConfigKey* key = find_config_key(item.key);
    MINO_CHECK(key != nullptr);
    if (Result<void> result = check_config_value(*key, item.value); !result.ok()) {
      return Error(ErrorCode::kUsage, item.flag + ": " + result.error().message())
          .set_hint(result.error().hint());
    }
    layer.push_back({key, {}, item.value, Origin{OriginKind::kFlag, item.flag}});
  }
  if (const auto conflict = find_conflict(layer, ListBesideHost::kListWins)) {
    return Error(ErrorCode::kUsage, "Cannot combine " + typed_flag(*conflict->one) + " with " +
                                        typed_flag(*conflict->other));
  }
  return layer;
}

Result<void> check_conflicts(const ConfigLayer& layer) {
  const auto conflict = find_conflict(layer, ListBesideHost::kConflict);
  if (!conflict) return {};
  return at(conflict->one->origin, "Config conflict: " + conflicting_text(*conflict->one) +
                                       " conflicts with " + conflicting_text(*conflict->other) +
                                       " (" + location(conflict->other->origin) + ")");
}

}  // namespace mino
