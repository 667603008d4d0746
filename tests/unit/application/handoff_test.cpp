#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "application/handoff_part.hpp"
#include "application/handoff_review.hpp"
#include "application/quarantine_report.hpp"
#include "application/show_report.hpp"
#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_placeholder_store.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/fakes/fake_project_defuser.hpp"
#include "tests/fakes/fake_project_walker.hpp"
#include "tests/fakes/fake_session_store.hpp"
#include "tests/support/session_records.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kDangerous[] = "[core]\n\tpager = x\n";

class HandoffTest : public ::testing::Test {
 protected:
  HandoffTest() {
    record_.status = SessionStatus::kStopped;
    EXPECT_TRUE(sessions_.create(record_).ok());
    plan_.project = record_.project_dir;
  }

  HandoffReview::Review look() {
    auto result = HandoffReview(walker_, json_, clock_)
                      .execute({.project = "/home/user/project", .since = record_.created_at});
    EXPECT_TRUE(result.ok());
    return std::move(result).value();
  }
  /// "hook: path (detail)" of each.
  std::vector<std::string> lines() {
    std::vector<std::string> found;
    for (const HandoffItem& item : look().items) found.push_back(to_text(item));
    return found;
  }
  void end() {
    HandoffPart part({.walker = walker_,
                      .json = json_,
                      .sessions = sessions_,
                      .audit = audit_,
                      .clock = clock_,
                      .notices = notices_,
                      .defused = defused_});
    ASSERT_TRUE(part.prepare({plan_, record_}).ok());
    part.ended({plan_, record_});
  }
  Result<ShowReport::Response> show(const ShowReport::Request& request = {}) {
    const HandoffReview review(walker_, json_, clock_);
    return ShowReport(sessions_, reconcile_, review).execute(request);
  }
  QuarantineReport quarantine() {
    return QuarantineReport({.sessions = sessions_,
                             .walker = walker_,
                             .json = json_,
                             .defuser = defuser_,
                             .files = files_,
                             .audit = audit_,
                             .clock = clock_,
                             .notices = notices_},
                            reconcile_, "/state/quarantine");
  }
  SessionRecord live_record() {
    SessionRecord live = testing_support::session_record("live", "other");
    live.supervisor = processes_.self();
    return live;
  }

  json::RapidJsonCodec json_;
  fakes::FakeProjectWalker walker_;
  fakes::FakeProjectDefuser defuser_;
  fakes::FakeSessionStore sessions_;
  fakes::FakeContainerEngine engine_;
  fakes::FakeProcessTable processes_;
  fakes::FakePlaceholderStore placeholders_{processes_};
  fakes::FakeFileSystem files_;
  fakes::FakeAuditSink audit_;
  fakes::FakeClock clock_;
  fakes::FakeNotices notices_;
  std::vector<DefusedFile> defused_;
  ReconcileSessions reconcile_{{.sessions = sessions_,
                                .engine = engine_,
                                .processes = processes_,
                                .files = files_,
                                .placeholders = placeholders_,
                                .audit = audit_,
                                .clock = clock_,
                                .notices = notices_}};
  RunPlan plan_ = testing_support::plan_of(testing_support::plain_inputs());
  SessionRecord record_ = testing_support::session_record("fox");
};

TEST_F(HandoffTest, LooksAtChangesFromASecondBeforeTheSession) {
  static_cast<void>(look());
  ASSERT_EQ(walker_.requests.size(), 1U);
  EXPECT_EQ(walker_.requests[0].since, record_.created_at - std::chrono::seconds(1));
}

TEST_F(HandoffTest, ReadsWhatItsNameDoesNotTell) {
  walker_.add(HandoffClass::kGitConfig, "a/.git/config", kDangerous);
  walker_.add(HandoffClass::kGitConfig, "b/.git/config", "[core]\n\tbare = false\n");
  walker_.add(HandoffClass::kPackageScripts, "package.json", R"({"scripts":{"test":"x"}})");
  walker_.add(HandoffClass::kPackageScripts, "b/package.json", R"({"name":"x"})");
  walker_.add(HandoffClass::kPackageScripts, "c/package.json", "{broken");
  walker_.add(HandoffClass::kGitFile, "d/.git", "gitdir: /elsewhere\n");
  walker_.add(HandoffClass::kGitFile, ".git/commondir", ".\n");
  walker_.add(HandoffClass::kGitFile, "e/.git/commondir", "c\n");
  walker_.add(HandoffClass::kGitFile, "f/.git/info/attributes", "");
  WalkedEntry& worktree =
      walker_.add(HandoffClass::kGitFile, ".git/worktrees/w/commondir", "../..\n");
  worktree.place = Place::kWorktree;
  EXPECT_THAT(lines(),
              ElementsAre("git configuration: a/.git/config (core.pager)",
                          "git file: d/.git (gitdir: /elsewhere)", "git file: e/.git/commondir (c)",
                          "package script file: c/package.json (not understood)",
                          "package script file: package.json (scripts: test)"));
}

