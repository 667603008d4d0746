// Where values of the configuration come from, and what a project's file may and may not do. The
// commands that write files: config_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

using Variables = std::map<std::string, std::string>;

/// Needs no podman: a home with a repository in it, whose subdirectory is the current directory.
class ConfigCli : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::getenv("MINO_BIN"), nullptr) << "MINO_BIN names the program under test";
    std::string pattern = (fs::temp_directory_path() / "mino-it-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    home_ = fs::canonical(pattern);
    project_ = home_ / "work/repository";
    fs::create_directories(project_ / ".git");
    fs::create_directories(project_ / "src/deep");
  }
  void TearDown() override { fs::remove_all(home_); }

  [[nodiscard]] ProgramResult mino(std::vector<std::string> words,
                                   const Variables& environment = {}) const {
    words.insert(words.begin(), ::getenv("MINO_BIN"));
    ProgramSpec spec{.argv = std::move(words)};
    spec.environment = environment;
    spec.environment.insert(
        {{"HOME", home_.string()}, {"XDG_CONFIG_HOME", ""}, {"XDG_STATE_HOME", ""}, {"CI", "1"}});
    spec.directory = (project_ / "src/deep").string();
    return run(spec);
  }
  /// The effective value, without its newline.
  [[nodiscard]] std::string value(const std::string& key, const Variables& environment = {}) const {
    std::string text = mino({"config", "get", key}, environment).out;
    if (!text.empty()) text.pop_back();
    return text;
  }
  static void write(const fs::path& path, const std::string& text, mode_t mode = 0644) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), mode);
  }
  [[nodiscard]] fs::path global() const { return home_ / ".config/mino/config.toml"; }
  [[nodiscard]] fs::path local() const { return project_ / ".mino.toml"; }

  fs::path home_;
  fs::path project_;
};

TEST_F(ConfigCli, RanksDefaultGlobalProjectAndEnvironment) {
  EXPECT_EQ(value("container.pids"), "4096");
  write(global(), "[container]\npids = 3000\n");
  EXPECT_EQ(value("container.pids"), "3000");
  write(local(), "[container]\npids = 2000\n");
  EXPECT_EQ(value("container.pids"), "2000");
  EXPECT_EQ(value("container.pids", {{"MINO_CONTAINER_PIDS", "1000"}}), "1000");
}

TEST_F(ConfigCli, ShowsTheOriginOfEachValue) {
  write(global(), "[container]\npids = 3000\n");
  write(local(), "[container]\nread_only = true\n");
  const std::string shown = mino({"config", "show"}, {{"MINO_SESSION_SHELL", "/bin/sh"}}).out;
  EXPECT_THAT(shown, ContainsRegex("container.image +\"fedora:43\" +default\n"));
  EXPECT_THAT(shown, ContainsRegex("container.pids +3000 +" + global().string() + ":2:1\n"));
  EXPECT_THAT(shown, ContainsRegex("container.read_only +true +" + local().string() + ":2:1\n"));
  EXPECT_THAT(shown, ContainsRegex("session.shell +\"/bin/sh\" +environment MINO_SESSION_SHELL\n"));
}

TEST_F(ConfigCli, MergesTablesItemByItem) {
  write(global(), "[container.env]\nA = \"global\"\nB = \"global\"\n");
  write(local(), "[container.env]\nB = \"project\"\nC = \"project\"\n");
  EXPECT_EQ(mino({"trust"}).code, 0);
  EXPECT_EQ(value("container.env"), "A=global\nB=project\nC=project");
}

TEST_F(ConfigCli, RefusesABadVariable) {
  const ProgramResult shown = mino({"config", "show"}, {{"MINO_CONTAINER_PIDS", "many"}});
  EXPECT_EQ(shown.code, 1);
  EXPECT_EQ(shown.out, "");
  EXPECT_THAT(shown.err, HasSubstr("MINO_CONTAINER_PIDS"));
}

TEST_F(ConfigCli, NamesThePlaceOfAWrongType) {
  write(global(), "# first\n[container]\n  pids = \"many\"\n");
  const ProgramResult shown = mino({"config", "show"});
  EXPECT_EQ(shown.code, 1);
  EXPECT_THAT(shown.err, HasSubstr("error: " + global().string() + ":3:3: container.pids must be"));
}

TEST_F(ConfigCli, NamesThePlaceOfASyntaxError) {
  write(global(), "[container]\nimage = \n");
  EXPECT_THAT(mino({"config", "show"}).err, HasSubstr("error: " + global().string() + ":2:"));
}

