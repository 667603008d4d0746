#include "adapters/posix/posix_process_table.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::posix {
namespace {

struct Status {
  char state = 0;
  std::uint64_t start_time = 0;
};

/// Fields of /proc/PID/stat, see proc(5). The name in parentheses may hold anything, so fields are
/// counted from its end.
std::optional<Status> parse_stat(std::string_view text) {
  const std::size_t name_end = text.rfind(") ");
  if (name_end == std::string_view::npos) return std::nullopt;
  text.remove_prefix(name_end + 2);
  if (text.empty()) return std::nullopt;
  Status status{.state = text.front()};
  constexpr int kFieldsFromStateToStartTime = 22 - 3;
  for (int field = 0; field < kFieldsFromStateToStartTime; ++field) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    text.remove_prefix(space + 1);
  }
  const auto [end, failed] =
      std::from_chars(text.data(), text.data() + text.size(), status.start_time);
  if (failed != std::errc()) return std::nullopt;
  return status;
}

std::optional<Status> status_of(std::int64_t pid) {
  const std::string path = fmt::format("/proc/{}/stat", pid);
  const UniqueFd file(retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!file) return std::nullopt;
  std::array<char, 1024> text{};
  const ssize_t got = retry([&] { return ::read(file.get(), text.data(), text.size()); });
  if (got <= 0) return std::nullopt;
  return parse_stat({text.data(), static_cast<std::size_t>(got)});
}

bool is_dead(char state) { return state == 'Z' || state == 'X' || state == 'x'; }

bool can_exist(const ProcessIdentity& process) {
  return process.pid > 0 && process.pid <= std::numeric_limits<pid_t>::max();
}

/// glibc 2.36 declares pidfd_open, older ones and musl do not.
UniqueFd open_pidfd(const ProcessIdentity& process) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(process.pid), 0)));
}

Error gone(const ProcessIdentity& process) {
  return {ErrorCode::kNotFound, fmt::format("process {} is gone", process.pid)};
}

}  // namespace

ProcessIdentity PosixProcessTable::self() const {
  const std::int64_t pid = ::getpid();
  const std::optional<Status> status = status_of(pid);
  return {.pid = pid, .start_time = status ? status->start_time : 0};
}

bool PosixProcessTable::alive(const ProcessIdentity& process) const {
  if (!can_exist(process)) return false;
  const std::optional<Status> status = status_of(process.pid);
  return status && !is_dead(status->state) && status->start_time == process.start_time;
}

ProcessTable::Wait PosixProcessTable::wait_gone(const ProcessIdentity& process,
                                                std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const UniqueFd pidfd = can_exist(process) ? open_pidfd(process) : UniqueFd();
  while (alive(process)) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= std::chrono::milliseconds(0)) return Wait::kStillThere;
    // Readable once the process has ended, whether or not its parent has collected it. When no
    // descriptor could be had this only waits, so it never waits for long.
    constexpr std::chrono::milliseconds kLongest(100);
    pollfd ended{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
    static_cast<void>(::poll(&ended, 1, static_cast<int>(std::min(left, kLongest).count())));
  }
  return Wait::kGone;
}

Result<void> PosixProcessTable::signal(const ProcessIdentity& process, int signal_number) {
  if (!can_exist(process)) return gone(process);
  const UniqueFd pidfd = open_pidfd(process);
  if (!pidfd) {
    const int failed = errno;
    if (failed == ESRCH) return gone(process);
    return system_error(fmt::format("opening process {}", process.pid), failed);
  }
  // The descriptor now stands for one process; only if that is the one that is meant may it be
  // signalled.
  if (!alive(process)) return gone(process);
  if (::syscall(SYS_pidfd_send_signal, pidfd.get(), signal_number, nullptr, 0) == 0) return {};
  const int failed = errno;
  if (failed == ESRCH) return gone(process);
  return system_error(fmt::format("signalling process {}", process.pid), failed);
}

}  // namespace mino::posix
