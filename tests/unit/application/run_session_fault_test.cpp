// The fault sweep: each call that a run makes through a port fails once, in every course a run can
// take, and nothing may be left behind.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "application/run_session.hpp"
#include "tests/unit/application/session_world.hpp"

namespace mino::application {
namespace {

using Course = fakes::FakeBoxRunner::Course;
using testing_support::SessionWorld;

struct Scenario {
  std::string name;
  std::function<void(SessionWorld&, RunPlan&)> arrange;
};

std::ostream& operator<<(std::ostream& out, const Scenario& scenario) {
  return out << scenario.name;
}

std::vector<Scenario> scenarios() {
  const auto course = [](Course how) {
    return [how](SessionWorld& world, RunPlan&) { world.runner.course = how; };
  };
  return {
      {"whole", course(Course::kWhole)},
      {"detached", [](SessionWorld&, RunPlan& plan) { plan.attachment = Attachment::kDetached; }},
      {"without_network", [](SessionWorld&, RunPlan& plan) { plan.network = NetworkMode::kNone; }},
      {"allow_list",
       [](SessionWorld& world, RunPlan& plan) {
         plan.network = NetworkMode::kAllowList;
         plan.egress.emplace();
         world.gateway.last_events = {
             {.kind = EgressEvent::Kind::kDenied, .host = "example.com", .port = 443},
             {.kind = EgressEvent::Kind::kDenied, .host = "example.com", .port = 443}};
       }},
      {"allow_list_refused",
       [](SessionWorld& world, RunPlan& plan) {
         plan.network = NetworkMode::kAllowList;
         plan.egress.emplace();
         world.runner.course = Course::kRefused;
       }},
      {"without_log", [](SessionWorld&, RunPlan& plan) { plan.log = LogPolicy::kOff; }},
      {"known_volume",
       [](SessionWorld& world, RunPlan&) {
         world.files.add_file(std::string("/state/mino/homes/") + SessionWorld::kVolume,
                              "/src/app\n");
         world.engine.volumes[SessionWorld::kVolume] = {};
       }},
      {"known_caches",
       [](SessionWorld& world, RunPlan& plan) {
         for (const PlannedCache& cache : plan.caches) {
           CacheRecord record = new_cache_record(cache.name, 0, cache.project, world.clock.now());
           record.state = CacheState::kComplete;
           world.engine.volumes[record.volume] = labels_of(record);
           world.caches.records[record.volume] = record;
         }
       }},
      {"without_caches",
       [](SessionWorld&, RunPlan& plan) {
         plan.caches.clear();
         plan.cache_variables.clear();
       }},
      {"after_a_killed_session",
       [](SessionWorld& world, RunPlan& plan) {
         world.files.add_file(plan.runtime_dir + "/control", "");
       }},
      {"exec", [](SessionWorld& world, RunPlan&) { world.runner.execs = {{"ls"}}; }},
      {"refused", course(Course::kRefused)},
      {"builder_dies", course(Course::kBuilderDies)},
      {"lost_before_start", course(Course::kLostBeforeStart)},
      {"lost_while_running", course(Course::kLostWhileRunning)},
      {"unattended", course(Course::kUnattended)},
      {"command_not_found",
       [](SessionWorld& world, RunPlan&) {
         world.runner.course = Course::kCommandNotStarted;
         world.runner.end = {AgentEnd::Kind::kNotFound, 2, false};
       }},
  };
}

class RunSessionFaults : public ::testing::TestWithParam<Scenario> {};

/// One run with its n-th call failing (0: none).
struct Trial {
  explicit Trial(const Scenario& scenario, std::size_t n) {
    scenario.arrange(world, plan);
    found_directory = world.files.exists(plan.runtime_dir);
    world.faults.fail_call(n);
    static_cast<void>(world.run(plan).ok());
  }
  [[nodiscard]] bool live() const {
    const auto record = world.record(plan);
    return record && is_live(record->status);
  }
  [[nodiscard]] std::size_t audited(const std::string& event) const {
    const std::vector<std::string> names = world.audit.names();
    return static_cast<std::size_t>(std::ranges::count(names, event));
  }

