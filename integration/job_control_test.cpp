// Ctrl-Z, fg and pipelines under a person's shell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <termios.h>

#include <string>

#include "integration/support/program.hpp"
#include "integration/support/terminal_test.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class JobControl : public TerminalTest {
 protected:
  /// A shell on the host in which `mino run` with kAnswerLines was stopped by Ctrl-Z.
  void stop_an_agent(Terminal& terminal) const {
    ASSERT_SHOWN(terminal, "HOST> ");
    terminal.type(run_line("-- sh -c " + std::string(kTypedAnswerLines)));
    ASSERT_SHOWN(terminal, "ready");
    terminal.type("one\r");
    ASSERT_SHOWN(terminal, "got one\r\n");
    terminal.type(kCtrlZ);
    ASSERT_SHOWN(terminal, "Stopped");
    ASSERT_SHOWN(terminal, "HOST> ");
  }
  void leave(Terminal& terminal) const {
    ASSERT_SHOWN(terminal, "HOST> ");
    terminal.type("exit\r");
    EXPECT_TRUE(terminal.wait(seconds(40)).has_value()) << terminal.screen();
  }
};

#define STOP_AN_AGENT(terminal)                     \
  ASSERT_NO_FATAL_FAILURE(stop_an_agent(terminal)); \
  if (HasFatalFailure()) return

TEST_F(JobControl, StopsAnAgentThatIsNoShell) {
  Terminal terminal(host_shell());
  STOP_AN_AGENT(terminal);
  EXPECT_NE(terminal.mode().c_lflag & ICANON, 0U);
  terminal.type("echo back $((40 + 2))\r");
  ASSERT_SHOWN(terminal, "back 42");
}

TEST_F(JobControl, ContinuesTheAgentInTheForeground) {
  Terminal terminal(host_shell());
  STOP_AN_AGENT(terminal);
  terminal.type("fg\r");
  ASSERT_SHOWN(terminal, "MINO");
  ASSERT_TRUE(eventually([&] { return (terminal.mode().c_lflag & ICANON) == 0U; }, seconds(20)));
  terminal.type("two\r");
  ASSERT_SHOWN(terminal, "got two\r\n");
  terminal.type(kCtrlD);
  leave(terminal);
}

TEST_F(JobControl, StopsTheAgentAgain) {
  Terminal terminal(host_shell());
  STOP_AN_AGENT(terminal);
  for (int i = 0; i < 2; ++i) {
    terminal.type("fg\r");
    ASSERT_TRUE(eventually([&] { return (terminal.mode().c_lflag & ICANON) == 0U; }, seconds(20)));
    terminal.type(kCtrlZ);
    ASSERT_SHOWN(terminal, "Stopped");
    ASSERT_SHOWN(terminal, "HOST> ");
  }
}

TEST_F(JobControl, TakesTheNewSizeOnTheWayBack) {
  Terminal terminal(host_shell());
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type(run_line("-- sh -c \"echo rea''dy; while read x; do stty size; done\""));
  ASSERT_SHOWN(terminal, "ready");
  terminal.type(kCtrlZ);
  ASSERT_SHOWN(terminal, "Stopped");
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.resize(44, 111);
  terminal.type("fg\r");
  ASSERT_TRUE(eventually([&] { return (terminal.mode().c_lflag & ICANON) == 0U; }, seconds(20)));
  terminal.type("\r");
  ASSERT_SHOWN(terminal, "44 111\r\n");
  terminal.type(kCtrlD);
  leave(terminal);
}

TEST_F(JobControl, EndsAStoppedSessionOnRequest) {
  Terminal terminal(host_shell());
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type(run_line("-n " + name() + " -- sh -c \"" + kWaitForever + "\""));
  ASSERT_SHOWN(terminal, "ready");
  terminal.type(kCtrlZ);
  ASSERT_SHOWN(terminal, "Stopped");
  EXPECT_EQ(run_mino({"stop", "--force", name()}).code, 0);
  EXPECT_THAT(slurp(record(name())), Not(HasSubstr("\"status\": \"running\"")));
}

