#include "domain/session/lifecycle.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/session_records.hpp"

namespace mino {
namespace {

SessionRecord with_status(SessionStatus status) {
  SessionRecord record = testing_support::session_record("a");
  record.status = status;
  return record;
}

const Timestamp kLater{std::chrono::seconds{1773061200}};

TEST(Lifecycle, RunsFromStartingOnly) {
  SessionRecord record = with_status(SessionStatus::kStarting);
  ASSERT_TRUE(mark_running(record, kLater).ok());
  EXPECT_EQ(record.status, SessionStatus::kRunning);
  EXPECT_EQ(record.updated_at, kLater);
  for (const SessionStatus from :
       {SessionStatus::kRunning, SessionStatus::kStopped, SessionStatus::kFailed}) {
    SessionRecord other = with_status(from);
    EXPECT_FALSE(mark_running(other, kLater).ok());
    EXPECT_EQ(to_json(other), to_json(with_status(from)));
  }
}

TEST(Lifecycle, EndsFromEitherLiveStatus) {
  for (const SessionStatus from : {SessionStatus::kStarting, SessionStatus::kRunning}) {
    for (const SessionStatus to : {SessionStatus::kStopped, SessionStatus::kFailed}) {
      SessionRecord record = with_status(from);
      ASSERT_TRUE(
          mark_ended(record, {.status = to, .exit_code = 3, .reason = "lost"}, kLater).ok());
      EXPECT_EQ(record.status, to);
      EXPECT_EQ(record.exit_code, 3);
      EXPECT_EQ(record.reason, "lost");
      EXPECT_EQ(record.updated_at, kLater);
    }
  }
}

TEST(Lifecycle, KeepsTheFirstEnding) {
  SessionRecord record = with_status(SessionStatus::kRunning);
  ASSERT_TRUE(mark_ended(record, {.status = SessionStatus::kStopped, .exit_code = 0}, kLater).ok());
  const JsonValue ended = to_json(record);
  EXPECT_FALSE(mark_ended(record,
                          {.status = SessionStatus::kFailed, .exit_code = 1, .reason = "lost"},
                          kLater)
                   .ok());
  EXPECT_EQ(to_json(record), ended);
}

TEST(Lifecycle, DoesNotEndInALiveStatus) {
  for (const SessionStatus to : {SessionStatus::kStarting, SessionStatus::kRunning}) {
    SessionRecord record = with_status(SessionStatus::kStarting);
    EXPECT_FALSE(mark_ended(record, {.status = to}, kLater).ok());
    EXPECT_EQ(record.status, SessionStatus::kStarting);
  }
}

}  // namespace
}  // namespace mino
