#include "adapters/linux/system_call_filter.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <seccomp.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <span>

#include "adapters/posix/posix_error.hpp"

namespace mino::linux {
namespace {

/// A filter being put together. The first error is kept, and told by load().
class FilterBuilder {
 public:
  explicit FilterBuilder(std::uint32_t otherwise) : context_(::seccomp_init(otherwise)) {
    if (context_ == nullptr) {
      error_ = ENOMEM;
      return;
    }
    // A call under another architecture's numbers (x32, i386) would pass under the wrong name.
    keep(::seccomp_attr_set(context_, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
    // Already in force; libseccomp would turn a failure of its own attempt into another errno.
    keep(::seccomp_attr_set(context_, SCMP_FLTATR_CTL_NNP, 0));
  }
  ~FilterBuilder() {
    if (context_ != nullptr) ::seccomp_release(context_);
  }
  FilterBuilder(const FilterBuilder&) = delete;
  FilterBuilder& operator=(const FilterBuilder&) = delete;

  /// The same for each call, whatever its arguments. A call that this architecture does not have is
  /// left out by libseccomp.
  void rule(std::uint32_t action, std::span<const int> calls) {
    for (const int call : calls) keep(::seccomp_rule_add_array(context_, action, call, 0, nullptr));
  }
  void rule_if(std::uint32_t action, int call, const scmp_arg_cmp& condition) {
    keep(::seccomp_rule_add_array(context_, action, call, 1, &condition));
  }

  [[nodiscard]] Result<void> load() {
    if (error_ == 0) keep(::seccomp_load(context_));
    if (error_ == 0) return {};
    return posix::system_error("installing a filter of system calls", error_);
  }

 private:
  void keep(int result) {
    if (result < 0 && error_ == 0) error_ = -result;
  }

  scmp_filter_ctx context_ = nullptr;
  int error_ = 0;
};

constexpr std::uint32_t refuse_with(int error) {
  return SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error));
}

scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp above(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_GT, value, 0};
}
/// The bits of `mask` are those of `value`.
scmp_arg_cmp bits(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

constexpr std::array kGatewayAllowed{
    // what it was given
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(shutdown),
    SCMP_SYS(close), SCMP_SYS(splice), SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(fcntl),
    SCMP_SYS(fstat), SCMP_SYS(lseek),
    // waiting, and time
    SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_pwait2), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(timerfd_create),
    SCMP_SYS(timerfd_settime), SCMP_SYS(timerfd_gettime), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(sched_yield),
    SCMP_SYS(restart_syscall),
    // memory; mmap and mprotect have conditions
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    // itself
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack), SCMP_SYS(futex), SCMP_SYS(getpid),
    SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
    SCMP_SYS(getrlimit), SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(uname)};

// The C library and OpenSSL look for files as they go along (/dev/urandom, locales, configuration)
// and do without them.
constexpr std::array kGatewayFiles{SCMP_SYS(open),       SCMP_SYS(openat),   SCMP_SYS(openat2),
                                   SCMP_SYS(creat),      SCMP_SYS(access),   SCMP_SYS(faccessat),
                                   SCMP_SYS(faccessat2), SCMP_SYS(stat),     SCMP_SYS(lstat),
                                   SCMP_SYS(statx),      SCMP_SYS(readlink), SCMP_SYS(readlinkat)};

constexpr std::array kDiallerRefused{
    SCMP_SYS(execve), SCMP_SYS(execveat),
    // other processes
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise), SCMP_SYS(pidfd_getfd), SCMP_SYS(kcmp),
    // what is mounted where
    SCMP_SYS(mount), SCMP_SYS(umount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
    SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen), SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount), SCMP_SYS(fspick), SCMP_SYS(mount_setattr),
    // parts of the kernel that a resolver has no use for
    SCMP_SYS(bpf), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key),
    SCMP_SYS(userfaultfd), SCMP_SYS(perf_event_open), SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load), SCMP_SYS(init_module), SCMP_SYS(finit_module),
    SCMP_SYS(delete_module), SCMP_SYS(unshare), SCMP_SYS(setns),
    // it makes connections and takes none
    SCMP_SYS(listen)};

