#include "application/stop_session.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <string>
#include <utility>
#include <vector>

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

using Conduct = fakes::FakeProcessTable::Conduct;
using Outcome = StopSession::Outcome;

class StopSessionTest : public ::testing::Test {
 protected:
  /// A running session with its box, whose owner stops in order when asked.
  SessionRecord add(const std::string& name, Conduct conduct = Conduct::kEndsOnSignal) {
    SessionRecord record = testing_support::session_record(name, "id-" + name);
    record.supervisor = processes_.start(conduct);
    EXPECT_TRUE(store_.create(record).ok());
    engine_.boxes.push_back(
        {{.container_id = {}, .container_name = record.container_name, .session = name},
         BoxState::kRunning});
    control_.on_stop = [this](const SessionRecord& asked) { end_in_order(asked); };
    return record;
  }
  /// As an owner does it: the record says so, the process is gone, podman is still at its clean-up.
  void end_in_order(const SessionRecord& record) {
    EXPECT_TRUE(store_
                    .update(record.name, record.id,
                            [](SessionRecord& stored) {
                              stored.status = SessionStatus::kStopped;
                              stored.reason = "stopped";
                              stored.exit_code = 143;
                              return true;
                            })
                    .ok());
    processes_.end(record.supervisor);
  }
  SessionRecord now(const std::string& name) {
    return **store_.load(testing_support::session_name(name));
  }
  Result<Outcome> stop(const std::string& session, StopForce force = StopForce::kGraceful,
                       std::chrono::seconds grace = std::chrono::seconds(10)) {
    ReconcileSessions reconcile({.sessions = store_,
                                 .engine = engine_,
                                 .processes = processes_,
                                 .files = files_,
                                 .placeholders = placeholders_,
                                 .audit = audit_,
                                 .clock = clock_,
                                 .notices = notices_});
    StopSession use_case({.sessions = store_,
                          .control = control_,
                          .engine = engine_,
                          .processes = processes_,
                          .notices = notices_},
                         reconcile);
    return use_case.execute({.session = session, .force = force, .grace = grace});
  }
  std::vector<int> signals() const {
    std::vector<int> numbers;
    for (const auto& [process, number] : processes_.signals) numbers.push_back(number);
    return numbers;
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
};

TEST_F(StopSessionTest, AsksTheOwnerAndWaitsForTheBox) {
  add("a");
  add("b");
  const auto outcome = stop("a", StopForce::kGraceful, std::chrono::seconds(3));
  ASSERT_TRUE(outcome.ok()) << outcome.error().text();
  EXPECT_EQ(*outcome, Outcome::kStopped);
  ASSERT_EQ(control_.stops.size(), 1U);
  EXPECT_EQ(control_.stops[0].session.name.str(), "a");
  EXPECT_EQ(control_.stops[0].force, StopForce::kGraceful);
  EXPECT_EQ(control_.stops[0].grace, std::chrono::seconds(3));
  EXPECT_EQ(now("a").reason, "stopped");
  EXPECT_EQ(now("a").exit_code, 143);
  ASSERT_EQ(engine_.boxes.size(), 1U);
  EXPECT_EQ(engine_.boxes[0].trace.session, "b");
  EXPECT_TRUE(signals().empty());
}

TEST_F(StopSessionTest, WaitsLongerThanTheGrace) {
  add("a");
  ASSERT_TRUE(stop("a", StopForce::kGraceful, std::chrono::seconds(60)).ok());
  ASSERT_EQ(processes_.waits.size(), 1U);
  EXPECT_GT(processes_.waits[0], std::chrono::seconds(60));
}

TEST_F(StopSessionTest, ForceIsPassedOn) {
  add("a");
  ASSERT_TRUE(stop("a", StopForce::kKill).ok());
  EXPECT_EQ(control_.stops[0].force, StopForce::kKill);
}

TEST_F(StopSessionTest, AnOwnerWithoutASocketIsSentASignal) {
  const SessionRecord record = add("a");
  control_.failure = Error(ErrorCode::kUnavailable, "connecting failed");
  ASSERT_TRUE(stop("a").ok());
  EXPECT_EQ(signals(), std::vector<int>{SIGTERM});
  EXPECT_EQ(processes_.signals[0].first, record.supervisor);
  EXPECT_EQ(now("a").status, SessionStatus::kStopped);
  EXPECT_TRUE(engine_.boxes.empty());
}

TEST_F(StopSessionTest, AnOwnerWithoutASocketIsKilledWhenForced) {
  add("a");
  control_.failure = Error(ErrorCode::kUnavailable, "connecting failed");
  ASSERT_TRUE(stop("a", StopForce::kKill).ok());
  EXPECT_EQ(signals(), std::vector<int>{SIGKILL});
}

TEST_F(StopSessionTest, AnOwnerThatDoesNotEndIsKilledAndClearedUpAfter) {
  add("a", Conduct::kIgnoresSignals);
  control_.on_stop = nullptr;
  const auto outcome = stop("a");
  ASSERT_TRUE(outcome.ok()) << outcome.error().text();
  EXPECT_EQ(signals(), std::vector<int>{SIGKILL});
  EXPECT_EQ(now("a").status, SessionStatus::kStopped);
  EXPECT_EQ(now("a").reason, "lost");
  EXPECT_TRUE(engine_.boxes.empty());
}

/// Processes that nothing ends.
class Immortal final : public ProcessTable {
 public:
  [[nodiscard]] ProcessIdentity self() const override { return {}; }
  [[nodiscard]] bool alive(const ProcessIdentity& /*process*/) const override { return true; }
  [[nodiscard]] Wait wait_gone(const ProcessIdentity& /*process*/,
                               std::chrono::milliseconds /*patience*/) override {
    return Wait::kStillThere;
  }
  [[nodiscard]] Result<void> signal(const ProcessIdentity& /*process*/, int /*number*/) override {
    return {};
  }
};

TEST_F(StopSessionTest, AnOwnerThatSurvivesEverythingIsATimeout) {
  add("a");
  control_.on_stop = nullptr;
  Immortal immortal;
  ReconcileSessions reconcile({.sessions = store_,
                               .engine = engine_,
                               .processes = immortal,
                               .files = files_,
                               .placeholders = placeholders_,
                               .audit = audit_,
                               .clock = clock_,
                               .notices = notices_});
  StopSession use_case({.sessions = store_,
                        .control = control_,
                        .engine = engine_,
                        .processes = immortal,
                        .notices = notices_},
                       reconcile);
  const auto outcome = use_case.execute({.session = "a"});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(now("a").status, SessionStatus::kRunning);
}

TEST_F(StopSessionTest, AnOwnerOfSomebodyElseIsAnError) {
  add("a", Conduct::kOfAnotherUser);
  control_.failure = Error(ErrorCode::kUnavailable, "connecting failed");
  const auto outcome = stop("a");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kPermission);
}

