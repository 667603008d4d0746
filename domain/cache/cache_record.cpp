#include "domain/cache/cache_record.hpp"

#include <charconv>
#include <limits>
#include <tuple>
#include <utility>

namespace mino {
namespace {

constexpr char kCacheLabel[] = "io.mino.cache";
constexpr char kEcosystemLabel[] = "io.mino.cache.ecosystem";
constexpr char kHashLabel[] = "io.mino.cache.hash";
constexpr char kGenerationLabel[] = "io.mino.cache.generation";
constexpr char kProjectLabel[] = "io.mino.cache.project";
constexpr char kCreatedLabel[] = "io.mino.cache.created_at";
constexpr std::int64_t kMostGenerations = std::numeric_limits<std::int32_t>::max();

Error corrupt(std::string_view member) {
  return {ErrorCode::kCorrupt,
          "cache record: '" + std::string(member) + "' is missing or makes no sense"};
}

Result<std::string> text_of(const JsonValue& json, std::string_view member) {
  if (const std::string* text = json.find_string(member)) return *text;
  return corrupt(member);
}

Result<Timestamp> time_of(const JsonValue& json, std::string_view member) {
  const std::string* text = json.find_string(member);
  const auto time = text == nullptr ? std::nullopt : parse_rfc3339(*text);
  if (time) return *time;
  return corrupt(member);
}

Result<std::optional<Timestamp>> optional_time_of(const JsonValue& json, std::string_view member) {
  const JsonValue* value = json.find(member);
  if (value == nullptr || value->is_null()) return std::optional<Timestamp>();
  MINO_ASSIGN(const Timestamp time, time_of(json, member));
  return std::optional(time);
}

/// Absent is nothing; a number below zero or above `most` is an error.
Result<std::optional<std::int64_t>> number_of(const JsonValue& json, std::string_view member,
                                              std::int64_t most) {
  const JsonValue* value = json.find(member);
  if (value == nullptr || value->is_null()) return std::optional<std::int64_t>();
  const std::int64_t* number = value->integer();
  if (number == nullptr || *number < 0 || *number > most) return corrupt(member);
  return std::optional(*number);
}

Result<CacheHolder> holder_of(const JsonValue& json) {
  MINO_ASSIGN(std::string id, text_of(json, "session_id"));
  MINO_ASSIGN(std::string session, text_of(json, "session"));
  MINO_ASSIGN(const auto pid, number_of(json, "pid", std::numeric_limits<std::int32_t>::max()));
  MINO_ASSIGN(const auto start,
              number_of(json, "start_time", std::numeric_limits<std::int64_t>::max()));
  if (!pid || !start) return corrupt("holders");
  return CacheHolder{std::move(id), std::move(session), {*pid, static_cast<std::uint64_t>(*start)}};
}

Result<void> check_schema(const JsonValue& json) {
  MINO_ASSIGN(const auto schema,
              number_of(json, "schema", std::numeric_limits<std::int64_t>::max()));
  if (schema.value_or(0) <= CacheRecord::kSchema) return {};
  return std::move(Error(ErrorCode::kNewerSchema, "cache record: written by a newer mino (schema " +
                                                      std::to_string(*schema) + ")")
                       .set_hint("upgrade mino"));
}

Result<void> read_times(const JsonValue& json, CacheRecord& record) {
  MINO_ASSIGN(record.created_at, time_of(json, "created_at"));
  MINO_ASSIGN(record.updated_at, time_of(json, "updated_at"));
  // The earlier program did not write when a cache was used.
  MINO_ASSIGN(const auto used, optional_time_of(json, "last_used_at"));
  record.last_used_at = used.value_or(record.updated_at);
  MINO_ASSIGN(record.measured_at, optional_time_of(json, "measured_at"));
  return {};
}

Result<void> read_rest(const JsonValue& json, CacheRecord& record) {
  MINO_ASSIGN(const auto generation, number_of(json, "generation", kMostGenerations));
  record.generation = generation.value_or(0);
  MINO_ASSIGN(const auto size,
              number_of(json, "size_bytes", std::numeric_limits<std::int64_t>::max()));
  if (size) record.size_bytes = static_cast<std::uint64_t>(*size);
  if (const std::string* project = json.find_string("project")) record.project = *project;
  if (const JsonValue* evicting = json.find("evicting"))
    record.evicting = evicting->boolean() != nullptr && *evicting->boolean();
  const JsonValue* holders = json.find("holders");
  if (holders == nullptr) return {};
  if (holders->array() == nullptr) return corrupt("holders");
  for (const JsonValue& item : *holders->array()) {
    MINO_ASSIGN(CacheHolder holder, holder_of(item));
    record.holders.push_back(std::move(holder));
  }
  return {};
}

std::optional<std::string> label(const std::map<std::string, std::string>& labels,
                                 const char* name) {
  const auto found = labels.find(name);
  return found == labels.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t generation_of(const std::optional<std::string>& text) {
  std::int64_t value = 0;
  if (!text) return 0;
  const char* const end = text->data() + text->size();
  const auto [stop, failed] = std::from_chars(text->data(), end, value);
  return failed == std::errc() && stop == end && value >= 0 && value <= kMostGenerations ? value
                                                                                         : 0;
}

}  // namespace

JsonValue to_json(const CacheRecord& record) {
  JsonValue::Array holders;
  for (const CacheHolder& holder : record.holders) {
    holders.push_back(
        JsonValue::Object{{"session_id", holder.session_id},
                          {"session", holder.session},
                          {"pid", holder.owner.pid},
                          {"start_time", static_cast<std::int64_t>(holder.owner.start_time)}});
  }
  JsonValue::Object json{
      {"schema", CacheRecord::kSchema},
      {"volume_name", record.volume},
      {"ecosystem", record.ecosystem},
      {"hash", record.hash},
      {"generation", record.generation},
      {"state", to_string(record.state)},
      {"project", record.project ? JsonValue(*record.project) : JsonValue()},
      {"created_at", format_rfc3339(record.created_at)},
      {"updated_at", format_rfc3339(record.updated_at)},
      {"last_used_at", format_rfc3339(record.last_used_at)},
      {"holders", std::move(holders)},
      {"size_bytes",
       record.size_bytes ? JsonValue(static_cast<std::int64_t>(*record.size_bytes)) : JsonValue()},
      {"measured_at",
       record.measured_at ? JsonValue(format_rfc3339(*record.measured_at)) : JsonValue()}};
  if (record.evicting) json.emplace_back("evicting", true);
  return json;
}

Result<CacheRecord> cache_record_from_json(const JsonValue& json) {
  if (json.object() == nullptr)
    return Error(ErrorCode::kCorrupt, "cache record: not a JSON object");
  MINO_TRY(check_schema(json));
  CacheRecord record;
  MINO_ASSIGN(record.volume, text_of(json, "volume_name"));
  MINO_ASSIGN(record.ecosystem, text_of(json, "ecosystem"));
  MINO_ASSIGN(record.hash, text_of(json, "hash"));
  const auto name = parse_cache_name(record.volume);
  if (!name || name->ecosystem != record.ecosystem || name->hash != record.hash)
    return corrupt("volume_name");
  MINO_ASSIGN(const std::string state, text_of(json, "state"));
  const auto parsed = parse_cache_state(state);
  if (!parsed) return corrupt("state");
  record.state = *parsed;
  MINO_TRY(read_times(json, record));
  MINO_TRY(read_rest(json, record));
  return record;
}

CacheRecord new_cache_record(const CacheName& name, std::int64_t generation,
                             std::optional<std::string> project, Timestamp now) {
  CacheRecord record{.volume = to_string(name),
                     .ecosystem = name.ecosystem,
                     .hash = name.hash,
                     .generation = generation};
  record.project = std::move(project);
  record.created_at = now;
  record.updated_at = now;
  record.last_used_at = now;
  return record;
}

std::map<std::string, std::string> labels_of(const CacheRecord& record) {
  std::map<std::string, std::string> labels{{kCacheLabel, "true"},
                                            {kEcosystemLabel, record.ecosystem},
                                            {kHashLabel, record.hash},
                                            {kGenerationLabel, std::to_string(record.generation)},
                                            {kCreatedLabel, format_rfc3339(record.created_at)}};
  if (record.project) labels.emplace(kProjectLabel, *record.project);
  return labels;
}

std::optional<CacheRecord> cache_record_from_labels(
    const std::string& volume, const std::map<std::string, std::string>& labels, Timestamp now) {
  const auto name = parse_cache_name(volume);
  if (!name || label(labels, kCacheLabel) != "true") return std::nullopt;
  CacheRecord record = new_cache_record(*name, generation_of(label(labels, kGenerationLabel)),
                                        label(labels, kProjectLabel), now);
  record.state = CacheState::kBuilding;
  if (const auto created = label(labels, kCreatedLabel))
    record.created_at = parse_rfc3339(*created).value_or(now);
  return record;
}

const CacheRecord* current_generation(const std::vector<CacheRecord>& records,
                                      std::string_view ecosystem, std::string_view hash) {
  const auto rank = [](const CacheRecord& record) {
    return std::tie(record.generation, record.created_at, record.volume);
  };
  const CacheRecord* current = nullptr;
  for (const CacheRecord& record : records) {
    if (record.ecosystem != ecosystem || record.hash != hash) continue;
    if (current == nullptr || rank(*current) < rank(record)) current = &record;
  }
  return current;
}

}  // namespace mino
