#include "helper/mino-init/filter.hpp"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstdint>
#include <span>

namespace mino::init {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "mino-init has no audit architecture for this processor"
#endif

// Arguments are compared by their low half only: the kernel itself takes them as int, or tests bits
// of the low half.
static_assert(std::endian::native == std::endian::little);

constexpr std::uint32_t kNumberOffset = offsetof(seccomp_data, nr);
constexpr std::uint32_t kArchitectureOffset = offsetof(seccomp_data, arch);
constexpr std::uint32_t low_half_offset(unsigned argument) {
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args) +
                                    argument * sizeof(std::uint64_t));
}

enum class Test {
  kAlways,   ///< the call is refused whatever its arguments
  kNoneOf,   ///< refused unless the argument is one of the values
  kAnyOf,    ///< refused if the argument is one of the values
  kAnyBits,  ///< refused if the argument has a bit of the only value
};

/// One system call, and when it fails with `error`. A rule that does not refuse the call allows it.
struct Rule {
  long number;
  int error;
  Test test = Test::kAlways;
  unsigned argument = 0;
  std::span<const std::uint32_t> values = {};
};

// Every family whose sockets the box's network namespace or the box's file system holds back.
// AF_VSOCK reaches the hypervisor from within any network namespace, and AF_ALG, AF_PACKET and the
// rest are kernel surface nobody needs.
constexpr std::uint32_t kFamilies[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
constexpr std::uint32_t kUserNamespace[] = {CLONE_NEWUSER};
// Both put characters into the input of a terminal. TIOCLINUX is 0x541C in every architecture.
constexpr std::uint32_t kTerminalInjections[] = {TIOCSTI, 0x541C};

constexpr Rule kRules[] = {
    {SYS_socket, EAFNOSUPPORT, Test::kNoneOf, 0, kFamilies},
    {SYS_socketpair, EAFNOSUPPORT, Test::kNoneOf, 0, kFamilies},
    {SYS_ioctl, EPERM, Test::kAnyOf, 1, kTerminalInjections},
    // The kernel does the work of a ring outside of any filter. Every user of rings falls back on
    // ENOSYS.
    {SYS_io_uring_setup, ENOSYS},
    {SYS_io_uring_enter, ENOSYS},
    {SYS_io_uring_register, ENOSYS},
    // Keyrings and the rest are shared with the host's kernel, not with the box.
    {SYS_add_key, EPERM},
    {SYS_request_key, EPERM},
    {SYS_keyctl, EPERM},
    {SYS_bpf, EPERM},
    {SYS_perf_event_open, EPERM},
    {SYS_userfaultfd, EPERM},
};

constexpr Rule kNamespaceRules[] = {
    {SYS_clone, EPERM, Test::kAnyBits, 0, kUserNamespace},
    {SYS_unshare, EPERM, Test::kAnyBits, 0, kUserNamespace},
    // Its flags lie in memory, where a filter cannot look. The C library falls back on clone after
    // ENOSYS, and on nothing else.
    {SYS_clone3, ENOSYS},
    {SYS_setns, EPERM},
};

class Builder {
 public:
  void prologue() {
    load(kArchitectureOffset);
    jump(BPF_JEQ, kArchitecture, 1, 0);
    verdict(SECCOMP_RET_KILL_PROCESS);
    load(kNumberOffset);
#if defined(__x86_64__)
    // x32 calls carry bit 30 and would pass under numbers that no rule knows. -1 is the number that
    // a tracer gives to a call it wants skipped.
    jump(BPF_JEQ, UINT32_MAX, 2, 0);
    jump(BPF_JGE, 0x40000000U, 0, 1);
    verdict(SECCOMP_RET_KILL_PROCESS);
#endif
  }

  /// Expects the number of the call in the accumulator, and leaves it there for the next rule.
  /// Which rule applies is decided by the number alone, so that the kernel (since 5.11) does not
  /// run the filter at all for the other calls.
  void rule(const Rule& rule) {
    const std::uint32_t refused = SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(rule.error);
    const auto values = static_cast<std::uint8_t>(rule.values.size());
    if (rule.test == Test::kAlways) {
      jump(BPF_JEQ, static_cast<std::uint32_t>(rule.number), 0, 1);
      verdict(refused);
      return;
    }
    jump(BPF_JEQ, static_cast<std::uint32_t>(rule.number), 0,
         static_cast<std::uint8_t>(values + 3));
    load(low_half_offset(rule.argument));
    std::uint8_t remaining = values;
    for (const std::uint32_t value : rule.values) {
      jump(rule.test == Test::kAnyBits ? BPF_JSET : BPF_JEQ, value, remaining, 0);
      --remaining;
    }
    const bool hit_allows = rule.test == Test::kNoneOf;
    verdict(hit_allows ? refused : SECCOMP_RET_ALLOW);
    verdict(hit_allows ? SECCOMP_RET_ALLOW : refused);
  }

  void verdict(std::uint32_t value) { append({BPF_RET | BPF_K, 0, 0, value}); }

  [[nodiscard]] const Filter& filter() const { return filter_; }

 private:
  void load(std::uint32_t offset) { append({BPF_LD | BPF_W | BPF_ABS, 0, 0, offset}); }

  void jump(unsigned condition, std::uint32_t value, std::uint8_t if_true, std::uint8_t if_false) {
    append({static_cast<std::uint16_t>(BPF_JMP | BPF_K | condition), if_true, if_false, value});
  }

  void append(const sock_filter& instruction) {
    filter_.instructions[filter_.length] = instruction;
    ++filter_.length;
  }

  Filter filter_;
};

// What prologue, every rule of both tables and the last verdict need at most.
constexpr std::size_t kPrologueLength = 7;
constexpr std::size_t length_of(std::span<const Rule> rules) {
  std::size_t length = 0;
  for (const Rule& rule : rules) length += rule.test == Test::kAlways ? 2 : rule.values.size() + 4;
  return length;
}
static_assert(kPrologueLength + length_of(kRules) + length_of(kNamespaceRules) + 1 <=
              Filter::kCapacity);

}  // namespace

Filter build_filter(NestedSandbox nested) {
  Builder builder;
  builder.prologue();
  for (const Rule& rule : kRules) builder.rule(rule);
  if (nested == NestedSandbox::kRefused) {
    for (const Rule& rule : kNamespaceRules) builder.rule(rule);
  }
  builder.verdict(SECCOMP_RET_ALLOW);
  return builder.filter();
}

int install_filter(const Filter& filter) {
  Filter copy = filter;
  const sock_fprog program{copy.length, copy.instructions.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) return errno;
  return 0;
}

}  // namespace mino::init
