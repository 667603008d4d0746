#include "domain/config/trust.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

namespace mino {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> limit_of(const ConfigKey& key, const ConfigValue& value) {
  if (const std::int64_t* integer = std::get_if<std::int64_t>(&value)) {
    if (key.narrowing == Narrowing::kLowerZeroIsNone && *integer == 0) return kNoLimit;
    return *integer;
  }
  const std::string* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::nullopt;
  return key.format == ValueFormat::kSize ? parse_size_bytes(*text) : parse_cpus_milli(*text);
}

bool is_lower(const ConfigEntry& entry, const Setting* below) {
  const std::optional<std::int64_t> limit = limit_of(*entry.key, entry.value);
  const std::optional<std::int64_t> effective =
      below == nullptr ? kNoLimit : limit_of(*entry.key, below->value);
  return limit && effective && *limit <= *effective;
}

bool is_stricter_choice(const ConfigEntry& entry, const Setting* below) {
  const auto rank = [&entry](const ConfigValue& value) {
    return std::ranges::find(entry.key->choices, std::get<std::string>(value));
  };
  if (rank(entry.value) + 1 == entry.key->choices.end()) return true;
  return below != nullptr && rank(entry.value) > rank(below->value);
}

bool is_longer_list(const ConfigEntry& entry, const Setting* below) {
  if (below == nullptr) return true;
  const ConfigList& list = std::get<ConfigList>(entry.value);
  return std::ranges::all_of(std::get<ConfigList>(below->value), [&list](const std::string& item) {
    return std::ranges::find(list, item) != list.end();
  });
}

/// Choosing a network drops an allow-list from below, even when the choice itself is the effective
/// one.
bool drops_allow_list(const ConfigEntry& entry, const Config& below) {
  if (!entry.key->path.ends_with(".network")) return false;
  const std::string path(entry.key->path);
  return !below.list(path + "_allow").empty() || below.text(path + "_preset").has_value();
}

bool changes_nothing(const ConfigEntry& entry, const Config& below) {
  const Setting* setting = below.find(entry.key->path);
  if (setting == nullptr || drops_allow_list(entry, below)) return false;
  if (entry.key->type != ValueType::kStringTable) return setting->value == entry.value;
  const ConfigTable& table = std::get<ConfigTable>(setting->value);
  if (entry.item.empty()) return std::get<ConfigTable>(entry.value).empty();
  const auto found = table.find(entry.item);
  return found != table.end() && found->second == std::get<std::string>(entry.value);
}

std::string length_prefixed(std::string_view bytes) {
  return std::to_string(bytes.size()) + ":" + std::string(bytes);
}

std::string shortened(const ConfigValue& value) {
  constexpr std::size_t kMostItems = 5;
  const ConfigList* list = std::get_if<ConfigList>(&value);
  if (list == nullptr || list->size() <= kMostItems) return to_toml(value);
  std::string text = to_toml(ConfigList(list->begin(), list->begin() + kMostItems));
  text.pop_back();
  return text + ", and " + std::to_string(list->size() - kMostItems) + " more]";
}

}  // namespace

bool is_narrowing(const ConfigEntry& entry, const Config& below) {
  if (changes_nothing(entry, below)) return true;
  const Setting* setting = below.find(entry.key->path);
  switch (entry.key->narrowing) {
    case Narrowing::kNever:
      return false;
    case Narrowing::kAlways:
      return true;
    case Narrowing::kOnlyTrue:
      return std::get<bool>(entry.value);
    case Narrowing::kOnlyFalse:
      return !std::get<bool>(entry.value);
    case Narrowing::kLower:
    case Narrowing::kLowerZeroIsNone:
      return is_lower(entry, setting);
    case Narrowing::kStricterChoice:
      return is_stricter_choice(entry, setting);
    case Narrowing::kLongerList:
      return is_longer_list(entry, setting);
  }
  return false;
}

GatedLayer sort_by_trust(const ConfigLayer& project, const Config& below) {
  GatedLayer sorted;
  for (const ConfigEntry& entry : project)
    (is_narrowing(entry, below) ? sorted.narrowing : sorted.gated).push_back(entry);
  return sorted;
}

std::string approval_bytes(std::string_view project_file, std::vector<LayerFile> layers) {
  std::ranges::sort(layers, {}, &LayerFile::path);
  std::string bytes = "mino-approval-1\n" + length_prefixed(project_file);
  for (const LayerFile& file : layers)
    bytes += length_prefixed(file.path) + length_prefixed(file.bytes);
  return bytes;
}

std::vector<std::string> describe_gated(const ConfigLayer& gated) {
  constexpr std::size_t kMostItems = 5;
  std::vector<std::string> lines;
  std::map<std::string_view, std::size_t> items_seen;
  std::map<std::string_view, std::size_t> items_hidden;
  for (const ConfigEntry& entry : gated) {
    if (!entry.item.empty() && ++items_seen[entry.key->path] > kMostItems) {
      ++items_hidden[entry.key->path];
      continue;
    }
    lines.push_back(entry.path() + " = " + shortened(entry.value));
  }
  for (const auto& [path, count] : items_hidden)
    lines.push_back(std::string(path) + ": and " + std::to_string(count) + " more");
  return lines;
}

}  // namespace mino
