#include "adapters/terminal/terminal_info.hpp"

#include "adapters/posix/posix_error.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace mino::terminal {
namespace {

void do_nothing(int) {}

}  // namespace

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

std::optional<TerminalSize> terminal_size(int fd) {
  winsize size{};
  if (posix::retry([&] { return ::ioctl(fd, TIOCGWINSZ, &size); }) != 0 || size.ws_col == 0 ||
      size.ws_row == 0) {
    return std::nullopt;
  }
  return TerminalSize{size.ws_col, size.ws_row};
}

void open_missing_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free descriptor is taken, and it is this one: those below it are open. Inherited
    // by children on purpose.
    static_cast<void>(posix::retry([&] {
      return ::open("/dev/null", O_RDWR);
    }));  // NOLINT(android-cloexec-open): it stands in for a standard stream
  }
}

void make_broken_pipes_errors() {
  struct sigaction action {};
  action.sa_handler = do_nothing;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGPIPE, &action, nullptr);
}

}  // namespace mino::terminal
