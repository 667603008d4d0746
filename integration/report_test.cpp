// What a session leaves for the host to run, and how it is defused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kRepository[] =
    "mkdir -p \"$1/.git/hooks\" \"$1/.git/objects\" \"$1/.git/refs\"\n"
    "echo 'ref: refs/heads/main' > \"$1/.git/HEAD\"\n";

class ReportTest : public AgentTest {
 protected:
  /// A repository `directory` made by the agent, then `script` in the project.
  [[nodiscard]] ProgramResult run_with_repository(const std::string& directory,
                                                  const std::string& script,
                                                  std::vector<std::string> flags = {}) const {
    flags.insert(flags.end(), {"-n", name()});
    return run_sh(
        "set -e; repo() {\n" + std::string(kRepository) + "}\nrepo " + directory + "\n" + script,
        std::move(flags));
  }
  [[nodiscard]] ProgramResult host(const std::vector<std::string>& argv) const {
    ProgramSpec spec;
    spec.argv = argv;
    spec.directory = project_.string();
    return run(spec);
  }
  [[nodiscard]] ProgramResult host_git(const std::string& directory,
                                       std::vector<std::string> words) const {
    std::vector<std::string> argv{
        "git", "-C", directory, "-c", "user.name=x", "-c", "user.email=x@localhost"};
    argv.insert(argv.end(), words.begin(), words.end());
    return host(argv);
  }
  [[nodiscard]] std::string json() const {
    const ProgramResult shown = run_mino({"report", "--json", name()});
    EXPECT_EQ(shown.code, 0) << shown.err;
    return shown.out;
  }
};

TEST_F(ReportTest, SaysNothingWhenNothingHappened) {
  const ProgramResult result = run_sh("echo text > notes.txt", {"-n", name()});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(audit_log(), Not(HasSubstr("session.report")));
  const ProgramResult shown = run_mino({"report", name()});
  EXPECT_EQ(shown.code, 0);
  EXPECT_EQ(shown.out, "");
  EXPECT_THAT(json(), HasSubstr("\"items\": []"));
}

TEST_F(ReportTest, HasEachClass) {
  const ProgramResult result = run_with_repository(
      "nested",
      "printf '#!/bin/sh\\n' > nested/.git/hooks/pre-commit; chmod +x "
      "nested/.git/hooks/pre-commit\n"
      "printf '[core]\\nfsmonitor = ./x\\n' > nested/.git/config\n"
      "echo 'c' > nested/.git/commondir\n"
      "echo x > suid; chmod 4755 suid\n"
      "mkdir -p sub; echo x > sub/.envrc; mkdir sub/.GIT; ln -s /etc/passwd out\n"
      "echo '{\"scripts\":{\"test\":\"x\"}}' > package.json; echo 'all:' > Makefile\n"
      "mkdir -p .github/workflows; echo x > .github/workflows/ci.yml; echo x > tool; chmod +x "
      "tool");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("report: what the host may run has changed: 1 git hook"));
  EXPECT_THAT(result.err, HasSubstr("nested/.git/hooks/pre-commit"));
  const std::string report = json();
  for (const char* what :
       {"hook", "git-config", "git-file", "setuid", "protected-name", "look-alike", "link",
        "package-scripts", "build-file", "ci", "executable"})
    EXPECT_THAT(report, HasSubstr("\"class\": \"" + std::string(what) + "\""));
  EXPECT_THAT(report, HasSubstr("core.fsmonitor"));
  EXPECT_THAT(slurp(record(name())), HasSubstr("nested/.git/hooks/pre-commit"));
  EXPECT_THAT(audit_log(), HasSubstr("\"event\":\"session.report\""));
}

TEST_F(ReportTest, IsSilentWithQuiet) {
  ProgramSpec spec = agent({"sh", "-c", "echo x > tool; chmod +x tool"}, {"-n", name()});
  spec.argv.insert(spec.argv.begin() + 1, "-q");
  EXPECT_EQ(run(spec).err, "");
  EXPECT_THAT(json(), HasSubstr("\"tool\""));
}

