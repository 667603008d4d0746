#include "adapters/state/json_facts_cache.hpp"

#include <chrono>
#include <utility>

#include "adapters/posix/file_lock.hpp"

namespace mino::state {
namespace {

constexpr std::int64_t kSchema = 1;
constexpr std::size_t kMaxBytes = std::size_t{4} * 1024 * 1024;
constexpr std::chrono::milliseconds kLockTimeout(1000);

bool is_newer(const JsonValue& facts) {
  const JsonValue* schema = facts.find("schema");
  return schema != nullptr && schema->integer() != nullptr && *schema->integer() > kSchema;
}

JsonValue empty_facts() { return JsonValue::Object{{"schema", kSchema}}; }

/// Puts the member last, so that the first one is always the oldest.
void put_last(JsonValue& section, const std::string& key, const JsonValue& value) {
  if (section.object() == nullptr) section = JsonValue::Object();
  JsonValue::Object& facts = *section.object();
  std::erase_if(facts, [&](const JsonValue::Member& fact) { return fact.first == key; });
  facts.emplace_back(key, value);
  if (facts.size() > JsonFactsCache::kMostFactsOfASection) facts.erase(facts.begin());
}

}  // namespace

JsonFactsCache::JsonFactsCache(FileSystem& files, const JsonCodec& codec,
                               std::filesystem::path file)
    : files_(files), codec_(codec), file_(std::move(file)) {}

JsonValue JsonFactsCache::load() const {
  Result<std::optional<std::string>> text = files_.read(file_, kMaxBytes);
  if (!text || !*text) return empty_facts();
  Result<JsonValue> facts = codec_.parse(**text);
  if (!facts || facts->object() == nullptr) return empty_facts();
  return std::move(*facts);
}

std::optional<JsonValue> JsonFactsCache::get(const std::string& section,
                                             const std::string& key) const {
  const JsonValue facts = load();
  if (is_newer(facts)) return std::nullopt;
  const JsonValue* found_section = facts.find(section);
  const JsonValue* fact = found_section == nullptr ? nullptr : found_section->find(key);
  if (fact == nullptr) return std::nullopt;
  return *fact;
}

Result<void> JsonFactsCache::put(const std::string& section, const std::string& key,
                                 const JsonValue& value) {
  MINO_TRY(files_.make_directories(file_.parent_path(), 0700));
  MINO_ASSIGN(const posix::FileLock lock,
              posix::FileLock::acquire(file_.native() + ".lock", kLockTimeout));
  JsonValue facts = load();
  if (is_newer(facts)) return {};  // belongs to a newer mino
  const JsonValue* old_section = facts.find(section);
  JsonValue new_section = old_section == nullptr ? JsonValue() : *old_section;
  put_last(new_section, key, value);
  facts.set(section, std::move(new_section));
  return files_.write_atomic(file_, codec_.write(facts, JsonLayout::kPretty) + "\n", 0600,
                             Durability::kRename);
}

}  // namespace mino::state
