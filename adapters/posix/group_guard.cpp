#include "adapters/posix/group_guard.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "adapters/posix/posix_error.hpp"

namespace mino::posix {
namespace {

constexpr std::size_t kMaxGroups = 16;

/// The child's life: each message is a leader that is to be watched, or the negative of one that is
/// not any more; the pipe's end is the caller's. Only what is safe after a fork.
[[noreturn]] void stand_guard(int pipe) {
  ::setsid();
  sigset_t all{};
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  // Whatever else was inherited would be kept open: other programs' pipes, the writing end of this.
  constexpr int kOnly = 0;
  ::dup2(pipe, kOnly);
  constexpr unsigned kFirst = kOnly + 1;
  if (::close_range(kFirst, ~0U, 0) != 0) {
    const long end = ::sysconf(_SC_OPEN_MAX);
    for (long fd = kFirst; fd < end; ++fd) ::close(static_cast<int>(fd));
  }
  std::array<pid_t, kMaxGroups> leaders{};
  pid_t message = 0;
  while (retry([&] { return ::read(kOnly, &message, sizeof message); }) == sizeof message) {
    auto* const place = std::ranges::find(leaders, message > 0 ? 0 : -message);
    if (place != leaders.end()) *place = std::max(message, 0);
  }
  for (const pid_t leader : leaders)
    if (leader > 0) ::kill(-leader, SIGKILL);
  ::_exit(0);
}

}  // namespace

std::optional<GroupGuard> GroupGuard::make() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return std::nullopt;
  if (pid == 0) stand_guard(reading.get());
  auto child = ChildProcess::adopt(pid, ChildScope::kProcess);
  if (!child.ok()) return std::nullopt;
  return GroupGuard(*std::move(child), std::move(writing));
}

void GroupGuard::tell(pid_t message) {
  // Whole, since it is shorter than PIPE_BUF. A guard that was killed is not there to be told.
  static_cast<void>(retry([&] { return ::write(pipe_.get(), &message, sizeof message); }));
}

}  // namespace mino::posix