TEST_F(ReportTest, NeverShowsNamesRaw) {
  const ProgramResult result = run_sh(
      "d=$(printf 'a\\033[31m\\nb\\377'); mkdir \"$d\"; echo x > \"$d/Makefile\"", {"-n", name()});
  const std::string text = run_mino({"report", name()}).out;
  for (const std::string& shown : {result.err, text, json(), slurp(record(name()))}) {
    EXPECT_THAT(shown, Not(HasSubstr("\x1b")));
    EXPECT_THAT(shown, Not(HasSubstr("\xff")));
    EXPECT_THAT(shown, HasSubstr("x1b[31m"));
  }
}

TEST_F(ReportTest, SurvivesWhatAnAgentMayLeave) {
  const ProgramResult result = run_sh(
      "mkfifo package.json; mkdir -p locked/x loop; ln -s . loop/again; ln -s a b; ln -s b a\n"
      "truncate -s 1G Makefile; mkdir -p big; truncate -s 1G big/package.json; chmod 0 locked\n"
      "i=0; d=deep; while [ $i -lt 300 ]; do mkdir $d && cd $d || exit 1; i=$((i+1)); done\n"
      "echo x > Makefile",
      {"-n", name()});
  EXPECT_EQ(result.code, 0) << result.err;
  const std::string report = json();
  EXPECT_THAT(report, HasSubstr("not read: 1073741824 bytes"));
  EXPECT_THAT(report, HasSubstr("deep/Makefile"));
  EXPECT_THAT(report, HasSubstr("locked"));
  ::chmod((project_ / "locked").c_str(), 0700);
}

TEST_F(ReportTest, OfADetachedSessionIsInItsRecord) {
  EXPECT_EQ(run_sh("echo x > tool; chmod +x tool", {"-d", "-n", name()}).code, 0);
  EXPECT_TRUE(eventually(
      [&] { return slurp(record(name())).find("\"report\"") != std::string::npos; }, seconds(30)));
  EXPECT_THAT(json(), HasSubstr("\"source\": \"record\""));
  EXPECT_THAT(json(), HasSubstr("\"tool\""));
}

TEST_F(ReportTest, OfARunningSessionIsLookedForNow) {
  const std::string session = sleeping_session();
  EXPECT_EQ(run_mino({"exec", session, "--", "sh", "-c", "echo x > Makefile"}).code, 0);
  EXPECT_THAT(json(), HasSubstr("\"source\": \"walk\""));
  EXPECT_THAT(json(), HasSubstr("\"Makefile\""));
  const ProgramResult refused = run_mino({"report", "--quarantine", "--yes", session});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("still runs in"));
}

TEST_F(ReportTest, OfASessionThatWasKilledIsLookedForNow) {
  Background session(
      agent({"sh", "-c", "echo x > Makefile; echo ready; sleep 1000"}, {"-n", name()}));
  ASSERT_TRUE(eventually([&] { return session.out() == "ready\n"; }, seconds(30)));
  session.signal(SIGKILL);
  ASSERT_TRUE(session.wait(seconds(10)));
  EXPECT_THAT(json(), HasSubstr("\"source\": \"walk\""));
  EXPECT_THAT(json(), HasSubstr("\"Makefile\""));
}

TEST_F(ReportTest, FullSeesAnOldFileMadeExecutable) {
  ASSERT_EQ(host({"sh", "-c", "mkdir old; echo x > old/tool"}).code, 0);
  // The report counts what changed since a second before the session.
  ::usleep(1'200'000);
  EXPECT_EQ(run_sh("chmod +x old/tool", {"-n", name()}).err, "");
  EXPECT_THAT(run_mino({"report", name(), "--full"}).out, HasSubstr("executable: old/tool"));
}

