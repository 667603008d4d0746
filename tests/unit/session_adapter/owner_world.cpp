#include "tests/unit/session_adapter/owner_world.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "adapters/session/session_owner.hpp"
#include "helper/protocol/lifeline.hpp"
#include "tests/support/test_paths.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::testing_support {

namespace {

constexpr int kFirstSafeNumber = 20;
/// After which no child of a test lives any more.
constexpr unsigned kDeadlineSeconds = 60;

posix::UniqueFd duplicate(int descriptor) {
  return posix::UniqueFd(::fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstSafeNumber));
}

/// The builder's process: a child that does nothing, or waits for the end of the box.
class FakeBoxBuild final : public posix::BoxBuild {
 public:
  FakeBoxBuild(posix::ChildProcess child, std::optional<Error> failure)
      : child_(std::move(child)), failure_(std::move(failure)) {}
  [[nodiscard]] int process_fd() const override { return child_.pidfd(); }
  [[nodiscard]] int output_fd() const override { return -1; }
  void drain() override {}
  [[nodiscard]] Result<std::string> finish() override {
    static_cast<void>(child_.wait());
    if (failure_) return *failure_;
    return std::string(FakeBoxBuilder::kContainerId);
  }

 private:
  posix::ChildProcess child_;
  std::optional<Error> failure_;
};

/// Becomes the built mino-init, whose standard descriptors are nowhere.
int become_init() {
  const int null = ::open("/dev/null", O_RDWR);
  for (int number = 0; number < 3; ++number) ::dup2(null, number);
  ::fcntl(lifeline::kDescriptor, F_SETFD, 0);
  const char* const arguments[] = {"mino-init", "--", lifeline::kCommandPlaceholder, nullptr};
  const char* const environment[] = {"PATH=/usr/bin:/bin", nullptr};
  ::execve(init_program(), const_cast<char**>(arguments), const_cast<char**>(environment));
  return 98;
}

/// Waits for the end of a process that is not ours to wait for.
void wait_for_process(pid_t process) {
  pollfd one{static_cast<int>(::syscall(SYS_pidfd_open, process, 0)), POLLIN, 0};
  ::poll(&one, 1, -1);
}

}  // namespace

UserStreams::UserStreams(const std::optional<std::string>& input)
    : out_(make_memory_file()), err_(make_memory_file()) {
  std::fflush(nullptr);
  for (int number = 0; number < 3; ++number) saved_.push_back(duplicate(number));
  if (input) {
    const posix::UniqueFd file = make_memory_file();
    write_whole(file.get(), *input);
    ::lseek(file.get(), 0, SEEK_SET);
    replace(0, file.get());
  } else {
    open_input_ = make_pipe(PipeMode::kBlocking);
    replace(0, open_input_.read.get());
  }
  replace(1, out_.get());
  replace(2, err_.get());
}

UserStreams::~UserStreams() {
  std::fflush(nullptr);
  for (int number = 0; number < 3; ++number)
    replace(number, saved_[static_cast<std::size_t>(number)].get());
}

void UserStreams::replace(int number, int by) { EXPECT_EQ(::dup2(by, number), number); }

pid_t fork_child(const std::function<int()>& body, int keep) {
  const pid_t child = ::fork();
  EXPECT_GE(child, 0);
  if (child != 0) return child;
  // Nothing of the test process but its memory: above all no end of a pipe or socket that would
  // keep others waiting.
  ::setpgid(0, 0);
  if (keep >= 0) {
    ::dup2(keep, lifeline::kDescriptor);
    ::fcntl(lifeline::kDescriptor, F_SETFD, FD_CLOEXEC);
  }
  ::close_range(keep >= 0 ? lifeline::kDescriptor + 1 : lifeline::kDescriptor, ~0U, 0);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::alarm(kDeadlineSeconds);
  ::_exit(body());
}

FakeBoxBuilder::~FakeBoxBuilder() { end_box(); }

void FakeBoxBuilder::end_box() {
  if (box_ <= 0) return;
  ::kill(box_, SIGKILL);
  ::waitpid(std::exchange(box_, -1), nullptr, 0);
  ::kill(watchdog_, SIGKILL);
  ::waitpid(std::exchange(watchdog_, -1), nullptr, 0);
}

Result<std::unique_ptr<posix::BoxBuild>> FakeBoxBuilder::start(const RunPlan& /*plan*/,
                                                               posix::UniqueFd lifeline) {
  end_box();
  if (on_start) on_start();
  if (refusal_) return *refusal_;
  if (!failure_) {
    const auto play = [this] {
      body_(lifeline::kDescriptor);
      return 0;
    };
    box_ = body_ ? fork_child(play, lifeline.get()) : fork_child(become_init, lifeline.get());
    // mino-init blocks every signal, so its alarm alone would not end it.
    watchdog_ = fork_child([this] {
      ::alarm(0);
      ::sleep(kDeadlineSeconds);
      ::kill(box_, SIGKILL);
      return 0;
    });
  }
  const pid_t process = fork_child([this] {
    if (stays_) wait_for_process(box_);
    return 0;
  });
  MINO_ASSIGN(posix::ChildProcess child,
              posix::ChildProcess::adopt(process, posix::ChildScope::kGroup));
  return std::unique_ptr<posix::BoxBuild>(
      std::make_unique<FakeBoxBuild>(std::move(child), failure_));
}

bool FakeBoxBuilder::box_ends() {
  siginfo_t info{};
  return comes_true([&] {
    return ::waitid(P_PID, static_cast<id_t>(box_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == box_;
  });
}

OwnerWorld::OwnerWorld() : plan(plan_of(plain_inputs())) {
  plan.runtime_dir = directory.path().string();
  plan.log = LogPolicy::kOff;
  plan.path_prepend.clear();
}

OwnerWorld::~OwnerWorld() = default;

Result<AgentEnd> OwnerWorld::run(const std::optional<std::string>& input) {
  const UserStreams streams(input);
  if (user_stdout >= 0) UserStreams::replace(1, user_stdout);
  session::SessionOwner owner(plan, {.observer = observer,
                                     .network = network,
                                     .walls = {&protection},
                                     .json = codec,
                                     .notices = notices,
                                     .companion = companion,
                                     .companions = {}});
  auto end = owner.run(builder, {.plan = &plan, .environment = values, .log_path = log_path});
  out = streams.out();
  err = streams.err();
  return end;
}

SessionRecord OwnerWorld::record() const {
  SessionRecord record{.id = "0b8c3c0e-6f2f-4f1e-9c57-2c3f3b1f7a10", .name = plan.session};
  record.runtime_dir = plan.runtime_dir;
  return record;
}

pid_t OwnerWorld::client(const std::function<int()>& body) { return fork_child(body); }

int OwnerWorld::exit_code_of(pid_t child) {
  int status = 0;
  const bool ended = comes_true([&] { return ::waitpid(child, &status, WNOHANG) == child; });
  if (!ended) {
    ADD_FAILURE() << "the client does not end";
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void OwnerWorld::wait_for_file(const std::string& name) const {
  EXPECT_TRUE(comes_true([&] { return std::filesystem::exists(file(name)); })) << name;
}

}  // namespace mino::testing_support
