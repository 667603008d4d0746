#include "application/run_session.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/application/session_world.hpp"

namespace mino::application {
namespace {

using Course = fakes::FakeBoxRunner::Course;
using testing_support::SessionWorld;

class RunSessionTest : public ::testing::Test {
 protected:
  SessionRecord recorded() { return world_.record(plan_).value(); }

  SessionWorld world_;
  RunPlan plan_ = SessionWorld::plan();
};

TEST_F(RunSessionTest, EndsAsItsAgentEnds) {
  world_.runner.end = {AgentEnd::Kind::kExited, 7, false};
  const auto outcome = world_.run(plan_);
  ASSERT_TRUE(outcome.ok()) << outcome.error().text();
  EXPECT_EQ(outcome->end->code, 7);
  EXPECT_FALSE(outcome->detached_code.has_value());
  const SessionRecord record = recorded();
  EXPECT_EQ(record.status, SessionStatus::kStopped);
  EXPECT_EQ(record.exit_code, 7);
  EXPECT_FALSE(record.reason.has_value());
  EXPECT_EQ(record.container_id, fakes::FakeBoxRunner::container_id(plan_));
  EXPECT_FALSE(world_.files.exists(plan_.runtime_dir));
  EXPECT_EQ(world_.audit.names(),
            (std::vector<std::string>{"session.created", "session.started", "session.stopped"}));
  EXPECT_TRUE(world_.notices.warnings.empty());
}

TEST_F(RunSessionTest, RecordsWhatItRuns) {
  ASSERT_TRUE(world_.run(plan_).ok());
  const SessionRecord record = recorded();
  EXPECT_EQ(record.project_dir, plan_.project);
  EXPECT_EQ(record.command, (std::vector<std::string>{"make", "test"}));
  EXPECT_EQ(record.container_name, plan_.container_name);
  EXPECT_EQ(record.image, plan_.image.reference);
  EXPECT_EQ(record.network, "bridge");
  EXPECT_EQ(record.runtime_dir, plan_.runtime_dir);
  EXPECT_EQ(record.home_volume, SessionWorld::kVolume);
  EXPECT_EQ(record.supervisor, world_.processes.self());
  EXPECT_EQ(record.log_file, "/state/mino/logs/" + plan_.session.str() + ".log");
  EXPECT_EQ(record.id.size(), 36U);
  EXPECT_EQ(record.id[14], '4');
  ASSERT_EQ(world_.runner.launches.size(), 1U);
  EXPECT_EQ(world_.runner.launches[0].log_path, record.log_file);
}

TEST_F(RunSessionTest, ASignalIsTheShellsExitCode) {
  world_.runner.end = {AgentEnd::Kind::kSignalled, 15, true};
  ASSERT_TRUE(world_.run(plan_).ok());
  EXPECT_EQ(recorded().exit_code, 143);
  EXPECT_EQ(recorded().reason, "stopped");
}

/// Looks at the world while the agent runs.
class Watcher final : public BoxRunner {
 public:
  Watcher(BoxRunner& inner, std::function<void()> look) : inner_(inner), look_(std::move(look)) {}
  Result<AgentEnd> run(BoxLaunch launch, BoxObserver& observer) override {
    look_();
    return inner_.run(std::move(launch), observer);
  }

