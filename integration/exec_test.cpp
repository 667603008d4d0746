// `mino exec`; with a terminal: terminal_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ExecCommand : public AgentTest {
 protected:
  [[nodiscard]] ProgramSpec exec(std::vector<std::string> command,
                                 std::vector<std::string> flags = {}) const {
    std::vector<std::string> words{"exec"};
    words.insert(words.end(), flags.begin(), flags.end());
    words.insert(words.end(), {name(), "--"});
    words.insert(words.end(), command.begin(), command.end());
    return mino(std::move(words));
  }
  [[nodiscard]] ProgramResult run_exec(std::vector<std::string> command,
                                       std::vector<std::string> flags = {}) const {
    return run(exec(std::move(command), std::move(flags)));
  }
  void start(std::vector<std::string> flags = {}) const {
    flags.insert(flags.end(), {"-d", "-n", name()});
    ASSERT_EQ(run_agent({"sleep", "1000"}, std::move(flags)).code, 0);
  }
};

TEST_F(ExecCommand, KeepsTheStreamsApart) {
  start();
  const ProgramResult result = run_exec({"sh", "-c", "echo out; echo err >&2"});
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
}

TEST_F(ExecCommand, CarriesWhatIsPipedIn) {
  start();
  ProgramSpec spec = exec({"cat"});
  spec.input = "one\ntwo";
  EXPECT_EQ(run(spec).out, "one\ntwo");
}

TEST_F(ExecCommand, CarriesEveryByteBothWays) {
  start();
  ProgramSpec spec = exec({"cat"});
  std::string bytes;
  for (int i = 0; i < 1 << 22; ++i) bytes.push_back(static_cast<char>((i * 31) ^ (i >> 8)));
  spec.input = bytes;
  EXPECT_TRUE(run(spec).out == bytes);
}

TEST_F(ExecCommand, EndsWhenNobodyReads) {
  start();
  const ProgramResult result =
      run(bash("\"$MINO\" exec " + name() + " -- yes | head -1; echo ${PIPESTATUS[0]}"));
  EXPECT_EQ(result.out, "y\n141\n");
}

TEST_F(ExecCommand, HasTheSessionsEnvironment) {
  start({"-e", "OF_SESSION=yes"});
  EXPECT_EQ(run_exec({"sh", "-c", "echo $OF_SESSION"}).out, "yes\n");
}

TEST_F(ExecCommand, HasAnEnvironmentOfItsOwnToo) {
  start({"-e", "BOTH=session"});
  const ProgramResult result =
      run_exec({"sh", "-c", "echo $BOTH $OWN"}, {"-e", "BOTH=exec", "-e", "OWN=x"});
  EXPECT_EQ(result.out, "exec x\n");
  EXPECT_EQ(run_exec({"sh", "-c", "echo $BOTH $OWN"}).out, "session\n");
}

TEST_F(ExecCommand, RefusesWhatIsNoVariableName) {
  start();
  EXPECT_EQ(run_exec({"true"}, {"-e", "A-B=x"}).code, 2);
}

TEST_F(ExecCommand, IsTheSessionsUserInItsDirectory) {
  image_ = user_image_;
  start();
  EXPECT_EQ(run_exec({"sh", "-c", "id -un; pwd; hostname"}).out,
            "developer\n/app\n" + name() + "\n");
}

TEST_F(ExecCommand, HasTheSessionsNetwork) {
  start();
  EXPECT_EQ(run_exec({"ls", "/sys/class/net"}).out, "lo\n");
}

TEST_F(ExecCommand, FailsWith127ForACommandThatIsNotThere) {
  start();
  const ProgramResult result = run_exec({"no-such-command"});
  EXPECT_EQ(result.code, 127);
  EXPECT_EQ(result.err, "error: no-such-command: no such command in the box\n");
}

TEST_F(ExecCommand, FailsWith126ForAFileThatIsNotExecutable) {
  start();
  EXPECT_EQ(run_exec({"/etc/passwd"}).code, 126);
}

