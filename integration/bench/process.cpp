#include "integration/bench/process.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace mino::bench {

namespace {

constexpr milliseconds kPatience{120000};

volatile sig_atomic_t interrupted = 0;
bool interruption_told = false;

void note_interrupt(int /*number*/) { interrupted = 1; }

void check_interrupt() {
  if (interrupted == 0) return;
  interrupted = 0;
  interruption_told = true;
  throw Failure("interrupted");
}

/// The benchmark's environment with the command's variables in it.
std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> words;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view word = *at;
    if (!command.environment.contains(std::string(word.substr(0, word.find('=')))))
      words.emplace_back(word);
  }
  for (const auto& [name, value] : command.environment) words.push_back(name + '=' + value);
  return words;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// A file in memory that a child writes and is read afterwards: no pipe that somebody would have to
/// empty meanwhile.
class Capture {
 public:
  Capture() : file_(::memfd_create("bench-output", MFD_CLOEXEC)) {
    if (file_.get() < 0) throw Failure("cannot make a file in memory");
  }
  [[nodiscard]] int descriptor() const { return file_.get(); }
  [[nodiscard]] std::string text() const {
    std::string all;
    std::array<char, 4096> buffer;
    for (;;) {
      const ssize_t got =
          ::pread(file_.get(), buffer.data(), buffer.size(), static_cast<off_t>(all.size()));
      if (got <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  Descriptor file_;
};

}  // namespace

Child::Child(const Command& command, Streams streams) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const std::array<int, 3> wanted{streams.in, streams.out, streams.err};
  for (int number = 0; number < 3; ++number) {
    const int from = wanted.at(static_cast<std::size_t>(number));
    if (from >= 0) {
      ::posix_spawn_file_actions_adddup2(&actions, from, number);
    } else {
      ::posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0);
    }
  }
  if (!command.directory.empty())
    ::posix_spawn_file_actions_addchdir_np(&actions, command.directory.c_str());
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t changed;
  ::sigemptyset(&changed);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::sigaddset(&changed, number);
  ::posix_spawnattr_setsigdefault(&attributes, &changed);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> words = command.argv;
  std::vector<std::string> variables = environment_of(command);
  const int failed = ::posix_spawnp(&pid_, words.front().c_str(), &actions, &attributes,
                                    pointers_to(words).data(), pointers_to(variables).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    throw Failure(
        fmt::format("cannot start {}: {}", command.argv.front(), ::strerrordesc_np(failed)));
  pidfd_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

Child::~Child() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

int Child::wait(milliseconds patience) {
  pollfd one{pidfd_.get(), POLLIN, 0};
  const int ready = ::poll(&one, 1, static_cast<int>(patience.count()));
  check_interrupt();
  if (ready <= 0) throw Failure(fmt::format("process {} does not end", pid_));
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Child::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

Outcome run(const Command& command) {
  const Capture out;
  const Capture err;
  Outcome outcome;
  const auto start = std::chrono::steady_clock::now();
  Child child(command, {.out = out.descriptor(), .err = err.descriptor()});
  outcome.code = child.wait(kPatience);
  outcome.elapsed = std::chrono::steady_clock::now() - start;
  outcome.out = out.text();
  outcome.err = err.text();
  return outcome;
}

Seconds time_of(const Command& command) {
  const Outcome outcome = run(command);
  if (outcome.code != 0)
    throw Failure(fmt::format("{} ended with {}: {}", fmt::join(command.argv, " "), outcome.code,
                              outcome.err));
  return outcome.elapsed;
}

void pause_for(milliseconds time) {
  ::poll(nullptr, 0, static_cast<int>(time.count()));
  check_interrupt();
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_interrupt;  // without SA_RESTART: poll(2) returns
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

bool was_interrupted() { return interruption_told; }

}  // namespace mino::bench
