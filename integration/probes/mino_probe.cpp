// mino_probe ATTEMPT... : tries what a box must refuse and prints one line for each attempt,
// "ATTEMPT ok" when it succeeded and "ATTEMPT ERRNO" when it did not, e.g. "vsock EAFNOSUPPORT", or
// "ATTEMPT SIGSYS" when it was killed for it. Does no harm where it succeeds.
#include <dirent.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

constexpr int kInit = 1;
constexpr int kLifeline = 3;  // the init's end of it

/// What an attempt comes to: 0, an errno, or the negative number of the signal that it died of.
using Outcome = int;

/// 0, or the errno of a call that returned less than 0.
int outcome(long result) { return result < 0 ? errno : 0; }

/// Closes what was opened.
int opened(long descriptor) {
  const int error = outcome(descriptor);
  if (error == 0) ::close(static_cast<int>(descriptor));
  return error;
}

/// Runs `act` in a child, so that what it gains is gone with it.
template <typename Act>
Outcome apart(Act act) {
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) ::_exit(act());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int socket_of(int family, int type) { return opened(::socket(family, type | SOCK_CLOEXEC, 0)); }

int io_uring() {
  std::array<char, 256> parameters{};
  return opened(::syscall(SYS_io_uring_setup, 4, parameters.data()));
}

int clone3_plain(std::uint64_t flags) {
  clone_args arguments{};
  arguments.flags = flags;
  arguments.exit_signal = SIGCHLD;
  const long child = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0) ::_exit(0);
  if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return outcome(child);
}

int clone_user_namespace() {
  const long child =
      ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (child == 0) ::_exit(0);
  if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return outcome(child);
}

int inject(unsigned long request) {
  char byte = request == TIOCSTI ? 'x' : 2;  // 2: paste the selection, which only a console has
  return outcome(::ioctl(STDIN_FILENO, request, &byte));
}

