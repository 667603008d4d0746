#include "domain/session/session_record.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace mino {
namespace {

constexpr std::array<std::pair<SessionStatus, std::string_view>, 4> kStatusNames = {{
    {SessionStatus::kStarting, "starting"},
    {SessionStatus::kRunning, "running"},
    {SessionStatus::kStopped, "stopped"},
    {SessionStatus::kFailed, "failed"},
}};

constexpr std::array<std::string_view, 24> kMembers = {
    "schema",   "id",         "name",           "project_dir",     "command",     "container_id",
    "status",   "created_at", "updated_at",     "cloud_providers", "home_volume", "runtime_mode",
    "log_file", "supervisor", "container_name", "image",           "network",     "runtime_dir",
    "detached", "terminal",   "keep",           "exit_code",       "reason",      "report"};

Error corrupt(std::string_view member, std::string_view why) {
  return {ErrorCode::kCorrupt, "session record: '" + std::string(member) + "' " + std::string(why)};
}

JsonValue optional_to_json(const std::optional<std::string>& text) {
  return text ? JsonValue(*text) : JsonValue();
}

JsonValue strings_to_json(const std::vector<std::string>& texts) {
  return JsonValue::Array(texts.begin(), texts.end());
}

/// Reads members; the first problem is kept and everything after it is skipped.
class Members {
 public:
  explicit Members(const JsonValue& json) : json_(json) {}

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  void text(std::string_view name, std::string& out) {
    if (const JsonValue* member = present(name)) set_text(name, *member, out);
  }
  void needed_text(std::string_view name, std::string& out) {
    if (present(name) == nullptr) return refuse(name, "is missing");
    text(name, out);
  }
  void text(std::string_view name, std::optional<std::string>& out) {
    if (const JsonValue* member = present(name)) set_text(name, *member, out.emplace());
  }
  void texts(std::string_view name, std::vector<std::string>& out) {
    const JsonValue* member = present(name);
    if (member == nullptr) return;
    if (member->array() == nullptr) return refuse(name, "is not a list");
    for (const JsonValue& item : *member->array()) set_text(name, item, out.emplace_back());
  }
  void flag(std::string_view name, bool& out) {
    const JsonValue* member = present(name);
    if (member == nullptr) return;
    if (member->boolean() == nullptr) return refuse(name, "is not true or false");
    out = *member->boolean();
  }
  template <typename Integer>
  void integer(std::string_view name, std::int64_t least, std::int64_t most, Integer& out) {
    const JsonValue* member = present(name);
    if (member == nullptr) return;
    const std::int64_t* value = member->integer();
    if (value == nullptr || *value < least || *value > most)
      return refuse(name, "is not a number in its range");
    out = static_cast<Integer>(*value);
  }
  void object(std::string_view name, std::optional<JsonValue>& out) {
    const JsonValue* member = present(name);
    if (member == nullptr) return;
    if (member->object() == nullptr) return refuse(name, "is not an object");
    out = *member;
  }
  void time(std::string_view name, Timestamp& out) {
    std::string written;
    needed_text(name, written);
    if (error_) return;
    const std::optional<Timestamp> parsed = parse_rfc3339(written);
    if (!parsed) return refuse(name, "is not a time");
    out = *parsed;
  }
  void refuse(std::string_view name, std::string_view why) {
    if (!error_) error_ = corrupt(name, why);
  }

 private:
  [[nodiscard]] const JsonValue* present(std::string_view name) const {
    const JsonValue* member = json_.find(name);
    return member == nullptr || member->is_null() ? nullptr : member;
  }
  void set_text(std::string_view name, const JsonValue& value, std::string& out) {
    if (value.string() == nullptr) return refuse(name, "is not a text");
    out = *value.string();
  }