TEST_F(ExecCommand, PassesASignalsCode) {
  start();
  EXPECT_EQ(run_exec({"sh", "-c", "kill -KILL $$"}).code, 137);
}

TEST_F(ExecCommand, FailsWith125ForASessionThatIsNotThere) {
  const ProgramResult result = run_exec({"true"});
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr("hint: mino list --all"));
}

TEST_F(ExecCommand, FailsWith125ForASessionThatHasEnded) {
  EXPECT_EQ(run_agent({"true"}, {"-n", name()}).code, 0);
  const ProgramResult result = run_exec({"true"});
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr("is not running (stopped)"));
}

TEST_F(ExecCommand, FailsWith125WhenNoSessionRuns) {
  const ProgramResult result = run_mino({"exec", "--", "true"});
  EXPECT_EQ(result.code, 125);
  EXPECT_EQ(result.err, "error: no session is running\nhint: mino run\n");
}

TEST_F(ExecCommand, PicksTheNewestSession) {
  const std::string first = sleeping_session("-1");
  const std::string second = sleeping_session("-2");
  EXPECT_EQ(run_mino({"exec", "--", "hostname"}).out, second + "\n");
  EXPECT_EQ(run_mino({"stop", "-f", second}).code, 0);
  EXPECT_EQ(run_mino({"exec", "--", "hostname"}).out, first + "\n");
}

TEST_F(ExecCommand, IsAShellWithoutACommand) {
  start();
  ProgramSpec spec = mino({"exec", name()});
  spec.input = "echo shell=$0\n";
  EXPECT_EQ(run(spec).out, "shell=sh\n");
}

TEST_F(ExecCommand, IsNotInTheSessionsLog) {
  start();
  EXPECT_EQ(run_exec({"echo", "not logged"}).code, 0);
  EXPECT_EQ(run_mino({"logs", name()}).out, "");
}

TEST_F(ExecCommand, EndsWithItsClient) {
  start();
  const std::string mark = "mark-" + name();
  Background client(
      exec({"sh", "-c", "trap '' HUP TERM INT; touch ready; while :; do sleep 1; done", mark}));
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(project_ / "ready"); }, seconds(30)));
  const auto marked = [&] { return run({.argv = {"pgrep", "-fc", mark}}).out; };
  EXPECT_EQ(marked(), "2\n");  // the client, and what it started
  client.signal(SIGKILL);
  EXPECT_TRUE(client.wait(seconds(30)));
  EXPECT_TRUE(eventually([&] { return marked() == "0\n"; }, seconds(30)));
}

TEST_F(ExecCommand, PassesOnSigtermToItsCommand) {
  start();
  Background client(
      exec({"sh", "-c", "trap 'exit 33' TERM; touch ready; while :; do sleep 0.1; done"}));
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(project_ / "ready"); }, seconds(30)));
  client.signal(SIGTERM);
  EXPECT_EQ(client.wait(seconds(30)), 33);
}

TEST_F(ExecCommand, EndsWithItsSession) {
  start();
  Background client(exec({"sh", "-c", "touch ready; sleep 1000"}));
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(project_ / "ready"); }, seconds(30)));
  EXPECT_EQ(run_mino({"stop", "-f", name()}).code, 0);
  const auto code = client.wait(seconds(30));
  ASSERT_TRUE(code.has_value());
  EXPECT_NE(*code, 0);
}

TEST_F(ExecCommand, LeavesTheSessionRunning) {
  start();
  EXPECT_EQ(run_exec({"false"}).code, 1);
  EXPECT_EQ(run_mino({"list", "-f", "plain"}).out, name() + "\n");
}

TEST_F(ExecCommand, IsInTheAuditLogWithoutValues) {
  start({"-e", "TOKEN=s3cr3t-value"});
  EXPECT_EQ(run_exec({"echo", "--token=s3cr3t-value"}).code, 0);
  EXPECT_THAT(audit_log(), HasSubstr("\"event\":\"session.exec\""));
  EXPECT_THAT(audit_log(), Not(HasSubstr("s3cr3t")));
}

}  // namespace
}  // namespace mino::integration