TEST_F(ConfigCli, RefusesAFileThatIsTooLarge) {
  write(global(), std::string(300 << 10, '#'));
  const ProgramResult shown = mino({"config", "show"});
  EXPECT_EQ(shown.code, 1);
  EXPECT_THAT(shown.err, HasSubstr(global().string()));
}

TEST_F(ConfigCli, SetsEveryTypeOfValue) {
  EXPECT_EQ(mino({"config", "set", "container.read_only", "true"}).code, 0);
  EXPECT_EQ(mino({"config", "set", "container.pids", "12"}).code, 0);
  EXPECT_EQ(mino({"config", "set", "container.volumes", "/a:/b:ro,/c:/d"}).code, 0);
  EXPECT_EQ(mino({"config", "set", "container.env.WORD", "a \"b\""}).code, 0);
  EXPECT_EQ(slurp(global()),
            "[container]\nread_only = true\npids = 12\nvolumes = [\"/a:/b:ro\", \"/c:/d\"]\n\n"
            "[container.env]\nWORD = \"a \\\"b\\\"\"\n");
  EXPECT_EQ(value("container.volumes"), "/a:/b:ro\n/c:/d");
}

TEST_F(ConfigCli, ChangesNothingForABadValue) {
  write(global(), "[container]\npids = 12 # mine\n");
  const ProgramResult set = mino({"config", "set", "container.pids", "0"});
  EXPECT_EQ(set.code, 2);
  EXPECT_THAT(set.err, HasSubstr("container.pids must be between 1 and"));
  EXPECT_EQ(slurp(global()), "[container]\npids = 12 # mine\n");
}

TEST_F(ConfigCli, SuggestsTheNearestKey) {
  const ProgramResult set = mino({"config", "set", "container.memroy", "1g"});
  EXPECT_EQ(set.code, 2);
  EXPECT_THAT(set.err, HasSubstr("hint: did you mean container.memory?"));
}

TEST_F(ConfigCli, SaysWhenAKeyHasNoEffectYet) {
  const std::string key = "vm.name";
  EXPECT_THAT(mino({"config", "set", key, "box"}).err,
              HasSubstr(key + " has no effect in this version"));
}

TEST_F(ConfigCli, SetsTheProjectsFileAlone) {
  write(global(), "[container]\nimage = \"global\"\n");
  write(local(), "");
  EXPECT_EQ(mino({"config", "set", "--local", "container.pids", "7"}).code, 0);
  EXPECT_EQ(slurp(local()), "[container]\npids = 7\n");  // nothing of the global file is in it
  EXPECT_EQ(slurp(global()), "[container]\nimage = \"global\"\n");
}

TEST_F(ConfigCli, InitWritesATemplateThatChangesNothing) {
  const std::string before = mino({"config", "show"}).out;
  EXPECT_EQ(mino({"config", "init"}).out, global().string() + "\n");
  EXPECT_THAT(slurp(global()), HasSubstr("# image = \"fedora:43\"\n"));
  EXPECT_EQ(mino({"config", "show"}).out, before);
}

TEST_F(ConfigCli, InitKeepsAFileThatIsThere) {
  write(global(), "# mine\n");
  EXPECT_THAT(mino({"config", "init"}).err, HasSubstr("hint: replace it with --force"));
  EXPECT_EQ(slurp(global()), "# mine\n");
  EXPECT_EQ(mino({"config", "init", "--force"}).code, 0);
  EXPECT_THAT(slurp(global()), HasSubstr("[container]\n"));
}

class ProjectFile : public ConfigCli {};

TEST_F(ProjectFile, IsFoundFromASubdirectory) {
  write(local(), "[container]\npids = 7\n");
  EXPECT_EQ(value("container.pids"), "7");
}

TEST_F(ProjectFile, IsNotLookedForAboveTheRepository) {
  write(project_.parent_path() / ".mino.toml", "[container]\npids = 7\n");
  EXPECT_EQ(value("container.pids"), "4096");
}

TEST_F(ProjectFile, IsLookedForUpToTheHome) {
  fs::remove(project_ / ".git");
  write(project_.parent_path() / ".mino.toml", "[container]\npids = 7\n");
  EXPECT_EQ(value("container.pids"), "7");
}

TEST_F(ProjectFile, IsNotLookedForAboveTheHome) {
  const fs::path inner = project_ / "src";
  fs::remove(project_ / ".git");
  write(local(), "[container]\npids = 7\n");
  EXPECT_EQ(value("container.pids", {{"HOME", inner.string()}}), "4096");
}

TEST_F(ProjectFile, MayNarrowUnasked) {
  write(local(),
        "[container]\nnetwork = \"none\"\nread_only = true\npids = 7\nmemory = \"1g\"\n"
        "[home]\nenabled = false\n");
  const ProgramResult shown = mino({"config", "get", "container.network"});
  EXPECT_EQ(shown.out, "none\n");
  EXPECT_EQ(shown.err, "");
  EXPECT_EQ(value("container.memory"), "1g");
  EXPECT_EQ(value("home.enabled"), "false");
}

