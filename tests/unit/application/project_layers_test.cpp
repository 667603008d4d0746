// The trust in a project's layers, from the search for its file to `mino trust`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/toml/toml_config_source.hpp"
#include "application/approve_project.hpp"
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

using Trust = ProjectLayers::Trust;
using ::testing::HasSubstr;

constexpr const char* kFile = "/home/me/p/.mino.toml";
constexpr const char* kLayer = "/home/me/p/.mino/layers/go/layer.toml";

class ProjectLayersTest : public ::testing::Test {
 protected:
  ProjectLayersTest() {
    files.add_directory("/home/me/p/.git");
    files.add_directory("/home/me/p/deep");
    files.add_file(kLayer, "one");
    request.global_file = "/home/me/.config/mino/config.toml";
    request.project_dir = "/home/me/p";
    request.trust = LocalTrust::kAsk;
  }

  LoadedConfig load() {
    auto loaded = LoadConfig({files, source, environment, trust, digest, clock, prompter, notices},
                             {"/home/me", fakes::FakeFileSystem::kOwner})
                      .execute(request);
    if (!loaded.ok()) throw std::runtime_error(loaded.error().text());
    return *std::move(loaded);
  }
  Trust trusted() {
    const LoadedConfig loaded = load();
    if (!loaded.layers) throw std::runtime_error("no layers");
    return loaded.layers->trust;
  }
  Result<ApprovedProject> approve(const std::string& path) {
    return ApproveProject({files, source, trust, digest, clock},
                          {"/home/me", fakes::FakeFileSystem::kOwner})
        .approve(path, Config());
  }

  fakes::FakeFileSystem files;
  toml::TomlConfigSource source;
  fakes::FakeEnvironment environment;
  fakes::FakeTrustStore trust;
  fakes::FakeDigest digest;
  fakes::FakeClock clock;
  fakes::FakePrompter prompter;
  fakes::FakeNotices notices;
  LoadConfigRequest request;
};

TEST_F(ProjectLayersTest, AreFoundWithoutAFileAndAskedAboutOnlyWhenTheyAreUsed) {
  const LoadedConfig loaded = load();
  ASSERT_TRUE(loaded.layers);
  EXPECT_FALSE(loaded.project_file);
  EXPECT_EQ(loaded.layers->trust, Trust::kUndecided);
  EXPECT_EQ(loaded.layers->snapshot.file, kFile);
  EXPECT_TRUE(prompter.questions.empty());
  EXPECT_TRUE(notices.warnings.empty());
  request.project_dir = "/home/me/p/deep";
  EXPECT_TRUE(load().layers);
}

TEST_F(ProjectLayersTest, CanBeApprovedWithoutAFileUntilTheyChange) {
  const auto approved = approve("/home/me/p");
  ASSERT_TRUE(approved.ok()) << approved.error().text();
  EXPECT_EQ(approved->layer_files, 1U);
  EXPECT_EQ(trusted(), Trust::kApproved);
  files.add_file(kLayer, "two");
  EXPECT_EQ(trusted(), Trust::kUndecided);
}

TEST_F(ProjectLayersTest, AFileThatIsAddedLaterIsNotApprovedByIt) {
  ASSERT_TRUE(approve("/home/me/p").ok());
  files.add_file(kFile, "[container]\nimage = \"evil\"\n");
  request.trust = LocalTrust::kSkip;
  EXPECT_EQ(load().config.text("container.image"), "fedora:43");
  EXPECT_EQ(trusted(), Trust::kUndecided);
}

TEST_F(ProjectLayersTest, AnAnswerAboutTheFileHoldsForThemToo) {
  files.add_file(kFile, "[container]\nimage = \"evil\"\n");
  EXPECT_EQ(trusted(), Trust::kRefused);
  prompter.answers = {Answer::kYes};
  EXPECT_EQ(trusted(), Trust::kApproved);
  EXPECT_EQ(trusted(), Trust::kApproved);
}

TEST_F(ProjectLayersTest, AFileThatOnlyNarrowsApprovesNothing) {
  files.add_file(kFile, "[container]\npids = 10\n");
  EXPECT_EQ(trusted(), Trust::kUndecided);
  EXPECT_TRUE(prompter.questions.empty());
}

TEST_F(ProjectLayersTest, TrustLocalUsesThemForOnce) {
  request.trust = LocalTrust::kApply;
  EXPECT_EQ(trusted(), Trust::kApproved);
  request.trust = LocalTrust::kAsk;
  EXPECT_EQ(trusted(), Trust::kUndecided);
}

TEST_F(ProjectLayersTest, ThoseOfOthersAreIgnoredWithAWarning) {
  files.set_owner("/home/me/p/.mino/layers", 4);
  EXPECT_FALSE(load().layers);
  EXPECT_TRUE(notices.warned("belongs to another user"));
  EXPECT_EQ(approve("/home/me/p").error().code(), ErrorCode::kPermission);
}

TEST_F(ProjectLayersTest, AFileFurtherUpComesBeforeThem) {
  files.add_file("/home/me/q/.mino.toml", "[container]\npids = 10\n");
  files.add_file("/home/me/q/sub/.mino/layers/go/layer.toml", "one");
  request.project_dir = "/home/me/q/sub";
  EXPECT_EQ(load().config.integer("container.pids"), 10);
  EXPECT_FALSE(load().layers);
}

TEST_F(ProjectLayersTest, WhereThereIsNeitherTrustSaysSo) {
  files.add_directory("/home/me/r/.git");
  const auto approved = approve("/home/me/r");
  ASSERT_FALSE(approved.ok());
  EXPECT_THAT(approved.error().text(), HasSubstr("no .mino/layers"));
}

}  // namespace
}  // namespace mino::application
