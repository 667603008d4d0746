#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/toml/toml_config_source.hpp"
#include "application/load_config.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_prompter.hpp"
#include "tests/fakes/fake_trust_store.hpp"

namespace mino::application {
namespace {

using fakes::FakeFileSystem;
using fakes::FakePrompter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kGlobal = "/home/me/.config/mino/config.toml";
constexpr const char* kLocal = "/home/me/p/.mino.toml";
constexpr const char* kGated = "[container]\nimage = \"evil\"\nread_only = true\n";

class LoadConfigTest : public ::testing::Test {
 protected:
  LoadConfigTest() {
    files.add_directory("/home/me/p/.git");
    files.add_directory("/home/me/p/deep/er");
    request.global_file = kGlobal;
    request.project_dir = "/home/me/p";
    request.trust = LocalTrust::kAsk;
  }

  Result<LoadedConfig> load() {
    return LoadConfig({files, source, environment, trust, digest, clock, prompter, notices},
                      {"/home/me", FakeFileSystem::kOwner})
        .execute(request);
  }
  Config config() {
    auto loaded = load();
    EXPECT_TRUE(loaded.ok()) << loaded.error().text();
    return loaded.ok() ? loaded->config : Config();
  }
  Error error() {
    auto loaded = load();
    EXPECT_FALSE(loaded.ok());
    return loaded.ok() ? Error(ErrorCode::kInternal, "") : loaded.error();
  }

  FakeFileSystem files;
  toml::TomlConfigSource source;
  fakes::FakeEnvironment environment;
  fakes::FakeTrustStore trust;
  fakes::FakeDigest digest;
  fakes::FakeClock clock;
  FakePrompter prompter;
  fakes::FakeNotices notices;
  LoadConfigRequest request;
};

TEST_F(LoadConfigTest, EachSourceOverridesTheOneBelow) {
  request.trust = LocalTrust::kApply;
  files.add_file(
      kGlobal, "[container]\nimage = \"global\"\nworkdir = \"/g\"\npids = 1\nnetwork = \"host\"\n");
  files.add_file(kLocal, "[container]\nimage = \"local\"\nworkdir = \"/l\"\npids = 2\n");
  environment.variables = {{"MINO_CONTAINER_IMAGE", "env"}, {"MINO_CONTAINER_PIDS", "3"}};
  request.overrides = {{"container.image", std::string("flag"), "--image"}};
  const Config result = config();
  EXPECT_EQ(result.text("container.network"), "host");
  EXPECT_EQ(result.text("container.workdir"), "/l");
  EXPECT_EQ(result.integer("container.pids"), 3);
  EXPECT_EQ(result.text("container.image"), "flag");
  EXPECT_EQ(location(result.origin("container.network")), std::string(kGlobal) + ":5:1");
  EXPECT_EQ(location(result.origin("container.workdir")), std::string(kLocal) + ":3:1");
  EXPECT_EQ(to_string(result.origin("container.image")), "flag --image");
}

TEST_F(LoadConfigTest, AMissingFileIsFineUnlessItWasNamed) {
  EXPECT_EQ(config().text("container.image"), "fedora:43");
  request.global = GlobalFile::kMustExist;
  EXPECT_EQ(error().code(), ErrorCode::kNotFound);
}

TEST_F(LoadConfigTest, AnApprovalIsAskedForOnceAndHoldsUntilTheFileChanges) {
  files.add_file(kLocal, kGated);
  prompter.answers = {Answer::kYes};
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->config.text("container.image"), "evil");
  ASSERT_TRUE(loaded->granted.has_value());
  EXPECT_EQ(loaded->granted->file, kLocal);
  ASSERT_EQ(prompter.questions.size(), 1U);
  EXPECT_THAT(prompter.questions[0], HasSubstr("container.image = \"evil\""));
  EXPECT_EQ(prompter.questions[0].find("read_only"), std::string::npos);

  EXPECT_EQ(config().text("container.image"), "evil");
  EXPECT_EQ(prompter.questions.size(), 1U);

  files.add_file(kLocal, std::string(kGated) + "# one byte more\n");
  EXPECT_EQ(config().text("container.image"), "fedora:43");
  ASSERT_EQ(prompter.questions.size(), 2U);
  EXPECT_THAT(prompter.questions[1], HasSubstr("has changed since it was approved"));
}

TEST_F(LoadConfigTest, TheDefaultAnswerIsNoAndNarrowingKeysStillApply) {
  files.add_file(kLocal, kGated);
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->config.text("container.image"), "fedora:43");
  EXPECT_TRUE(loaded->config.boolean("container.read_only"));
  EXPECT_THAT(loaded->skipped, ElementsAre("container.image"));
  EXPECT_TRUE(trust.approvals.empty());
  EXPECT_TRUE(notices.warned("not applied: container.image"));
  EXPECT_TRUE(notices.warned("mino trust /home/me/p/.mino.toml"));
}

