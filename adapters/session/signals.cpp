#include "adapters/session/signals.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <utility>

namespace mino::session {

namespace {

sigset_t handled() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH})
    sigaddset(&set, number);
  return set;
}

}  // namespace

Signals::Signals(PollLoop& loop, std::function<void(int)> arrived) : loop_(loop) {
  const sigset_t set = handled();
  ::sigprocmask(SIG_BLOCK, &set, &before_);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &pipe_before_);
  fd_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  watch_ = loop_.watch(fd_.get(), POLLIN, [this, arrived = std::move(arrived)](short) {
    signalfd_siginfo info{};
    while (::read(fd_.get(), &info, sizeof info) == sizeof info)
      arrived(static_cast<int>(info.ssi_signo));
  });
}

Signals::~Signals() {
  loop_.unwatch(watch_);
  ::sigaction(SIGPIPE, &pipe_before_, nullptr);
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void Signals::suspend(Who who) {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  ::kill(who == Who::kGroup ? 0 : ::getpid(), SIGTSTP);
  // It is pending while blocked; taken here, it stops the process by default.
  ::sigprocmask(SIG_UNBLOCK, &stop, nullptr);
  ::sigprocmask(SIG_BLOCK, &stop, nullptr);
  // The SIGCONT that woke us is pending and is reported by the descriptor, like one from outside.
}

}  // namespace mino::session