 private:
  BoxRunner& inner_;
  std::function<void()> look_;
};

TEST_F(RunSessionTest, ThePartsAreReadyBeforeTheBoxIsBuilt) {
  bool looked = false;
  Watcher watcher(world_.runner, [&] {
    looked = true;
    EXPECT_EQ(recorded().status, SessionStatus::kStarting);
    EXPECT_TRUE(world_.files.exists(plan_.runtime_dir + "/hosts"));
    EXPECT_TRUE(world_.engine.volumes.contains(SessionWorld::kVolume));
    EXPECT_EQ(world_.audit.names(), std::vector<std::string>{"session.created"});
  });
  std::vector<std::unique_ptr<SessionPart>> parts;
  parts.push_back(std::make_unique<AuditPart>(world_.audit, world_.notices));
  parts.push_back(std::make_unique<RuntimeFilesPart>(world_.files));
  parts.push_back(std::make_unique<HomeVolumePart>(world_.engine, world_.storage, world_.files,
                                                   world_.clock, "/state/mino/homes"));
  RunSession session({world_.sessions, watcher, world_.engine, world_.files, world_.clock,
                      world_.random, world_.processes, world_.detacher, world_.notices},
                     "/logs", std::move(parts));
  ASSERT_TRUE(session.execute(plan_, {}).ok());
  EXPECT_TRUE(looked);
}

TEST_F(RunSessionTest, ALiveSessionKeepsItsName) {
  SessionRecord other{.id = "other", .name = plan_.session};
  other.status = SessionStatus::kRunning;
  ASSERT_TRUE(world_.sessions.create(other).ok());
  world_.files.add_file(plan_.runtime_dir + "/control", "");
  const auto outcome = world_.run(plan_);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(recorded().id, "other");
  EXPECT_TRUE(world_.files.exists(plan_.runtime_dir + "/control"));
  EXPECT_TRUE(world_.runner.launches.empty());
  EXPECT_TRUE(world_.audit.events.empty());
}

TEST_F(RunSessionTest, AnEngineThatRefusesFailsTheSession) {
  world_.runner.course = Course::kRefused;
  const auto outcome = world_.run(plan_);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(recorded().status, SessionStatus::kFailed);
  EXPECT_EQ(recorded().reason, "the engine is broken");
  EXPECT_FALSE(recorded().exit_code.has_value());
  EXPECT_EQ(world_.audit.names(), (std::vector<std::string>{"session.created", "session.failed"}));
  EXPECT_EQ(*world_.audit.events.back().data.find_string("error"), "the engine is broken");
}

TEST_F(RunSessionTest, AnEngineThatCannotEvenRemoveFailsTheSessionAllTheSame) {
  world_.runner.course = Course::kRefused;
  world_.engine.failures.emplace("remove_box",
                                 Error(ErrorCode::kUnavailable, "the engine is broken"));
  ASSERT_FALSE(world_.run(plan_).ok());
  EXPECT_EQ(recorded().status, SessionStatus::kFailed);
}

TEST_F(RunSessionTest, WhatADeadBuilderLeftIsRemoved) {
  world_.runner.course = Course::kBuilderDies;
  ASSERT_FALSE(world_.run(plan_).ok());
  EXPECT_TRUE(world_.engine.boxes.empty());
  ASSERT_EQ(world_.engine.removals.size(), 1U);
  EXPECT_EQ(world_.engine.removals[0].container_id, fakes::FakeBoxRunner::container_id(plan_));
  EXPECT_EQ(world_.engine.removals[0].container_name, plan_.container_name);
  EXPECT_EQ(recorded().status, SessionStatus::kFailed);
}

TEST_F(RunSessionTest, ABoxThatCannotBeRemovedIsLeftToTheNextCommand) {
  world_.runner.course = Course::kBuilderDies;
  world_.engine.failures.emplace("remove_box",
                                 Error(ErrorCode::kTimeout, "the engine does not answer"));
  ASSERT_FALSE(world_.run(plan_).ok());
  ASSERT_EQ(world_.engine.boxes.size(), 1U);
  EXPECT_TRUE(is_live(recorded().status));
  EXPECT_EQ(recorded().container_id, fakes::FakeBoxRunner::container_id(plan_));
  world_.engine.failures.clear();
  world_.next_command();
  EXPECT_TRUE(world_.engine.boxes.empty());
  EXPECT_EQ(recorded().status, SessionStatus::kFailed);
}

TEST_F(RunSessionTest, ABoxLostBeforeItsCommandRanIsAnError) {
  world_.runner.course = Course::kLostBeforeStart;
  const auto outcome = world_.run(plan_);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kInternal);
  EXPECT_EQ(recorded().status, SessionStatus::kFailed);
  EXPECT_TRUE(world_.engine.boxes.empty());
}

TEST_F(RunSessionTest, ABoxLostWhileItRanIsSaidAndRecorded) {
  world_.runner.course = Course::kLostWhileRunning;
  const auto outcome = world_.run(plan_);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end->kind, AgentEnd::Kind::kLost);
  EXPECT_EQ(recorded().status, SessionStatus::kStopped);
  EXPECT_EQ(recorded().reason, "lost");
  EXPECT_EQ(recorded().exit_code, 137);
  EXPECT_TRUE(world_.notices.warned("went away"));
  EXPECT_TRUE(world_.engine.boxes.empty());
}