TEST_F(LoadConfigTest, NobodyIsAskedWhereNobodyCanAnswer) {
  FakePrompter absent(FakePrompter::Person::kAbsent);
  files.add_file(kLocal, kGated);
  const auto loaded =
      LoadConfig({files, source, environment, trust, digest, clock, absent, notices},
                 {"/home/me", FakeFileSystem::kOwner})
          .execute(request);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->config.text("container.image"), "fedora:43");
  EXPECT_TRUE(loaded->config.boolean("container.read_only"));
  EXPECT_TRUE(notices.warned("container.image"));
}

TEST_F(LoadConfigTest, BreakingOffTheQuestionEndsTheCommand) {
  files.add_file(kLocal, kGated);
  prompter.interrupted = true;
  EXPECT_EQ(error().code(), ErrorCode::kDeclined);
}

TEST_F(LoadConfigTest, TrustLocalAppliesEverythingForOnceWithAWarning) {
  files.add_file(kLocal, kGated);
  request.trust = LocalTrust::kApply;
  EXPECT_EQ(config().text("container.image"), "evil");
  EXPECT_TRUE(prompter.questions.empty());
  EXPECT_TRUE(trust.approvals.empty());
  EXPECT_TRUE(notices.warned("without approval"));
}

TEST_F(LoadConfigTest, AFileThatOnlyNarrowsNeedsNoApproval) {
  files.add_file(kLocal, "[container]\nnetwork = \"none\"\npids = 10\n");
  EXPECT_EQ(config().text("container.network"), "none");
  EXPECT_TRUE(prompter.questions.empty());
  EXPECT_TRUE(notices.warnings.empty());
}

TEST_F(LoadConfigTest, AProjectsNoneOverridesAnAllowListOfTheUser) {
  files.add_file(kGlobal, "[container]\nnetwork_allow = [\"a:1\"]\n");
  files.add_file(kLocal, "[container]\nnetwork = \"none\"\n");
  const Config result = config();
  EXPECT_EQ(result.text("container.network"), "none");
  EXPECT_TRUE(result.list("container.network_allow").empty());
}

TEST_F(LoadConfigTest, TheApprovalCoversTheLayersOfTheProject) {
  files.add_file(kLocal, kGated);
  files.add_file("/home/me/p/.mino/layers/go/install.sh", "one");
  prompter.answers = {Answer::kYes};
  EXPECT_EQ(config().text("container.image"), "evil");
  EXPECT_THAT(prompter.questions[0], HasSubstr("layers of its own (1 files"));
  files.add_file("/home/me/p/.mino/layers/go/install.sh", "two");
  EXPECT_EQ(config().text("container.image"), "fedora:43");
  EXPECT_EQ(prompter.questions.size(), 2U);
}

TEST_F(LoadConfigTest, LinksAndTooMuchBelowLayersAreAnError) {
  files.add_file(kLocal, kGated);
  files.add_file("/etc/secret", "x");
  files.add_symlink("/home/me/p/.mino/layers/go/install.sh", "/etc/secret");
  EXPECT_THAT(error().message(), HasSubstr("only files and directories"));
  EXPECT_THAT(error().hint(), HasSubstr("--no-local"));
  ASSERT_TRUE(files.remove("/home/me/p/.mino/layers/go/install.sh").ok());
  for (std::size_t i = 0; i <= ConfigProject::kMaxLayerFiles; ++i)
    files.add_file("/home/me/p/.mino/layers/" + std::to_string(i), "x");
  EXPECT_THAT(error().message(), HasSubstr("too many files"));
}

TEST_F(LoadConfigTest, ALinkInPlaceOfTheLayersIsAnError) {
  files.add_file(kLocal, kGated);
  files.add_directory("/elsewhere/layers");
  files.add_symlink("/home/me/p/.mino", "/elsewhere");
  EXPECT_THAT(error().message(), HasSubstr("only files and directories"));
}

TEST_F(LoadConfigTest, IsLookedForUpwardsFromTheProjectDirectory) {
  files.add_file(kLocal, "[container]\npids = 10\n");
  request.project_dir = "/home/me/p/deep/er";
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->config.integer("container.pids"), 10);
  EXPECT_EQ(loaded->project_file, kLocal);
}

