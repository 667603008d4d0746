#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <map>

#include "tests/unit/helper/init_box.hpp"

namespace mino::testing_support {
namespace {

using lifeline::Kind;

constexpr char kStubborn[] = "trap '' TERM HUP INT QUIT; echo $$; while :; do sleep 100; done";

InitProcess shell(std::uint32_t id, const std::string& script, std::uint32_t flags = 0) {
  return {.id = id, .arguments = {"sh", "-c", script}, .flags = flags};
}

InitProcess agent(const std::string& script) { return shell(1, script, lifeline::kAgentFlag); }

TEST(InitLife, RunsProcessesAtTheSameTime) {
  InitBox box;
  box.start_idle_agent();
  const InitPipes second = box.start(shell(2, "read line; echo second $line"));
  const InitPipes third = box.start(shell(3, "read line; echo third $line; exit 3"));
  write_all(third.in.get(), "x\n");
  EXPECT_EQ(read_all(third.out.get()), "third x\n");
  EXPECT_EQ(box.expect(Kind::kEnded, 3).packet.value, 3);
  write_all(second.in.get(), "y\n");
  EXPECT_EQ(read_all(second.out.get()), "second y\n");
  box.expect(Kind::kEnded, 2);
}

TEST(InitLife, GivesNoDescriptorButItsOwnToAProcess) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  {
    InitBox box({.inherited = {writing.get()}});
    box.start_idle_agent();
    writing.reset();
    EXPECT_EQ(read_all(reading.get()), "") << "mino-init holds a descriptor it has inherited";
    const InitPipes other = box.start(shell(2, "cat"));
    // The listing itself has one for the directory.
    EXPECT_EQ(
        box.run({.id = 3, .arguments = {"sh", "-c", "exec ls /proc/self/fd | tr '\\n' ' '"}}).out,
        "0 1 2 3 ");
  }
}

TEST(InitLife, EndOfInputIsSeenAlthoughOthersWereStartedSince) {
  InitBox box;
  box.start_idle_agent();
  InitPipes second = box.start(shell(2, "exec cat"));
  const InitPipes third = box.start(shell(3, "exec cat"));
  second.in.reset();
  EXPECT_EQ(read_all(second.out.get()), "");
  box.expect(Kind::kEnded, 2);
}

TEST(InitLife, EndOfOutputIsSeenWhileTheProcessLives) {
  InitBox box;
  box.start_idle_agent();
  const InitPipes pipes = box.start(shell(2, "exec >&-; read line"));
  EXPECT_EQ(read_all(pipes.out.get()), "");
  write_all(pipes.in.get(), "\n");
  box.expect(Kind::kEnded, 2);
}

TEST(InitLife, SetsSignalsToTheirDefaults) {
  InitBox box({.signals_upset = true});
  box.expect(Kind::kReady, 0);
  InitProcess process = agent("");
  process.arguments = {"grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"};
  EXPECT_EQ(box.run(process).out, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(InitLife, ReapsOrphans) {
  InitBox box;
  box.start_idle_agent();
  const InitOutcome outcome = box.run(shell(2, "(exec 1>&- 2>&-; sleep 0.05) & echo $!"));
  const pid_t orphan = std::stoi(outcome.out);
  EXPECT_TRUE(eventually([&] { return state_of(orphan) == '\0'; })) << state_of(orphan);
}

TEST(InitLife, EndsEverythingWhenTheLifelineCloses) {
  InitBox box;
  box.expect(Kind::kReady, 0);
  const InitPipes first = box.start(agent(kStubborn));
  const InitPipes second = box.start(shell(2, kStubborn));
  const pid_t pids[] = {std::stoi(read_until(first.out.get(), "\n")),
                        std::stoi(read_until(second.out.get(), "\n"))};
  box.close_lifeline();
  EXPECT_EQ(box.wait(), 137);
  for (const pid_t pid : pids) EXPECT_TRUE(is_gone(pid)) << pid;
}

TEST(InitLife, EndsEverythingWithTheAgent) {
  InitBox box;
  box.expect(Kind::kReady, 0);
  const InitPipes first = box.start(agent("read line; exit 4"));
  const InitPipes second = box.start(shell(2, kStubborn));
  const pid_t pid = std::stoi(read_until(second.out.get(), "\n"));
  write_all(first.in.get(), "\n");
  EXPECT_EQ(box.expect(Kind::kEnded, 1).packet.value, 4);
  EXPECT_TRUE(is_gone(pid));
  EXPECT_EQ(box.wait(), 0);
}

TEST(InitLife, SendsSignalsToTheGroup) {
  InitBox box;
  box.start_idle_agent();
  const InitPipes pipes = box.start(shell(2, "sleep 100 & echo $!; wait"));
  const pid_t child = std::stoi(read_until(pipes.out.get(), "\n"));
  box.signal(2, SIGTERM);
  const auto ended = box.expect(Kind::kEnded, 2).packet;
  EXPECT_EQ(ended.value, SIGTERM);
  EXPECT_EQ(ended.flags, lifeline::kSignalled);
  EXPECT_TRUE(is_gone(child));
}

TEST(InitLife, ForgetsNoSignalThatComesRightAfterGo) {
  InitBox box;
  box.start_idle_agent();
  for (std::uint32_t id = 2; id < 22; ++id) {
    box.describe({.id = id, .arguments = {"sleep", "100"}});
    const InitPipes pipes = box.go_with_pipes(id);
    box.signal(id, SIGINT);
    box.expect(Kind::kStarted, id);
    EXPECT_EQ(box.expect(Kind::kEnded, id).packet.value, SIGINT);
  }
}

TEST(InitLife, ReportsStopsAndContinues) {
  for (const int number : {SIGSTOP, SIGTSTP}) {
    InitBox box;
    box.expect(Kind::kReady, 0);
    const InitPipes pipes =
        box.start(agent("kill -" + std::to_string(number) + " $$; echo again; exit 5"));
    EXPECT_EQ(box.expect(Kind::kStopped, 1).packet.value, number);
    box.signal(1, SIGCONT);
    EXPECT_EQ(read_all(pipes.out.get()), "again\n");
    EXPECT_EQ(box.expect(Kind::kEnded, 1).packet.value, 5);
  }
}

TEST(InitLife, StopsAProcessForTheOwner) {
  InitBox box;
  box.start_idle_agent();
  const InitPipes pipes = box.start(shell(2, "exec cat"));
  box.signal(2, SIGTSTP);
  EXPECT_EQ(box.expect(Kind::kStopped, 2).packet.value, SIGTSTP);
  box.signal(2, SIGCONT);
  box.signal(2, SIGSTOP);
  EXPECT_EQ(box.expect(Kind::kStopped, 2).packet.value, SIGSTOP);
}

TEST(InitLife, WakesAStoppedProcessToEndIt) {
  InitBox box;
  box.start_idle_agent();
  const InitPipes pipes = box.start(shell(2, "exec sleep 100"));
  box.signal(2, SIGSTOP);
  box.expect(Kind::kStopped, 2);
  box.signal(2, SIGTERM);
  EXPECT_EQ(box.expect(Kind::kEnded, 2).packet.value, SIGTERM);
}

TEST(InitLife, LeavesAStoppedProcessStoppedForASignalThatDoesNotEnd) {
  InitBox box;
  box.start_idle_agent();
  const auto started = [&] {
    box.describe(shell(2, "exec sleep 100"));
    box.go_with_pipes(2);
    return box.expect(Kind::kStarted, 2).packet.value;
  }();
  box.signal(2, SIGSTOP);
  box.expect(Kind::kStopped, 2);
  box.signal(2, SIGWINCH);
  // Whatever was started after the signal shows that the signal has been sent.
  EXPECT_EQ(box.run(shell(3, "echo done")).out, "done\n");
  EXPECT_EQ(state_of(started), 'T');
}

TEST(InitLife, IgnoresSignalsForProcessesThatAreGone) {
  InitBox box;
  box.start_idle_agent();
  box.run(shell(2, "exit 0"));
  box.signal(2, SIGKILL);
  box.signal(77, SIGKILL);
  EXPECT_EQ(box.run(shell(3, "echo alive")).out, "alive\n");
}

TEST(InitLife, CountsTheProcessesThatAreAlive) {
  InitBox box;
  box.start_idle_agent();
  std::map<std::uint32_t, InitPipes> pipes;
  const auto last =
      static_cast<std::uint32_t>(lifeline::kMaxProcesses);  // with the agent one too many
  for (std::uint32_t id = 1; id < last; ++id)
    pipes.emplace(id, box.start({.id = id, .arguments = {"cat"}}));
  const InitOutcome refused = box.run({.id = last, .arguments = {"true"}});
  EXPECT_EQ(refused.last.kind, Kind::kFailed);
  EXPECT_EQ(refused.last.flags, lifeline::kFailedFork);
  EXPECT_EQ(refused.last.value, EAGAIN);
  pipes.erase(7);
  box.expect(Kind::kEnded, 7);
  EXPECT_EQ(box.run({.id = last + 1, .arguments = {"echo", "room"}}).out, "room\n");
}

TEST(InitLife, ReadsTheStatusOfAProcessWhoseKeeperWasKilled) {
  InitBox box;
  box.start_idle_agent();
  const InitPipes pipes = box.start(shell(2, "kill -KILL $PPID; read line; exit 9"));
  write_all(pipes.in.get(), "\n");
  EXPECT_EQ(box.expect(Kind::kEnded, 2).packet.value, 9);
}

}  // namespace
}  // namespace mino::testing_support
