// `mino logs`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LogsCommand : public AgentTest {
 protected:
  /// Runs the script in a finished session of this test's name.
  void finished(const std::string& script) const {
    EXPECT_EQ(run_sh(script, {"-n", name()}).code, 0);
  }
  [[nodiscard]] ProgramResult logs(std::vector<std::string> words = {}) const {
    words.insert(words.begin(), "logs");
    words.push_back(name());
    return run_mino(std::move(words));
  }
};

TEST_F(LogsCommand, KeepsTheStreamsApart) {
  finished("echo out; echo err >&2");
  const ProgramResult shown = logs();
  EXPECT_EQ(shown.code, 0);
  EXPECT_EQ(shown.out, "out\n");
  EXPECT_EQ(shown.err, "err\n");
}

TEST_F(LogsCommand, ShowsADetachedSessionThatIsGone) {
  EXPECT_EQ(run_sh("echo out; echo err >&2; exit 3", {"-d", "-n", name()}).code, 0);
  const ProgramResult shown = logs({"-f"});
  EXPECT_EQ(shown.out, "out\n");
  EXPECT_EQ(shown.err, "err\n");
}

TEST_F(LogsCommand, ShowsTheLastHundredLines) {
  finished("seq 150");
  EXPECT_EQ(logs().out, run({.argv = {"seq", "51", "150"}}).out);
}

TEST_F(LogsCommand, CountsBothStreamsInTheOrderOfTime) {
  finished("echo 1; sleep 0.3; echo 2 >&2; sleep 0.3; echo 3");
  const ProgramResult shown = logs({"-l", "2"});
  EXPECT_EQ(shown.out, "3\n");
  EXPECT_EQ(shown.err, "2\n");
}

TEST_F(LogsCommand, ShowsAllWithZero) {
  finished("seq 500");
  EXPECT_EQ(logs({"-l", "0"}).out, run({.argv = {"seq", "500"}}).out);
}

TEST_F(LogsCommand, KeepsEveryByte) {
  finished("printf 'a\\0b\\377\\r\\n\\033[1m no newline at the end'");
  const std::string wanted("a\0b\xff\r\n\x1b[1m no newline at the end", 32);
  EXPECT_EQ(logs().out, wanted);
}

TEST_F(LogsCommand, FollowsUntilTheSessionEnds) {
  ASSERT_EQ(
      run_sh("echo first; while [ ! -e go ]; do sleep 0.1; done; echo last", {"-d", "-n", name()})
          .code,
      0);
  Background follower(mino({"logs", "-f", name()}));
  ASSERT_TRUE(eventually([&] { return follower.out() == "first\n"; }, seconds(30)));
  EXPECT_EQ(follower.wait(milliseconds(300)), std::nullopt);
  std::ofstream(project_ / "go") << "";
  EXPECT_EQ(follower.wait(seconds(30)), 0);
  EXPECT_EQ(follower.out(), "first\nlast\n");
}

TEST_F(LogsCommand, FollowsUntilTheSessionIsKilled) {
  const std::string session = sleeping_session();
  Background follower(mino({"logs", "-f", session}));
  EXPECT_EQ(run_mino({"stop", "-f", session}).code, 0);
  EXPECT_EQ(follower.wait(seconds(30)), 0);
}

TEST_F(LogsCommand, EndsWithItsReader) {
  finished("seq 100000");
  const ProgramResult shown =
      run(bash("\"$MINO\" logs -l 0 " + name() + " | head -1; echo ${PIPESTATUS[0]}"));
  EXPECT_THAT(shown.out, ::testing::StartsWith("1\n"));
  EXPECT_EQ(shown.err, "");
}

TEST_F(LogsCommand, IsBoundedAndKeepsTheEnd) {
  write_config("[session]\nlog_max_mb = 1\n");
  finished("seq 500000");
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(state_ / "mino/logs")) bytes += entry.file_size();
  EXPECT_LE(bytes, std::uintmax_t{1} << 20);
  EXPECT_EQ(logs({"-l", "2"}).out, "499999\n500000\n");
}

TEST_F(LogsCommand, HasNothingOfATerminal) {
  EXPECT_EQ(run_agent({"echo", "typed"}, {"-t", "-n", name()}).code, 0);
  const ProgramResult shown = logs();
  EXPECT_EQ(shown.code, 1);
  EXPECT_EQ(shown.out, "");
  EXPECT_THAT(shown.err, HasSubstr("it has a terminal, and what is typed would be in it\nhint: "
                                   "mino config set session.log_terminal true\n"));
  EXPECT_FALSE(fs::exists(state_ / "mino/logs" / (name() + ".log")));
}

TEST_F(LogsCommand, HasATerminalsOutputWhenTheUserWantsIt) {
  write_config("[session]\nlog_terminal = true\n");
  EXPECT_EQ(run_agent({"echo", "shown"}, {"-t", "-n", name()}).code, 0);
  EXPECT_EQ(logs().out, "shown\r\n");
}

TEST_F(LogsCommand, IsOfTheLastSessionOfTheName) {
  finished("echo first");
  finished("echo second");
  EXPECT_EQ(logs().out, "second\n");
}

TEST_F(LogsCommand, FailsForASessionThatIsNotThere) {
  const ProgramResult shown = run_mino({"logs", "no-such-session"});
  EXPECT_EQ(shown.code, 1);
  EXPECT_EQ(shown.err, "error: there is no session no-such-session\nhint: mino list --all\n");
}

}  // namespace
}  // namespace mino::integration
