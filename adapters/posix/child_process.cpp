#include "adapters/posix/child_process.hpp"

#include "adapters/posix/posix_error.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace mino::posix {
namespace {

ExitStatus reap(pid_t pid) {
  siginfo_t info{};
  if (retry([&] { return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED); }) != 0)
    return {.exit_code = {}, .signal = SIGKILL};
  if (info.si_code == CLD_EXITED) return {.exit_code = info.si_status, .signal = {}};
  return {.exit_code = {}, .signal = info.si_status};
}

}  // namespace

Result<ChildProcess> ChildProcess::adopt(pid_t pid, ChildScope scope) {
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const int failed = errno;
  if (pidfd) return ChildProcess(pid, scope, std::move(pidfd));
  ::kill(scope == ChildScope::kGroup ? -pid : pid, SIGKILL);
  static_cast<void>(reap(pid));
  return system_error("watching a child process", failed);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      scope_(other.scope_),
      pidfd_(std::move(other.pidfd_)),
      status_(std::exchange(other.status_, std::nullopt)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this == &other) return *this;
  finish();
  pid_ = std::exchange(other.pid_, -1);
  scope_ = other.scope_;
  pidfd_ = std::move(other.pidfd_);
  status_ = std::exchange(other.status_, std::nullopt);
  return *this;
}

ChildProcess::~ChildProcess() { finish(); }

void ChildProcess::finish() {
  if (pid_ < 0 || status_) return;
  signal(SIGKILL);
  static_cast<void>(wait());
}

void ChildProcess::signal(int signal_number) {
  // Until it is reaped the pid cannot be given to another process or group.
  if (pid_ > 0 && !status_) ::kill(scope_ == ChildScope::kGroup ? -pid_ : pid_, signal_number);
}

ExitStatus ChildProcess::wait() {
  if (!status_) status_ = reap(pid_);
  return *status_;
}

}  // namespace mino::posix
