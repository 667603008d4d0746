// Programs of the box have the user id of everything in it, and can stop and kill it. The box has
// to end all the same.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "tests/support/temp_dir.hpp"
#include "tests/unit/helper/init_box.hpp"

namespace mino::testing_support {
namespace {

using lifeline::Kind;

/// A program that cannot be executed until it is released: the kernel waits for the holder of a
/// lease, 45 s by default.
class HeldProgram {
 public:
  HeldProgram() {
    ::chmod(directory_.path().c_str(), 0755);
    std::ofstream(path()) << "#!/bin/sh\necho started\n";
    ::chmod(path().c_str(), 0755);
    lease_.reset(::open(path().c_str(), O_RDWR | O_CLOEXEC));
    // The default is SIGIO, which would end the test.
    EXPECT_EQ(::fcntl(lease_.get(), F_SETSIG, SIGURG), 0);
    EXPECT_EQ(::fcntl(lease_.get(), F_SETLEASE, F_WRLCK), 0);
  }

  [[nodiscard]] std::string path() const { return (directory_ / "held").native(); }
  /// Somebody waits for it.
  [[nodiscard]] bool is_wanted() const { return ::fcntl(lease_.get(), F_GETLEASE) != F_WRLCK; }
  void release() { lease_.reset(); }

 private:
  TempDir directory_;
  Descriptor lease_;
};

class InitHindrance : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.expect(Kind::kReady, 0);
    agent_ = box_.start({.id = 1, .arguments = {"cat"}, .flags = lifeline::kAgentFlag});
    agent_keeper_ = only_child_of(box_.pid());
  }

  static pid_t only_child_of(pid_t pid) {
    const std::vector<pid_t> children = children_of(pid);
    EXPECT_EQ(children.size(), 1U);
    return children.empty() ? -1 : children.front();
  }

  /// The start hangs in the kernel when this returns.
  InitPipes start_held() {
    box_.describe({.id = 2, .arguments = {held_.path()}});
    InitPipes pipes = box_.go_with_pipes(2);
    EXPECT_TRUE(eventually([&] { return held_.is_wanted(); }));
    return pipes;
  }

  [[nodiscard]] pid_t held_keeper() const {
    for (const pid_t child : children_of(box_.pid())) {
      if (child != agent_keeper_) return child;
    }
    ADD_FAILURE() << "no keeper";
    return -1;
  }

  HeldProgram held_;
  InitBox box_;
  InitPipes agent_;
  pid_t agent_keeper_ = -1;
};

TEST_F(InitHindrance, ClosedLifelineEndsABoxWithAStartThatHangs) {
  const InitPipes pipes = start_held();
  const pid_t process = only_child_of(held_keeper());
  box_.close_lifeline();
  EXPECT_EQ(box_.wait(), 137);
  EXPECT_TRUE(is_gone(process));
}

TEST_F(InitHindrance, EndOfTheAgentEndsABoxWithAStartThatHangs) {
  const InitPipes pipes = start_held();
  agent_.in.reset();
  EXPECT_EQ(box_.expect(Kind::kEnded, 1).packet.value, 0);
  EXPECT_EQ(box_.wait(), 0);
}

TEST_F(InitHindrance, SignalWaitsForAStartThatHangs) {
  const InitPipes pipes = start_held();
  box_.signal(1, SIGTERM);
  held_.release();
  box_.expect(Kind::kStarted, 2);
  auto packet = box_.next().packet;
  if (packet.process == 2) packet = box_.next().packet;  // it may have ended by itself before
  EXPECT_EQ(packet.kind, Kind::kEnded);
  EXPECT_EQ(packet.process, 1U);
  EXPECT_EQ(packet.value, SIGTERM);
}

TEST_F(InitHindrance, ProcessStoppedOnItsWayToExecIsContinued) {
  const InitPipes pipes = start_held();
  const pid_t process = only_child_of(held_keeper());
  // mino-init waits until it is certain that the process has stopped before its exec.
  ASSERT_EQ(::kill(box_.pid(), SIGSTOP), 0);
  ASSERT_EQ(::kill(process, SIGSTOP), 0);
  ASSERT_TRUE(eventually([&] { return state_of(process) == 'T'; }));
  held_.release();
  ASSERT_EQ(::kill(box_.pid(), SIGCONT), 0);
  box_.expect(Kind::kStarted, 2);
  EXPECT_EQ(read_all(pipes.out.get()), "started\n");
  box_.expect(Kind::kEnded, 2);
}

TEST_F(InitHindrance, ProcessKilledOnItsWayToExecEnds) {
  const InitPipes pipes = start_held();
  ASSERT_EQ(::kill(only_child_of(held_keeper()), SIGKILL), 0);
  box_.expect(Kind::kStarted, 2);
  const auto packet = box_.expect(Kind::kEnded, 2).packet;
  EXPECT_EQ(packet.value, SIGKILL);
  EXPECT_EQ(packet.flags, lifeline::kSignalled);
}

TEST_F(InitHindrance, KeeperKilledOnItsWayToExecLosesNothing) {
  const InitPipes pipes = start_held();
  ASSERT_EQ(::kill(held_keeper(), SIGKILL), 0);
  held_.release();
  box_.expect(Kind::kStarted, 2);
  EXPECT_EQ(read_all(pipes.out.get()), "started\n");
  box_.expect(Kind::kEnded, 2);
}

TEST_F(InitHindrance, StoppedKeeperIsContinued) {
  ASSERT_EQ(::kill(agent_keeper_, SIGSTOP), 0);
  agent_.in.reset();
  EXPECT_EQ(box_.expect(Kind::kEnded, 1).packet.value, 0);
}

TEST_F(InitHindrance, StopsAreReportedAfterTheKeeperWasKilled) {
  const pid_t process = only_child_of(agent_keeper_);
  ASSERT_EQ(::kill(agent_keeper_, SIGKILL), 0);
  // For a moment the dead keeper and the process it leaves are both the box's children.
  ASSERT_TRUE(eventually([&] { return children_of(box_.pid()) == std::vector<pid_t>{process}; }));
  box_.signal(1, SIGSTOP);
  EXPECT_EQ(box_.expect(Kind::kStopped, 1).packet.value, SIGSTOP);
  box_.signal(1, SIGTERM);
  EXPECT_EQ(box_.expect(Kind::kEnded, 1).packet.value, SIGTERM);
}

}  // namespace
}  // namespace mino::testing_support
