#include "domain/config/config.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/check.hpp"

namespace mino {
namespace {

using NetworkKeys = std::array<std::string_view, 3>;
constexpr NetworkKeys kContainerNetwork{"container.network", "container.network_allow",
                                        "container.network_preset"};
constexpr NetworkKeys kSandboxNetwork{"sandbox.network", "sandbox.network_allow",
                                      "sandbox.network_preset"};

/// An empty allow-list means that none was given.
bool says_nothing(const ConfigEntry& entry) {
  if (!entry.key->path.ends_with(".network_allow")) return false;
  const ConfigList* list = std::get_if<ConfigList>(&entry.value);
  return list != nullptr && list->empty();
}

const ConfigKey& known(std::string_view path) {
  const ConfigKey* key = find_config_key(path);
  MINO_CHECK(key != nullptr);
  return *key;
}

}  // namespace

std::string ConfigEntry::path() const {
  return item.empty() ? std::string(key->path) : std::string(key->path) + "." + to_toml_key(item);
}

Config::Config() {
  for (const ConfigKey& key : config_schema()) reset(key);
}

void Config::reset(const ConfigKey& key) {
  const auto at = settings_.find(key.path);
  if (at != settings_.end()) settings_.erase(at);
  if (std::optional<ConfigValue> value = default_value(key))
    settings_.emplace(key.path, Setting{*std::move(value), {}, {}});
}

void Config::apply(const ConfigLayer& layer) {
  clear_network_choice(layer);
  for (const ConfigEntry& entry : layer)
    if (!says_nothing(entry)) set(entry);
}

void Config::clear_network_choice(const ConfigLayer& layer) {
  for (const NetworkKeys& group : {kContainerNetwork, kSandboxNetwork}) {
    const bool chosen = std::ranges::any_of(layer, [&group](const ConfigEntry& entry) {
      return std::ranges::find(group, entry.key->path) != group.end() && !says_nothing(entry);
    });
    if (!chosen) continue;
    for (const std::string_view path : group) reset(known(path));
  }
}

void Config::set(const ConfigEntry& entry) {
  Setting& setting = settings_.try_emplace(std::string(entry.key->path)).first->second;
  setting.origin = entry.origin;
  if (entry.key->type != ValueType::kStringTable) {
    setting.value = entry.value;
    return;
  }
  if (!std::holds_alternative<ConfigTable>(setting.value)) setting.value = ConfigTable{};
  ConfigTable& table = std::get<ConfigTable>(setting.value);
  if (!entry.item.empty()) {
    table[entry.item] = std::get<std::string>(entry.value);
    setting.item_origins[entry.item] = entry.origin;
    return;
  }
  for (const auto& [name, text] : std::get<ConfigTable>(entry.value)) {
    table[name] = text;
    setting.item_origins[name] = entry.origin;
  }
}

const Setting* Config::find(std::string_view key) const {
  known(key);
  const auto found = settings_.find(key);
  return found == settings_.end() ? nullptr : &found->second;
}

bool Config::boolean(std::string_view key) const {
  MINO_CHECK(known(key).type == ValueType::kBoolean);
  const Setting* setting = find(key);
  return setting != nullptr && std::get<bool>(setting->value);
}

std::int64_t Config::integer(std::string_view key) const {
  MINO_CHECK(known(key).type == ValueType::kInteger);
  const Setting* setting = find(key);
  return setting == nullptr ? 0 : std::get<std::int64_t>(setting->value);
}

std::optional<std::string> Config::text(std::string_view key) const {
  MINO_CHECK(known(key).type == ValueType::kString);
  const Setting* setting = find(key);
  if (setting == nullptr) return std::nullopt;
  return std::get<std::string>(setting->value);
}

std::vector<std::string> Config::list(std::string_view key) const {
  MINO_CHECK(known(key).type == ValueType::kStringList);
  const Setting* setting = find(key);
  return setting == nullptr ? ConfigList{} : std::get<ConfigList>(setting->value);
}

std::map<std::string, std::string> Config::table(std::string_view key) const {
  MINO_CHECK(known(key).type == ValueType::kStringTable);
  const Setting* setting = find(key);
  return setting == nullptr ? ConfigTable{} : std::get<ConfigTable>(setting->value);
}

Origin Config::origin(std::string_view key) const {
  const Setting* setting = find(key);
  return setting == nullptr ? Origin{} : setting->origin;
}

}  // namespace mino
