// `mino run` and `mino exec` on a terminal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <termios.h>

#include <sstream>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "integration/support/program.hpp"
#include "integration/support/terminal_test.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

auto flags_of(const termios& mode) {
  return std::tuple(mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag);
}

/// Whether a key of the terminal would reach the process: it is in the foreground group.
bool has_its_terminal(pid_t process) {
  std::istringstream fields(slurp("/proc/" + std::to_string(process) + "/stat"));
  std::string word;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  int terminal = 0;
  pid_t foreground = 0;
  while (fields >> word && !word.ends_with(')')) {
  }
  fields >> word >> parent >> group >> session >> terminal >> foreground;
  return foreground == process;
}

class RunTerminal : public TerminalTest {};

TEST_F(RunTerminal, IsGivenToTheAgent) {
  Terminal terminal(agent_sh("for i in 0 1 2; do test -t $i && echo te''rminal $i; done"));
  ASSERT_SHOWN(terminal, "terminal 0\r\nterminal 1\r\nterminal 2\r\n");
  EXPECT_ENDS(terminal, 0);
}

TEST_F(RunTerminal, HasTheUsersSize) {
  Terminal terminal(agent_sh("stty size"), 33, 101);
  ASSERT_SHOWN(terminal, "33 101\r\n");
  EXPECT_ENDS(terminal, 0);
}

TEST_F(RunTerminal, IsResizedWithTheUsers) {
  Terminal terminal(agent_sh(std::string("trap 'stty size; exit 5' WINCH; ") + kWaitForever));
  ASSERT_SHOWN(terminal, "ready");
  terminal.resize(50, 120);
  ASSERT_SHOWN(terminal, "50 120\r\n");
  EXPECT_ENDS(terminal, 5);
}

TEST_F(RunTerminal, CarriesWhatIsTyped) {
  Terminal terminal(agent_sh(kAnswerLines));
  ASSERT_SHOWN(terminal, "ready");
  terminal.type("w\u00f6rd\r");
  ASSERT_SHOWN(terminal, "got w\u00f6rd\r\n");
  terminal.type(kCtrlD);
  EXPECT_ENDS(terminal, 0);
}

TEST_F(RunTerminal, KeepsLineEndsToTheLast) {
  Terminal terminal(agent_sh("seq 20000"));
  ASSERT_SHOWN(terminal, "\r\n20000\r\n");
  EXPECT_ENDS(terminal, 0);
  EXPECT_THAT(terminal.screen(), Not(HasSubstr("\r\r")));
}

TEST_F(RunTerminal, PassesTheAgentsCode) {
  Terminal terminal(agent_sh("exit 42"));
  EXPECT_ENDS(terminal, 42);
}

TEST_F(RunTerminal, InterruptsTheAgentWithCtrlC) {
  Terminal terminal(agent_sh(kWaitForever));
  ASSERT_SHOWN(terminal, "ready");
  terminal.type(kCtrlC);
  EXPECT_ENDS(terminal, 130);
}

TEST_F(RunTerminal, LetsTheAgentHandleCtrlC) {
  Terminal terminal(agent_sh(std::string("trap 'echo ca''ught; exit 42' INT; ") + kWaitForever));
  ASSERT_SHOWN(terminal, "ready");
  terminal.type(kCtrlC);
  ASSERT_SHOWN(terminal, "caught");
  EXPECT_ENDS(terminal, 42);
}

TEST_F(RunTerminal, EndsOnCtrlCWhileTheBoxIsBuilt) {
  for (const int delay : {0, 20, 50, 100, 150, 200}) {
    Terminal terminal(agent({"sleep", "1000"}));
    ASSERT_TRUE(eventually([&] { return has_its_terminal(terminal.pid()); }));
    std::this_thread::sleep_for(milliseconds(delay));
    terminal.type(kCtrlC);
    EXPECT_EQ(terminal.wait(seconds(40)), 130) << "after " << delay << " ms: " << terminal.screen();
  }
  EXPECT_EQ(run_mino({"list", "--format", "plain"}).out, "");
}

