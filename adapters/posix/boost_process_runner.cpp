#include "adapters/posix/boost_process_runner.hpp"

#include "adapters/posix/bounded_output.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/group_guard.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"

#include <fmt/format.h>
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/environment.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <exception>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace mino::posix {
namespace {

namespace bp = boost::process;

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  const int result = ::pipe2(ends.data(), O_CLOEXEC);
  const int failed = errno;
  if (result != 0) return system_error("making a pipe", failed);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// The child's ends of its three streams, and ours.
struct Streams {
  UniqueFd child_input, child_output, child_errors;
  UniqueFd input, output, errors;
};

Result<Streams> make_streams(bool with_input) {
  Streams streams;
  if (with_input) {
    MINO_ASSIGN(Pipe pipe, make_pipe());
    streams.child_input = std::move(pipe.read);
    streams.input = std::move(pipe.write);
    ::fcntl(streams.input.get(), F_SETFL, O_NONBLOCK);
  } else {
    streams.child_input = UniqueFd(retry([] { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }));
    const int failed = errno;
    if (!streams.child_input) return file_error("opening", "/dev/null", failed);
  }
  MINO_ASSIGN(Pipe output, make_pipe());
  MINO_ASSIGN(Pipe errors, make_pipe());
  streams.child_output = std::move(output.write);
  streams.output = std::move(output.read);
  streams.child_errors = std::move(errors.write);
  streams.errors = std::move(errors.read);
  ::fcntl(streams.output.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(streams.errors.get(), F_SETFL, O_NONBLOCK);
  return streams;
}

/// Runs in the child between fork and exec, as the next. The kernel then kills the child when the
/// thread that forked it ends; one that has ended already is not noticed by it.
void end_with(pid_t caller) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != caller) ::raise(SIGKILL);
}

/// Runs in the child between fork and exec, so only calls what is safe there.
void prepare_child(int input, int output, int errors) {
  ::setsid();
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &by_default, nullptr);
  sigset_t none{};
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // Marked rather than closed: among them is the pipe over which Boost reports that the exec
  // failed.
  constexpr unsigned kFirst = 3;
  if (::close_range(kFirst, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  // A kernel before 5.11.
  struct rlimit limit {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const int end = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 65536));
  for (int fd = 3; fd < end; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

bool is_program(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

/// The path of the program, looked up as execvp(3) does, but on the PATH that the child gets.
Result<std::string> find_program(const ProcessSpec& spec) {
  if (spec.argv.empty() || spec.argv.front().empty())
    return Error(ErrorCode::kInternal, "no program was named");
  const std::string& name = spec.argv.front();
  if (name.find('/') != std::string::npos) return name;
  const auto path = std::find_if(spec.environment.begin(), spec.environment.end(),
                                 [](const auto& variable) { return variable.first == "PATH"; });
  std::string_view rest = path == spec.environment.end() ? std::string_view() : path->second;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string candidate = fmt::format("{}/{}", rest.substr(0, end), name);
    // An entry that is not absolute would depend on the directory mino happens to be in.
    if (candidate.front() == '/' && end != 0 && is_program(candidate)) return candidate;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return Error(ErrorCode::kNotFound, fmt::format("there is no program {} on the PATH", name));
}

/// Closes the child's ends when it returns, whatever happened.
Result<ChildProcess> start(const ProcessSpec& spec, const std::string& program, Streams& streams) {
  const UniqueFd input = std::move(streams.child_input);
  const UniqueFd output = std::move(streams.child_output);
  const UniqueFd errors = std::move(streams.child_errors);
  const std::vector<std::string> arguments(spec.argv.begin() + 1, spec.argv.end());
  bp::environment environment;
  for (const auto& [name, value] : spec.environment) environment[name] = value;
  const pid_t caller = ::getpid();
  const auto in_child = [&](auto&) {
    prepare_child(input.get(), output.get(), errors.get());
    if (spec.end == ProcessEnd::kWithCaller) end_with(caller);
  };
  // Boost forgets a child whose exec failed; without this it would stay as a zombie.
  const auto reap_failed = [](auto& executor, const std::error_code&) {
    if (executor.pid > 0) retry([&] { return ::waitpid(executor.pid, nullptr, 0); });
  };
  try {
    std::error_code failed;
    bp::child child(bp::exe = program, bp::args = arguments, environment,
                    bp::extend::on_exec_setup = in_child, bp::extend::on_error = reap_failed,
                    failed);
    if (failed) return system_error(fmt::format("starting {}", program), failed.value());
    const pid_t pid = child.id();
    child.detach();
    return ChildProcess::adopt(pid, ChildScope::kGroup);
  } catch (const std::exception& failure) {
    return Error(ErrorCode::kInternal, fmt::format("starting {}: {}", program, failure.what()));
  }
}

/// Talks to a running child until it has ended.
class Conversation {
 public:
  static constexpr std::size_t kWaits = 4;

  /// Starts the program. `spec` must outlive this.
  static Result<Conversation> begin(const ProcessSpec& spec) {
    MINO_ASSIGN(const std::string program, find_program(spec));
    MINO_ASSIGN(Streams streams, make_streams(!spec.input.empty()));
    MINO_ASSIGN(ChildProcess child, start(spec, program, streams));
    return Conversation(spec, std::move(child), std::move(streams));
  }

  /// What to wait for, `kWaits` of them.
  void add_waits(std::vector<pollfd>& waits) const {
    waits.push_back({child_.pidfd(), POLLIN, 0});
    waits.push_back({streams_.output.get(), POLLIN, 0});
    waits.push_back({streams_.errors.get(), POLLIN, 0});
    waits.push_back({streams_.input.get(), POLLOUT, 0});
  }

  /// Acts on what poll(2) said of them. The result when the program has ended or its time is over.
  std::optional<Result<ProcessOutput>> go_on(const pollfd* waits) {
    if (waits[3].revents != 0) feed();
    if (waits[1].revents != 0) drain(streams_.output, result_.output);
    if (waits[2].revents != 0) drain(streams_.errors, result_.errors);
    if (waits[0].revents != 0) return finish();
    if (std::chrono::steady_clock::now() >= end_) return give_up();
    return std::nullopt;
  }

  [[nodiscard]] std::chrono::steady_clock::time_point end() const { return end_; }

  [[nodiscard]] pid_t pid() const { return child_.pid(); }
  [[nodiscard]] bool ends_with_caller() const { return spec_->end == ProcessEnd::kWithCaller; }

  Error give_up() {
    child_.signal(SIGKILL);
    static_cast<void>(child_.wait());
    return {ErrorCode::kTimeout, fmt::format("{} did not end within {} ms", spec_->argv.front(),
                                             spec_->deadline.count())};
  }

 private:
  Conversation(const ProcessSpec& spec, ChildProcess child, Streams streams)
      : spec_(&spec),
        child_(std::move(child)),
        streams_(std::move(streams)),
        end_(std::chrono::steady_clock::now() + spec.deadline) {}

  void feed() {
    const std::string_view rest = std::string_view(spec_->input).substr(fed_);
    const ssize_t written =
        retry([&] { return ::write(streams_.input.get(), rest.data(), rest.size()); });
    const int failed = errno;
    if (written > 0) fed_ += static_cast<std::size_t>(written);
    // A child that does not read its input is none of our business.
    if ((written < 0 && failed != EAGAIN) || fed_ == spec_->input.size()) streams_.input.reset();
  }

  void drain(UniqueFd& stream, std::string& text) {
    if (read_available(stream.get(), text, spec_->max_output_bytes) == ReadState::kEnded)
      stream.reset();
  }

  /// What the child itself wrote is in the pipes by now. Their end is not waited for: a grandchild
  /// may keep them open.
  ProcessOutput finish() {
    if (streams_.output) drain(streams_.output, result_.output);
    if (streams_.errors) drain(streams_.errors, result_.errors);
    const ExitStatus status = child_.wait();
    result_.exit_code = status.exit_code;
    result_.signal = status.signal;
    return std::move(result_);
  }

  const ProcessSpec* spec_;
  ChildProcess child_;
  Streams streams_;
  std::chrono::steady_clock::time_point end_;
  std::size_t fed_ = 0;
  ProcessOutput result_;
};

/// A child that closes its input must not end us.
class BrokenPipesIgnored {
 public:
  BrokenPipesIgnored() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before_);
  }
  ~BrokenPipesIgnored() { ::sigaction(SIGPIPE, &before_, nullptr); }
  BrokenPipesIgnored(const BrokenPipesIgnored&) = delete;
  BrokenPipesIgnored& operator=(const BrokenPipesIgnored&) = delete;

 private:
  struct sigaction before_ {};
};

int milliseconds_until(std::chrono::steady_clock::time_point end) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
  constexpr std::int64_t kLongest = 60'000;
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, kLongest));
}

