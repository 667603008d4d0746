#include "adapters/state/json_collection_schedule.hpp"

#include <utility>

#include "adapters/posix/file_lock.hpp"

namespace mino::state {
namespace {

constexpr std::int64_t kSchema = 1;
constexpr std::size_t kMaxBytes = std::size_t{1024} * 1024;
constexpr char kStarted[] = "started_at";

}  // namespace

JsonCollectionSchedule::JsonCollectionSchedule(FileSystem& files, const JsonCodec& json,
                                               std::filesystem::path file)
    : files_(files), json_(json), file_(std::move(file)) {}

bool JsonCollectionSchedule::due(Timestamp now, std::chrono::hours interval) const {
  const auto text = files_.read(file_, kMaxBytes);
  if (!text.ok() || !*text) return true;
  const auto json = json_.parse(**text);
  const std::string* started = json.ok() ? json->find_string(kStarted) : nullptr;
  const auto time = started == nullptr ? std::nullopt : parse_rfc3339(*started);
  if (!time) return true;
  const auto seconds = [](Timestamp at) { return std::chrono::floor<std::chrono::seconds>(at); };
  return seconds(*time) > seconds(now) || seconds(now) - seconds(*time) >= interval;
}

Result<void> JsonCollectionSchedule::note(const JsonValue& notes) {
  return files_.write_atomic(file_, json_.write(notes, JsonLayout::kPretty) + "\n", 0600,
                             Durability::kRename);
}

Result<CollectionSchedule::Outcome> JsonCollectionSchedule::once(
    Timestamp now, std::chrono::hours interval, const std::function<Result<JsonValue>()>& work) {
  MINO_TRY(files_.make_directories(file_.parent_path(), 0700));
  const auto lock =
      posix::FileLock::acquire(file_.native() + ".lock", std::chrono::milliseconds(0));
  if (!lock.ok()) {
    if (lock.error().code() == ErrorCode::kTimeout) return Outcome::kBusy;
    return lock.error();
  }
  if (!due(now, interval)) return Outcome::kNotDue;
  JsonValue notes = JsonValue::Object{{"schema", kSchema}, {kStarted, format_rfc3339(now)}};
  MINO_TRY(note(notes));
  auto result = work();
  notes.set("result", result.ok() ? *result : JsonValue());
  notes.set("error", result.ok() ? JsonValue() : JsonValue(result.error().text()));
  MINO_TRY(note(notes));
  if (!result.ok()) return std::move(result).error();
  return Outcome::kDone;
}

}  // namespace mino::state