TEST_F(HandoffTest, SaysOfAFileThatIsTooLargeThatItWasNotRead) {
  WalkedEntry& package = walker_.add(HandoffClass::kPackageScripts, "package.json", "x");
  package.size_bytes = std::uint64_t{1} << 30;
  walker_.files[".git/config"] = std::string(HandoffReview::kMaxFileBytes + 1, 'x');
  walker_.add(HandoffClass::kGitConfig, ".git/config", walker_.files[".git/config"]);
  EXPECT_THAT(lines(),
              ElementsAre("git configuration: .git/config (not read: too large)",
                          "package script file: package.json (not read: 1073741824 bytes)"));
}

TEST_F(HandoffTest, LeavesPlaceholdersOut) {
  walker_.add(HandoffClass::kProtectedName, ".envrc", "");
  walker_.add(HandoffClass::kProtectedName, ".mcp.json", "{\"mcpServers\": {}}\n");
  walker_.add(HandoffClass::kProtectedName, "a/.mcp.json", "{\"mcpServers\": {1}}");
  walker_.add(HandoffClass::kProtectedName, ".vscode/tasks.json", "");
  EXPECT_THAT(lines(), ElementsAre("tool's file: .vscode/tasks.json", "tool's file: a/.mcp.json"));
}

TEST_F(HandoffTest, TellsOfManyExecutablesInADirectoryOnce) {
  for (const char* name : {"a", "b", "c", "d"})
    walker_.add(HandoffClass::kExecutable, std::string("bin/") + name);
  for (const char* name : {"a", "b", "c"})
    walker_.add(HandoffClass::kExecutable, std::string("few/") + name);
  EXPECT_THAT(lines(), ElementsAre("executable: bin/ (4 executables)", "executable: few/a",
                                   "executable: few/b", "executable: few/c"));
  EXPECT_EQ(look().report.counts[HandoffClass::kExecutable], 7U);
}

TEST_F(HandoffTest, KeepsTheMostDangerousAndCountsAll) {
  for (int i = 0; i < 10'000; ++i)
    walker_.add(HandoffClass::kBuildFile, std::to_string(i) + "/Makefile");
  walker_.add(HandoffClass::kHook, ".git/hooks/x");
  walker_.result().left_out[HandoffClass::kBuildFile] = 3;
  const HandoffReview::Review review = look();
  EXPECT_EQ(review.report.items.size(), HandoffReport::kMaxItems);
  EXPECT_EQ(review.report.items.front().path, ".git/hooks/x");
  EXPECT_EQ(review.report.counts[HandoffClass::kBuildFile], 10'003U);
  EXPECT_EQ(review.items.size(), 10'001U);
}

TEST_F(HandoffTest, IsRecordedAuditedAndTold) {
  walker_.add(HandoffClass::kHook, "a/.git/hooks/x\n");
  end();
  const auto stored = *sessions_.load(record_.name);
  ASSERT_TRUE(stored->report.has_value());
  const auto report = handoff_report_from_json(*stored->report);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->items.front().path, "a/.git/hooks/x\\x0a");
  EXPECT_THAT(audit_.names(), ElementsAre("session.report"));
  EXPECT_EQ(*audit_.events[0].data.find("counts")->find("hook")->integer(), 1);
  ASSERT_FALSE(notices_.progresses.empty());
  EXPECT_THAT(notices_.progresses[1], HasSubstr("a/.git/hooks/x\\x0a"));
}

TEST_F(HandoffTest, WhatWasDefusedMeanwhileIsRecordedAuditedAndTold) {
  defused_ = {{"sub/.git/config", "core.fsmonitor"}};
  end();
  const auto shown = show();
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->report.defused, defused_);
  EXPECT_EQ(audit_.names(), (std::vector<std::string>{"session.report"}));
  ASSERT_FALSE(notices_.progresses.empty());
  EXPECT_NE(notices_.progresses.front().find("sub/.git/config (core.fsmonitor)"),
            std::string::npos);
}

TEST_F(HandoffTest, NothingIsToldOfNothingButRecorded) {
  end();
  EXPECT_THAT(audit_.names(), IsEmpty());
  EXPECT_THAT(notices_.progresses, IsEmpty());
  EXPECT_TRUE((*sessions_.load(record_.name))->report.has_value());
}

TEST_F(HandoffTest, AWalkThatFailsIsAWarning) {
  walker_.failure = Error(ErrorCode::kNotFound, "no project");
  end();
  EXPECT_TRUE(notices_.warned("no project"));
  EXPECT_FALSE((*sessions_.load(record_.name))->report.has_value());
}

TEST_F(HandoffTest, ARecordThatCannotBeWrittenIsAWarningAndTheReportIsTold) {
  walker_.add(HandoffClass::kHook, "x");
  sessions_.failure = Error(ErrorCode::kInternal, "disk full");
  end();
  EXPECT_TRUE(notices_.warned("disk full"));
  EXPECT_FALSE(notices_.progresses.empty());
}

TEST_F(HandoffTest, TheAuditHasTheFirstItemsOnly) {
  for (int i = 0; i < 50; ++i) walker_.add(HandoffClass::kHook, std::to_string(i));
  end();
  EXPECT_EQ(audit_.events[0].data.find("items")->array()->size(), 10U);
}

TEST_F(HandoffTest, ShowsWhatWasRecorded) {
  walker_.add(HandoffClass::kHook, "x");
  end();
  walker_.result().entries.clear();
  const auto shown = show();
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->source, ShowReport::Source::kRecord);
  EXPECT_EQ(shown->report.items.size(), 1U);
  EXPECT_EQ(walker_.requests.size(), 1U);
}