/// Several conversations at once.
class Conversations {
 public:
  explicit Conversations(const std::vector<ProcessSpec>& specs)
      : guard_(need_guard(specs) ? GroupGuard::make() : std::nullopt), results_(specs.size()) {
    for (std::size_t i = 0; i < specs.size(); ++i) {
      auto begun = Conversation::begin(specs[i]);
      if (begun.ok()) {
        if (guard_ && begun->ends_with_caller()) guard_->add(begun->pid());
        running_.emplace_back(i, std::move(begun).value());
      } else {
        results_[i].emplace(std::move(begun).error());
      }
    }
  }

  std::vector<Result<ProcessOutput>> hold() {
    while (!running_.empty()) wait();
    std::vector<Result<ProcessOutput>> results;
    results.reserve(results_.size());
    for (auto& result : results_) results.push_back(*std::move(result));
    return results;
  }

 private:
  using Running = std::pair<std::size_t, Conversation>;

  static bool need_guard(const std::vector<ProcessSpec>& specs) {
    return std::ranges::any_of(
        specs, [](const ProcessSpec& spec) { return spec.end == ProcessEnd::kWithCaller; });
  }

  void wait() {
    std::vector<pollfd> waits;
    auto end = running_.front().second.end();
    for (const auto& [index, conversation] : running_) {
      conversation.add_waits(waits);
      end = std::min(end, conversation.end());
    }
    const int ready = ::poll(waits.data(), waits.size(), milliseconds_until(end));
    const int failed = errno;
    if (ready < 0 && failed != EINTR) return give_up(system_error("waiting for a process", failed));
    const pollfd* next = waits.data();
    for (auto& [index, conversation] : running_) {
      results_[index] = conversation.go_on(next);
      if (guard_ && results_[index].has_value()) guard_->remove(conversation.pid());
      next += Conversation::kWaits;
    }
    std::erase_if(running_,
                  [this](const Running& each) { return results_[each.first].has_value(); });
  }

  void give_up(const Error& error) {
    for (auto& [index, conversation] : running_) {
      static_cast<void>(conversation.give_up());
      results_[index].emplace(error);
    }
    running_.clear();
  }

  /// Dropped after the programs. Without one the kernel still ends those that it knows.
  std::optional<GroupGuard> guard_;
  std::vector<std::optional<Result<ProcessOutput>>> results_;
  std::vector<Running> running_;
};

}  // namespace

Result<ProcessOutput> BoostProcessRunner::run(const ProcessSpec& spec) {
  return std::move(run_all({spec}).front());
}

std::vector<Result<ProcessOutput>> BoostProcessRunner::run_all(
    const std::vector<ProcessSpec>& specs) {
  const BrokenPipesIgnored guard;
  return Conversations(specs).hold();
}

}  // namespace mino::posix
