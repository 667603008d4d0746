#include "application/self_test.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>

#include "application/runtime_files_part.hpp"
#include "application/scratch_project.hpp"
#include "tests/fakes/fake_box_runner.hpp"
#include "tests/fakes/fake_cache_store.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_detacher.hpp"
#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_domain_name_encoder.hpp"
#include "tests/fakes/fake_engine_storage.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_host_listener.hpp"
#include "tests/fakes/fake_lockfile_reader.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/fakes/fake_random_source.hpp"
#include "tests/fakes/fake_session_store.hpp"
#include "tests/fakes/faulty.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using namespace std::string_literals;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::set_config;

/// What the probe writes in a box whose walls all stand, to a question such as "write:.envrc".
std::string refusal_of(const std::string& word) {
  constexpr std::array kSearches = {
      "devices",    "sockets",       "other_mounts",           "descriptors",    "variables",
      "interfaces", "host_loopback", "host_loopback_datagram", "other_processes"};
  constexpr std::array kWork = {"unix", "inet",         "netlink",
                                "fork", "child_ptrace", "write:written-by-the-box"};
  const std::string attempt = word.substr(0, word.find('='));
  const auto is_in = [&attempt](const auto& names) {
    return std::ranges::find(names, attempt) != names.end();
  };
  if (is_in(kWork)) return attempt + " ok\n";
  if (is_in(kSearches) || attempt.starts_with("content:")) return attempt + " none\n";
  if (attempt.starts_with("status:Cap")) return attempt + " is 0000000000000000\n";
  if (attempt == "status:NoNewPrivs") return attempt + " is 1\n";
  if (attempt == "status:Seccomp") return attempt + " is 2\n";
  if (attempt.starts_with("agent_")) return attempt + " is refused\n";
  return attempt + " EPERM\n";
}

/// Boxes in which the probe answers as told before it ends.
class ProbedRunner final : public BoxRunner {
 public:
  ProbedRunner(fakes::FakeBoxRunner& runner, fakes::FakeFileSystem& files)
      : inner(runner), files_(files) {}

  Result<AgentEnd> run(BoxLaunch launch, BoxObserver& observer) override {
    const RunPlan& plan = *launch.plan;
    std::string report;
    for (std::size_t i = 2; i < plan.command.words.size(); ++i)
      report += refusal_of(plan.command.words[i]);
    if (answer) files_.add_file(plan.project + "/report", report + *answer);
    project_was_there =
        files_.exists(plan.project + "/mino-probe") && files_.exists(plan.project + "/.git/HEAD");
    return inner.run(std::move(launch), observer);
  }

  /// What follows the refusals; nothing: the probe writes no report.
  std::optional<std::string> answer = "end ok\n";
  bool project_was_there = false;
  fakes::FakeBoxRunner& inner;

 private:
  fakes::FakeFileSystem& files_;
};

class SelfTestTest : public ::testing::Test {
 protected:
  SelfTestTest() {
    engine.images["fedora:43"] = ImageFacts{.id = "1", .user = "", .home = "/root"};
    files.add_directory("/home/ann/.local/state/mino", 0700);
    files.add_directory("/src/app");
    files.add_directory("/run/user/1001", 0700);
    host = testing_support::plain_inputs().host;
  }

  Result<SelfTestOutcome> execute() {
    PrepareRun prepare(
        {faulty_files, environment, engine, digest, random, notices, names, find_caches},
        "/home/ann/.local/state/mino");
    std::vector<std::unique_ptr<SessionPart>> parts;
    parts.push_back(std::make_unique<RuntimeFilesPart>(faulty_files));
    RunSession session({.sessions = sessions,
                        .runner = runner,
                        .engine = engine,
                        .files = faulty_files,
                        .clock = clock,
                        .random = random,
                        .processes = processes,
                        .detacher = detacher,
                        .notices = notices},
                       kLogs, std::move(parts));
    SelfTest use_case({prepare, session, faulty_files, environment, sessions, random, processes,
                       listener, notices},
                      {.scratch = kScratch, .state = "/home/ann/.local/state/mino", .logs = kLogs},
                      {"mino-probe", "bytes", "digest"});
    return use_case.execute(request, config, host, "/src/app");
  }

  SelfTestReport report() {
    auto outcome = execute();
    if (!outcome.ok()) throw std::runtime_error(outcome.error().text());
    return outcome->report;
  }

  static WallResult result_of(const SelfTestReport& report, std::string_view id) {
    const auto found = std::ranges::find(report.walls, id, &WallResult::id);
    if (found == report.walls.end()) throw std::runtime_error("no such wall");
    return *found;
  }

