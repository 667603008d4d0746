// Runs the filter as the kernel would, on calls that a program could make.
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <initializer_list>
#include <vector>

#include "helper/mino-init/filter.hpp"

namespace mino::init {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kNative = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t kNative = AUDIT_ARCH_AARCH64;
#endif

constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kKill = SECCOMP_RET_KILL_PROCESS;
constexpr std::uint32_t kInvalid = 0x12345678;  // no verdict of the kernel

std::uint32_t refused(int error) { return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error); }

bool jumps(const sock_filter& instruction, std::uint32_t accumulator) {
  switch (BPF_OP(instruction.code)) {
    case BPF_JEQ:
      return accumulator == instruction.k;
    case BPF_JGE:
      return accumulator >= instruction.k;
    case BPF_JSET:
      return (accumulator & instruction.k) != 0;
    default:
      ADD_FAILURE() << "a condition that the evaluator does not know";
      return false;
  }
}

/// Classic BPF, as far as filters use it.
std::uint32_t evaluate(const Filter& filter, const seccomp_data& data) {
  std::uint32_t accumulator = 0;
  std::size_t at = 0;
  while (at < filter.length) {
    const sock_filter& instruction = filter.instructions[at];
    ++at;
    switch (BPF_CLASS(instruction.code)) {
      case BPF_LD:
        if (instruction.k % 4 != 0 || instruction.k + 4 > sizeof data) return kInvalid;
        std::memcpy(&accumulator, reinterpret_cast<const char*>(&data) + instruction.k,
                    sizeof accumulator);
        break;
      case BPF_JMP:
        at += jumps(instruction, accumulator) ? instruction.jt : instruction.jf;
        break;
      case BPF_RET:
        return instruction.k;
      default:
        return kInvalid;
    }
  }
  return kInvalid;
}

struct Call {
  long number;
  std::vector<std::uint64_t> arguments = {};
};

std::uint32_t verdict(const Call& call, NestedSandbox nested = NestedSandbox::kRefused,
                      std::uint32_t architecture = kNative) {
  seccomp_data data{};
  data.nr = static_cast<int>(call.number);
  data.arch = architecture;
  for (auto& argument : data.args) argument = 0xDEADBEEFDEADBEEF;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) data.args[i] = call.arguments[i];
  return evaluate(build_filter(nested), data);
}

constexpr std::uint64_t kHigh = 0xFFFFFFFF00000000;
constexpr std::uint64_t kOtherHigh = 0x0000000100000000;

TEST(InitFilter, AllowsOrdinaryCalls) {
  for (const long number : {SYS_read, SYS_write, SYS_execve, SYS_exit_group, SYS_futex, SYS_mmap,
                            SYS_ptrace, SYS_connect}) {
    EXPECT_EQ(verdict({number}), kAllow) << number;
  }
}

TEST(InitFilter, KillsForeignArchitectures) {
  for (const std::uint32_t architecture :
       std::initializer_list<std::uint32_t>{AUDIT_ARCH_I386, AUDIT_ARCH_ARM, kNative ^ 1U, 0}) {
    EXPECT_EQ(
        verdict({SYS_read}, NestedSandbox::kAllowed, static_cast<std::uint32_t>(architecture)),
        kKill);
  }
}

#if defined(__x86_64__)
TEST(InitFilter, KillsX32ButNotTheSkippedCallOfATracer) {
  for (const long number :
       {0x40000000L, 0x40000000L + SYS_socket, 0x40000000L + 512, 0x7FFFFFFFL, -2L}) {
    EXPECT_EQ(verdict({number}), kKill) << number;
  }
  EXPECT_EQ(verdict({-1}), kAllow);
  EXPECT_EQ(verdict({0x3FFFFFFFL}), kAllow);
}
#endif

