// The first process of a box. What it does is in README.md, what it says and hears in
// helper/protocol/lifeline.hpp.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "helper/mino-init/descriptor.hpp"
#include "helper/mino-init/supervisor.hpp"
#include "helper/protocol/lifeline.hpp"

namespace {

using mino::lifeline::kDescriptor;

constexpr int kCodeNoBox = 125;

bool is_lifeline() {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(kDescriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
         type == SOCK_SEQPACKET && ::fcntl(kDescriptor, F_SETFD, FD_CLOEXEC) == 0;
}

/// Whatever podman gave as standard descriptors is not for this process.
bool detach_standard_descriptors() {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return false;
  for (int number = 0; number < 3; ++number) {
    if (number != null && ::dup2(null, number) < 0) return false;
  }
  if (null > 2) {
    ::close(null);
    return true;
  }
  return ::fcntl(null, F_SETFD, 0) == 0;
}

/// Blocks every signal and returns a signalfd for them. Dispositions are reset too: an ignored
/// SIGCHLD would keep children from being waited for, and every process of the box would inherit
/// what is ignored here.
int take_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t all;
  ::sigfillset(&all);
  if (::sigprocmask(SIG_SETMASK, &all, nullptr) != 0) return -1;
  return ::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// `[--] ENTRYPOINT… mino-agent`
mino::init::Entrypoint read_entrypoint(int argument_count, char** arguments) {
  int first = 1;
  if (first < argument_count && std::strcmp(arguments[first], "--") == 0) ++first;
  const int last = argument_count - 1;
  const bool valid =
      last >= first && std::strcmp(arguments[last], mino::lifeline::kCommandPlaceholder) == 0;
  return {arguments + first, valid ? static_cast<std::size_t>(last - first) : 0, valid};
}

}  // namespace

int main(int argc, char** argv, char** envp) {
  // Before anything else runs in the box: its programs have the same user id, and could otherwise
  // take the lifeline by pidfd_getfd or stop this process by ptrace.
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return kCodeNoBox;
  if (!is_lifeline()) return kCodeNoBox;
  mino::init::close_from(kDescriptor + 1);
  if (!detach_standard_descriptors()) return kCodeNoBox;
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return kCodeNoBox;
  const int signals = take_signals();
  int changes[2];
  if (signals < 0 || ::pipe2(changes, O_CLOEXEC) != 0) return kCodeNoBox;
  const mino::init::Sources sources{signals, changes[0], changes[1]};
  mino::init::Supervisor supervisor(read_entrypoint(argc, argv), envp, sources);
  supervisor.run();
}