  void expect_nothing_left() const {
    EXPECT_FALSE(files.exists(kScratch));
    EXPECT_TRUE(sessions.list()->records.empty());
    EXPECT_TRUE(engine.boxes.empty());
  }

  static constexpr const char* kScratch = "/home/ann/.local/state/mino-selftest";
  static constexpr const char* kLogs = "/home/ann/.local/state/mino/logs";

  fakes::FakeFileSystem files;
  fakes::Faults faults;
  fakes::FaultyFileSystem faulty_files{faults, files};
  fakes::FakeEnvironment environment;
  fakes::FakeContainerEngine engine;
  fakes::FakeDigest digest;
  fakes::FakeRandomSource random;
  fakes::FakeNotices notices;
  fakes::FakeDomainNameEncoder names;
  fakes::FakeLockfileReader lockfiles;
  fakes::FakeSessionStore sessions;
  fakes::FakeProcessTable processes;
  fakes::FakeClock clock;
  fakes::FakeCacheStore caches{processes};
  fakes::FakeEngineStorage storage{engine};
  FindCaches find_caches{{.lockfiles = lockfiles,
                          .store = caches,
                          .storage = storage,
                          .clock = clock,
                          .random = random,
                          .notices = notices}};
  fakes::FakeDetacher detacher;
  fakes::FakeHostListener listener;
  fakes::FakeBoxRunner box{engine, files};
  ProbedRunner runner{box, files};
  RunRequest request;
  Config config;
  HostFacts host;
};

TEST_F(SelfTestTest, EveryWallStandsWhereEverythingIsRefused) {
  set_config(config, "container.network", "none"s, flag_origin("--network"));
  host.ssh_agent = {SshAgentFacts::State::kUsable, "/run/user/1001/agent"};
  const SelfTestReport result = report();
  for (const WallResult& wall : result.walls)
    EXPECT_EQ(wall.state, WallState::kStands) << wall.id << ": " << wall.reason;
  EXPECT_TRUE(passes(result));
  EXPECT_TRUE(runner.project_was_there);
  expect_nothing_left();
}

TEST_F(SelfTestTest, TheBoxIsOneThatNobodyWorksIn) {
  request.volumes = {"/src/app:/data:ro"};
  static_cast<void>(report());
  ASSERT_EQ(box.launches.size(), 1U);
  const RunPlan& plan = box.launches.front().plan;
  EXPECT_TRUE(plan.session.str().starts_with("selftest-"));
  EXPECT_TRUE(plan.project.starts_with(kScratch));
  EXPECT_EQ(plan.workdir, "/mino-selftest");
  EXPECT_EQ(plan.streams, AgentStreams::kPipes);
  EXPECT_EQ(plan.attachment, Attachment::kForeground);
  EXPECT_EQ(plan.after_end, AfterEnd::kRemove);
  EXPECT_EQ(plan.home_volume, std::nullopt);
  EXPECT_EQ(plan.log, LogPolicy::kOff);
  EXPECT_EQ(plan.image.entrypoint, "");
  EXPECT_EQ(plan.command.words[0], "/mino-selftest/mino-probe");
  EXPECT_EQ(plan.command.words[1], "--output=report");
  EXPECT_TRUE(has_grant<MountGrant>(plan.grants));
}

TEST_F(SelfTestTest, WithoutAReportNothingStands) {
  runner.answer.reset();
  for (const WallResult& wall : report().walls)
    EXPECT_TRUE(wall.state == WallState::kNotTestable || wall.state == WallState::kOff) << wall.id;
  expect_nothing_left();
}

TEST_F(SelfTestTest, WhatSucceededIsMissing) {
  runner.answer = "init_memory ok\nend ok\n";
  const SelfTestReport result = report();
  EXPECT_FALSE(passes(result));
  EXPECT_EQ(result_of(result, "first-process").state, WallState::kMissing);
  EXPECT_EQ(result_of(result, "capabilities").state, WallState::kStands);
}

TEST_F(SelfTestTest, WhatArrivedOnTheHostCountsWhateverTheBoxSays) {
  listener.arrived.datagram = true;
  const WallResult wall = result_of(report(), "host-loopback");
  EXPECT_EQ(wall.state, WallState::kMissing);
  EXPECT_EQ(wall.reason, "host_loopback_datagram succeeded (it arrived on the host)");
}

TEST_F(SelfTestTest, WithoutSocketsTheLoopbackIsNotTestable) {
  listener.failure = Error(ErrorCode::kInternal, "no sockets here");
  EXPECT_EQ(result_of(report(), "host-loopback").state, WallState::kNotTestable);
}

