#include "application/reconcile_sessions.hpp"

#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_placeholder_store.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/fakes/fake_session_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

namespace mino::application {
namespace {

const std::string kId(64, 'a');

class ReconcileSessionsTest : public ::testing::Test {
 protected:
  /// A session with its box and its runtime directory.
  SessionRecord add(const std::string& name, SessionStatus status, const ProcessIdentity& owner) {
    SessionRecord record{.id = "id-" + name, .name = SessionName::parse(name).value()};
    record.status = status;
    record.supervisor = owner;
    record.container_name = "mino-" + name + "-0a1b";
    record.runtime_dir = "/run/user/1001/mino/" + name;
    EXPECT_TRUE(store_.create(record).ok());
    files_.add_directory(record.runtime_dir, 0700);
    engine_.boxes.push_back({trace_of(record), BoxState::kRunning});
    return record;
  }
  static BoxTrace trace_of(const SessionRecord& record) {
    return {.container_id = kId + record.name.str(),
            .container_name = record.container_name,
            .session = record.name.str()};
  }
  ProcessIdentity dead() {
    const ProcessIdentity process = processes_.start();
    processes_.end(process);
    return process;
  }
  SessionRecord now(const SessionRecord& record) { return *store_.load(record.name).value(); }
  ReconcileSessions use_case() {
    return ReconcileSessions({.sessions = store_,
                              .engine = engine_,
                              .processes = processes_,
                              .files = files_,
                              .placeholders = placeholders_,
                              .audit = audit_,
                              .clock = clock_,
                              .notices = notices_});
  }