  const JsonValue& json_;
  std::optional<Error> error_;
};

Result<void> check_schema(const JsonValue& json) {
  const JsonValue* schema = json.find("schema");
  if (schema == nullptr) return {};  // the earlier program wrote none
  if (schema->integer() == nullptr) return corrupt("schema", "is not a number");
  if (*schema->integer() <= SessionRecord::kSchema) return {};
  Error error(ErrorCode::kNewerSchema, "session record: written by a newer mino (schema " +
                                           std::to_string(*schema->integer()) + ")");
  return error.set_hint("upgrade mino");
}

void read_supervisor(const JsonValue& json, Members& members, ProcessIdentity& out) {
  const JsonValue* supervisor = json.find("supervisor");
  if (supervisor == nullptr || supervisor->is_null()) return;
  if (supervisor->object() == nullptr) return members.refuse("supervisor", "is not an object");
  Members process(*supervisor);
  process.integer("pid", 0, std::numeric_limits<std::int32_t>::max(), out.pid);
  process.integer("start_time", 0, std::numeric_limits<std::int64_t>::max(), out.start_time);
  if (process.error()) members.refuse("supervisor", "is not a process");
}

void read_members(const JsonValue& json, Members& members, SessionRecord& record) {
  members.needed_text("id", record.id);
  members.needed_text("project_dir", record.project_dir);
  members.texts("command", record.command);
  members.text("container_id", record.container_id);
  members.time("created_at", record.created_at);
  members.time("updated_at", record.updated_at);
  members.texts("cloud_providers", record.cloud_providers);
  members.text("home_volume", record.home_volume);
  members.text("runtime_mode", record.runtime_mode);
  members.text("log_file", record.log_file);
  read_supervisor(json, members, record.supervisor);
  members.text("container_name", record.container_name);
  members.text("image", record.image);
  members.text("network", record.network);
  members.text("runtime_dir", record.runtime_dir);
  members.flag("detached", record.detached);
  members.flag("terminal", record.terminal);
  members.flag("keep", record.keep);
  std::int64_t exit_code = -1;
  members.integer("exit_code", 0, 255, exit_code);
  if (exit_code >= 0) record.exit_code = static_cast<int>(exit_code);
  members.text("reason", record.reason);
  members.object("report", record.report);
}

}  // namespace

std::string_view to_string(SessionStatus status) {
  const auto found =
      std::ranges::find(kStatusNames, status, [](const auto& entry) { return entry.first; });
  MINO_CHECK(found != kStatusNames.end());
  return found->second;
}

std::optional<SessionStatus> parse_session_status(std::string_view text) {
  const auto found =
      std::ranges::find(kStatusNames, text, [](const auto& entry) { return entry.second; });
  if (found == kStatusNames.end()) return std::nullopt;
  return found->first;
}

JsonValue to_json(const SessionRecord& record) {
  const JsonValue supervisor =
      JsonValue::Object{{"pid", record.supervisor.pid},
                        {"start_time", static_cast<std::int64_t>(record.supervisor.start_time)}};
  JsonValue::Object members = {
      {"schema", SessionRecord::kSchema},
      {"id", record.id},
      {"name", record.name.str()},
      {"project_dir", record.project_dir},
      {"command", strings_to_json(record.command)},
      {"container_id", optional_to_json(record.container_id)},
      {"status", to_string(record.status)},
      {"created_at", format_rfc3339(record.created_at)},
      {"updated_at", format_rfc3339(record.updated_at)},
      {"cloud_providers", strings_to_json(record.cloud_providers)},
      {"home_volume", optional_to_json(record.home_volume)},
      {"runtime_mode", record.runtime_mode},
      {"log_file", optional_to_json(record.log_file)},
      {"supervisor", supervisor},
      {"container_name", record.container_name},
      {"image", record.image},
      {"network", record.network},
      {"runtime_dir", record.runtime_dir},
      {"detached", record.detached},
      {"terminal", record.terminal},
      {"keep", record.keep},
      {"exit_code", record.exit_code ? JsonValue(*record.exit_code) : JsonValue()},
      {"reason", optional_to_json(record.reason)},
  };
  if (record.report) members.emplace_back("report", *record.report);
  members.insert(members.end(), record.unknown.begin(), record.unknown.end());
  return members;
}

Result<SessionRecord> session_record_from_json(const JsonValue& json) {
  if (json.object() == nullptr)
    return Error(ErrorCode::kCorrupt, "session record: not a JSON object");
  MINO_TRY(check_schema(json));
  const std::string* written_name = json.find_string("name");
  if (written_name == nullptr) return corrupt("name", "is missing");
  Result<SessionName> name = SessionName::parse(*written_name);
  if (!name) return corrupt("name", "is not a session name");
  const std::string* written_status = json.find_string("status");
  if (written_status == nullptr) return corrupt("status", "is missing");
  const std::optional<SessionStatus> status = parse_session_status(*written_status);
  if (!status) return corrupt("status", "is not a session status");

  SessionRecord record{.name = std::move(*name), .status = *status};
  Members members(json);
  read_members(json, members, record);
  if (members.error()) return *members.error();
  for (const JsonValue::Member& member : *json.object()) {
    if (std::ranges::find(kMembers, member.first) == kMembers.end())
      record.unknown.push_back(member);
  }
  return record;
}

}  // namespace mino