  SessionWorld world;
  RunPlan plan = SessionWorld::plan();
  bool found_directory = false;  ///< left by an earlier session of the name
};

/// Nothing of the session is left, whatever has failed on the way.
void expect_nothing_left(const Trial& trial) {
  EXPECT_TRUE(trial.world.engine.boxes.empty());
  EXPECT_FALSE(trial.world.gateway.running());
  EXPECT_FALSE(trial.world.protection.running());
  EXPECT_FALSE(trial.live());
  const auto caches = trial.world.caches.list();
  for (const CacheRecord& record : caches->records)
    EXPECT_TRUE(record.holders.empty()) << record.volume;
  // A run that did not get the name has no business in the directory.
  const bool had_the_name = trial.world.record(trial.plan).has_value();
  EXPECT_EQ(trial.world.files.exists(trial.plan.runtime_dir),
            !had_the_name && trial.found_directory);
}

TEST_P(RunSessionFaults, NothingIsLeftBehind) {
  std::size_t calls = Trial(GetParam(), 0).world.faults.calls().size();
  ASSERT_GE(calls, 8U);
  for (std::size_t n = 1; n <= calls; ++n) {
    Trial trial(GetParam(), n);
    const std::string failed = trial.world.faults.failed_call();
    SCOPED_TRACE("call " + std::to_string(n) + ", " + failed);
    ASSERT_FALSE(failed.empty());
    trial.world.faults.fail_call(0);
    // These are the undoing itself. What one of them could not undo, the next command does, or for
    // the runtime directory the next session of the name.
    if (failed == "sessions.update" || failed.starts_with("engine.")) trial.world.next_command();
    // A holder does not outlive its process.
    if (failed == "caches.release") trial.world.processes.end(trial.world.processes.self());
    if (failed == "files.remove_tree" && trial.world.files.exists(trial.plan.runtime_dir)) {
      trial.world.runner.course = Course::kWhole;
      EXPECT_FALSE(trial.live());
      EXPECT_TRUE(trial.world.run(trial.plan).ok());
    }
    expect_nothing_left(trial);
  }
}

TEST_P(RunSessionFaults, TheAuditLogTellsTheEndOfEverySessionItTellsTheStartOf) {
  std::size_t calls = Trial(GetParam(), 0).world.faults.calls().size();
  for (std::size_t n = 0; n <= calls; ++n) {
    Trial trial(GetParam(), n);
    const std::string failed = trial.world.faults.failed_call();
    SCOPED_TRACE("call " + std::to_string(n) + ", " + failed);
    if (failed == "audit.record") {
      EXPECT_TRUE(trial.world.notices.warned("audit log"));
      continue;
    }
    EXPECT_EQ(trial.audited("session.created"),
              trial.audited("session.stopped") + trial.audited("session.failed"));
    EXPECT_LE(trial.audited("session.started"), 1U);
  }
}

TEST_P(RunSessionFaults, TheNameIsFreeAgain) {
  std::size_t calls = Trial(GetParam(), 0).world.faults.calls().size();
  for (std::size_t n = 1; n <= calls; ++n) {
    Trial trial(GetParam(), n);
    const std::string failed = trial.world.faults.failed_call();
    SCOPED_TRACE("call " + std::to_string(n) + ", " + failed);
    trial.world.faults.fail_call(0);
    if (trial.live()) trial.world.next_command();
    trial.world.runner.course = Course::kWhole;
    trial.world.runner.end = {};
    const auto again = trial.world.run(trial.plan);
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(trial.world.record(trial.plan)->status, SessionStatus::kStopped);
    // A holder does not outlive its process.
    if (failed == "caches.release") trial.world.processes.end(trial.world.processes.self());
    expect_nothing_left(trial);
  }
}

INSTANTIATE_TEST_SUITE_P(Courses, RunSessionFaults, ::testing::ValuesIn(scenarios()),
                         [](const auto& instance) { return instance.param.name; });

TEST(RunSessionFaultSweep, ReachesEveryPort) {
  std::set<std::string> reached;
  for (const Scenario& scenario : scenarios()) {
    const Trial trial(scenario, 0);
    reached.insert(trial.world.faults.calls().begin(), trial.world.faults.calls().end());
  }
  for (const char* call : {"detacher.detach",
                           "sessions.create",
                           "sessions.update",
                           "audit.record",
                           "files.remove_tree",
                           "files.make_directories",
                           "files.write_atomic",
                           "files.info",
                           "files.read",
                           "files.remove",
                           "engine.ensure_volume",
                           "caches.hold",
                           "caches.made",
                           "caches.release",
                           "storage.missing_volumes",
                           "storage.make_directories",
                           "engine.remove_box",
                           "engine.settle_box",
                           "runner.run",
                           "gateway.start",
                           "network_log.open",
                           "network_log.append",
                           "network_log.remove"}) {
    EXPECT_TRUE(reached.contains(call)) << call;
  }
}

}  // namespace
}  // namespace mino::application