TEST_F(RunSessionTest, ACommandThatCannotRunIsAResultWithItsCode) {
  world_.runner.course = Course::kCommandNotStarted;
  for (const auto& [kind, code] : {std::pair{AgentEnd::Kind::kNotFound, 127},
                                   std::pair{AgentEnd::Kind::kNotExecutable, 126}}) {
    world_.runner.end = {kind, 0, false};
    const auto outcome = world_.run(plan_);
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome->end->kind, kind);
    EXPECT_EQ(recorded().status, SessionStatus::kFailed);
    EXPECT_EQ(recorded().exit_code, code);
  }
  EXPECT_EQ(world_.audit.names().back(), "session.failed");
}

TEST_F(RunSessionTest, WhoeverReconciledFirstIsRight) {
  Watcher watcher(world_.runner, [&] {
    const SessionRecord record = recorded();
    ASSERT_TRUE(world_.sessions
                    .update(record.name, record.id,
                            [](SessionRecord& stored) {
                              stored.status = SessionStatus::kFailed;
                              stored.reason = "lost";
                              return true;
                            })
                    .ok());
  });
  world_.runner.course = Course::kRefused;
  RunSession session({world_.sessions, watcher, world_.engine, world_.files, world_.clock,
                      world_.random, world_.processes, world_.detacher, world_.notices},
                     "/logs", {});
  ASSERT_FALSE(session.execute(plan_, {}).ok());
  EXPECT_EQ(recorded().reason, "lost");
}

TEST_F(RunSessionTest, AKeptContainerStays) {
  plan_.after_end = AfterEnd::kKeep;
  ASSERT_TRUE(world_.run(plan_).ok());
  ASSERT_EQ(world_.engine.boxes.size(), 1U);
  EXPECT_EQ(world_.engine.boxes[0].state, BoxState::kStopped);
  EXPECT_TRUE(recorded().keep);
}

TEST_F(RunSessionTest, TheSupervisorReportsOnceTheAgentRuns) {
  plan_.attachment = Attachment::kDetached;
  ASSERT_TRUE(world_.run(plan_).ok());
  EXPECT_EQ(world_.detacher.detached, 1);
  EXPECT_EQ(world_.detacher.reports, std::vector<int>{0});
  EXPECT_TRUE(recorded().detached);
}

TEST_F(RunSessionTest, TheCallerOfADetachedSessionDoesNothing) {
  plan_.attachment = Attachment::kDetached;
  world_.detacher.caller_code = 125;
  const auto outcome = world_.run(plan_);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->detached_code, 125);
  EXPECT_FALSE(outcome->end.has_value());
  EXPECT_FALSE(world_.record(plan_).has_value());
  EXPECT_TRUE(world_.runner.launches.empty());
}

TEST_F(RunSessionTest, ExecIsAudited) {
  world_.runner.execs = {{"git", "log"}};
  ASSERT_TRUE(world_.run(plan_).ok());
  ASSERT_EQ(world_.audit.events.size(), 4U);
  EXPECT_EQ(world_.audit.events[2].event, "session.exec");
  EXPECT_EQ(world_.audit.events[2].data.find("command")->array()->size(), 2U);
}

