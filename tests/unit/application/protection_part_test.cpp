#include "application/protection_part.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_placeholder_store.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/fakes/fake_project_protection.hpp"
#include "tests/support/session_records.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using Gap = ProtectionSink::Gap;

class ProtectionPartTest : public ::testing::Test {
 protected:
  ProtectionPartTest() : plan_(testing_support::plan_of(testing_support::plain_inputs())) {
    record_.supervisor = processes_.start();
  }
  [[nodiscard]] SessionContext context() const { return {plan_, record_}; }

  RunPlan plan_;
  SessionRecord record_{.id = "id-1", .name = SessionName::parse("calm-otter").value()};
  fakes::FakeProcessTable processes_;
  fakes::FakeProjectProtection protection_;
  fakes::FakePlaceholderStore placeholders_{processes_};
  fakes::FakeAuditSink audit_;
  fakes::FakeNotices notices_;
  std::vector<DefusedFile> defused_;
  ProtectionPart part_{protection_, placeholders_, audit_, notices_, defused_};
};

TEST_F(ProtectionPartTest, RunsFromPrepareToEveryWayOut) {
  for (const bool ran : {true, false}) {
    ASSERT_TRUE(part_.prepare(context()).ok());
    EXPECT_TRUE(protection_.running());
    EXPECT_EQ(protection_.holder(), (PlaceholderHolder{"id-1", record_.supervisor}));
    ran ? part_.ended(context()) : part_.abandon(context());
    EXPECT_FALSE(protection_.running());
  }
}

TEST_F(ProtectionPartTest, ReleasesWhatAKilledGuardHasLeft) {
  ASSERT_TRUE(part_.prepare(context()).ok());
  ASSERT_TRUE(placeholders_.hold(protection_.holder(), {Placeholder{"/src/app", ".vscode"}}).ok());
  part_.ended(context());
  EXPECT_FALSE(placeholders_.exists("/src/app/.vscode"));
}

TEST_F(ProtectionPartTest, DoesNothingForAPlanThatProtectsNothing) {
  plan_.protection.reset();
  ASSERT_TRUE(part_.prepare(context()).ok());
  EXPECT_FALSE(protection_.running());
  part_.ended(context());
}

TEST_F(ProtectionPartTest, AGuardThatDoesNotStartIsAnError) {
  protection_.failure = Error(ErrorCode::kUnavailable, "no");
  EXPECT_FALSE(part_.prepare(context()).ok());
}

TEST_F(ProtectionPartTest, AuditsWhatWasRestoredAndWarnsOfWhatChangedMeanwhile) {
  ASSERT_TRUE(part_.prepare(context()).ok());
  protection_.sink().restored(".git/config", Gap::kUnchanged);
  EXPECT_TRUE(notices_.warnings.empty()) << "the user's own git did it";
  protection_.sink().restored(".envrc", Gap::kChanged);
  ASSERT_EQ(notices_.warnings.size(), 1U);
  EXPECT_NE(notices_.warnings[0].text.find(".envrc"), std::string::npos);
  EXPECT_EQ(audit_.names(), (std::vector<std::string>{"protect.restored", "protect.restored"}));
  EXPECT_EQ(*audit_.events[0].data.find_string("path"), ".git/config");
  EXPECT_EQ(*audit_.events[1].data.find("changed")->boolean(), true);
}

TEST_F(ProtectionPartTest, WarnsOnceOfAPathThatIsDefusedAndAuditsEachTime) {
  ASSERT_TRUE(part_.prepare(context()).ok());
  protection_.sink().defused("a/.git/config", "core.fsmonitor");
  protection_.sink().defused("a/.git/config", "core.fsmonitor, core.pager");
  protection_.sink().defused("b\n/.git/hooks/x", "a git hook");
  ASSERT_EQ(notices_.warnings.size(), 2U);
  EXPECT_NE(notices_.warnings[0].text.find("a/.git/config was defused"), std::string::npos);
  EXPECT_NE(notices_.warnings[0].text.find("core.fsmonitor"), std::string::npos);
  EXPECT_EQ(notices_.warnings[1].text.find('\n'), std::string::npos);
  EXPECT_EQ(audit_.names(), (std::vector<std::string>(3, "protect.defused")));
  EXPECT_EQ(*audit_.events[1].data.find_string("what"), "core.fsmonitor, core.pager");
  EXPECT_EQ(defused_, (std::vector<DefusedFile>{{"a/.git/config", "core.fsmonitor"},
                                                {"b\n/.git/hooks/x", "a git hook"}}));
}

TEST_F(ProtectionPartTest, ALostGuardIsSaidAndAudited) {
  ASSERT_TRUE(part_.prepare(context()).ok());
  protection_.sink().guard_lost();
  EXPECT_EQ(notices_.warnings.size(), 1U);
  EXPECT_EQ(audit_.names(), (std::vector<std::string>{"protect.lost"}));
}

}  // namespace
}  // namespace mino::application
