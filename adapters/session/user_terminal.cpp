#include "adapters/session/user_terminal.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::session {

namespace {

/// The guard's whole life. Nothing here may allocate: it runs in a fork.
[[noreturn]] void guard(int news, int terminal, const termios& saved) {
  ::setsid();  // out of reach of the terminal's signals, and no longer stopped for changing its
               // mode
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  // The descriptors of mino, pipes above all, must not stay open here.
  if (terminal != 0) ::dup2(terminal, 0);
  ::dup2(news, 1);
  ::close_range(2, ~0U, 0);
  char byte = 0;
  const auto got = posix::retry([&] { return ::read(1, &byte, 1); });
  if (got == 0) ::tcsetattr(0, TCSANOW, &saved);  // no word came: mino is dead
  ::_exit(0);
}

}  // namespace

std::optional<UserTerminal> UserTerminal::find() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO}) {
    if (::isatty(fd) == 1) return UserTerminal(fd);
  }
  return std::nullopt;
}

UserTerminal::~UserTerminal() {
  restore();
  if (guard_) {
    const char bye = 'x';
    if (::write(guard_.get(), &bye, 1) < 0) guard_.reset();  // it is gone: nothing to tell
  }
}

void UserTerminal::start_guard() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  posix::UniqueFd read_end(ends[0]);
  posix::UniqueFd write_end(ends[1]);
  // Forked twice, so that nobody has to wait for it.
  const pid_t child = ::fork();
  if (child == 0) {
    if (::fork() != 0) ::_exit(0);
    write_end.reset();
    guard(read_end.get(), fd_, *saved_);
  }
  if (child < 0) return;
  posix::retry([child] { return ::waitpid(child, nullptr, 0); });
  guard_ = std::move(write_end);
}

void UserTerminal::make_raw() {
  termios mode{};
  if (!saved_) {
    if (::tcgetattr(fd_, &mode) != 0) return;
    saved_ = mode;
  }
  mode = *saved_;
  if (!guard_) start_guard();
  ::cfmakeraw(&mode);
  posix::retry([&] { return ::tcsetattr(fd_, TCSANOW, &mode); });
}

void UserTerminal::restore_keyboard() {
  if (!saved_) return;
  termios mode = *saved_;
  termios raw = mode;
  ::cfmakeraw(&raw);
  mode.c_oflag = raw.c_oflag;
  set_mode(mode);
}

void UserTerminal::restore() {
  if (!saved_) return;
  set_mode(*saved_);
  saved_.reset();
}

void UserTerminal::set_mode(const termios& mode) const {
  // From the background this would stop us instead of putting things right.
  sigset_t block;
  sigset_t before;
  sigemptyset(&block);
  sigaddset(&block, SIGTTOU);
  ::sigprocmask(SIG_BLOCK, &block, &before);
  posix::retry([&] { return ::tcsetattr(fd_, TCSANOW, &mode); });
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

WindowSize UserTerminal::size() const {
  winsize size{};
  if (::ioctl(fd_, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {size.ws_row, size.ws_col};
}

bool in_line_mode(int fd) {
  termios mode{};
  return ::tcgetattr(fd, &mode) != 0 || (mode.c_lflag & ICANON) != 0;
}

}  // namespace mino::session
