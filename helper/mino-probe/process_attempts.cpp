#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "helper/mino-probe/attempt.hpp"

namespace mino::probe {
namespace {

using Text = const std::string&;

constexpr pid_t kInit = 1;
constexpr int kLifeline = 3;  // the init's end of it

int attach_to(pid_t process) {
  if (::ptrace(PTRACE_SEIZE, process, nullptr, nullptr) != 0) return errno;
  ::ptrace(PTRACE_DETACH, process, nullptr, nullptr);
  return 0;
}

Outcome take_descriptor(pid_t process, int number) {
  const long handle = ::syscall(SYS_pidfd_open, process, 0);
  if (handle < 0) return of_errno(errno);
  Outcome outcome = of_open(::syscall(SYS_pidfd_getfd, handle, number, 0));
  ::close(static_cast<int>(handle));
  return outcome;
}

std::string in_proc(pid_t process, const char* name) {
  return "/proc/" + std::to_string(process) + "/" + name;
}

/// What it refers to. The numbers alone may be listed by who has the process's user id.
Outcome look_at_descriptor(pid_t process, int number) {
  std::array<char, 64> text{};
  const std::string path = in_proc(process, "fd/") + std::to_string(number);
  return of_call(::readlink(path.c_str(), text.data(), text.size()));
}

/// A process of the box other than pid 1 that is the init too: the one that stays with each program
/// it has started.
pid_t keeper() { return ::getppid(); }

Outcome open_memory(pid_t process) {
  return of_open(::open(in_proc(process, "mem").c_str(), O_RDWR | O_CLOEXEC));
}

/// What every debugger does.
int attach_to_a_child() {
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const int error = attach_to(child);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return error;
}

/// Processes beside the init, the keeper and this one: where a box is fresh, those of somebody
/// else.
Outcome others(Text /*argument*/) {
  DIR* directory = ::opendir("/proc");
  if (directory == nullptr) return of_errno(errno);
  std::string found;
  int count = 0;
  while (const dirent* entry = ::readdir(directory)) {
    const int process = number_in(entry->d_name);
    if (process <= kInit || process == ::getpid() || process == keeper()) continue;
    if (count++ == 0) found = std::to_string(process);
  }
  ::closedir(directory);
  if (count > 1) found += " and " + std::to_string(count - 1) + " more";
  return of_search(std::move(found));
}

constexpr Attempt kAttempts[] = {
    {"init_ptrace", [](Text) { return of_errno(attach_to(kInit)); }},
    {"init_lifeline", [](Text) { return take_descriptor(kInit, kLifeline); }},
    {"init_stdin", [](Text) { return take_descriptor(kInit, 0); }},
    {"init_memory", [](Text) { return open_memory(kInit); }},
    {"init_environ", [](Text) { return of_open(::open("/proc/1/environ", O_RDONLY | O_CLOEXEC)); }},
    {"init_descriptors", [](Text) { return look_at_descriptor(kInit, 0); }},
    {"init_root", [](Text) { return of_open(::open("/proc/1/root/etc", O_RDONLY | O_CLOEXEC)); }},
    {"keeper_ptrace", [](Text) { return of_errno(attach_to(keeper())); }},
    {"keeper_pipe", [](Text) { return take_descriptor(keeper(), kLifeline); }},
    {"keeper_memory", [](Text) { return open_memory(keeper()); }},
    {"keeper_descriptors", [](Text) { return look_at_descriptor(keeper(), 0); }},
    {"child_ptrace", [](Text) { return apart(attach_to_a_child); }},
    {"other_processes", others},
};

}  // namespace

std::span<const Attempt> process_attempts() { return kAttempts; }

}  // namespace mino::probe