int perf() {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_CPU_CLOCK;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  return opened(::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

int bpf() {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = 4;
  attributes.value_size = 4;
  attributes.max_entries = 1;
  return opened(::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}

int attach_to(pid_t process) {
  if (::ptrace(PTRACE_SEIZE, process, nullptr, nullptr) != 0) return errno;
  ::ptrace(PTRACE_DETACH, process, nullptr, nullptr);
  return 0;
}

int take_descriptor(pid_t process, int number) {
  const long handle = ::syscall(SYS_pidfd_open, process, 0);
  if (handle < 0) return errno;
  const int error = opened(::syscall(SYS_pidfd_getfd, handle, number, 0));
  ::close(static_cast<int>(handle));
  return error;
}

/// What it refers to. The numbers alone may be listed by who has the process's user id.
int look_at_descriptor(pid_t process, int number) {
  std::array<char, 64> text{};
  const std::string path = "/proc/" + std::to_string(process) + "/fd/" + std::to_string(number);
  return outcome(::readlink(path.c_str(), text.data(), text.size()));
}

/// A process of the box other than pid 1 that is the init too: the one that stays with each program
/// it has started.
pid_t keeper() { return ::getppid(); }

int read_memory(pid_t process) {
  return opened(::open(("/proc/" + std::to_string(process) + "/mem").c_str(), O_RDWR | O_CLOEXEC));
}

int make_device() {
  const int error = outcome(::mknod("/tmp/probe-device", S_IFCHR | 0600, makedev(1, 3)));
  if (error == 0) ::unlink("/tmp/probe-device");
  return error;
}

int call_of_the_other_abi() {
#if defined(__x86_64__)
  // getpid of x32: its numbers carry bit 30.
  return outcome(::syscall(static_cast<long>(0x40000000L | SYS_getpid)));
#else
  return ENOSYS;
#endif
}

struct Attempt {
  std::string_view name;
  Outcome (*act)();
};

constexpr Attempt kAttempts[] = {
    {"unix", [] { return socket_of(AF_UNIX, SOCK_STREAM); }},
    {"inet", [] { return socket_of(AF_INET, SOCK_STREAM); }},
    {"inet6", [] { return socket_of(AF_INET6, SOCK_DGRAM); }},
    {"netlink", [] { return socket_of(AF_NETLINK, SOCK_RAW); }},
    {"vsock", [] { return socket_of(AF_VSOCK, SOCK_STREAM); }},
    {"alg", [] { return socket_of(AF_ALG, SOCK_SEQPACKET); }},
    {"packet", [] { return socket_of(AF_PACKET, SOCK_RAW); }},
    {"raw", [] { return opened(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 1)); }},
    {"io_uring", io_uring},
    {"fork", [] { return apart([] { return 0; }); }},
    {"unshare_user", [] { return apart([] { return outcome(::unshare(CLONE_NEWUSER)); }); }},
    {"unshare_mount", [] { return apart([] { return outcome(::unshare(CLONE_NEWNS)); }); }},
    {"clone_user", clone_user_namespace},
    {"clone3", [] { return clone3_plain(0); }},
    {"clone3_user", [] { return clone3_plain(CLONE_NEWUSER); }},
    {"setns",
     [] {
       return apart([] {
         const int own = ::open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
         return own < 0 ? errno : outcome(::setns(own, 0));
       });
     }},
    {"keyctl",
     [] {
       return outcome(::syscall(SYS_keyctl, 0, -3, 0));
     }},  // KEYCTL_GET_KEYRING_ID of the session
    {"add_key", [] { return outcome(::syscall(SYS_add_key, "user", "mino-probe", "x", 1, -2)); }},
    {"tiocsti", [] { return inject(TIOCSTI); }},
    {"tioclinux", [] { return inject(TIOCLINUX); }},
    {"perf", perf},
    {"bpf", bpf},
    {"userfaultfd",
     [] { return opened(::syscall(SYS_userfaultfd, O_CLOEXEC | 1)); }},  // 1: of user mode only
    {"x32", [] { return apart(call_of_the_other_abi); }},
    {"mount",
     [] { return apart([] { return outcome(::mount("none", "/tmp", "tmpfs", 0, nullptr)); }); }},
    {"remount",
     [] {
       return apart(
           [] { return outcome(::mount("none", "/usr", nullptr, MS_REMOUNT | MS_BIND, nullptr)); });
     }},
    {"device", make_device},
    {"chroot", [] { return apart([] { return outcome(::chroot("/tmp")); }); }},
    {"hostname", [] { return outcome(::sethostname("x", 1)); }},
    {"kernel_memory", [] { return opened(::open("/dev/mem", O_RDONLY | O_CLOEXEC)); }},
    {"sysrq", [] { return opened(::open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC)); }},
    {"kernel_setting",
     [] { return opened(::open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC)); }},
    {"init_ptrace", [] { return attach_to(kInit); }},
    {"init_lifeline", [] { return take_descriptor(kInit, kLifeline); }},
    {"init_stdin", [] { return take_descriptor(kInit, 0); }},
    {"init_memory", [] { return read_memory(kInit); }},
    {"init_environ", [] { return opened(::open("/proc/1/environ", O_RDONLY | O_CLOEXEC)); }},
    {"init_descriptors", [] { return look_at_descriptor(kInit, 0); }},
    {"init_root", [] { return opened(::open("/proc/1/root/etc", O_RDONLY | O_CLOEXEC)); }},
    {"keeper_ptrace", [] { return attach_to(keeper()); }},
    {"keeper_pipe", [] { return take_descriptor(keeper(), kLifeline); }},
    {"keeper_memory", [] { return read_memory(keeper()); }},
    {"keeper_descriptors", [] { return look_at_descriptor(keeper(), 0); }},
    {"child_ptrace",
     [] {
       return apart([] {
         // What every debugger does.
         const pid_t child = ::fork();
         if (child == 0) {
           ::pause();
           ::_exit(0);
         }
         const int error = attach_to(child);
         ::kill(child, SIGKILL);
         return error;
       });
     }},
};

/// The open descriptors of this process beyond its standard streams, one a line: what it got from
/// whoever started it.
int print_descriptors() {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return 1;
  while (const dirent* entry = ::readdir(directory)) {
    const int number = std::atoi(entry->d_name);
    if (entry->d_name[0] == '.' || number <= STDERR_FILENO || number == ::dirfd(directory))
      continue;
    std::printf("%d\n", number);
  }
  ::closedir(directory);
  return 0;
}

const Attempt* find(std::string_view name) {
  for (const Attempt& attempt : kAttempts) {
    if (attempt.name == name) return &attempt;
  }
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "descriptors") == 0) return print_descriptors();
  for (int i = 1; i < argc; ++i) {
    const Attempt* attempt = find(argv[i]);
    if (attempt == nullptr) {
      std::fprintf(stderr, "mino_probe: no such attempt: %s\n", argv[i]);
      return 2;
    }
    const Outcome outcome = attempt->act();
    if (outcome < 0) {
      std::printf("%s SIG%s\n", argv[i], ::sigabbrev_np(-outcome));
    } else {
      std::printf("%s %s\n", argv[i], outcome == 0 ? "ok" : ::strerrorname_np(outcome));
    }
    std::fflush(stdout);
  }
  return 0;
}
