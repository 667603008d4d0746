#include "cli/render/config.hpp"

#include "cli/render/table.hpp"
#include "cli/render/text.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace mino::cli {
namespace {

/// A value as it is listed: the entries of a table each for itself.
struct Row {
  const ConfigKey* key;
  std::string path;
  ConfigValue value;
  Origin origin;
};

std::vector<Row> rows_of(const Config& config) {
  std::vector<Row> rows;
  for (const ConfigKey& key : config_schema()) {
    const Setting* setting = config.find(key.path);
    if (setting == nullptr) continue;
    const ConfigTable* table = std::get_if<ConfigTable>(&setting->value);
    if (table == nullptr || table->empty()) {
      rows.push_back({&key, std::string(key.path), setting->value, setting->origin});
      continue;
    }
    for (const auto& [name, text] : *table) {
      const std::string path = ConfigEntry{&key, name, text, {}}.path();
      rows.push_back({&key, path, text, setting->item_origins.at(name)});
    }
  }
  return rows;
}

/// Whether somebody set a key that nothing acts on.
bool is_ineffective(const Row& row) {
  return row.key->effect != Effect::kNow && row.origin.kind != OriginKind::kDefault;
}

std::string_view kind_name(OriginKind kind) {
  switch (kind) {
    case OriginKind::kDefault:
      return "default";
    case OriginKind::kGlobalFile:
      return "user_file";
    case OriginKind::kProjectFile:
      return "project_file";
    case OriginKind::kEnvironment:
      return "environment";
    case OriginKind::kFlag:
      return "flag";
  }
  return {};
}

JsonValue json_of(const Origin& origin) {
  JsonValue::Object json{{"kind", kind_name(origin.kind)}};
  if (!origin.name.empty()) json.emplace_back("name", origin.name);
  if (origin.line != 0) {
    json.emplace_back("line", std::int64_t{origin.line});
    json.emplace_back("column", std::int64_t{origin.column});
  }
  return json;
}

}  // namespace

std::optional<ConfigValue> value_of(const Config& config, const ConfigKeyRef& ref) {
  const Setting* setting = config.find(ref.key->path);
  if (setting == nullptr) return std::nullopt;
  if (ref.item.empty()) return setting->value;
  const ConfigTable& table = std::get<ConfigTable>(setting->value);
  const auto found = table.find(ref.item);
  if (found == table.end()) return std::nullopt;
  return found->second;
}

std::string lines_of(const ConfigValue& value) {
  std::string text;
  if (const std::string* plain = std::get_if<std::string>(&value)) {
    text = *plain + "\n";
  } else if (const ConfigList* list = std::get_if<ConfigList>(&value)) {
    for (const std::string& item : *list) text += item + "\n";
  } else if (const ConfigTable* table = std::get_if<ConfigTable>(&value)) {
    for (const auto& [name, item] : *table) text += name + "=" + item + "\n";
  } else {
    text = to_toml(value) + "\n";
  }
  return text;
}

JsonValue json_of(const ConfigValue& value) {
  if (const bool* boolean = std::get_if<bool>(&value)) return *boolean;
  if (const std::int64_t* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const std::string* text = std::get_if<std::string>(&value)) return *text;
  if (const ConfigList* list = std::get_if<ConfigList>(&value))
    return JsonValue::Array(list->begin(), list->end());
  JsonValue::Object object;
  for (const auto& [name, text] : std::get<ConfigTable>(value)) object.emplace_back(name, text);
  return object;
}

std::string table_of(const Config& config) {
  Table table({"KEY", "VALUE", "ORIGIN"});
  for (const Row& row : rows_of(config)) {
    const std::string note = is_ineffective(row) ? " (no effect in this version)" : "";
    table.add_row({row.path, to_toml(row.value), printable(to_string(row.origin)) + note});
  }
  return table.render();
}

std::string plain_of(const Config& config) {
  std::string text;
  for (const Row& row : rows_of(config)) text += row.path + " = " + to_toml(row.value) + "\n";
  return text;
}

JsonValue json_of(const Config& config) {
  JsonValue::Array settings;
  for (const Row& row : rows_of(config)) {
    settings.push_back(JsonValue::Object{{"key", row.path},
                                         {"value", json_of(row.value)},
                                         {"origin", json_of(row.origin)},
                                         {"effective", row.key->effect == Effect::kNow}});
  }
  return JsonValue::Object{{"schema", 1}, {"settings", std::move(settings)}};
}

}  // namespace mino::cli