TEST_F(ProjectFile, MayNotWidenUnasked) {
  const std::vector<std::pair<std::string, std::string>> widening = {
      {"container.image", "\"evil\""},     {"container.network", "\"host\""},
      {"container.pids", "100000"},        {"container.volumes", "[\"/:/host\"]"},
      {"container.workdir", "\"/srv\""},   {"container.allow_nested_sandbox", "true"},
      {"container.host_path", "[\"/x\"]"}, {"container.selinux_relabel", "false"},
      {"session.shell", "\"/bin/evil\""},  {"session.log_terminal", "true"},
      {"general.audit_log", "false"},      {"container.env.LD_PRELOAD", "\"evil.so\""}};
  for (const auto& [key, text] : widening) {
    fs::remove(local());
    const std::string before = value(key);
    write(local(), key + " = " + text + "\n");
    const ProgramResult got = mino({"config", "get", key});
    EXPECT_EQ(got.out, before.empty() ? "" : before + "\n") << key;
    EXPECT_THAT(got.err,
                HasSubstr("warning: " + local().string() + " is not approved; not applied: " + key +
                          "\nhint: mino trust " + local().string()))
        << key;
  }
}

TEST_F(ProjectFile, KeepsItsNarrowingKeysWhenOthersAreSkipped) {
  write(local(), "[container]\nimage = \"evil\"\nread_only = true\n");
  EXPECT_EQ(value("container.image"), "fedora:43");
  EXPECT_EQ(value("container.read_only"), "true");
}

TEST_F(ProjectFile, MayNotUndoWhatTheUserNarrowed) {
  write(global(), "[container]\nnetwork = \"none\"\npids = 10\nread_only = true\n");
  write(local(), "[container]\nnetwork = \"bridge\"\npids = 20\nread_only = false\n");
  EXPECT_EQ(value("container.network"), "none");
  EXPECT_EQ(value("container.pids"), "10");
  EXPECT_EQ(value("container.read_only"), "true");
}

TEST_F(ProjectFile, IsIgnoredWhenOthersMayWriteToIt) {
  for (const mode_t mode : {0666U, 0664U, 0646U}) {
    write(local(), "[container]\nread_only = true\n", mode);
    const ProgramResult got = mino({"config", "get", "container.read_only"});
    EXPECT_EQ(got.out, "false\n");
    EXPECT_THAT(got.err, HasSubstr(local().string() + " is ignored: others may write to it"));
  }
}

TEST_F(ProjectFile, IsIgnoredWhenItIsALink) {
  write(home_ / "elsewhere.toml", "[container]\nread_only = true\n");
  fs::create_symlink(home_ / "elsewhere.toml", local());
  const ProgramResult got = mino({"config", "get", "container.read_only"});
  EXPECT_EQ(got.out, "false\n");
  EXPECT_THAT(got.err, HasSubstr("is ignored: it is not a regular file"));
}

TEST_F(ProjectFile, IsAppliedByTrustLocal) {
  write(local(), "[container]\nimage = \"theirs\"\n");
  EXPECT_EQ(mino({"config", "get", "container.image", "--trust-local"}).out, "theirs\n");
  EXPECT_EQ(mino({"--trust-local", "config", "get", "container.image"}).out, "theirs\n");
  EXPECT_EQ(value("container.image"), "fedora:43");  // only that once
}

TEST_F(ProjectFile, IsAppliedByTheVariableThatSaysYes) {
  write(local(), "[container]\nimage = \"theirs\"\n");
  for (const char* yes : {"1", "true", "yes", "on"})
    EXPECT_EQ(value("container.image", {{"MINO_TRUST_LOCAL", yes}}), "theirs") << yes;
  for (const char* no : {"0", "false", "no", "off", ""})
    EXPECT_EQ(value("container.image", {{"MINO_TRUST_LOCAL", no}}), "fedora:43") << no;
}

TEST_F(ProjectFile, IsLeftOutByNoLocal) {
  write(local(), "[container]\nread_only = true\nimage = \"theirs\"\n");
  const ProgramResult got = mino({"--no-local", "config", "get", "container.read_only"});
  EXPECT_EQ(got.out, "false\n");
  EXPECT_EQ(got.err, "");
}

