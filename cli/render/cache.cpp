#include "cli/render/cache.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "cli/render/table.hpp"
#include "cli/render/text.hpp"

namespace mino::cli {
namespace {

using application::CacheEntry;
using application::CacheInventory;
using application::HomeEntry;
using application::ProjectCaches;

std::string age(Timestamp time, Timestamp now) {
  return human_duration(std::chrono::floor<std::chrono::seconds>(now) -
                        std::chrono::floor<std::chrono::seconds>(time)) +
         " ago";
}

std::string size_text(const std::optional<std::uint64_t>& bytes) {
  return bytes ? human_size(*bytes) : "-";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + printable(word);
  return text;
}

std::vector<std::string> sessions_of(const CacheRecord& record) {
  std::vector<std::string> sessions;
  for (const CacheHolder& holder : record.holders) sessions.push_back(holder.session);
  return sessions;
}

CacheState state_of(const CacheEntry& entry) {
  return entry.volume ? entry.record.state : CacheState::kMiss;
}

std::string state_text(const CacheEntry& entry) {
  if (entry.generation == CacheEntry::Generation::kReplaced) return "replaced";
  return std::string(to_string(state_of(entry)));
}

JsonValue optional_json(const std::optional<std::string>& text) {
  return text ? JsonValue(*text) : JsonValue();
}

JsonValue size_json(const std::optional<std::uint64_t>& bytes) {
  return bytes ? JsonValue(static_cast<std::int64_t>(*bytes)) : JsonValue();
}

JsonValue time_json(const std::optional<Timestamp>& time) {
  return time ? JsonValue(format_rfc3339(*time)) : JsonValue();
}

JsonValue texts_json(const std::vector<std::string>& texts) {
  return JsonValue::Array(texts.begin(), texts.end());
}

JsonValue entry_json(const CacheEntry& entry) {
  const CacheRecord& record = entry.record;
  return JsonValue::Object{
      {"name", record.volume},
      {"ecosystem", record.ecosystem},
      {"hash", record.hash},
      {"state", to_string(state_of(entry))},
      {"size_bytes", size_json(record.size_bytes)},
      {"measured_at", time_json(record.measured_at)},
      {"created_at", format_rfc3339(record.created_at)},
      {"last_used_at", format_rfc3339(record.last_used_at)},
      {"held_by", texts_json(sessions_of(record))},
      {"project_path", optional_json(record.project)},
      {"replaced", entry.generation == CacheEntry::Generation::kReplaced},
  };
}

JsonValue home_json(const HomeEntry& home) {
  return JsonValue::Object{{"name", home.volume.name},
                           {"project_path", optional_json(home.project)},
                           {"created_at", time_json(home.volume.created)},
                           {"held_by", texts_json(home.sessions)}};
}

void set_usage(JsonValue& json, std::uint64_t total_bytes, std::uint64_t limit_bytes) {
  json.set("total_size_bytes", static_cast<std::int64_t>(total_bytes));
  json.set("limit_bytes", static_cast<std::int64_t>(limit_bytes));
  json.set("usage_percent", usage_percent(total_bytes, limit_bytes));
}

JsonValue item_json(const ProjectCaches::Item& item) {
  const std::optional<CacheRecord>& record = item.record;
  return JsonValue::Object{
      {"ecosystem", item.ecosystem},
      {"lockfile", item.lockfile.empty() ? JsonValue() : JsonValue(item.lockfile)},
      {"hash", item.hash},
      {"name", item.volume},
      {"mount", item.target},
      {"state", to_string(item.state)},
      {"size_bytes", size_json(record ? record->size_bytes : std::nullopt)},
      {"last_used_at", time_json(record ? std::optional(record->last_used_at) : std::nullopt)},
      {"held_by", texts_json(record ? sessions_of(*record) : std::vector<std::string>())}};
}

}  // namespace

std::string cache_tables(const CacheInventory& inventory, Timestamp now) {
  std::string text;
  if (!inventory.caches.empty()) {
    Table table({"VOLUME", "ECOSYSTEM", "STATE", "SIZE", "LAST USE", "HELD BY"});
    for (const CacheEntry& entry : inventory.caches) {
      const CacheRecord& record = entry.record;
      table.add_row({record.volume, record.ecosystem, state_text(entry),
                     size_text(record.size_bytes), age(record.last_used_at, now),
                     joined(sessions_of(record))});
    }
    text += table.render();
  }
  if (inventory.homes.empty()) return text;
  if (!text.empty()) text += '\n';
  Table table({"HOME VOLUME", "CREATED", "HELD BY", "PROJECT"});
  for (const HomeEntry& home : inventory.homes) {
    table.add_row({home.volume.name, home.volume.created ? age(*home.volume.created, now) : "-",
                   joined(home.sessions), printable(home.project.value_or("-"))});
  }
  return text + table.render();
}

std::string cache_names(const CacheInventory& inventory) {
  std::string text;
  for (const CacheEntry& entry : inventory.caches) text += entry.record.volume + '\n';
  for (const HomeEntry& home : inventory.homes) text += home.volume.name + '\n';
  return text;
}

JsonValue cache_json(const CacheInventory& inventory, std::uint64_t limit_bytes) {
  JsonValue::Array caches;
  for (const CacheEntry& entry : inventory.caches) caches.push_back(entry_json(entry));
  JsonValue::Array homes;
  for (const HomeEntry& home : inventory.homes) homes.push_back(home_json(home));
  JsonValue json = JsonValue::Object{
      {"schema", 1}, {"caches", std::move(caches)}, {"home_volumes", std::move(homes)}};
  set_usage(json, inventory.total_bytes(), limit_bytes);
  return json;
}

std::string project_cache_table(const ProjectCaches::Response& caches, Timestamp now) {
  Table table({"ECOSYSTEM", "LOCKFILE", "HASH", "STATE", "SIZE", "LAST USE", "MOUNT", "VOLUME"});
  for (const ProjectCaches::Item& item : caches.items) {
    const std::optional<CacheRecord>& record = item.record;
    table.add_row({item.ecosystem, item.lockfile.empty() ? "-" : item.lockfile, item.hash,
                   std::string(to_string(item.state)),
                   size_text(record ? record->size_bytes : std::nullopt),
                   record ? age(record->last_used_at, now) : "-", item.target, item.volume});
  }
  return table.render();
}

JsonValue project_cache_json(const std::string& project, const ProjectCaches::Response& caches,
                             std::uint64_t limit_bytes) {
  JsonValue::Array items;
  std::uint64_t size = 0;
  for (const ProjectCaches::Item& item : caches.items) {
    items.push_back(item_json(item));
    if (item.record) size += item.record->size_bytes.value_or(0);
  }
  JsonValue json = JsonValue::Object{{"schema", 1},
                                     {"project_path", project},
                                     {"caches", std::move(items)},
                                     {"size_bytes", static_cast<std::int64_t>(size)}};
  set_usage(json, caches.total_bytes, limit_bytes);
  return json;
}

std::string usage_text(std::uint64_t total_bytes, std::uint64_t limit_bytes) {
  if (limit_bytes == 0) return human_size(total_bytes);
  return fmt::format("{} of {} ({} %)", human_size(total_bytes), human_size(limit_bytes),
                     usage_percent(total_bytes, limit_bytes));
}

std::string eviction_text(const Eviction& eviction, const CollectionPolicy& policy) {
  switch (eviction.reason) {
    case EvictionReason::kReplaced:
      return "replaced by a fresh one";
    case EvictionReason::kProjectGone:
      return "its project is gone";
    case EvictionReason::kUnused:
      return policy.days == 1 ? "not used for a day"
                              : fmt::format("not used for {} days", policy.days);
    case EvictionReason::kOverLimit:
      break;
  }
  return "least recently used, beyond " + human_size(policy.limit_bytes);
}

}  // namespace mino::cli