TEST(InitFilter, AllowsFourFamiliesOfSockets) {
  for (const long number : {SYS_socket, SYS_socketpair}) {
    for (std::uint64_t family = 0; family < 64; ++family) {
      const bool fine =
          family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK;
      const std::uint32_t expected = fine ? kAllow : refused(EAFNOSUPPORT);
      for (const std::uint64_t high : {std::uint64_t{0}, kHigh, kOtherHigh}) {
        EXPECT_EQ(verdict({number, {family | high}}), expected) << number << " " << family;
      }
    }
    EXPECT_EQ(verdict({number, {0xFFFFFFFF}}), refused(EAFNOSUPPORT));
    EXPECT_EQ(verdict({number, {std::uint64_t{AF_INET} << 32}}), refused(EAFNOSUPPORT));
  }
}

TEST(InitFilter, RefusesInjectionIntoTerminals) {
  for (const std::uint64_t command : {std::uint64_t{TIOCSTI}, std::uint64_t{0x541C}}) {
    for (const std::uint64_t high : {std::uint64_t{0}, kHigh, kOtherHigh}) {
      EXPECT_EQ(verdict({SYS_ioctl, {0, command | high}}), refused(EPERM));
    }
    EXPECT_EQ(verdict({SYS_ioctl, {command, TCGETS}}), kAllow) << "another argument";
  }
  for (const int command : {TCGETS, TIOCSWINSZ, TIOCGWINSZ, TIOCSCTTY, FIONREAD}) {
    EXPECT_EQ(verdict({SYS_ioctl, {0, static_cast<std::uint64_t>(command)}}), kAllow) << command;
  }
}

TEST(InitFilter, RefusesUserNamespacesUnlessNested) {
  for (const long number : {SYS_clone, SYS_unshare}) {
    for (const std::uint64_t more :
         {std::uint64_t{0}, std::uint64_t{CLONE_VM}, std::uint64_t{CLONE_NEWNET}, kHigh}) {
      const Call with{number, {CLONE_NEWUSER | more}};
      EXPECT_EQ(verdict(with), refused(EPERM));
      EXPECT_EQ(verdict(with, NestedSandbox::kAllowed), kAllow);
      EXPECT_EQ(verdict({number, {more}}), kAllow);
    }
  }
  EXPECT_EQ(
      verdict({SYS_clone,
               {std::uint64_t{SIGCHLD | CLONE_VM | CLONE_VFORK}, std::uint64_t{CLONE_NEWUSER}}}),
      kAllow);
  EXPECT_EQ(verdict({SYS_clone3}), refused(ENOSYS));
  EXPECT_EQ(verdict({SYS_setns}), refused(EPERM));
  EXPECT_EQ(verdict({SYS_clone3}, NestedSandbox::kAllowed), kAllow);
  EXPECT_EQ(verdict({SYS_setns}, NestedSandbox::kAllowed), kAllow);
}

TEST(InitFilter, RefusesWhatReachesAroundTheBox) {
  for (const NestedSandbox nested : {NestedSandbox::kRefused, NestedSandbox::kAllowed}) {
    for (const long number : {SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register}) {
      EXPECT_EQ(verdict({number}, nested), refused(ENOSYS)) << number;
    }
    for (const long number : {SYS_add_key, SYS_request_key, SYS_keyctl, SYS_bpf,
                              SYS_perf_event_open, SYS_userfaultfd}) {
      EXPECT_EQ(verdict({number}, nested), refused(EPERM)) << number;
    }
    EXPECT_EQ(verdict({SYS_socket, {AF_VSOCK}}, nested), refused(EAFNOSUPPORT));
  }
}

TEST(InitFilter, GivesAVerdictForEveryNumber) {
  for (long number = 0; number < 1024; ++number) {
    const std::uint32_t result = verdict({number}) & SECCOMP_RET_ACTION_FULL;
    EXPECT_TRUE(result == kAllow || result == SECCOMP_RET_ERRNO) << number;
  }
}

}  // namespace
}  // namespace mino::init
