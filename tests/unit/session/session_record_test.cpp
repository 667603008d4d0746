#include "domain/session/session_record.hpp"

#include <gtest/gtest.h>

#include <string>

#include "adapters/json/rapid_json_codec.hpp"
#include "tests/support/session_records.hpp"

namespace mino {
namespace {

JsonValue json(std::string_view text) { return *json::RapidJsonCodec().parse(text); }

JsonValue changed(std::string_view member, JsonValue value) {
  JsonValue record = to_json(testing_support::session_record("a"));
  record.set(member, std::move(value));
  return record;
}

JsonValue without(std::string_view member) {
  JsonValue record = to_json(testing_support::session_record("a"));
  std::erase_if(*record.object(),
                [&](const JsonValue::Member& entry) { return entry.first == member; });
  return record;
}

TEST(SessionRecord, RoundTrips) {
  SessionRecord record = testing_support::session_record("a");
  record.container_id = "c0ffee";
  record.home_volume = "mino-home-1";
  record.log_file = "/state/logs/a.log";
  record.cloud_providers = {"aws", "gcp"};
  record.runtime_dir = "/run/user/1000/mino/a";
  record.detached = record.terminal = record.keep = true;
  record.exit_code = 137;
  record.reason = "lost";
  record.status = SessionStatus::kFailed;
  record.supervisor = {.pid = 2147483647, .start_time = 9007199254740993U};
  record.unknown = {{"sandbox_user", nullptr},
                    {"later", JsonValue::Object{{"x", JsonValue::Array{1, 2.5, "y"}}}}};
  const Result<SessionRecord> read = session_record_from_json(to_json(record));
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(to_json(*read), to_json(record));
  EXPECT_EQ(read->supervisor, record.supervisor);
  EXPECT_EQ(read->exit_code, 137);
  EXPECT_EQ(read->unknown, record.unknown);
}

TEST(SessionRecord, HasAFixedForm) {
  EXPECT_EQ(
      json::RapidJsonCodec().write(to_json(testing_support::session_record("a")),
                                   JsonLayout::kCompact),
      R"({"schema":1,"id":"0b8c3c0e-6f2f-4f1e-9c57-2c3f3b1f7a10","name":"a","project_dir":"/home/user/project",)"
      R"("command":["make","test"],"container_id":null,"status":"running","created_at":"2026-03-09T12:00:00.000Z",)"
      R"("updated_at":"2026-03-09T12:00:00.000Z","cloud_providers":[],"home_volume":null,"runtime_mode":"container",)"
      R"("log_file":null,"supervisor":{"pid":4711,"start_time":99},"container_name":"mino-a-0f3a","image":"host",)"
      R"("network":"bridge","runtime_dir":"","detached":false,"terminal":false,"keep":false,"exit_code":null,"reason":null})");
}

TEST(SessionRecord, LoadsARecordOfTheEarlierProgram) {
  const Result<SessionRecord> record = session_record_from_json(json(R"({
    "id": "8d1c", "name": "calm-fox-1a2b", "project_dir": "/p", "command": ["/bin/zsh"], "container_id": "abc",
    "status": "running", "created_at": "2025-01-02T03:04:05.678901234Z", "updated_at": "2025-01-02T03:04:05Z",
    "cloud_providers": [], "home_volume": null, "runtime_mode": null, "process_id": null, "log_file": null, "sandbox_user": null})"));
  ASSERT_TRUE(record.ok()) << record.error().text();
  EXPECT_EQ(record->name.str(), "calm-fox-1a2b");
  EXPECT_EQ(record->container_id, "abc");
  EXPECT_EQ(record->runtime_mode, "container");
  EXPECT_EQ(record->supervisor, ProcessIdentity());
  EXPECT_EQ(record->unknown,
            (JsonValue::Object{{"process_id", nullptr}, {"sandbox_user", nullptr}}));
}

TEST(SessionRecord, NeedsItsOldestMembers) {
  for (const std::string member :
       {"id", "name", "project_dir", "status", "created_at", "updated_at"}) {
    const Result<SessionRecord> record = session_record_from_json(without(member));
    ASSERT_FALSE(record.ok()) << member;
    EXPECT_EQ(record.error().code(), ErrorCode::kCorrupt);
    EXPECT_NE(record.error().text().find(member), std::string::npos) << record.error().text();
  }
}

TEST(SessionRecord, RefusesWrongTypesAndValues) {
  const std::pair<std::string, JsonValue> cases[] = {
      {"schema", "1"},
      {"id", 1},
      {"name", "../x"},
      {"name", JsonValue::Array{}},
      {"status", "gone"},
      {"status", 1},
      {"command", "make"},
      {"command", JsonValue::Array{1}},
      {"created_at", "today"},
      {"updated_at", 5},
      {"container_id", 1},
      {"supervisor", 1},
      {"detached", "yes"},
      {"exit_code", "0"},
      {"exit_code", 256},
      {"exit_code", -1},
      {"network", false},
      {"supervisor", JsonValue::Object{{"pid", -1}}},
      {"reason", JsonValue::Object{}},
      {"supervisor", JsonValue::Object{{"pid", std::int64_t{1} << 31}}}};
  for (const auto& [member, value] : cases) {
    const Result<SessionRecord> record = session_record_from_json(changed(member, value));
    ASSERT_FALSE(record.ok()) << member;
    EXPECT_EQ(record.error().code(), ErrorCode::kCorrupt) << member;
  }
  for (const JsonValue& value :
       {JsonValue(), JsonValue(1), JsonValue("x"), JsonValue(JsonValue::Array{})}) {
    EXPECT_FALSE(session_record_from_json(value).ok());
  }
}

TEST(SessionRecord, RefusesANewerSchemaWhateverElseIsInIt) {
  for (const JsonValue& newer :
       {changed("schema", 2), JsonValue(JsonValue::Object{{"schema", 99}})}) {
    const Result<SessionRecord> record = session_record_from_json(newer);
    ASSERT_FALSE(record.ok());
    EXPECT_EQ(record.error().code(), ErrorCode::kNewerSchema);
    EXPECT_FALSE(record.error().hint().empty());
  }
}

TEST(SessionStatus, HasAName) {
  for (const SessionStatus status : {SessionStatus::kStarting, SessionStatus::kRunning,
                                     SessionStatus::kStopped, SessionStatus::kFailed}) {
    EXPECT_EQ(parse_session_status(to_string(status)), status);
  }
  EXPECT_EQ(parse_session_status("Running"), std::nullopt);
}

}  // namespace
}  // namespace mino
