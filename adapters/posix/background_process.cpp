#include "adapters/posix/background_process.hpp"

#include <fcntl.h>
#include <linux/ioprio.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::posix {
namespace {

constexpr int kLowestPriority = 19;
constexpr int kCannotRun = 127;

/// What is left of this process between fork(2) and the new program: only calls that are safe
/// there.
struct Program {
  char* const* argv;
  int null;
  int log;
  unsigned deadline_seconds;
};

[[noreturn]] void become(const Program& program) {
  ::setsid();
  // It must not keep a disk from being unmounted; where it cannot go there, it stays.
  static_cast<void>(::chdir("/") == 0);
  ::dup2(program.null, STDIN_FILENO);
  ::dup2(program.log, STDOUT_FILENO);
  ::dup2(program.log, STDERR_FILENO);
  // A pipe that the caller inherited would stay open for its reader.
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  // The owner of a session reads its signals by signalfd and has them blocked.
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::setpriority(PRIO_PROCESS, 0, kLowestPriority);
  ::syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
  // It outlives execve(2), and its signal ends a process that does not care.
  ::alarm(program.deadline_seconds);
  ::execv("/proc/self/exe", program.argv);
  ::_exit(kCannotRun);
}

}  // namespace

Result<void> BackgroundProcess::start(const std::vector<std::string>& arguments,
                                      const std::string& log, std::chrono::seconds deadline) {
  std::vector<std::string> words{"mino"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return file_error("opening", "/dev/null", errno);
  const UniqueFd file(::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                             S_IRUSR | S_IWUSR));
  if (!file) return file_error("opening", log, errno);
  const Program program{argv.data(), null.get(), file.get(),
                        static_cast<unsigned>(deadline.count())};
  const pid_t child = ::fork();
  if (child < 0) return system_error("starting a process in the background", errno);
  if (child == 0) {
    const pid_t grandchild = ::fork();
    if (grandchild == 0) become(program);
    ::_exit(grandchild < 0 ? 1 : 0);
  }
  int status = 0;
  if (retry([&] { return ::waitpid(child, &status, 0); }) < 0 || status != 0)
    return Error(ErrorCode::kInternal, "starting a process in the background failed");
  return {};
}

}  // namespace mino::posix