TEST_F(HandoffTest, LooksNowWhenAskedForAllOrNothingWasRecorded) {
  EXPECT_EQ(show()->source, ShowReport::Source::kWalk);
  end();
  EXPECT_EQ(show({.session = "fox", .extent = WalkExtent::kFull})->source,
            ShowReport::Source::kWalk);
  EXPECT_EQ(walker_.requests.back().extent, WalkExtent::kFull);
}

TEST_F(HandoffTest, ASessionThatNeverRanHasNothing) {
  record_.status = SessionStatus::kFailed;
  ASSERT_TRUE(sessions_.create(record_).ok());
  EXPECT_EQ(show({.session = "fox"})->source, ShowReport::Source::kNeverRan);
  EXPECT_EQ(show().error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(show({.session = "none"}).error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(walker_.requests, IsEmpty());
}

TEST_F(HandoffTest, DefusesWhatIsDangerousAndLeavesWork) {
  walker_.add(HandoffClass::kHook, "a/.git/hooks/x");
  walker_.add(HandoffClass::kGitConfig, "a/.git/config", kDangerous);
  walker_.add(HandoffClass::kSetuid, "suid");
  walker_.add(HandoffClass::kProtectedName, ".vscode/tasks.json", "{}");
  walker_.add(HandoffClass::kProtectedName, ".npmrc", "x").change = Change::kChanged;
  walker_.add(HandoffClass::kLink, "out").kind = EntryKind::kLink;
  walker_.add(HandoffClass::kBuildFile, "Makefile");
  walker_.add(HandoffClass::kExecutable, "tool");
  QuarantineReport use_case = quarantine();
  const auto plan = use_case.plan("fox", WalkExtent::kQuick);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->left.size(), 3U);
  const auto lines = use_case.execute(*plan);
  ASSERT_TRUE(lines.ok());
  EXPECT_EQ(lines->size(), 5U);
  EXPECT_THAT(defuser_.done,
              ElementsAre("rename a/.git/hooks/x", "replace a/.git/config", "drop suid",
                          "move .vscode/tasks.json", "rmdir .vscode", "move out"));
  EXPECT_EQ(defuser_.written, "[core]\n\t# mino: pager = x\n");
  EXPECT_THAT(audit_.names(), ElementsAre("report.quarantined"));
}

TEST_F(HandoffTest, GoesOnAfterWhatCannotBeDefused) {
  walker_.add(HandoffClass::kHook, "a\n");
  walker_.add(HandoffClass::kHook, "b");
  defuser_.refused = "a\n";
  QuarantineReport use_case = quarantine();
  const auto lines = use_case.execute(*use_case.plan("fox", WalkExtent::kQuick));
  ASSERT_EQ(lines->size(), 2U);
  ASSERT_TRUE((*lines)[0].error.has_value());
  EXPECT_EQ((*lines)[0].error->text(), "a\\x0a: read-only file system");
  EXPECT_FALSE((*lines)[1].error.has_value());
}

TEST_F(HandoffTest, MovesAConfigurationThatCannotBeReadOutAsAWhole) {
  walker_.add(HandoffClass::kGitConfig, "c", std::string(HandoffReview::kMaxFileBytes + 1, 'x'));
  QuarantineReport use_case = quarantine();
  ASSERT_TRUE(use_case.execute(*use_case.plan("fox", WalkExtent::kQuick)).ok());
  EXPECT_THAT(defuser_.done, ElementsAre("move c"));
}

TEST_F(HandoffTest, DefusesNothingWhileASessionRunsInTheProject) {
  SessionRecord live = live_record();
  live.project_dir = "/home/user/project/below";
  ASSERT_TRUE(sessions_.create(live).ok());
  const auto refused = quarantine().plan("fox", WalkExtent::kQuick);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kBusy);
  EXPECT_EQ(refused.error().hint(), "mino stop live");
  EXPECT_THAT(walker_.requests, IsEmpty());
}

TEST_F(HandoffTest, ASessionInAnotherProjectIsNoHindrance) {
  SessionRecord live = live_record();
  live.project_dir = "/home/user/project2";
  ASSERT_TRUE(sessions_.create(live).ok());
  EXPECT_TRUE(quarantine().plan("fox", WalkExtent::kQuick).ok());
}

}  // namespace
}  // namespace mino::application