TEST_F(LoadConfigTest, TheSearchStopsAtTheRepositoryAndAtHome) {
  files.add_file("/home/me/.mino.toml", "[container]\npids = 10\n");
  EXPECT_EQ(config().integer("container.pids"), 4096);  // /home/me/p is a repository
  files.add_directory("/home/me/loose/x");
  request.project_dir = "/home/me/loose/x";
  EXPECT_EQ(config().integer("container.pids"), 10);
  files.add_file("/home/.mino.toml", "[container]\npids = 11\n");
  ASSERT_TRUE(files.remove("/home/me/.mino.toml").ok());
  EXPECT_EQ(config().integer("container.pids"), 4096);
}

TEST_F(LoadConfigTest, NoProjectDirectoryMeansNoProjectFile) {
  files.add_file(kLocal, "broken");
  request.project_dir.reset();
  EXPECT_EQ(config().text("container.image"), "fedora:43");
}

TEST_F(LoadConfigTest, AFileOfOthersIsIgnoredWithAWarning) {
  files.add_file(kLocal, "[container]\npids = 10\n");
  files.set_owner(kLocal, 1234);
  EXPECT_EQ(config().integer("container.pids"), 4096);
  EXPECT_TRUE(notices.warned("belongs to another user"));
  files.add_file(kLocal, "[container]\npids = 10\n", 0664);
  files.set_owner(kLocal, FakeFileSystem::kOwner);
  EXPECT_EQ(config().integer("container.pids"), 4096);
  EXPECT_TRUE(notices.warned("others may write"));
  ASSERT_TRUE(files.remove(kLocal).ok());
  files.add_file("/tmp/x.toml", "[container]\npids = 10\n");
  files.add_symlink(kLocal, "/tmp/x.toml");
  EXPECT_EQ(config().integer("container.pids"), 4096);
  EXPECT_TRUE(notices.warned("not a regular file"));
}

TEST_F(LoadConfigTest, ABrokenFileIsAnErrorWithItsPlace) {
  files.add_file(kLocal, "[container]\nimge = 1\n");
  EXPECT_EQ(error().text(), std::string(kLocal) + ":2:1: unknown key container.imge");
  files.add_file(kLocal, "[container]\nnetwork_allow = [\"a:1\"]\nnetwork = \"none\"\n");
  EXPECT_THAT(error().text(), HasSubstr("conflicts with"));
  files.add_file(kGlobal, "x");
  EXPECT_THAT(error().text(), HasSubstr(kGlobal));
}

TEST_F(LoadConfigTest, ALenientLoadTurnsErrorsIntoWarnings) {
  request.errors = ConfigErrors::kWarn;
  files.add_file(kGlobal, "nonsense");
  files.add_file(kLocal, "nonsense");
  environment.variables = {{"MINO_CONTAINER_PIDS", "many"}};
  EXPECT_EQ(config().text("container.image"), "fedora:43");
  EXPECT_EQ(notices.warnings.size(), 3U);
}

TEST_F(LoadConfigTest, AnUnreadableFileIsAnErrorAndLenientlyAWarning) {
  files.add_file(kGlobal, "");
  files.fail(kGlobal, 13);
  EXPECT_EQ(error().code(), ErrorCode::kPermission);
  request.errors = ConfigErrors::kWarn;
  EXPECT_EQ(config().text("container.image"), "fedora:43");
}

TEST_F(LoadConfigTest, ABrokenTrustStoreApprovesNothingAndSaysSo) {
  files.add_file(kLocal, kGated);
  trust.failure = Error(ErrorCode::kCorrupt, "trust.json: broken");
  request.trust = LocalTrust::kSkip;
  EXPECT_EQ(config().text("container.image"), "fedora:43");
  EXPECT_TRUE(notices.warned("trust.json: broken"));
}

TEST_F(LoadConfigTest, AnAnswerThatCannotBeStoredHoldsForOnce) {
  files.add_file(kLocal, kGated);
  prompter.answers = {Answer::kYes};
  trust.failure = Error(ErrorCode::kInternal, "disk full");
  EXPECT_EQ(config().text("container.image"), "evil");
  EXPECT_TRUE(notices.warned("for this once: disk full"));
}

TEST_F(LoadConfigTest, SaysThatAKeyOfTheEarlierProgramDoesNothing) {
  files.add_file(kGlobal, "[session]\ndefault_project_dir = \"/x\"\n");
  EXPECT_TRUE(config().text("session.default_project_dir").has_value());
  EXPECT_TRUE(
      notices.warned(std::string(kGlobal) + ":2:1: session.default_project_dir has no effect"));
}

TEST_F(LoadConfigTest, WithheldKeysDoNotJoinWithTheUsersOwn) {
  files.add_file(kGlobal, "[container.env]\nA = \"1\"\n");
  files.add_file(kLocal, "[container.env]\nA = \"1\"\nLD_PRELOAD = \"x\"\n");
  EXPECT_EQ(config().table("container.env"), (std::map<std::string, std::string>{{"A", "1"}}));
}

}  // namespace
}  // namespace mino::application
