#include "domain/run/git_defaults.hpp"

#include <gtest/gtest.h>

#include <string>

#include "domain/handoff/git_config.hpp"
#include "domain/run/box_files.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using testing_support::plain_inputs;
using testing_support::plan_of;

TEST(GitIdentityOf, NeedsBothANameAndAnAddress) {
  EXPECT_EQ(git_identity_of("[user]\n name = Ann\n email = ann@example.com\n"),
            (GitIdentity{"Ann", "ann@example.com"}));
  EXPECT_EQ(git_identity_of("[user]\n name = Ann\n"), std::nullopt);
  EXPECT_EQ(git_identity_of("[user \"x\"]\n name = Ann\n email = a@b\n"), std::nullopt);
  EXPECT_EQ(git_identity_of(""), std::nullopt);
}

TEST(GitDefaults, AreReadByGitAsTheyWereMeant) {
  const GitIdentity identity{"Ann \"the\\ #1; O'B", "ann@example.com"};
  const std::string text = git_defaults(identity, RepositoryConfig::kWritable, std::nullopt);
  EXPECT_EQ(git_identity_of(text), identity) << text;
}

TEST(GitDefaults, YieldToTheImagesOwn) {
  const auto entries = parse_git_config(
      git_defaults(GitIdentity{"a", "b"}, RepositoryConfig::kReadOnly, std::nullopt));
  ASSERT_FALSE(entries.empty());
  EXPECT_EQ(entries.back().key, "include.path");
  EXPECT_EQ(entries.back().value, "/etc/gitconfig");
}

TEST(GitDefaults, AreEmptyWhenThereIsNothingToSay) {
  EXPECT_EQ(git_defaults(std::nullopt, RepositoryConfig::kWritable, std::nullopt), "");
}

TEST(GitDefaults, AreAFileOfTheBoxThatItsGitIsToldOf) {
  RunInputs inputs = plain_inputs();
  inputs.host.git_identity = GitIdentity{"Ann", "ann@example.com"};
  const RunPlan plan = plan_of(inputs);
  const auto files = box_files(plan);
  const auto file = std::ranges::find(files, kGitDefaultsPath, &BoxFile::target);
  ASSERT_NE(file, files.end());
  EXPECT_NE(file->content.find("autoSetupMerge = false"), std::string::npos);
  EXPECT_EQ(git_identity_of(file->content), inputs.host.git_identity);
  EXPECT_NE(std::ranges::find(plan.environment, "GIT_CONFIG_SYSTEM", &PlannedVariable::name),
            plan.environment.end());
}

}  // namespace
}  // namespace mino