TEST_F(RunTerminal, EndsOnCtrlCWithoutATerminalOfTheAgents) {
  Terminal terminal(
      agent_sh(std::string("trap 'echo ca''ught; exit 42' INT; ") + kWaitForever, {"--no-tty"}));
  ASSERT_SHOWN(terminal, "ready");
  terminal.type(kCtrlC);
  ASSERT_SHOWN(terminal, "caught");
  EXPECT_ENDS(terminal, 42);
}

TEST_F(RunTerminal, IsRefusedByNoTty) {
  Terminal terminal(agent_sh("test -t 0 || test -t 1 || echo pi''pes", {"--no-tty"}));
  ASSERT_SHOWN(terminal, "pipes");
  EXPECT_ENDS(terminal, 0);
}

TEST_F(RunTerminal, IsForcedByTty) {
  const ProgramResult result =
      run(bash("echo x | box -t -- sh -c 'test -t 0 && test -t 1 && read x && echo got $x'"));
  EXPECT_THAT(result.out, HasSubstr("got x\r\n")) << result.err;
  EXPECT_EQ(result.code, 0);
}

TEST_F(RunTerminal, RunsAnEditorInAShell) {
  ProgramSpec spec = box({"--network", "none"});
  spec.environment["TERM"] = "xterm";
  Terminal terminal(spec);
  ASSERT_SHOWN(terminal, "# ");
  terminal.type("vi text\r");
  ASSERT_SHOWN(terminal, "text");
  ASSERT_SHOWN(terminal, "~");
  terminal.type("ihello from the box\x1b");
  ASSERT_SHOWN(terminal, "hello from the box");
  terminal.type(":wq\r");
  ASSERT_SHOWN(terminal, "# ");
  terminal.type("exit 3\r");
  EXPECT_ENDS(terminal, 3);
  EXPECT_EQ(slurp(project_ / "text"), "hello from the box\n");
}

TEST_F(RunTerminal, RunsAPagerInAShell) {
  ProgramSpec spec = box({"--network", "none"});
  spec.environment["TERM"] = "xterm";
  Terminal terminal(spec);
  ASSERT_SHOWN(terminal, "# ");
  terminal.type("seq 5000 | less\r");
  ASSERT_SHOWN(terminal, "20");
  terminal.type("G");
  ASSERT_SHOWN(terminal, "5000");
  terminal.type("q");
  ASSERT_SHOWN(terminal, "# ");
  terminal.type("exit\r");
  EXPECT_ENDS(terminal, 0);
}

/// The mode of the user's terminal while and after mino runs.
class RestoredTerminal : public TerminalTest {
 protected:
  /// Starts an agent on `terminal` and waits until the terminal is raw.
  void expect_raw(Terminal& terminal) const {
    ASSERT_SHOWN(terminal, "ready");
    EXPECT_EQ(terminal.mode().c_lflag & ICANON, 0U);
    EXPECT_EQ(terminal.mode().c_lflag & ECHO, 0U);
  }
  static void expect_restored(const Terminal& terminal, const termios& before) {
    EXPECT_TRUE(
        eventually([&] { return flags_of(terminal.mode()) == flags_of(before); }, seconds(20)));
  }
};

TEST_F(RestoredTerminal, AfterTheEnd) {
  Terminal terminal(agent_sh("echo rea''dy; read line"));
  const termios before = terminal.mode();
  expect_raw(terminal);
  terminal.type("\r");
  EXPECT_ENDS(terminal, 0);
  expect_restored(terminal, before);
}

TEST_F(RestoredTerminal, AfterACommandThatIsNotThere) {
  Terminal terminal(agent({"no-such-command"}));
  const termios before = terminal.mode();
  EXPECT_ENDS(terminal, 127);
  expect_restored(terminal, before);
}

TEST_F(RestoredTerminal, AfterSigterm) {
  Terminal terminal(agent_sh(kWaitForever, {"-n", name()}));
  const termios before = terminal.mode();
  expect_raw(terminal);
  ::kill(terminal.pid(), SIGTERM);
  EXPECT_ENDS(terminal, 143);
  expect_restored(terminal, before);
  EXPECT_THAT(slurp(record(name())), HasSubstr("\"status\": \"stopped\""));
}

