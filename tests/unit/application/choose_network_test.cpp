#include "application/choose_network.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "adapters/toml/toml_config_editor.hpp"
#include "adapters/toml/toml_config_source.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_prompter.hpp"
#include "tests/fakes/fake_trust_store.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using namespace std::string_literals;
using testing_support::set_config;

constexpr const char* kFile = "/home/me/.config/mino/config.toml";

class ChooseNetworkTest : public ::testing::Test {
 protected:
  Result<void> choose() { return choose_by(prompter); }
  Result<void> choose_by(Prompter& whom) {
    SetConfig set(source, editor, writer);
    return ChooseNetwork(whom, set, notices).execute(config, kFile);
  }

  fakes::FakeFileSystem files;
  toml::TomlConfigSource source;
  toml::TomlConfigEditor editor;
  fakes::FakeTrustStore trust;
  fakes::FakeDigest digest;
  fakes::FakeClock clock;
  fakes::FakeNotices notices;
  fakes::FakePrompter prompter;
  ConfigWriter writer{{files, source, trust, digest, clock},
                      {"/home/me", fakes::FakeFileSystem::kOwner}};
  Config config;
};

TEST_F(ChooseNetworkTest, EnterIsTheBridgeAndIsRemembered) {
  ASSERT_TRUE(choose().ok());
  EXPECT_EQ(prompter.questions.size(), 1U);
  EXPECT_EQ(prompter.offered.size(), 5U);
  EXPECT_TRUE(prompter.offered.at(0).starts_with("Bridge (recommended)"));
  EXPECT_EQ(files.bytes(kFile), "[container]\nnetwork = \"bridge\"\n");
  EXPECT_EQ(config.text("container.network"), "bridge");
  EXPECT_NE(config.origin("container.network").kind, OriginKind::kDefault);
}

TEST_F(ChooseNetworkTest, EachChoiceIsUsedAndWritten) {
  const struct {
    std::size_t index;
    const char* label;
    const char* key;
    const char* value;
  } rows[] = {{1, "Host", "network", "host"},
              {2, "Allow-list: dev", "network_preset", "dev"},
              {3, "Allow-list: registries", "network_preset", "registries"},
              {4, "None", "network", "none"}};
  for (const auto& [index, label, key, value] : rows) {
    config = Config();
    ASSERT_TRUE(files.remove(kFile).ok());
    prompter.choices = {index};
    ASSERT_TRUE(choose().ok());
    EXPECT_TRUE(prompter.offered.at(index).starts_with(label)) << prompter.offered.at(index);
    EXPECT_EQ(config.text("container."s + key), value);
    EXPECT_EQ(files.bytes(kFile), "[container]\n"s + key + " = \"" + value + "\"\n");
  }
}

TEST_F(ChooseNetworkTest, KeepsTheRestOfTheFile) {
  files.add_file(kFile, "# mine\n[container]\nimage = \"a\"\n");
  prompter.choices = {4};
  ASSERT_TRUE(choose().ok());
  EXPECT_EQ(files.bytes(kFile), "# mine\n[container]\nimage = \"a\"\nnetwork = \"none\"\n");
}

TEST_F(ChooseNetworkTest, WhatIsSetAnywhereIsNotAskedFor) {
  const struct {
    const char* key;
    ConfigValue value;
  } rows[] = {{"container.network", "bridge"s},
              {"container.network_preset", "dev"s},
              {"container.network_allow", ConfigList{"a.example:443"}}};
  for (const auto& [key, value] : rows) {
    for (const OriginKind kind : {OriginKind::kGlobalFile, OriginKind::kProjectFile,
                                  OriginKind::kEnvironment, OriginKind::kFlag}) {
      config = Config();
      set_config(config, key, value, {kind, "somewhere", 0, 0});
      ASSERT_TRUE(choose().ok());
    }
  }
  EXPECT_TRUE(prompter.questions.empty());
  EXPECT_FALSE(files.exists(kFile));
}

TEST_F(ChooseNetworkTest, NobodyIsAskedWhenNobodyIsThere) {
  fakes::FakePrompter absent(fakes::FakePrompter::Person::kAbsent);
  ASSERT_TRUE(choose_by(absent).ok());
  EXPECT_FALSE(files.exists(kFile));
  EXPECT_EQ(config.origin("container.network").kind, OriginKind::kDefault);
}

TEST_F(ChooseNetworkTest, CtrlCDeclinesAndWritesNothing) {
  prompter.interrupted = true;
  const auto chosen = choose();
  ASSERT_FALSE(chosen.ok());
  EXPECT_EQ(chosen.error().code(), ErrorCode::kDeclined);
  EXPECT_FALSE(files.exists(kFile));
}

TEST_F(ChooseNetworkTest, AFileThatCannotBeWrittenIsAWarningAndTheChoiceHolds) {
  files.add_directory("/home/me/.config/mino");
  files.fail(kFile, EROFS);
  prompter.choices = {4};
  ASSERT_TRUE(choose().ok());
  EXPECT_TRUE(notices.warned("holds for this once"));
  EXPECT_EQ(config.text("container.network"), "none");
}

}  // namespace
}  // namespace mino::application
