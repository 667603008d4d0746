#include "integration/bench/podman_stopwatch.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <string_view>

namespace mino::bench {

namespace fs = std::filesystem;

namespace {

constexpr char kRealProgram[] = "real";
constexpr char kCalls[] = "calls";

double wall_seconds() {
  return Seconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

fs::path find_podman() {
  const char* path = ::getenv("PATH");
  std::istringstream directories(path == nullptr ? "/usr/bin" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    const fs::path candidate = fs::path(directory) / "podman";
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw Failure("there is no podman");
}

}  // namespace

PodmanStopwatch::PodmanStopwatch(const Workspace& workspace)
    : directory_(workspace.root() / "watched") {
  fs::create_directory(directory_);
  fs::create_symlink(find_podman(), directory_ / kRealProgram);
  // A copy and not a link: mino may look at what the program is.
  fs::copy_file(fs::read_symlink("/proc/self/exe"), directory_ / "podman");
}

Command PodmanStopwatch::watched(Command command) const {
  const char* path = ::getenv("PATH");
  command.environment["PATH"] =
      directory_.string() + ":" + (path == nullptr ? "/usr/bin:/bin" : path);
  return command;
}

std::vector<PodmanCall> PodmanStopwatch::take_calls() const {
  std::istringstream lines(slurp(directory_ / kCalls));
  std::vector<PodmanCall> calls;
  for (PodmanCall call; lines >> call.started >> call.ended;) calls.push_back(call);
  fs::remove(directory_ / kCalls);
  return calls;
}

bool is_podman_stand_in(const char* program) { return fs::path(program).filename() == "podman"; }

int stand_in_for_podman(char** argv) {
  const fs::path directory = fs::path(argv[0]).parent_path();
  const std::string real = (directory / kRealProgram).string();
  const double started = wall_seconds();
  pid_t pid = -1;
  // Descriptors beyond the three standard ones are podman's too: they were given to be passed on.
  if (::posix_spawn(&pid, real.c_str(), nullptr, nullptr, argv, environ) != 0) return 125;
  ::closefrom(3);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  const std::string line = fmt::format("{:.6f} {:.6f}\n", started, wall_seconds());
  const int calls =
      ::open((directory / kCalls).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (calls < 0 || ::write(calls, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    return 125;
  ::close(calls);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace mino::bench