TEST_F(RestoredTerminal, AfterSighup) {
  Terminal terminal(agent_sh(kWaitForever, {"-n", name()}));
  const termios before = terminal.mode();
  expect_raw(terminal);
  ::kill(terminal.pid(), SIGHUP);
  EXPECT_ENDS(terminal, 129);
  expect_restored(terminal, before);
  EXPECT_THAT(slurp(record(name())), HasSubstr("\"status\": \"stopped\""));
}

TEST_F(RestoredTerminal, AfterSigkill) {
  Terminal terminal(agent_sh(kWaitForever, {"-n", name()}));
  const termios before = terminal.mode();
  expect_raw(terminal);
  ::kill(terminal.pid(), SIGKILL);
  EXPECT_ENDS(terminal, 137);
  expect_restored(terminal, before);
  EXPECT_EQ(run_mino({"list", "--format", "plain"}).out, "");
}

TEST_F(RestoredTerminal, AfterAStop) {
  Terminal terminal(agent_sh(kWaitForever, {"-n", name()}));
  const termios before = terminal.mode();
  expect_raw(terminal);
  EXPECT_EQ(run_mino({"stop", name()}).code, 0);
  EXPECT_TRUE(terminal.wait(seconds(40)).has_value());
  expect_restored(terminal, before);
}

class ExecTerminal : public TerminalTest {
 protected:
  [[nodiscard]] ProgramSpec exec(const std::string& session, const std::string& script,
                                 std::vector<std::string> flags = {}) const {
    std::vector<std::string> words{"exec", session};
    words.insert(words.end(), flags.begin(), flags.end());
    words.insert(words.end(), {"--", "sh", "-c", script});
    return mino(std::move(words));
  }
};

TEST_F(ExecTerminal, IsOfTheUsersSizeAndResized) {
  const std::string session = sleeping_session();
  Terminal terminal(
      exec(session,
           "stty size; trap 'stty size; exit 6' WINCH; echo rea''dy; while :; do sleep 1; done"),
      31, 99);
  ASSERT_SHOWN(terminal, "31 99\r\n");
  ASSERT_SHOWN(terminal, "ready");
  terminal.resize(50, 120);
  ASSERT_SHOWN(terminal, "50 120\r\n");
  EXPECT_ENDS(terminal, 6);
}

TEST_F(ExecTerminal, InterruptsTheCommandWithCtrlC) {
  const std::string session = sleeping_session();
  Terminal terminal(exec(session, kWaitForever));
  const termios before = terminal.mode();
  ASSERT_SHOWN(terminal, "ready");
  terminal.type(kCtrlC);
  EXPECT_ENDS(terminal, 130);
  EXPECT_EQ(flags_of(terminal.mode()), flags_of(before));
  EXPECT_EQ(run_mino({"list", "--format", "plain"}).out, session + "\n");
}

TEST_F(ExecTerminal, IsAShellWithoutACommand) {
  const std::string session = sleeping_session();
  Terminal terminal(mino({"exec"}));
  ASSERT_SHOWN(terminal, "# ");
  terminal.type("echo in''side $(hostname)\r");
  ASSERT_SHOWN(terminal, "inside " + session + "\r\n");
  terminal.type("exit 4\r");
  EXPECT_ENDS(terminal, 4);
}

TEST_F(ExecTerminal, IsForcedByTty) {
  const std::string session = sleeping_session();
  EXPECT_EQ(run(exec(session, "test -t 0 && test -t 1 && echo both", {"-t"})).out, "both\r\n");
}

TEST_F(ExecTerminal, IsRefusedByNoTty) {
  const std::string session = sleeping_session();
  Terminal terminal(exec(session, "test -t 0 || test -t 1 || echo pi''pes", {"--no-tty"}));
  ASSERT_SHOWN(terminal, "pipes");
  EXPECT_ENDS(terminal, 0);
}

}  // namespace
}  // namespace mino::integration