TEST_F(SelfTestTest, VariablesAreComparedWithTheHosts) {
  environment.variables["TOKEN"] = "a";
  runner.answer = "variables ok TOKEN:0000000000000000 NODE:af63dc4c8601ec8c\nend ok\n";
  EXPECT_EQ(result_of(report(), "environment").state, WallState::kStands);
  runner.answer = "variables ok TOKEN:af63dc4c8601ec8c\nend ok\n";
  const WallResult wall = result_of(report(), "environment");
  EXPECT_EQ(wall.state, WallState::kMissing);
  EXPECT_EQ(wall.reason, "variables succeeded (TOKEN)");
}

TEST_F(SelfTestTest, AProbeThatCannotBeExecutedIsAnError) {
  box.course = fakes::FakeBoxRunner::Course::kCommandNotStarted;
  box.end = {AgentEnd::Kind::kNotExecutable, 13, false};
  const auto outcome = execute();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kPermission);
  expect_nothing_left();
}

TEST_F(SelfTestTest, ABoxThatCannotBeBuiltIsAnError) {
  box.course = fakes::FakeBoxRunner::Course::kRefused;
  EXPECT_FALSE(execute().ok());
  expect_nothing_left();
}

TEST_F(SelfTestTest, AnInterruptionIsTold) {
  box.end = {AgentEnd::Kind::kSignalled, 2, false};
  const auto outcome = execute();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end.code, 2);
  expect_nothing_left();
}

TEST_F(SelfTestTest, ARecordThatIsStillLiveStaysForTheNextCommand) {
  box.course = fakes::FakeBoxRunner::Course::kUnattended;
  engine.failures.emplace("settle_box", Error(ErrorCode::kInternal, "podman is broken"));
  static_cast<void>(execute().ok());
  EXPECT_FALSE(files.exists(kScratch));
}

TEST_F(SelfTestTest, HiddenFilesHaveSomethingToHide) {
  set_config(config, "container.hide", std::vector<std::string>{".env", "keys/id", ".git"},
             file_origin(3));
  const SelfTestReport result = report();
  EXPECT_EQ(result_of(result, "hidden").state, WallState::kStands);
  const std::vector<std::string>& words = box.launches.front().plan.command.words;
  EXPECT_NE(std::ranges::find(words, "content:1=keys/id"), words.end());
  EXPECT_EQ(std::ranges::find(words, "content:2=.git"), words.end()) << "a directory";
}

TEST_F(SelfTestTest, WhatAKilledSelfTestLeftIsSwept) {
  files.add_file(std::string(kScratch) + "/selftest-old.99999.7/planted", "x");
  files.add_file(std::string(kScratch) + "/nobody-knows/planted", "x");
  static_cast<void>(report());
  expect_nothing_left();
}

TEST_F(SelfTestTest, WhatBelongsToOneThatRunsIsNot) {
  const ProcessIdentity other = processes.self();
  const std::string file =
      fmt::format("{}/selftest-new.{}.{}/planted", kScratch, other.pid, other.start_time);
  files.add_file(file, "x");
  static_cast<void>(report());
  EXPECT_TRUE(files.exists(file));
}

TEST_F(SelfTestTest, NoFailureOfAFileLeavesTheScratchProject) {
  static_cast<void>(report());
  const std::size_t calls = faults.calls().size();
  for (std::size_t n = 1; n <= calls; ++n) {
    faults.fail_call(n);
    static_cast<void>(execute().ok());
    const std::string failed = faults.failed_call();
    faults.fail_call(0);
    // A project that cannot be removed stays, and is swept later.
    if (failed.find("remove") != std::string::npos) {
      static_cast<void>(files.remove_tree(kScratch).ok());
      continue;
    }
    EXPECT_FALSE(files.exists(kScratch)) << failed;
  }
}

TEST(AnchorVolumes, MakesPathsOfTheProjectAbsoluteAndKeepsTheirOrigin) {
  Config config;
  set_config(
      config, "container.volumes",
      std::vector<std::string>{"./data:/data:ro", "../x:/x", "/abs:/abs", "named:/n", "~/y:/y"},
      file_origin(7));
  anchor_volumes(config, "/src/app");
  EXPECT_EQ(config.list("container.volumes"),
            (std::vector<std::string>{"/src/app/./data:/data:ro", "/src/app/../x:/x", "/abs:/abs",
                                      "named:/n", "~/y:/y"}));
  EXPECT_EQ(config.origin("container.volumes"), file_origin(7));
}

}  // namespace
}  // namespace mino::application