TEST_F(RunSessionTest, TheValueOfAVariableIsNowhereOnRecord) {
  const std::string value = "s3cr3t-token";
  plan_.environment.push_back({"TOKEN", "flag --env"});
  plan_.command.words = {"login", "--token=" + value};
  world_.runner.execs = {{"curl", "-H", "auth: " + value}};
  ASSERT_TRUE(world_.run(plan_, {{"TOKEN", Secret(value)}}).ok());
  EXPECT_EQ(recorded().command, (std::vector<std::string>{"login", "--token=***"}));
  EXPECT_EQ(world_.runner.launches[0].plan.command.words[1], "--token=" + value);
  EXPECT_EQ(world_.runner.launches[0].environment.at("TOKEN").reveal(), value);
  for (const auto& event : world_.audit.events) {
    const JsonValue* command = event.data.find("command");
    if (command == nullptr) continue;
    for (const JsonValue& word : *command->array())
      EXPECT_EQ(word.string()->find(value), std::string::npos);
  }
}

TEST_F(RunSessionTest, AnAuditLogThatCannotBeWrittenIsOneWarning) {
  world_.audit.failure = Error(ErrorCode::kInternal, "no space left on device");
  ASSERT_TRUE(world_.run(plan_).ok());
  ASSERT_EQ(world_.notices.warnings.size(), 1U);
  EXPECT_TRUE(world_.notices.warned("no space left on device"));
  EXPECT_EQ(recorded().status, SessionStatus::kStopped);
}

TEST_F(RunSessionTest, ASessionWithoutALogDropsThatOfItsPredecessor) {
  plan_.log = LogPolicy::kOff;
  const std::string log = "/state/mino/logs/" + plan_.session.str() + ".log";
  world_.files.add_file(log, "old");
  world_.files.add_file(log + ".1", "older");
  ASSERT_TRUE(world_.run(plan_).ok());
  EXPECT_FALSE(world_.files.exists(log));
  EXPECT_FALSE(world_.files.exists(log + ".1"));
  EXPECT_FALSE(recorded().log_file.has_value());
  EXPECT_TRUE(world_.runner.launches[0].log_path.empty());
}

TEST_F(RunSessionTest, AKnownHomeVolumeCostsNoCallOfTheEngine) {
  plan_.caches.clear();
  ASSERT_TRUE(world_.run(plan_).ok());
  EXPECT_EQ(world_.engine.calls, (std::vector<std::string>{"ensure_volume", "settle_box"}));
  EXPECT_EQ(world_.engine.volumes.at(SessionWorld::kVolume).at("io.mino.home.project"),
            plan_.project);
  world_.engine.calls.clear();
  ASSERT_TRUE(world_.run(plan_).ok());
  EXPECT_EQ(world_.engine.calls, std::vector<std::string>{"settle_box"});
}

TEST_F(RunSessionTest, AHomeVolumeThatIsGoneIsMadeAgainWithItsLabels) {
  plan_.caches.clear();
  ASSERT_TRUE(world_.run(plan_).ok());
  world_.engine.volumes.erase(SessionWorld::kVolume);
  ASSERT_TRUE(world_.run(plan_).ok());
  ASSERT_TRUE(world_.engine.volumes.contains(SessionWorld::kVolume));
  EXPECT_EQ(world_.engine.volumes.at(SessionWorld::kVolume).at("io.mino.home.project"),
            plan_.project);
}

TEST_F(RunSessionTest, ABoxThatTheEngineDoesNotRemoveIsRemoved) {
  world_.runner.course = fakes::FakeBoxRunner::Course::kUnattended;
  ASSERT_TRUE(world_.run(plan_).ok());
  EXPECT_TRUE(world_.engine.boxes.empty());
  EXPECT_EQ(recorded().status, SessionStatus::kStopped);
}

TEST_F(RunSessionTest, ABoxThatIsToBeKeptStays) {
  plan_.after_end = AfterEnd::kKeep;
  ASSERT_TRUE(world_.run(plan_).ok());
  EXPECT_EQ(world_.engine.boxes.size(), 1U);
}

}  // namespace
}  // namespace mino::application
