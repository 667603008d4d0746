// The configuration commands of the built program, and the question about a project's file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "integration/support/box_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

/// Needs no podman: home, configuration and project of its own.
class ConfigProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::getenv("MINO_BIN"), nullptr) << "MINO_BIN names the program under test";
    std::string pattern = (fs::temp_directory_path() / "mino-it-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = fs::canonical(pattern);
    project_ = root_ / "project";
    fs::create_directories(project_ / ".git");
    fs::create_directories(project_ / "src");
  }
  void TearDown() override { fs::remove_all(root_); }

  [[nodiscard]] ProgramResult mino(std::vector<std::string> words,
                                   std::map<std::string, std::string> environment = {}) const {
    words.insert(words.begin(), ::getenv("MINO_BIN"));
    environment.insert(
        {{"HOME", root_.string()}, {"XDG_CONFIG_HOME", ""}, {"XDG_STATE_HOME", ""}, {"CI", "1"}});
    return run({.argv = std::move(words),
                .environment = std::move(environment),
                .directory = (project_ / "src").string(),
                .input = std::nullopt});
  }
  static void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), 0644);
  }
  [[nodiscard]] fs::path config() const { return root_ / ".config/mino/config.toml"; }
  [[nodiscard]] fs::path local() const { return project_ / ".mino.toml"; }

  fs::path root_;
  fs::path project_;
};

TEST_F(ConfigProgram, SetAndGetRoundTripAndKeepTheFile) {
  write(config(), "# mine\r\n[container]\r\nimage = 'a' # this one\r\n");
  const ProgramResult set = mino({"config", "set", "container.image", "b:1"});
  EXPECT_EQ(set.code, 0) << set.err;
  EXPECT_EQ(set.out, "");
  EXPECT_EQ(slurp(config()), "# mine\r\n[container]\r\nimage = 'b:1' # this one\r\n");
  EXPECT_EQ(mino({"config", "get", "container.image"}).out, "b:1\n");
  EXPECT_EQ(mino({"config", "get", "container.image"}, {{"MINO_CONTAINER_IMAGE", "c"}}).out, "c\n");
}