TEST_F(ProjectFile, LosesItsApprovalWhenItChanges) {
  write(local(), "[container]\nimage = \"theirs\"\n");
  EXPECT_EQ(mino({"trust"}).code, 0);
  EXPECT_EQ(value("container.image"), "theirs");
  write(local(), "[container]\nimage = \"theirs\"\n# changed\n");
  const ProgramResult got = mino({"config", "get", "container.image"});
  EXPECT_EQ(got.out, "fedora:43\n");
  EXPECT_THAT(got.err, HasSubstr("has changed since it was approved; not applied"));
}

TEST_F(ProjectFile, LosesItsApprovalWhenItIsCopiedElsewhere) {
  write(local(), "[container]\nimage = \"theirs\"\n");
  EXPECT_EQ(mino({"trust"}).code, 0);
  write(project_ / "src/.mino.toml", slurp(local()));
  EXPECT_EQ(value("container.image"), "fedora:43");
}

TEST_F(ProjectFile, LosesItsApprovalWithANewLayer) {
  write(local(), "[container]\nimage = \"theirs\"\n");
  EXPECT_EQ(mino({"trust"}).code, 0);
  write(project_ / ".mino/layers/mine/install.sh", "evil\n");
  EXPECT_EQ(value("container.image"), "fedora:43");
}

/// What a project's file does to real boxes.
class ProjectFileOfARun : public AgentTest {
 protected:
  void write_local(const fs::path& directory, const std::string& text) const {
    fs::create_directories(directory);
    std::ofstream(directory / ".mino.toml", std::ios::binary) << text;
    ::chmod((directory / ".mino.toml").c_str(), 0644);
  }
};

TEST_F(ProjectFileOfARun, IsSkippedWithAWarningAndNothingOnStdout) {
  write_local(project_, "[container.env]\nPLANTED = \"x\"\n[container]\nread_only = true\n");
  const ProgramResult result = run_sh("echo got=$PLANTED; echo x > /etc/file");
  EXPECT_EQ(result.out, "got=\n");
  EXPECT_THAT(result.err, HasSubstr("not applied: container.env.PLANTED"));
  EXPECT_THAT(result.err, HasSubstr("Read-only file system"));
}

TEST_F(ProjectFileOfARun, IsThatOfTheProjectAndNotOfTheCurrentDirectory) {
  write_local(project_, "[container]\npids = 11\n");
  write_local(root_ / "other", "[container]\npids = 22\n");
  const ProgramResult plan =
      run_agent({"true"}, {"--dry-run", "--json", "-p", (root_ / "other").string()});
  EXPECT_THAT(plan.out, HasSubstr("\"pids\": 22,"));
}

TEST_F(ProjectFileOfARun, IsOverruledByAFlag) {
  write_local(project_, "[container]\npids = 11\n");
  const ProgramResult plan = run_agent({"true"}, {"--dry-run", "--json", "--pids", "33"});
  EXPECT_THAT(plan.out, HasSubstr("\"pids\": 33,"));
}

TEST_F(ProjectFileOfARun, IsNotAskedAboutWhereCiIsSet) {
  write_local(project_, "[container.env]\nPLANTED = \"x\"\n");
  ProgramSpec spec = agent({"sh", "-c", "echo got=$PLANTED."});
  spec.environment["CI"] = "true";
  Terminal terminal(spec);
  EXPECT_TRUE(terminal.wait_for("got=.", seconds(40))) << terminal.screen();
  EXPECT_EQ(terminal.wait(seconds(40)), 0);
  EXPECT_THAT(terminal.screen(), Not(HasSubstr("Apply this")));
}

TEST_F(ProjectFileOfARun, IsAskedAboutBeforeASessionInTheBackground) {
  write_local(project_, "[container.env]\nPLANTED = \"by the project\"\n");
  ProgramSpec spec = agent({"sleep", "1000"}, {"-d", "-n", name()});
  {
    Terminal terminal(spec);
    ASSERT_TRUE(terminal.wait_for("Apply this", seconds(40))) << terminal.screen();
    terminal.type("y\r");
    EXPECT_EQ(terminal.wait(seconds(40)), 0) << terminal.screen();
  }
  EXPECT_EQ(run_mino({"exec", name(), "--", "sh", "-c", "echo $PLANTED"}).out, "by the project\n");
}

TEST_F(ProjectFileOfARun, ThatTheAgentChangesIsNotApplied) {
  write_local(project_, "[container]\nread_only = true\n");
  const std::string change = "printf '[container.env]\\nPLANTED = \"x\"\\n' > .mino.toml";
  EXPECT_NE(run_sh(change).code, 0) << "it is read-only";
  EXPECT_EQ(run_box({"--protect", "off", "--", "sh", "-c", change}).code, 0);
  EXPECT_EQ(run_sh("echo got=$PLANTED").out, "got=\n");
}

}  // namespace
}  // namespace mino::integration