TEST_F(JobControl, WorksInsideAShellInTheBox) {
  image_ = "host";
  ProgramSpec spec = host_shell();
  spec.environment["IMAGE"] = "host";
  Terminal terminal(spec);
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type(run_line("--no-home -e PS1='BO''X> ' -- bash --norc --noediting -i"));
  ASSERT_SHOWN(terminal, "BOX> ");
  terminal.type("cat\r");
  terminal.type("line\r");
  ASSERT_SHOWN(terminal, "line\r\nline\r\n");
  terminal.type(kCtrlZ);
  ASSERT_SHOWN(terminal, "Stopped");
  ASSERT_SHOWN(terminal, "BOX> ");  // it was the inner job that stopped
  terminal.type("fg\r");
  ASSERT_SHOWN(terminal, "cat\r\n");
  terminal.type("more\r");
  ASSERT_SHOWN(terminal, "more\r\nmore\r\n");
  terminal.type(kCtrlC);
  ASSERT_SHOWN(terminal, "BOX> ");
  terminal.type("exit 7\r");
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type("echo code=$?\r");
  ASSERT_SHOWN(terminal, "code=7\r\n");
}

TEST_F(JobControl, StopsAShellThatSuspendsItself) {
  image_ = "host";
  ProgramSpec spec = host_shell();
  spec.environment["IMAGE"] = "host";
  Terminal terminal(spec);
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type(run_line("--no-home -e PS1='BO''X> ' -- bash --norc --noediting -i"));
  ASSERT_SHOWN(terminal, "BOX> ");
  terminal.type("kill -STOP $$\r");
  ASSERT_SHOWN(terminal, "Stopped");
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type("fg\r");
  ASSERT_TRUE(eventually([&] { return (terminal.mode().c_lflag & ICANON) == 0U; }, seconds(20)));
  terminal.type("echo in''side\r");
  ASSERT_SHOWN(terminal, "inside\r\n");
  terminal.type("exit\r");
  leave(terminal);
}

TEST_F(JobControl, WorksWithoutATerminalOfTheAgents) {
  Terminal terminal(host_shell());
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type(run_line("--no-tty -- sh -c " + std::string(kTypedAnswerLines)));
  ASSERT_SHOWN(terminal, "ready");
  terminal.type(kCtrlZ);
  ASSERT_SHOWN(terminal, "Stopped");
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type("fg\r");
  ASSERT_SHOWN(terminal, "MINO");
  terminal.type("two\r");
  ASSERT_SHOWN(terminal, "got two\r\n");
  terminal.type(kCtrlD);
  leave(terminal);
}

TEST_F(JobControl, StopsAndContinuesAnExec) {
  const std::string session = sleeping_session();
  Terminal terminal(host_shell());
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type("\"$MINO\" exec " + session + " -- sh -c " + kTypedAnswerLines + "\r");
  ASSERT_SHOWN(terminal, "ready");
  terminal.type(kCtrlZ);
  ASSERT_SHOWN(terminal, "Stopped");
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type("fg\r");
  ASSERT_TRUE(eventually([&] { return (terminal.mode().c_lflag & ICANON) == 0U; }, seconds(20)));
  terminal.type("two\r");
  ASSERT_SHOWN(terminal, "got two\r\n");
}

class TerminalPipeline : public TerminalTest {};

TEST_F(TerminalPipeline, IntoAPagerIsUsable) {
  Terminal terminal(host_shell());
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type(run_line("-- seq 100000 | LESS= less"));
  ASSERT_SHOWN(terminal, "\r\n20\r\n");
  terminal.type(" ");
  ASSERT_SHOWN(terminal, "\r\n40\r\n");
  terminal.type("G");
  ASSERT_SHOWN(terminal, "100000");
  terminal.type("q");
  ASSERT_SHOWN(terminal, "HOST> ");
  EXPECT_NE(terminal.mode().c_lflag & ECHO, 0U);
}

TEST_F(TerminalPipeline, IntoAPagerThatIsLeftEarlyEnds) {
  Terminal terminal(host_shell());
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type(run_line("-- seq 10000000 | LESS= less"));
  ASSERT_SHOWN(terminal, "\r\n20\r\n");
  terminal.type("q");
  ASSERT_SHOWN(terminal, "HOST> ");
}

TEST_F(TerminalPipeline, OfAnEndlessWriterEnds) {
  Terminal terminal(host_shell());
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type("yes li''ne | " + run_line("-- cat | head -1"));
  ASSERT_SHOWN(terminal, "line\r\n");
  ASSERT_SHOWN(terminal, "HOST> ");
}

TEST_F(TerminalPipeline, IntoTheBoxEnds) {
  Terminal terminal(host_shell());
  ASSERT_SHOWN(terminal, "HOST> ");
  terminal.type("echo li''ne | " + run_line("-- cat"));
  ASSERT_SHOWN(terminal, "line\r\n");
  ASSERT_SHOWN(terminal, "HOST> ");
}

}  // namespace
}  // namespace mino::integration
