#include "adapters/posix/fork_detacher.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::posix {

namespace {

constexpr int kSupervisorDied = 125;

void to_null(int descriptor, int flags) {
  const UniqueFd null(::open("/dev/null", flags | O_CLOEXEC));
  if (null) ::dup2(null.get(), descriptor);
}

}  // namespace

Result<std::optional<int>> ForkDetacher::detach() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("making a pipe", errno);
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return system_error("starting the supervisor", errno);
  if (child == 0) {
    ::setsid();
    to_null(STDIN_FILENO, O_RDONLY);
    to_null(STDOUT_FILENO, O_WRONLY);
    caller_ = std::move(write_end);
    return std::optional<int>();
  }
  write_end.reset();
  unsigned char code = 0;
  const auto got = retry([&] { return ::read(read_end.get(), &code, 1); });
  // The supervisor is left to init when it goes on; one that has ended is reaped here.
  if (got == 1) return std::optional<int>(code);
  retry([child] { return ::waitpid(child, nullptr, 0); });
  return std::optional<int>(kSupervisorDied);
}

void ForkDetacher::report(int exit_code) {
  if (!caller_) return;
  const auto code = static_cast<unsigned char>(exit_code);
  // From here on nobody is left to read what goes to stderr.
  to_null(STDERR_FILENO, O_WRONLY);
  if (::write(caller_.get(), &code, 1) < 0) {
    // The caller was killed. The session goes on all the same: that is what detached means.
  }
  caller_.reset();
}

}  // namespace mino::posix