TEST_F(StopSessionTest, ASessionWhoseOwnerWasKilledIsClearedUp) {
  processes_.end(add("a").supervisor);
  ASSERT_TRUE(stop("a").ok());
  EXPECT_TRUE(control_.stops.empty());
  EXPECT_EQ(now("a").reason, "lost");
  EXPECT_TRUE(engine_.boxes.empty());
}

TEST_F(StopSessionTest, AFinishedSessionNeedsNothing) {
  end_in_order(add("a"));
  const auto outcome = stop("a");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(*outcome, Outcome::kAlreadyStopped);
  EXPECT_TRUE(control_.stops.empty());
  EXPECT_TRUE(engine_.calls.empty());
}

TEST_F(StopSessionTest, AKeptContainerStays) {
  const SessionRecord record = add("a");
  ASSERT_TRUE(store_
                  .update(record.name, record.id,
                          [](SessionRecord& stored) {
                            stored.keep = true;
                            return true;
                          })
                  .ok());
  ASSERT_TRUE(stop("a").ok());
  EXPECT_EQ(engine_.boxes.size(), 1U);
}

TEST_F(StopSessionTest, AnEngineThatCannotRemoveIsAnError) {
  add("a");
  engine_.failures.emplace("remove_box", Error(ErrorCode::kUnavailable, "the engine is broken"));
  const auto outcome = stop("a");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kUnavailable);
}

TEST_F(StopSessionTest, ANewSessionOfTheNameIsLeftAlone) {
  add("a");
  control_.on_stop = [this](const SessionRecord& asked) {
    end_in_order(asked);
    SessionRecord next = testing_support::session_record("a", "id-next");
    next.supervisor = processes_.start();
    EXPECT_TRUE(store_.create(next).ok());
  };
  static_cast<void>(stop("a"));
  EXPECT_EQ(now("a").id, "id-next");
  EXPECT_EQ(now("a").status, SessionStatus::kRunning);
}

TEST_F(StopSessionTest, AnUnknownSessionIsNotFound) {
  EXPECT_EQ(stop("nobody").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(stop("a/b").error().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace mino::application
