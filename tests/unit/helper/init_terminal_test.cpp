#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>

#include "tests/unit/helper/init_box.hpp"

namespace mino::testing_support {
namespace {

using lifeline::Kind;

/// A process with a terminal of the box, of which the test holds the master.
class InitTerminal : public ::testing::Test {
 protected:
  Descriptor start(std::uint32_t id, std::vector<std::string> arguments, std::uint32_t flags = 0) {
    InitProcess process{.id = id, .arguments = std::move(arguments)};
    process.environment = {"TERM=dumb", "PS1=$ "};
    process.flags = flags | lifeline::kTerminalFlag;
    process.rows = 33;
    process.columns = 123;
    box_.describe(process);
    box_.go_with_terminal(id);
    Descriptor master = box_.expect(Kind::kTerminal, id).attached;
    box_.expect(Kind::kStarted, id);
    return master;
  }

  Descriptor start_agent(std::vector<std::string> arguments) {
    box_.expect(Kind::kReady, 0);
    return start(1, std::move(arguments), lifeline::kAgentFlag);
  }

  lifeline::Packet ended(std::uint32_t id) { return box_.expect(Kind::kEnded, id).packet; }

  InitBox box_;
};

TEST_F(InitTerminal, IsTheControllingTerminalOfTheProcess) {
  const Descriptor master =
      start_agent({"sh", "-c", "tty; tty <&2; : >/dev/tty && echo controlled; exit 6"});
  const std::string text = read_until(master.get(), "controlled");
  EXPECT_EQ(text.find("/dev/pts/"), 0U) << text;
  EXPECT_NE(text.find("controlled"), std::string::npos) << text;
  EXPECT_EQ(text.find("not a tty"), std::string::npos) << text;
  EXPECT_EQ(ended(1).value, 6);
}

TEST_F(InitTerminal, HasItsSizeFromTheStartAndFollowsTheMaster) {
  const Descriptor master = start_agent(
      {"sh", "-c",
       "stty size; trap 'stty size; exit 0' WINCH; echo set; while :; do read line; done"});
  EXPECT_EQ(read_until(master.get(), "set\r\n"), "33 123\r\nset\r\n");
  const winsize size{44, 88, 0, 0};
  ASSERT_EQ(::ioctl(master.get(), TIOCSWINSZ, &size), 0);
  EXPECT_EQ(read_until(master.get(), "\n"), "44 88\r\n");
  EXPECT_EQ(ended(1).value, 0);
}

TEST_F(InitTerminal, InterruptsTheForegroundByCtrlC) {
  const Descriptor master = start_agent({"sh", "-c", "echo ready; exec sleep 100"});
  read_until(master.get(), "ready");
  write_all(master.get(), "\x03");
  const auto packet = ended(1);
  EXPECT_EQ(packet.value, SIGINT);
  EXPECT_EQ(packet.flags, lifeline::kSignalled);
}

TEST_F(InitTerminal, StopsAnAgentByCtrlZAndContinuesIt) {
  const Descriptor master =
      start_agent({"sh", "-c", "echo ready; while read line; do echo got $line; done"});
  read_until(master.get(), "ready");
  for (int i = 0; i < 3; ++i) {
    write_all(master.get(), "\x1a");
    EXPECT_EQ(box_.expect(Kind::kStopped, 1).packet.value, SIGTSTP);
    box_.signal(1, SIGCONT);
    // SIGCONT takes back a SIGTSTP that comes too early.
    write_all(master.get(), "text\n");
    read_until(master.get(), "got text");
  }
  write_all(master.get(), "\x04");
  EXPECT_EQ(ended(1).value, 0);
}

TEST_F(InitTerminal, HoldsAnInteractiveShellWithJobControl) {
  const Descriptor master = start_agent({"bash", "--norc", "--noprofile", "-i"});
  const std::string greeting = read_until(master.get(), "$ ");
  EXPECT_EQ(greeting.find("job control"), std::string::npos) << greeting;
  // The sums tell output from the echo of what was typed. No command is started, because a stopped
  // child of vfork holds its parent.
  write_all(master.get(), "trap_it='trap \"echo again-\\$((40+2))\" CONT'\n");
  write_all(master.get(),
            "sh -c \"$trap_it; echo job-\\$((40+2)); while :; do read line; done\"\n");
  read_until(master.get(), "job-42");
  write_all(master.get(), "\x1a");
  read_until(master.get(), "Stopped");
  write_all(master.get(), "fg\n");
  read_until(master.get(), "again-42");
  write_all(master.get(), "\x03");
  read_until(master.get(), "$ ");
  write_all(master.get(), "echo code-$?\n");
  read_until(master.get(), "code-130");
  write_all(master.get(), "exit 3\n");
  EXPECT_EQ(ended(1).value, 3);
}

TEST_F(InitTerminal, GivesEachProcessOneOfItsOwn) {
  const Descriptor first = start_agent({"sh", "-c", "tty; exec cat"});
  const std::string first_name = read_until(first.get(), "\n");
  const Descriptor second = start(2, {"sh", "-c", "tty; read line"});
  const std::string second_name = read_until(second.get(), "\n");
  EXPECT_NE(first_name, second_name);
  write_all(second.get(), "\n");
  ended(2);
  write_all(first.get(), "still here\n");
  read_until(first.get(), "still here\r\nstill here");
}

TEST_F(InitTerminal, HangsUpForAProcessThatDoesNotRead) {
  const Descriptor agent = start_agent({"cat"});
  Descriptor master = start(2, {"sh", "-c", "echo ready; exec sleep 100"});
  read_until(master.get(), "ready");
  master.reset();
  const auto packet = ended(2);
  EXPECT_EQ(packet.value, SIGHUP);
  EXPECT_EQ(packet.flags, lifeline::kSignalled);
}

TEST_F(InitTerminal, ComesBeforeTheFailureOfTheProcess) {
  box_.expect(Kind::kReady, 0);
  box_.describe({.id = 1,
                 .arguments = {"no-such-program"},
                 .flags = lifeline::kAgentFlag | lifeline::kTerminalFlag});
  box_.go_with_terminal(1);
  const InitMessage terminal = box_.expect(Kind::kTerminal, 1);
  const auto packet = box_.expect(Kind::kFailed, 1).packet;
  EXPECT_EQ(packet.value, ENOENT);
  EXPECT_EQ(packet.flags, lifeline::kFailedExec);
}

TEST_F(InitTerminal, GivesOutputToTheEnd) {
  const Descriptor master = start_agent({"sh", "-c", "seq 1 20000; echo the-end"});
  const std::string text = read_until(master.get(), "the-end");
  EXPECT_NE(text.find("\n20000\r\nthe-end"), std::string::npos);
  EXPECT_EQ(ended(1).value, 0);
}

}  // namespace
}  // namespace mino::testing_support
