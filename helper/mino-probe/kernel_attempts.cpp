#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "helper/mino-probe/attempt.hpp"

namespace mino::probe {
namespace {

using Text = const std::string&;

int error_of(long result) { return result < 0 ? errno : 0; }

Outcome socket_of(int family, int type, int protocol = 0) {
  return of_open(::socket(family, type | SOCK_CLOEXEC, protocol));
}

Outcome io_uring(Text /*argument*/) {
  std::array<char, 256> parameters{};
  return of_open(::syscall(SYS_io_uring_setup, 4, parameters.data()));
}

Outcome clone3_with(std::uint64_t flags) {
  clone_args arguments{};
  arguments.flags = flags;
  arguments.exit_signal = SIGCHLD;
  const long child = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0) ::_exit(0);
  if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return of_call(child);
}

Outcome clone_user_namespace(Text /*argument*/) {
  const long child =
      ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (child == 0) ::_exit(0);
  if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return of_call(child);
}

Outcome inject(unsigned long request) {
  char byte = request == TIOCSTI ? 'x' : 2;  // 2: paste the selection, which only a console has
  return of_call(::ioctl(STDIN_FILENO, request, &byte));
}

Outcome perf(Text /*argument*/) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_CPU_CLOCK;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  return of_open(::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

Outcome bpf(Text /*argument*/) {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = 4;
  attributes.value_size = 4;
  attributes.max_entries = 1;
  return of_open(::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}

int make_device() {
  const int error = error_of(::mknod("/tmp/probe-device", S_IFCHR | 0600, makedev(1, 3)));
  if (error == 0) ::unlink("/tmp/probe-device");
  return error;
}

int call_of_the_other_abi() {
#if defined(__x86_64__)
  // getpid of x32: its numbers carry bit 30.
  return error_of(::syscall(static_cast<long>(0x40000000L | SYS_getpid)));
#else
  return ENOSYS;
#endif
}

int join_own_namespace() {
  const int own = ::open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
  return own < 0 ? errno : error_of(::setns(own, 0));
}

constexpr int kSessionKeyring = -3;
constexpr int kProcessKeyring = -2;
constexpr int kUserModeOnly = 1;

constexpr Attempt kAttempts[] = {
    {"unix", [](Text) { return socket_of(AF_UNIX, SOCK_STREAM); }},
    {"inet", [](Text) { return socket_of(AF_INET, SOCK_STREAM); }},
    {"inet6", [](Text) { return socket_of(AF_INET6, SOCK_DGRAM); }},
    {"netlink", [](Text) { return socket_of(AF_NETLINK, SOCK_RAW); }},
    {"vsock", [](Text) { return socket_of(AF_VSOCK, SOCK_STREAM); }},
    {"alg", [](Text) { return socket_of(AF_ALG, SOCK_SEQPACKET); }},
    {"packet", [](Text) { return socket_of(AF_PACKET, SOCK_RAW); }},
    {"raw", [](Text) { return socket_of(AF_INET, SOCK_RAW, 1); }},
    {"io_uring", io_uring},
    {"fork", [](Text) { return apart([] { return 0; }); }},
    {"unshare_user", [](Text) { return apart([] { return error_of(::unshare(CLONE_NEWUSER)); }); }},
    {"unshare_mount", [](Text) { return apart([] { return error_of(::unshare(CLONE_NEWNS)); }); }},
    {"clone_user", clone_user_namespace},
    {"clone3", [](Text) { return clone3_with(0); }},
    {"clone3_user", [](Text) { return clone3_with(CLONE_NEWUSER); }},
    {"setns", [](Text) { return apart(join_own_namespace); }},
    {"keyctl",
     [](Text) {
       constexpr int kGetKeyringId = 0;
       return of_call(::syscall(SYS_keyctl, kGetKeyringId, kSessionKeyring, 0));
     }},
    {"add_key",
     [](Text) {
       return of_call(::syscall(SYS_add_key, "user", "mino-probe", "x", 1, kProcessKeyring));
     }},
    {"tiocsti", [](Text) { return inject(TIOCSTI); }},
    {"tioclinux", [](Text) { return inject(TIOCLINUX); }},
    {"perf", perf},
    {"bpf", bpf},
    {"userfaultfd",
     [](Text) { return of_open(::syscall(SYS_userfaultfd, O_CLOEXEC | kUserModeOnly)); }},
    {"x32", [](Text) { return apart(call_of_the_other_abi); }},
    {"mount",
     [](Text) {
       return apart([] { return error_of(::mount("none", "/tmp", "tmpfs", 0, nullptr)); });
     }},
    {"remount",
     [](Text) {
       return apart([] {
         return error_of(::mount("none", "/usr", nullptr, MS_REMOUNT | MS_BIND, nullptr));
       });
     }},
    {"device", [](Text) { return apart(make_device); }},
    {"chroot", [](Text) { return apart([] { return error_of(::chroot("/tmp")); }); }},
    {"hostname", [](Text) { return of_call(::sethostname("x", 1)); }},
    {"kernel_memory", [](Text) { return of_open(::open("/dev/mem", O_RDONLY | O_CLOEXEC)); }},
    {"sysrq", [](Text) { return of_open(::open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC)); }},
    {"kernel_setting",
     [](Text) { return of_open(::open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC)); }},
};

}  // namespace

std::span<const Attempt> kernel_attempts() { return kAttempts; }

}  // namespace mino::probe
