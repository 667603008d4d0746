// `mino run --dry-run` and `mino explain`: the plan is shown, nothing is started.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RunPlanned : public AgentTest {
 protected:
  void expect_nothing_started() const {
    EXPECT_EQ(run_mino({"list", "--all", "--format", "plain"}).out, "");
    EXPECT_TRUE(containers().empty());
    EXPECT_EQ(audit_log(), "");
  }
  const std::vector<std::string> secret_{"-e", "TOKEN=s3cr3t-value", "-e", "FROM_HOST"};
};

TEST_F(RunPlanned, AsTextStartsNothingAndShowsNoValue) {
  std::vector<std::string> flags{"--dry-run"};
  flags.insert(flags.end(), secret_.begin(), secret_.end());
  ProgramSpec spec = agent({"tool", "--token=s3cr3t-value"}, flags);
  spec.environment["FROM_HOST"] = "h0st-value";
  const ProgramResult plan = run(spec);
  EXPECT_EQ(plan.code, 0);
  EXPECT_EQ(plan.err, "");
  EXPECT_THAT(plan.out, HasSubstr("\nvariables:\n"));
  EXPECT_THAT(plan.out, HasSubstr("TOKEN"));
  EXPECT_THAT(plan.out, Not(HasSubstr("s3cr3t")));
  EXPECT_THAT(plan.out, Not(HasSubstr("h0st-value")));
  expect_nothing_started();
}

TEST_F(RunPlanned, AsJsonStartsNothingAndShowsNoValue) {
  std::vector<std::string> flags{"--dry-run", "--json"};
  flags.insert(flags.end(), secret_.begin(), secret_.end());
  const ProgramResult plan = run_agent({"tool", "--token=s3cr3t-value"}, flags);
  EXPECT_EQ(plan.code, 0);
  EXPECT_THAT(plan.out, ::testing::StartsWith("{\n  \"schema\": 1,"));
  EXPECT_THAT(plan.out, HasSubstr("\"name\": \"TOKEN\""));
  EXPECT_THAT(plan.out, Not(HasSubstr("s3cr3t")));
  expect_nothing_started();
}

TEST_F(RunPlanned, NamesEveryWideningGrant) {
  write_config("[container]\nnetwork = \"host\"\n");
  const ProgramResult plan = run_box({"--dry-run", "--volume", "/usr/share:/share:ro", "-e", "HOME",
                                      "--allow-nested-sandbox", "--", "true"});
  for (const char* grant : {"host-network", "mount", "host-variable", "nested-sandbox", "project"})
    EXPECT_THAT(plan.out, HasSubstr("\n  " + std::string(grant) + " ")) << plan.err;
}

TEST_F(RunPlanned, NeedsNoImage) {
  image_ = "localhost/mino-no-such-image:latest";
  const ProgramResult plan = run_agent({"true"}, {"--dry-run"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("is not here yet: what it decides is assumed"));
}

TEST_F(RunPlanned, NamesTheOriginOfEachValue) {
  write_config("[container]\npids = 99\n");
  ProgramSpec spec = agent({"true"}, {"--dry-run"});
  spec.environment["MINO_CONTAINER_READ_ONLY"] = "true";
  const std::string plan = run(spec).out;
  EXPECT_THAT(plan, ::testing::ContainsRegex("pids +99 +" + config_.string() + ":2:1\n"));
  EXPECT_THAT(plan, ::testing::ContainsRegex("root +read-only +environment MINO_CONTAINER_READ"));
  EXPECT_THAT(plan, ::testing::ContainsRegex("network +none +flag --network\n"));
  EXPECT_THAT(plan, ::testing::ContainsRegex("stop +killed after 10 s +default\n"));
}

TEST_F(RunPlanned, IsExplainedWithReasons) {
  const ProgramResult explained = run_mino({"explain", "--image", image_, "--", "true"});
  EXPECT_EQ(explained.code, 0);
  EXPECT_THAT(explained.out, HasSubstr("default: the image runs as root\n"));
  EXPECT_THAT(explained.out, HasSubstr("default: named like the project's folder\n"));
  expect_nothing_started();
}

}  // namespace
}  // namespace mino::integration
