#include "application/resolve_layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/unit/application/layers_world.hpp"

namespace mino::application {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;
using Approving = ResolveLayers::Approving;
using Trust = ProjectLayers::Trust;

class ResolveLayersTest : public ::testing::Test, protected LayersWorld {
 protected:
  Result<Layer> find(const std::string& name, Approving approving = Approving::kMayAsk) {
    ResolveLayers layers = resolver();
    auto found = layers.resolve({name}, approving);
    if (!found.ok()) return found.error();
    return found->front();
  }
  Error refusal(const std::string& name) {
    auto found = find(name);
    EXPECT_FALSE(found.ok());
    return found.ok() ? Error(ErrorCode::kInternal, "") : found.error();
  }
};

TEST_F(ResolveLayersTest, TheProjectsComeBeforeTheUsersAndTheseBeforeOurs) {
  EXPECT_EQ(find("rust")->source, LayerSource::kBuiltIn);
  EXPECT_EQ(find("rust")->place, "built-in");
  add_user_layer("rust", "[env]\nA = \"user\"\n");
  EXPECT_EQ(find("rust")->source, LayerSource::kUser);
  EXPECT_EQ(find("rust")->manifest.environment.at("A"), "user");
  add_project_layer("rust", Trust::kApproved);
  EXPECT_EQ(find("rust")->source, LayerSource::kProject);
  EXPECT_EQ(find("rust")->place, "/p/.mino/layers/rust");
  EXPECT_TRUE(prompter.questions.empty());
}

TEST_F(ResolveLayersTest, AnUnapprovedOneIsPassedOverWithAWarningThatNamesIt) {
  add_project_layer("rust", Trust::kUndecided, "[env]\nA = \"evil\"\n");
  const auto found = find("rust", Approving::kNever);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->source, LayerSource::kBuiltIn);
  EXPECT_TRUE(notices.warned("the project's layer rust is not approved"));
  EXPECT_TRUE(notices.warned("mino trust /p"));
  EXPECT_TRUE(prompter.questions.empty());
}

TEST_F(ResolveLayersTest, OneThatOnlyTheProjectHasIsNotFoundUntilItIsApproved) {
  add_project_layer("own", Trust::kRefused);
  const Error error = refusal("own");
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_THAT(error.hint(), HasSubstr("mino trust"));
  EXPECT_TRUE(prompter.questions.empty());
}

TEST_F(ResolveLayersTest, WhoeverIsThereIsAskedOnceAndTheAnswerIsKept) {
  add_project_layer("own", Trust::kUndecided);
  add_project_layer("two", Trust::kUndecided);
  project->effect = {"container.image = \"evil\""};
  prompter.answers = {Answer::kYes};
  ResolveLayers layers = resolver();
  ASSERT_TRUE(layers.resolve({"own", "two"}, Approving::kMayAsk).ok());
  ASSERT_EQ(prompter.questions.size(), 1U);
  EXPECT_THAT(prompter.questions[0], HasSubstr("own, two"));
  EXPECT_THAT(prompter.questions[0], HasSubstr("as root"));
  EXPECT_THAT(prompter.questions[0], HasSubstr("container.image = \"evil\""));
  const auto stored = trust.find("/p/.mino.toml");
  ASSERT_TRUE(stored.ok() && stored->has_value());
  EXPECT_EQ((*stored)->digest, "digest");
  EXPECT_EQ(audit.events.size(), 1U);
}

TEST_F(ResolveLayersTest, TheDefaultAnswerIsNoAndCtrlCEndsTheCommand) {
  add_project_layer("rust", Trust::kUndecided);
  EXPECT_EQ(find("rust")->source, LayerSource::kBuiltIn);
  EXPECT_EQ(prompter.questions.size(), 1U);
  prompter.interrupted = true;
  EXPECT_EQ(refusal("rust").code(), ErrorCode::kDeclined);
}