TEST_F(ReportTest, UnknownSessionsAreNamed) {
  const ProgramResult result = run_mino({"report", "no-such-session"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("session no-such-session does not exist"));
}

TEST_F(ReportTest, QuarantineKeepsGitOfTheHostFromRunningAnything) {
  const std::string marker = (root_ / "marker").string();
  const ProgramResult result = run_with_repository(
      "nested", "printf '#!/bin/sh\\ntouch " + marker +
                    ".hook\\n' > nested/.git/hooks/pre-commit\n"
                    "chmod +x nested/.git/hooks/pre-commit\n"
                    "printf '[core]\\nfsmonitor = \"touch " +
                    marker +
                    ".fsmonitor;false\"\\n[user]\\nname = kept\\n' > nested/.git/config\n"
                    "echo text > nested/file");
  ASSERT_EQ(result.code, 0) << result.err;
  static_cast<void>(host_git("nested", {"add", "file"}));
  static_cast<void>(host_git("nested", {"status"}));
  static_cast<void>(host_git("nested", {"commit", "-q", "-m", "x"}));
  ASSERT_TRUE(fs::exists(marker + ".hook")) << "the host's git ran no hook before either";
  ASSERT_TRUE(fs::exists(marker + ".fsmonitor")) << "nor the monitor";
  fs::remove(marker + ".hook");
  fs::remove(marker + ".fsmonitor");

  const ProgramResult asked = run_mino({"report", "--quarantine", name()});
  EXPECT_EQ(asked.code, 2);
  EXPECT_THAT(asked.err, HasSubstr("hint: add --yes"));
  const ProgramResult done = run_mino({"report", "--quarantine", "--yes", name()});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("renamed nested/.git/hooks/pre-commit to "));
  EXPECT_THAT(done.out, HasSubstr("unset core.fsmonitor in nested/.git/config"));

  EXPECT_EQ(host_git("nested", {"commit", "-q", "--allow-empty", "-m", "y"}).code, 0);
  EXPECT_EQ(host_git("nested", {"status"}).code, 0);
  EXPECT_FALSE(fs::exists(marker + ".hook"));
  EXPECT_FALSE(fs::exists(marker + ".fsmonitor"));
  EXPECT_THAT(host({"git", "-C", "nested", "config", "user.name"}).out, HasSubstr("kept"));
  EXPECT_THAT(audit_log(), HasSubstr("\"event\":\"report.quarantined\""));
  EXPECT_THAT(run_mino({"report", "--quarantine", "--yes", name()}).err,
              HasSubstr("nothing of session " + name() + " has to be defused"));
}

TEST_F(ReportTest, QuarantineMovesNewFilesAndLeavesWork) {
  ASSERT_EQ(
      run_sh("mkdir -p sub/.vscode; echo '{}' > sub/.vscode/tasks.json; ln -s /etc/passwd out\n"
             "echo x > suid; chmod 4755 suid; echo 'all:' > Makefile",
             {"-n", name()})
          .code,
      0);
  const ProgramResult done = run_mino({"report", "--quarantine", "-y", name()});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("left alone: 1 build file"));
  const fs::path quarantine = state_ / "mino/quarantine" / name();
  EXPECT_EQ(slurp(quarantine / "sub/.vscode/tasks.json"), "{}\n");
  EXPECT_TRUE(fs::is_symlink(quarantine / "out"));
  EXPECT_FALSE(fs::exists(project_ / "sub/.vscode"));
  EXPECT_FALSE(fs::is_symlink(project_ / "out"));
  EXPECT_TRUE(fs::exists(project_ / "Makefile"));
  struct stat status {};
  ASSERT_EQ(::stat((project_ / "suid").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0755U);
}

TEST_F(ReportTest, QuarantineAsksAtATerminal) {
  ASSERT_EQ(run_sh("echo x > suid; chmod 4755 suid", {"-n", name()}).code, 0);
  struct stat status {};
  {
    Terminal terminal(mino({"report", "--quarantine", name()}));
    ASSERT_TRUE(terminal.wait_for("Defuse this?")) << terminal.screen();
    terminal.type("\n");
    EXPECT_EQ(terminal.wait(), 1);
    ASSERT_EQ(::stat((project_ / "suid").c_str(), &status), 0);
    EXPECT_NE(status.st_mode & S_ISUID, 0U);
  }
  Terminal terminal(mino({"report", "--quarantine", name()}));
  ASSERT_TRUE(terminal.wait_for("Defuse this?")) << terminal.screen();
  terminal.type("y\n");
  EXPECT_EQ(terminal.wait(), 0);
  ASSERT_EQ(::stat((project_ / "suid").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & S_ISUID, 0U);
}

}  // namespace
}  // namespace mino::integration