// The kernel does the work of a ring outside of any filter. Every user of rings falls back on
// ENOSYS. The flags of clone3 lie in memory, where a filter cannot look; the C library falls back
// on clone.
constexpr std::array kDiallerUnknown{SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
                                     SCMP_SYS(io_uring_register), SCMP_SYS(clone3)};

constexpr std::array<std::uint64_t, 7> kNamespaces{CLONE_NEWNS,  CLONE_NEWCGROUP, CLONE_NEWUTS,
                                                   CLONE_NEWIPC, CLONE_NEWUSER,   CLONE_NEWPID,
                                                   CLONE_NEWNET};

// The modules of the resolver speak to local daemons, and ask the kernel for the host's addresses.
constexpr bool is_dialler_family(int family) {
  return family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK;
}
constexpr int kHighestFamily = AF_NETLINK;
static_assert(AF_UNIX < kHighestFamily && AF_INET < kHighestFamily && AF_INET6 < kHighestFamily);

void refuse_families(FilterBuilder& filter, int call) {
  for (int family = 0; family < kHighestFamily; ++family) {
    if (!is_dialler_family(family))
      filter.rule_if(refuse_with(EAFNOSUPPORT), call, equals(0, static_cast<unsigned>(family)));
  }
  filter.rule_if(refuse_with(EAFNOSUPPORT), call, above(0, kHighestFamily));
}

}  // namespace

Result<void> filter_gateway_calls() {
  FilterBuilder filter(SCMP_ACT_KILL_PROCESS);
  filter.rule(SCMP_ACT_ALLOW, kGatewayAllowed);
  filter.rule(refuse_with(EPERM), kGatewayFiles);
  // The stream library asks whether a descriptor is a terminal.
  constexpr std::array kDevice{SCMP_SYS(ioctl)};
  filter.rule(refuse_with(ENOTTY), kDevice);
  // fstat(3) of newer C libraries; with a path it is a look at a file.
  filter.rule_if(SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), bits(3, AT_EMPTY_PATH, AT_EMPTY_PATH));
  filter.rule_if(refuse_with(EPERM), SCMP_SYS(newfstatat), bits(3, AT_EMPTY_PATH, 0));
  // With MSG_FASTOPEN these connect a socket that has none.
  filter.rule_if(SCMP_ACT_ALLOW, SCMP_SYS(sendto), bits(3, MSG_FASTOPEN, 0));
  filter.rule_if(SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), bits(2, MSG_FASTOPEN, 0));
  filter.rule_if(SCMP_ACT_ALLOW, SCMP_SYS(mmap), bits(2, PROT_EXEC, 0));
  filter.rule_if(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), bits(2, PROT_EXEC, 0));
  filter.rule_if(SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), equals(0, 0));
  // abort(3)
  filter.rule_if(SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
                 equals(0, static_cast<std::uint64_t>(::getpid())));
  return filter.load();
}

Result<void> filter_dialler_calls() {
  FilterBuilder filter(SCMP_ACT_ALLOW);
  filter.rule(refuse_with(EPERM), kDiallerRefused);
  filter.rule(refuse_with(ENOSYS), kDiallerUnknown);
  for (const std::uint64_t flag : kNamespaces)
    filter.rule_if(refuse_with(EPERM), SCMP_SYS(clone), bits(0, flag, flag));
  refuse_families(filter, SCMP_SYS(socket));
  refuse_families(filter, SCMP_SYS(socketpair));
  // Both put characters into the input of a terminal, and stderr may be one. TIOCLINUX is 0x541C in
  // every architecture; the kernel takes the number as 32 bits.
  for (const std::uint64_t request : {std::uint64_t{TIOCSTI}, std::uint64_t{0x541C}})
    filter.rule_if(refuse_with(EPERM), SCMP_SYS(ioctl), bits(1, UINT32_MAX, request));
  return filter.load();
}

}  // namespace mino::linux