  fakes::FakeSessionStore store_;
  fakes::FakeContainerEngine engine_;
  fakes::FakeProcessTable processes_;
  fakes::FakeFileSystem files_;
  fakes::FakePlaceholderStore placeholders_{processes_};
  fakes::FakeAuditSink audit_;
  fakes::FakeClock clock_;
  fakes::FakeNotices notices_;
};

TEST_F(ReconcileSessionsTest, StartsNothingWhileEveryOwnerLives) {
  const SessionRecord live = add("live", SessionStatus::kRunning, processes_.start());
  const SessionRecord over = add("over", SessionStatus::kStopped, dead());
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_TRUE(engine_.calls.empty());
  EXPECT_EQ(now(live).status, SessionStatus::kRunning);
  EXPECT_TRUE(files_.exists(over.runtime_dir));
  EXPECT_TRUE(audit_.events.empty());
}

TEST_F(ReconcileSessionsTest, ClearsUpAfterAnOwnerThatIsGone) {
  const SessionRecord lost = add("lost", SessionStatus::kRunning, dead());
  const SessionRecord live = add("live", SessionStatus::kRunning, processes_.start());
  clock_.advance(std::chrono::minutes(5));
  ASSERT_TRUE(use_case().execute().ok());
  const SessionRecord after = now(lost);
  EXPECT_EQ(after.status, SessionStatus::kStopped);
  EXPECT_EQ(after.reason, "lost");
  EXPECT_FALSE(after.exit_code.has_value());
  EXPECT_EQ(after.updated_at, clock_.now());
  ASSERT_EQ(engine_.boxes.size(), 1U);
  EXPECT_EQ(engine_.boxes.front().trace.session, "live");
  EXPECT_FALSE(files_.exists(lost.runtime_dir));
  EXPECT_TRUE(files_.exists(live.runtime_dir));
  ASSERT_EQ(audit_.events.size(), 1U);
  EXPECT_EQ(audit_.events[0].event, "session.stopped");
  EXPECT_EQ(*audit_.events[0].data.find_string("name"), "lost");
  EXPECT_EQ(*audit_.events[0].data.find_string("reason"), "lost");
  ASSERT_NE(audit_.events[0].data.find("exit_code"), nullptr);
  EXPECT_TRUE(audit_.events[0].data.find("exit_code")->is_null());
}

TEST_F(ReconcileSessionsTest, APidThatWasGivenAwayIsNotTheOwner) {
  const ProcessIdentity owner = processes_.start();
  const SessionRecord lost = add("lost", SessionStatus::kRunning, owner);
  processes_.reuse_pid(owner.pid);
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_EQ(now(lost).status, SessionStatus::kStopped);
}

TEST_F(ReconcileSessionsTest, OneThatNeverRanHasFailed) {
  const SessionRecord lost = add("early", SessionStatus::kStarting, dead());
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_EQ(now(lost).status, SessionStatus::kFailed);
  EXPECT_EQ(now(lost).reason, "lost");
}

TEST_F(ReconcileSessionsTest, FindsTheIdThatTheOwnerCouldNotRecord) {
  const SessionRecord lost = add("early", SessionStatus::kStarting, dead());
  files_.add_file(lost.runtime_dir + "/cid", kId);
  ASSERT_TRUE(use_case().execute().ok());
  ASSERT_EQ(engine_.removals.size(), 1U);
  EXPECT_EQ(engine_.removals[0].container_id, kId);
  EXPECT_EQ(engine_.removals[0].container_name, lost.container_name);
}

TEST_F(ReconcileSessionsTest, LeavesABoxThatIsToBeKept) {
  SessionRecord kept{.id = "id-kept", .name = SessionName::parse("kept").value()};
  kept.status = SessionStatus::kRunning;
  kept.supervisor = dead();
  kept.container_name = "mino-kept-0a1b";
  kept.keep = true;
  ASSERT_TRUE(store_.create(kept).ok());
  engine_.boxes.push_back({trace_of(kept), BoxState::kStopped});
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_EQ(now(kept).status, SessionStatus::kStopped);
  EXPECT_EQ(engine_.boxes.size(), 1U);
}

TEST_F(ReconcileSessionsTest, RemovesAKeptBoxThatNeverRan) {
  SessionRecord kept{.id = "id-kept", .name = SessionName::parse("kept").value()};
  kept.supervisor = dead();
  kept.container_name = "mino-kept-0a1b";
  kept.keep = true;
  ASSERT_TRUE(store_.create(kept).ok());
  engine_.boxes.push_back({trace_of(kept), BoxState::kStopped});
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_TRUE(engine_.boxes.empty());
}

TEST_F(ReconcileSessionsTest, WhatCannotBeRemovedIsAWarningAndStays) {
  const SessionRecord first = add("first", SessionStatus::kRunning, dead());
  const SessionRecord second = add("second", SessionStatus::kRunning, dead());
  int removals = 0;
  engine_.on_call = [&](const std::string& method) -> std::optional<Error> {
    if (method == "remove_box" && ++removals == 1)
      return Error(ErrorCode::kUnavailable, "podman hangs");
    return std::nullopt;
  };
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_TRUE(notices_.warned("podman hangs"));
  const auto live = [&](const SessionRecord& record) { return is_live(now(record).status); };
  EXPECT_EQ(live(first) + live(second), 1);
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_EQ(live(first) + live(second), 0);
  EXPECT_TRUE(engine_.boxes.empty());
}

TEST_F(ReconcileSessionsTest, TheOwnersOwnWordWins) {
  const SessionRecord stale = add("ended", SessionStatus::kRunning, dead());
  // Between the listing and now, the owner had written that the agent ended with 3.
  ASSERT_TRUE(store_
                  .update(stale.name, stale.id,
                          [](SessionRecord& record) {
                            record.status = SessionStatus::kStopped;
                            record.exit_code = 3;
                            return true;
                          })
                  .ok());
  const Result<SessionRecord> after = use_case().one(stale);
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->exit_code, 3);
  EXPECT_TRUE(engine_.calls.empty());
  EXPECT_TRUE(audit_.events.empty());
}

TEST_F(ReconcileSessionsTest, OnlyOneOfSeveralRecordsTheEnd) {
  const SessionRecord lost = add("lost", SessionStatus::kRunning, dead());
  bool nested = false;
  // Another process does the same while this one waits for the engine.
  engine_.on_call = [&](const std::string&) -> std::optional<Error> {
    if (!nested) {
      nested = true;
      EXPECT_TRUE(use_case().execute().ok());
    }
    return std::nullopt;
  };
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_EQ(audit_.events.size(), 1U);
  EXPECT_EQ(now(lost).status, SessionStatus::kStopped);
}

TEST_F(ReconcileSessionsTest, TouchesNothingOfANewSessionOfTheSameName) {
  const SessionRecord lost = add("again", SessionStatus::kRunning, dead());
  bool started = false;
  SessionRecord fresh = lost;
  engine_.on_call = [&](const std::string&) -> std::optional<Error> {
    if (started) return std::nullopt;
    started = true;
    // Meanwhile another process has cleared up, and the user has started a session of that name.
    EXPECT_TRUE(use_case().execute().ok());
    fresh.id = "id-new";
    fresh.supervisor = processes_.start();
    fresh.container_name = "mino-again-ffff";
    EXPECT_TRUE(store_.create(fresh).ok());
    files_.add_directory(fresh.runtime_dir, 0700);
    engine_.boxes.push_back({.trace = {.container_id = std::string(64, 'f'),
                                       .container_name = fresh.container_name,
                                       .session = "again"},
                             .state = BoxState::kRunning});
    return std::nullopt;
  };
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_TRUE(files_.exists(fresh.runtime_dir));
  EXPECT_EQ(now(fresh).status, SessionStatus::kRunning);
  ASSERT_EQ(engine_.boxes.size(), 1U);
  EXPECT_EQ(engine_.boxes[0].trace.container_name, fresh.container_name);
  EXPECT_TRUE(notices_.warnings.empty());
}

TEST_F(ReconcileSessionsTest, RemovesNoDirectoryThatIsNotTheSessions) {
  SessionRecord odd{.id = "id-odd", .name = SessionName::parse("odd").value()};
  odd.status = SessionStatus::kRunning;
  odd.supervisor = dead();
  odd.runtime_dir = "/home/ann";
  files_.add_directory("/home/ann");
  ASSERT_TRUE(store_.create(odd).ok());
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_TRUE(files_.exists("/home/ann"));
  EXPECT_EQ(now(odd).status, SessionStatus::kStopped);
}

TEST_F(ReconcileSessionsTest, ARecordThatCannotBeWrittenIsDoneAgain) {
  const SessionRecord lost = add("lost", SessionStatus::kRunning, dead());
  files_.fail(lost.runtime_dir, 13);
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_FALSE(notices_.warnings.empty());
  EXPECT_EQ(now(lost).status, SessionStatus::kRunning);
  files_.fail(lost.runtime_dir, 0);
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_EQ(now(lost).status, SessionStatus::kStopped);
}

TEST_F(ReconcileSessionsTest, AnAuditThatFailsStopsNothing) {
  const SessionRecord lost = add("lost", SessionStatus::kRunning, dead());
  audit_.failure = Error(ErrorCode::kInternal, "the disk is full");
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_TRUE(notices_.warned("the disk is full"));
  EXPECT_EQ(now(lost).status, SessionStatus::kStopped);
}

TEST_F(ReconcileSessionsTest, SaysThatTheRecordsCannotBeListed) {
  store_.failure = Error(ErrorCode::kPermission, "no");
  EXPECT_FALSE(use_case().execute().ok());
}

TEST_F(ReconcileSessionsTest, LeftoversAreClearedUpLikeAll) {
  const SessionRecord lost = add("lost", SessionStatus::kRunning, dead());
  ASSERT_TRUE(use_case().leftovers("/run/user/1001/mino").ok());
  EXPECT_EQ(now(lost).status, SessionStatus::kStopped);
  EXPECT_FALSE(files_.exists(lost.runtime_dir));
}

TEST_F(ReconcileSessionsTest, ADirectoryThatOutlivedTheEndOfItsRecordIsRemoved) {
  const SessionRecord killed = add("killed", SessionStatus::kStopped, dead());
  const SessionRecord ending = add("ending", SessionStatus::kStopped, processes_.start());
  ASSERT_TRUE(use_case().leftovers("/run/user/1001/mino").ok());
  EXPECT_FALSE(files_.exists(killed.runtime_dir));
  EXPECT_TRUE(files_.exists(ending.runtime_dir)) << "its owner is about to do it";
  EXPECT_EQ(now(killed).status, SessionStatus::kStopped);
  EXPECT_TRUE(audit_.events.empty());
}

TEST_F(ReconcileSessionsTest, PlaceholdersOfTheDeadAreSwept) {
  const PlaceholderHolder holder{"id-1", dead()};
  ASSERT_TRUE(placeholders_.hold(holder, {Placeholder{"/src/app", ".vscode"}}).ok());
  ASSERT_TRUE(use_case().execute().ok());
  EXPECT_FALSE(placeholders_.exists("/src/app/.vscode"));
}

}  // namespace
}  // namespace mino::application
