#include "helper/mino-init/launch.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "helper/mino-init/program.hpp"

namespace mino::init {

namespace {

constexpr int kKeeperDescriptor = 3;
constexpr int kCodeNotExecuted = 126;

void write_report(int report, pid_t process, int error, lifeline::FailedStage stage) {
  const Report record{process, error, stage};
  // The reader is mino-init. If it is gone, so is the box.
  if (::write(report, &record, sizeof record) != static_cast<ssize_t>(sizeof record))
    ::_exit(kCodeNotExecuted);
}

int exec_plan(const Launch& plan) {
  if (plan.kind == Arguments::kCandidates) {
    char** const candidates = plan.arguments + plan.first_candidate;
    int error = 0;
    const std::size_t chosen = choose(candidates, plan.environment, error);
    if (candidates[chosen] == nullptr) return error;
    candidates[0] = candidates[chosen];
    candidates[1] = nullptr;
  }
  return execute(plan.arguments, plan.environment);
}

[[noreturn]] void become_process(const Launch& plan, int report) {
  const pid_t self = ::getpid();
  write_report(report, self, 0, lifeline::kFailedExec);
  const auto fail = [=](int error, lifeline::FailedStage stage) {
    write_report(report, self, error, stage);
    ::_exit(kCodeNotExecuted);
  };
  if (::setpgid(0, 0) != 0) fail(errno, lifeline::kFailedFork);
  // Every signal is blocked still, SIGTTOU too, which a group in the background otherwise gets for
  // this.
  if (plan.standard == Standard::kTerminal &&
      ::tcsetpgrp(plan.standard_descriptors[0], self) != 0) {
    fail(errno, lifeline::kFailedTerminal);
  }
  for (int i = 0; i < 3; ++i) {
    if (::dup2(plan.standard_descriptors[i], i) < 0) fail(errno, lifeline::kFailedFork);
  }
  if (const int error = install_filter(*plan.filter); error != 0)
    fail(error, lifeline::kFailedFilter);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  fail(exec_plan(plan), lifeline::kFailedExec);
  ::_exit(kCodeNotExecuted);
}

/// Writes a Change for a stop that has not been reported. Exits when the process has ended.
void relay_stops(pid_t process) {
  const auto id = static_cast<id_t>(process);
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_PID, id, &info, WEXITED | WSTOPPED | WNOWAIT | WNOHANG) != 0) ::_exit(0);
    if (info.si_pid == 0) return;
    if (info.si_code != CLD_STOPPED) ::_exit(0);
    // Nothing is left to take when it was continued in between.
    info = {};
    if (::waitid(P_PID, id, &info, WSTOPPED | WNOHANG) != 0 || info.si_pid == 0) continue;
    const Change change{process, info.si_status};
    if (::write(kKeeperDescriptor, &change, sizeof change) < 0) ::_exit(0);
  }
}

/// Holds none of the process's descriptors, nor the lifeline.
[[noreturn]] void keep(pid_t process, int changes) {
  if (::dup2(changes, kKeeperDescriptor) < 0) ::_exit(kCodeNotExecuted);
  close_from(kKeeperDescriptor + 1);
  sigset_t wanted;
  ::sigemptyset(&wanted);
  ::sigaddset(&wanted, SIGCHLD);
  ::sigaddset(&wanted, SIGHUP);
  for (;;) {
    const int signal = ::sigwaitinfo(&wanted, nullptr);
    if (signal == SIGCHLD) relay_stops(process);
    // The kernel tells the leader of a session alone that its terminal is gone.
    if (signal == SIGHUP) {
      ::kill(-process, SIGHUP);
      ::kill(-process, SIGCONT);
    }
  }
}

[[noreturn]] void become_keeper(const Launch& plan, int report) {
  ::setsid();
  if (plan.standard == Standard::kTerminal &&
      ::ioctl(plan.standard_descriptors[0], TIOCSCTTY, 0) != 0) {
    write_report(report, 0, errno, lifeline::kFailedTerminal);
    ::_exit(kCodeNotExecuted);
  }
  const pid_t process = ::fork();
  if (process == 0) become_process(plan, report);
  if (process < 0) {
    write_report(report, 0, errno, lifeline::kFailedFork);
    ::_exit(kCodeNotExecuted);
  }
  // The process does the same; either may be killed before it gets there. It has to be known before
  // its first stop.
  write_report(report, process, 0, lifeline::kFailedExec);
  keep(process, plan.changes);
}

}  // namespace

int launch(const Launch& plan, Start& start) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
  start.report.reset(ends[0]);
  const Descriptor writing(ends[1]);
  start.keeper = ::fork();
  if (start.keeper == 0) become_keeper(plan, writing.get());
  return start.keeper > 0 ? 0 : errno;
}

}  // namespace mino::init
