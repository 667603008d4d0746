#include "application/exec_in_session.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_placeholder_store.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/fakes/fake_session_control.hpp"
#include "tests/fakes/fake_session_store.hpp"
#include "tests/support/session_records.hpp"

namespace mino::application {
namespace {

class ExecInSessionTest : public ::testing::Test {
 protected:
  SessionRecord add(const std::string& name, SessionStatus status = SessionStatus::kRunning) {
    SessionRecord record = testing_support::session_record(name, "id-" + name);
    record.status = status;
    record.supervisor = processes_.start();
    record.created_at += std::chrono::seconds(++added_);
    EXPECT_TRUE(store_.create(record).ok());
    return record;
  }
  Result<AgentEnd> exec(std::optional<std::string> session) {
    ReconcileSessions reconcile({.sessions = store_,
                                 .engine = engine_,
                                 .processes = processes_,
                                 .files = files_,
                                 .placeholders = placeholders_,
                                 .audit = audit_,
                                 .clock = clock_,
                                 .notices = notices_});
    ExecInSession use_case(store_, reconcile, control_);
    return use_case.execute({.session = std::move(session),
                             .command = {AgentCommand::Kind::kCommand, {"git", "status"}},
                             .streams = AgentStreams::kTerminal,
                             .environment = {{"LANG", Secret("C")}}});
  }

  fakes::FakeSessionStore store_;
  fakes::FakeContainerEngine engine_;
  fakes::FakeProcessTable processes_;
  fakes::FakePlaceholderStore placeholders_{processes_};
  fakes::FakeFileSystem files_;
  fakes::FakeAuditSink audit_;
  fakes::FakeClock clock_;
  fakes::FakeNotices notices_;
  fakes::FakeSessionControl control_;
  int added_ = 0;
};

TEST_F(ExecInSessionTest, PassesTheProcessToTheOwner) {
  add("one");
  add("two");
  control_.end = {AgentEnd::Kind::kExited, 3, false};
  const auto end = exec("one");
  ASSERT_TRUE(end.ok()) << end.error().text();
  EXPECT_EQ(end->code, 3);
  ASSERT_EQ(control_.execs.size(), 1U);
  EXPECT_EQ(control_.execs[0].session.name.str(), "one");
  EXPECT_EQ(control_.execs[0].request.command.words, (std::vector<std::string>{"git", "status"}));
  EXPECT_EQ(control_.execs[0].request.streams, AgentStreams::kTerminal);
  EXPECT_EQ(control_.execs[0].request.environment.at("LANG").reveal(), "C");
}

TEST_F(ExecInSessionTest, WithoutANameTakesTheNewestThatRuns) {
  add("older");
  add("newer");
  add("ended", SessionStatus::kStopped);
  add("not-yet", SessionStatus::kStarting);
  ASSERT_TRUE(exec(std::nullopt).ok());
  EXPECT_EQ(control_.execs[0].session.name.str(), "newer");
}

TEST_F(ExecInSessionTest, WithoutANamePassesOverASessionWhoseOwnerIsGone) {
  add("older");
  processes_.end(add("newer").supervisor);
  ASSERT_TRUE(exec(std::nullopt).ok());
  EXPECT_EQ(control_.execs[0].session.name.str(), "older");
  EXPECT_EQ((*store_.load(testing_support::session_name("newer")))->status,
            SessionStatus::kStopped);
}

TEST_F(ExecInSessionTest, WithNothingRunningSaysWhatToDo) {
  add("ended", SessionStatus::kFailed);
  const auto end = exec(std::nullopt);
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(end.error().hint(), "mino run");
  EXPECT_TRUE(control_.execs.empty());
}

TEST_F(ExecInSessionTest, AnUnknownSessionIsNotFound) {
  const auto end = exec("nobody");
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), ErrorCode::kNotFound);
  EXPECT_NE(end.error().text().find("nobody"), std::string::npos);
}

TEST_F(ExecInSessionTest, ANameThatIsNoneIsAUsageError) {
  const auto end = exec("../etc");
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), ErrorCode::kUsage);
}

TEST_F(ExecInSessionTest, ASessionThatDoesNotRunIsUnavailable) {
  add("ended", SessionStatus::kStopped);
  add("soon", SessionStatus::kStarting);
  const auto ended = exec("ended");
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(ended.error().hint(), "mino run --name ended");
  const auto soon = exec("soon");
  ASSERT_FALSE(soon.ok());
  EXPECT_EQ(soon.error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(soon.error().hint(), "mino run --name soon");
}

TEST_F(ExecInSessionTest, ASessionWhoseOwnerWasKilledIsClearedUpAndUnavailable) {
  const SessionRecord record = add("killed");
  processes_.end(record.supervisor);
  engine_.boxes.push_back(
      {{.container_id = {}, .container_name = record.container_name, .session = "killed"},
       BoxState::kRunning});
  const auto end = exec("killed");
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(engine_.boxes.empty());
  EXPECT_TRUE(control_.execs.empty());
}

TEST_F(ExecInSessionTest, AnOwnerThatDoesNotAnswerIsNamed) {
  add("deaf");
  control_.failure = Error(ErrorCode::kUnavailable, "connecting failed");
  const auto end = exec("deaf");
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(end.error().text().find("deaf"), std::string::npos);
}

TEST_F(ExecInSessionTest, AStoreThatCannotBeReadIsAnError) {
  add("one");
  store_.failure = Error(ErrorCode::kPermission, "refused");
  EXPECT_EQ(exec("one").error().code(), ErrorCode::kPermission);
  EXPECT_EQ(exec(std::nullopt).error().code(), ErrorCode::kPermission);
}

}  // namespace
}  // namespace mino::application