TEST_F(ConfigProgram, GetIsSilentWhenThereIsNothing) {
  const ProgramResult missing = mino({"config", "get", "session.shell"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_EQ(missing.out + missing.err, "");
  const ProgramResult unknown = mino({"config", "get", "container.imge"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("hint: did you mean container.image?"));
}

TEST_F(ConfigProgram, AConfigOfOnesOwnIsHonouredEverywhere) {
  const std::string own = (root_ / "own.toml").string();
  EXPECT_EQ(mino({"--config", own, "config", "path"}).out, own + "\n");
  EXPECT_EQ(mino({"config", "set", "container.pids", "7", "--config", own}).code, 0);
  EXPECT_EQ(slurp(own), "[container]\npids = 7\n");
  EXPECT_EQ(mino({"config", "get", "container.pids"}, {{"MINO_CONFIG", own}}).out, "7\n");
  EXPECT_FALSE(fs::exists(config()));
  const ProgramResult missing = mino({"-c", own + ".typo", "config", "show"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("does not exist"));
}

TEST_F(ConfigProgram, ABrokenFileStopsShowButNotList) {
  write(config(), "[container]\nimge = \"x\"\n");
  const ProgramResult show = mino({"config", "show"});
  EXPECT_EQ(show.code, 1);
  EXPECT_EQ(show.out, "");
  EXPECT_THAT(show.err,
              HasSubstr("error: " + config().string() +
                        ":2:1: unknown key container.imge\nhint: did you mean container.image?\n"));
  const ProgramResult list = mino({"list"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_EQ(list.out, "");
  EXPECT_THAT(list.err, HasSubstr("warning: "));
}

TEST_F(ConfigProgram, ADeeplyNestedFileIsAnError) {
  write(config(), "x = " + std::string(200'000, '['));
  const ProgramResult show = mino({"config", "show"});
  EXPECT_EQ(show.code, 1);
  EXPECT_THAT(show.err, HasSubstr("nested deeper"));
}

TEST_F(ConfigProgram, WarningsNeverMixWithData) {
  write(local(), "[container]\nimage = \"evil\"\nread_only = true\n");
  const ProgramResult show = mino({"config", "show", "--json"});
  EXPECT_EQ(show.code, 0);
  EXPECT_TRUE(show.out.starts_with("{"));
  EXPECT_THAT(show.out, Not(HasSubstr("evil")));
  EXPECT_THAT(show.err, HasSubstr("not applied: container.image"));
  EXPECT_EQ(mino({"--no-local", "config", "show"}).err, "");
}

TEST_F(ConfigProgram, TrustBindsToTheContent) {
  write(local(), "[container]\nimage = \"evil\"\n");
  EXPECT_EQ(mino({"trust"}).code, 0);
  EXPECT_EQ(mino({"config", "get", "container.image"}).out, "evil\n");
  EXPECT_THAT(slurp(root_ / ".local/state/mino/audit.log"), HasSubstr("\"trust.granted\""));
  write(local(), "[container]\nimage = \"worse\"\n");
  EXPECT_EQ(mino({"config", "get", "container.image"}).out, "fedora:43\n");
  EXPECT_EQ(mino({"config", "get", "container.image"}, {{"MINO_TRUST_LOCAL", "yes"}}).out,
            "worse\n");
  EXPECT_EQ(mino({"trust", local().string()}).code, 0);
  EXPECT_THAT(mino({"trust", "--list"}).out, HasSubstr(local().string()));
  EXPECT_EQ(mino({"trust", "--revoke"}).code, 0);
  EXPECT_EQ(mino({"trust", "--list"}).out, "");
  EXPECT_EQ(mino({"config", "get", "container.image"}).out, "fedora:43\n");
}

TEST_F(ConfigProgram, WhatMinoWritesIsTrusted) {
  EXPECT_EQ(mino({"init", "-p", ".."}).out, local().string() + "\n");
  EXPECT_EQ(mino({"config", "set", "--local", "container.image", "mine"}).code, 0);
  const ProgramResult get = mino({"config", "get", "container.image"});
  EXPECT_EQ(get.out, "mine\n");
  EXPECT_EQ(get.err, "");
  EXPECT_EQ(mino({"init", "-p", ".."}).code, 1);
}

TEST_F(ConfigProgram, EditChecksTheFile) {
  const ProgramResult broken = mino(
      {"config", "edit"}, {{"VISUAL", ""}, {"EDITOR", "printf '[container]\\npids = 0\\n' >"}});
  EXPECT_EQ(broken.code, 1);
  EXPECT_THAT(broken.err, HasSubstr(":2:1: container.pids must be between"));
  EXPECT_EQ(mino({"config", "edit"}, {{"VISUAL", "sed -i s/0/9/"}}).code, 0);
  EXPECT_EQ(mino({"config", "get", "container.pids"}).out, "9\n");
  EXPECT_THAT(mino({"config", "edit"}, {{"VISUAL", "no-such-editor"}}).err,
              HasSubstr("hint: set VISUAL or EDITOR"));
}

/// The same with real boxes.
class TrustQuestion : public BoxTest {
 protected:
  void write_local(const std::string& text) const {
    std::ofstream(project_ / ".mino.toml", std::ios::binary) << text;
    ::chmod((project_ / ".mino.toml").c_str(), 0644);
  }
  [[nodiscard]] ProgramSpec asking() const {
    ProgramSpec spec = box({"--network", "none", "--", "sh", "-c", "echo got=$PLANTED."});
    // A person's terminal; the tests themselves may run where CI is set.
    spec.argv.insert(spec.argv.begin(), {"env", "-u", "CI", "-u", "GITHUB_ACTIONS"});
    return spec;
  }
};

TEST_F(TrustQuestion, IsAnsweredNoByDefaultAndYesIsRemembered) {
  write_local("[container.env]\nPLANTED = \"by the project\"\n");
  {
    Terminal terminal(asking());
    ASSERT_TRUE(terminal.wait_for("Apply this")) << terminal.screen();
    EXPECT_THAT(terminal.screen(), HasSubstr("container.env.PLANTED = \"by the project\""));
    terminal.type("\r");
    ASSERT_TRUE(terminal.wait_for("got=.")) << terminal.screen();
    EXPECT_EQ(terminal.wait(), 0);
  }
  {
    Terminal terminal(asking());
    ASSERT_TRUE(terminal.wait_for("Apply this")) << terminal.screen();
    terminal.type("y\r");
    ASSERT_TRUE(terminal.wait_for("got=by the project.")) << terminal.screen();
    EXPECT_EQ(terminal.wait(), 0);
  }
  const ProgramResult again =
      run_box({"--network", "none", "--", "sh", "-c", "echo got=$PLANTED."});
  EXPECT_EQ(again.out, "got=by the project.\n") << again.err;
}

}  // namespace
}  // namespace mino::integration
