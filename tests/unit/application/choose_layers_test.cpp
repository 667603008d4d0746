#include "application/choose_layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/toml/toml_config_editor.hpp"
#include "tests/unit/application/layers_world.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;
using testing_support::file_origin;
using testing_support::set_config;

constexpr const char* kUserFile = "/home/me/.config/mino/config.toml";
constexpr const char* kProjectFile = "/p/.mino.toml";

class ChooseLayersTest : public ::testing::Test, protected LayersWorld {
 protected:
  ChooseLayersTest() {
    files.add_directory("/p");
    add_user_layer("go");
  }
  Result<std::optional<WrittenConfig>> choose_by(Prompter& whom) {
    SetConfig set(source, editor, writer);
    ResolveLayers layers = resolver(whom);
    return ChooseLayers({whom, set, notices}, layers, {kUserFile, kProjectFile})
        .execute(config, variable, Config());
  }
  Result<std::optional<WrittenConfig>> choose() { return choose_by(prompter); }

  toml::TomlConfigEditor editor;
  ConfigWriter writer{{files, source, trust, digest, clock},
                      {"/home/me", fakes::FakeFileSystem::kOwner}};
  Config config;
  std::optional<std::string> variable;
};

TEST_F(ChooseLayersTest, EnterKeepsTheImageAndIsNotAskedAgain) {
  ASSERT_TRUE(choose().ok());
  ASSERT_EQ(prompter.questions.size(), 2U);
  EXPECT_EQ(files.bytes(kUserFile), "[container]\nimage = \"fedora:43\"\n");
  EXPECT_EQ(config.text("container.image"), "fedora:43");
  ASSERT_TRUE(choose().ok());
  EXPECT_EQ(prompter.questions.size(), 2U);
}

TEST_F(ChooseLayersTest, LayersAreOfferedWithWhatTheyAreAndUsedTogether) {
  prompter.selections = {{2, 3}};
  ASSERT_TRUE(choose().ok());
  EXPECT_EQ(config.list("container.layers"), (ConfigList{"go", "rust"}));
  EXPECT_EQ(files.bytes(kUserFile), "[container]\nlayers = [\"go\", \"rust\"]\n");
}

TEST_F(ChooseLayersTest, BaseOnlyIsRememberedAsTheImageBase) {
  prompter.selections = {{1}};
  prompter.choices = {1};
  const auto written = choose();
  ASSERT_TRUE(written.ok() && written->has_value());
  EXPECT_EQ((*written)->trust, TrustAfterWrite::kGranted);
  EXPECT_EQ(files.bytes(kProjectFile), "[container]\nimage = \"base\"\n");
  EXPECT_EQ(config.text("container.image"), "base");
  EXPECT_TRUE(trust.find(kProjectFile)->has_value());
}

TEST_F(ChooseLayersTest, NothingIsWrittenWhereNothingIsToBeRemembered) {
  prompter.selections = {{3}};
  prompter.choices = {2};
  ASSERT_TRUE(choose().ok());
  EXPECT_EQ(config.list("container.layers"), ConfigList{"rust"});
  EXPECT_FALSE(files.exists(kUserFile));
  EXPECT_FALSE(files.exists(kProjectFile));
}

TEST_F(ChooseLayersTest, WhatIsSaidAnywhereIsNotAskedFor) {
  set_config(config, "container.image", "fedora:43"s, file_origin(1));
  ASSERT_TRUE(choose().ok());
  config = Config();
  set_config(config, "container.layers", ConfigList{"rust"}, file_origin(1));
  ASSERT_TRUE(choose().ok());
  config = Config();
  variable = "rust";
  ASSERT_TRUE(choose().ok());
  variable.reset();
  fakes::FakePrompter absent(fakes::FakePrompter::Person::kAbsent);
  ASSERT_TRUE(choose_by(absent).ok());
  EXPECT_TRUE(prompter.questions.empty());
}

TEST_F(ChooseLayersTest, CtrlCEndsTheCommand) {
  prompter.interrupted = true;
  ASSERT_FALSE(choose().ok());
  EXPECT_FALSE(files.exists(kUserFile));
}

TEST_F(ChooseLayersTest, WhatCannotBeUsedIsNotOffered) {
  files.add_file(std::string(kUserLayers) + "/broken/layer.toml", "x = ");
  add_project_layer("own", ProjectLayers::Trust::kUndecided);
  prompter.selections = {{0}};
  prompter.choices = {2};
  ASSERT_TRUE(choose().ok());
  EXPECT_EQ(prompter.questions.size(), 2U);
  for (const std::string& label : prompter.selectable) {
    EXPECT_THAT(label, ::testing::Not(HasSubstr("broken")));
    EXPECT_THAT(label, ::testing::Not(HasSubstr("own")));
  }
}

}  // namespace
}  // namespace mino::application
