// What a program of the box, with the user id of mino-init, cannot do to it and to the kernel.
// Tried by real programs.
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/helper/init_box.hpp"

namespace mino::testing_support {
namespace {

using lifeline::Kind;

class InitWall : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::access("/usr/bin/python3", X_OK) != 0) GTEST_SKIP() << "the probes need /usr/bin/python3";
  }

  void start_agent(std::uint32_t flags = 0) {
    box_.expect(Kind::kReady, 0);
    InitProcess agent{.id = 1, .arguments = {"cat"}, .flags = lifeline::kAgentFlag | flags};
    agent_ = box_.start(agent);
  }

  /// What a probe prints: "ok", or the name of an errno.
  std::string probe(const std::string& call) {
    const std::string script =
        "import ctypes, errno, os, socket\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "libc.syscall.restype = ctypes.c_long\n"
        "def syscall(*arguments):\n"
        "    result = libc.syscall(*map(ctypes.c_long, arguments))\n"
        "    if result < 0: raise OSError(ctypes.get_errno(), '')\n"
        "    return result\n"
        "try:\n"
        "    " +
        call +
        "\n"
        "    print('ok')\n"
        "except OSError as problem: print(errno.errorcode[problem.errno])\n";
    ++id_;
    const InitOutcome outcome =
        box_.run({.id = id_, .arguments = {"/usr/bin/python3", "-c", script}});
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  }

  InitBox box_;
  InitPipes agent_;
  std::uint32_t id_ = 1;
};

#if defined(__x86_64__)
constexpr char kPtraceSeize[] = "syscall(101, 0x4206, ";
#else
constexpr char kPtraceSeize[] = "syscall(117, 0x4206, ";
#endif

TEST_F(InitWall, KeepsItselfOutOfReach) {
  start_agent();
  const std::string init = std::to_string(box_.pid());
  // Both succeed on an ordinary process of the same user, if not through this kernel's Yama
  // setting.
  EXPECT_EQ(probe(kPtraceSeize + init + ", 0, 0)"), "EPERM\n");
  EXPECT_EQ(probe("syscall(438, os.pidfd_open(" + init + "), 3, 0)"), "EPERM\n");
  EXPECT_EQ(probe("os.listdir('/proc/" + init + "/fd')"), "EACCES\n");
  EXPECT_EQ(probe("open('/proc/" + init + "/mem', 'r+b')"), "EACCES\n");
  EXPECT_EQ(probe("open('/proc/" + init + "/environ', 'rb').read()"), "EACCES\n");
}

TEST_F(InitWall, KeepsItsKeepersOutOfReach) {
  start_agent();
  EXPECT_EQ(probe("os.listdir('/proc/%d/fd' % os.getppid())"), "EACCES\n");
  EXPECT_EQ(probe(std::string(kPtraceSeize) + "os.getppid(), 0, 0)"), "EPERM\n");
}

TEST_F(InitWall, LeavesProgramsOfTheBoxToEachOther) {
  start_agent();
  EXPECT_EQ(probe("os.listdir('/proc/self/fd')"), "ok\n");
}

TEST_F(InitWall, HoldsBackSocketsThatLeaveTheNetworkNamespace) {
  start_agent();
  EXPECT_EQ(probe("socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)"), "EAFNOSUPPORT\n");
  EXPECT_EQ(probe("socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)"), "EAFNOSUPPORT\n");
  EXPECT_EQ(probe("socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"), "EAFNOSUPPORT\n");
  EXPECT_EQ(probe("socket.socketpair(socket.AF_TIPC)"), "EAFNOSUPPORT\n");
  EXPECT_EQ(probe("socket.socketpair()"), "ok\n");
  EXPECT_EQ(probe("socket.socket(socket.AF_INET), socket.socket(socket.AF_INET6)"), "ok\n");
  EXPECT_EQ(probe("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)"), "ok\n");
}

TEST_F(InitWall, HoldsBackRings) {
  start_agent();
  EXPECT_EQ(probe("syscall(425, 1, 0)"), "ENOSYS\n");
}

TEST_F(InitWall, HoldsBackUserNamespaces) {
  start_agent();
  EXPECT_EQ(probe("syscall(435, 0, 0)"), "ENOSYS\n");
  const InitOutcome outcome =
      box_.run({.id = 100, .arguments = {"unshare", "-U", "echo", "inside"}});
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("Operation not permitted"), std::string::npos) << outcome.err;
}

TEST_F(InitWall, LeavesUserNamespacesToABoxThatMayNest) {
  start_agent(lifeline::kNestedSandboxFlag);
  // Without a filter for it, the kernel looks at the size first.
  EXPECT_EQ(probe("syscall(435, 0, 0)"), "EINVAL\n");
  EXPECT_EQ(probe("socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)"), "EAFNOSUPPORT\n");
  const InitOutcome outcome =
      box_.run({.id = 100, .arguments = {"unshare", "-U", "echo", "inside"}});
  EXPECT_EQ(outcome.out, "inside\n") << outcome.err;
}

TEST_F(InitWall, LeavesThreadsAndProcessesToPrograms) {
  start_agent();
  EXPECT_EQ(probe("import threading, subprocess; t = threading.Thread(target=lambda: None); "
                  "t.start(); t.join(); "
                  "subprocess.run(['true'], check=True)"),
            "ok\n");
}

TEST_F(InitWall, HoldsBackInputIntoATerminal) {
  start_agent();
  EXPECT_EQ(probe("import fcntl; fcntl.ioctl(os.open('/dev/null', os.O_RDWR), 0x5412, b'x')"),
            "EPERM\n");
  EXPECT_EQ(probe("import fcntl; fcntl.ioctl(os.open('/dev/null', os.O_RDWR), 0x5413, b'x' * 8)"),
            "ENOTTY\n");
}

TEST_F(InitWall, GivesNoNewPrivileges) {
  start_agent();
  const InitOutcome outcome = box_.run(
      {.id = 100, .arguments = {"grep", "-E", "^(NoNewPrivs|Seccomp):", "/proc/self/status"}});
  EXPECT_EQ(outcome.out, "NoNewPrivs:\t1\nSeccomp:\t2\n");
}

}  // namespace
}  // namespace mino::testing_support
