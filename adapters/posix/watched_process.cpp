#include "adapters/posix/watched_process.hpp"

#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

namespace mino::posix {
namespace {

constexpr std::size_t kLongestLine = 64 * 1024;

/// The signals that end a build in order, blocked and read from a descriptor while it lives.
class EndSignals {
 public:
  EndSignals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&set, number);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    fd_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  ~EndSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// 0 when none has come.
  [[nodiscard]] int take() const {
    signalfd_siginfo info{};
    if (::read(fd_.get(), &info, sizeof info) != sizeof info) return 0;
    return static_cast<int>(info.ssi_signo);
  }

 private:
  sigset_t before_{};
  UniqueFd fd_;
};

class Lines {
 public:
  explicit Lines(const std::function<void(std::string_view)>& line) : line_(line) {}
  void add(std::string_view bytes) {
    text_ += bytes;
    std::size_t begin = 0;
    for (std::size_t end = text_.find_first_of("\r\n"); end != std::string::npos;
         end = text_.find_first_of("\r\n", begin)) {
      if (end > begin) line_(std::string_view(text_).substr(begin, end - begin));
      begin = end + 1;
    }
    text_.erase(0, begin);
    if (text_.size() > kLongestLine) finish();
  }
  void finish() {
    if (!text_.empty()) line_(text_);
    text_.clear();
  }

 private:
  const std::function<void(std::string_view)>& line_;
  std::string text_;
};

struct Started {
  ChildProcess child;
  UniqueFd output;
};

Result<Started> start(SpawnSpec spec) {
  const UniqueFd nothing(retry([] { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }));
  int failed = errno;
  if (!nothing) return file_error("opening", "/dev/null", failed);
  std::array<int, 2> ends{};
  const int made = ::pipe2(ends.data(), O_CLOEXEC);
  failed = errno;
  if (made != 0) return system_error("making a pipe", failed);
  UniqueFd output(ends[0]);
  const UniqueFd child_output(ends[1]);
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);
  spec.session = SpawnSession::kNew;
  spec.descriptors = {{nothing.get(), STDIN_FILENO},
                      {child_output.get(), STDOUT_FILENO},
                      {child_output.get(), STDERR_FILENO}};
  MINO_ASSIGN(ChildProcess child, spawn(spec));
  return Started{std::move(child), std::move(output)};
}

/// Gives what is there; false at the end of the output.
bool drain(int output, Lines& lines) {
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t got = retry([&] { return ::read(output, buffer.data(), buffer.size()); });
    if (got > 0) {
      lines.add({buffer.data(), static_cast<std::size_t>(got)});
      continue;
    }
    return got != 0 && errno == EAGAIN;
  }
}

}  // namespace

Result<WatchedEnd> run_watched(SpawnSpec spec, std::chrono::milliseconds grace,
                               const std::function<void(std::string_view)>& line) {
  const EndSignals signals;
  MINO_ASSIGN(Started started, start(std::move(spec)));
  Lines lines(line);
  WatchedEnd end;
  bool open = true;
  // What the program started may hold the output open after its end.
  for (;;) {
    std::array<pollfd, 3> polled{pollfd{started.child.pidfd(), POLLIN, 0},
                                 pollfd{signals.fd(), POLLIN, 0},
                                 pollfd{open ? started.output.get() : -1, POLLIN, 0}};
    const int timeout = end.broken_off_by == 0 ? -1 : static_cast<int>(grace.count());
    const int ready = retry([&] { return ::poll(polled.data(), polled.size(), timeout); });
    if (ready == 0) started.child.signal(SIGKILL);
    if (polled[2].revents != 0) open = drain(started.output.get(), lines);
    if (polled[1].revents != 0) {
      if (const int number = signals.take(); number != 0 && end.broken_off_by == 0) {
        end.broken_off_by = number;
        started.child.signal(SIGTERM);
      }
    }
    if (polled[0].revents != 0) break;
  }
  end.status = started.child.wait();
  if (open) static_cast<void>(drain(started.output.get(), lines));
  lines.finish();
  return end;
}

}  // namespace mino::posix