TEST_F(ResolveLayersTest, ANameThatNothingHasSaysWhatToDo) {
  const Error error = refusal("nope");
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_THAT(error.hint(), HasSubstr("mino layers new nope"));
  files.add_directory(std::string(kUserLayers) + "/empty");
  EXPECT_EQ(refusal("empty").code(), ErrorCode::kNotFound);
  EXPECT_EQ(refusal("../rust").code(), ErrorCode::kUsage);
}

TEST_F(ResolveLayersTest, ADirectoryThatLeadsOutIsRefusedAndOneThatStaysInsideIsNot) {
  files.add_file("/elsewhere/go/layer.toml", manifest_text("go"));
  files.add_directory(kUserLayers);
  files.add_symlink(std::string(kUserLayers) + "/go", "/elsewhere/go");
  EXPECT_THAT(refusal("go").text(), HasSubstr("leads out of"));
  add_user_layer("real");
  files.add_symlink(std::string(kUserLayers) + "/linked", std::string(kUserLayers) + "/real");
  EXPECT_THAT(refusal("linked").text(), HasSubstr("layer.name is real"));
}

TEST_F(ResolveLayersTest, WhatIsNoLayerSaysWhy) {
  const std::string root = kUserLayers;
  files.add_file(root + "/file", "x");
  EXPECT_THAT(refusal("file").text(), HasSubstr("is not a directory"));
  files.add_file(root + "/big/layer.toml", std::string(ConfigSource::kMaxBytes + 1, '#'));
  EXPECT_THAT(refusal("big").text(), HasSubstr("is larger than 256 KiB"));
  files.add_file(root + "/binary/layer.toml", "\x7F"s + "ELF\xFF\0"s);
  EXPECT_EQ(refusal("binary").code(), ErrorCode::kConfig);
  files.add_file("/etc/secret", "x");
  files.add_symlink(root + "/sneaky/layer.toml", "/etc/secret");
  EXPECT_THAT(refusal("sneaky").text(), HasSubstr("is not a regular file"));
  add_user_layer("odd");
  files.add_file(root + "/odd/install.sh", "a\0b"s);
  EXPECT_THAT(refusal("odd").text(), HasSubstr("NUL"));
  add_user_layer("locked");
  files.fail(root + "/locked/layer.toml", EACCES);
  EXPECT_EQ(refusal("locked").code(), ErrorCode::kPermission);
  files.add_file(root + "/other/layer.toml", manifest_text("name"));
  EXPECT_THAT(refusal("other").text(), HasSubstr("the directory is called other"));
}

TEST_F(ResolveLayersTest, AScriptOfCommentsIsNone) {
  add_user_layer("quiet");
  files.add_file(std::string(kUserLayers) + "/quiet/install.sh", "#!/bin/sh\n# later\n");
  EXPECT_FALSE(find("quiet")->script.has_value());
  EXPECT_TRUE(find("rust")->script.has_value());
}

TEST_F(ResolveLayersTest, TheListHasEverythingAndSaysWhatCannotBeUsed) {
  add_user_layer("rust");
  add_user_layer("a-tool");
  files.add_file(std::string(kUserLayers) + "/broken/layer.toml", "x = ");
  add_project_layer("rust", Trust::kUndecided);
  const auto listed = resolver().list();
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->size(), 5U);
  EXPECT_EQ(listed->at(0).name, "a-tool");
  EXPECT_EQ(listed->at(1).name, "broken");
  EXPECT_FALSE(listed->at(1).problem.empty());
  EXPECT_EQ(listed->at(2).source, LayerSource::kProject);
  EXPECT_FALSE(listed->at(2).approved);
  EXPECT_EQ(listed->at(3).source, LayerSource::kUser);
  EXPECT_FALSE(listed->at(3).hidden);
  EXPECT_EQ(listed->at(4).source, LayerSource::kBuiltIn);
  EXPECT_TRUE(listed->at(4).hidden);
}

}  // namespace
}  // namespace mino::application
