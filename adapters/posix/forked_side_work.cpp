#include "adapters/posix/forked_side_work.hpp"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "adapters/posix/posix_error.hpp"
#include "domain/secret.hpp"

namespace mino::posix {
namespace {

constexpr std::size_t kMaxFindings = std::size_t{256} * 1024;
constexpr std::size_t kChunk = std::size_t{16} * 1024;
constexpr int kEventsAtOnce = 16;
/// Each job has two tags: of its pipe, and of its timer.
constexpr std::uint64_t kTags = 2;

/// Makes the child of a fork(2) a process that has nothing of its parent's but its memory.
void leave_parent(pid_t parent, int findings) {
  ::setsid();
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent) ::_exit(1);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) ::dup2(null, fd);
  constexpr int kFirst = STDERR_FILENO + 1;
  ::dup2(findings, kFirst);
  ::close_range(kFirst + 1, ~0U, 0);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCHLD})
    ::signal(number, SIG_DFL);
  // The owner of a session has the signals that it reads by signalfd blocked.
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void work_in_child(pid_t parent, int findings, const SideWork::Work& work,
                                const JsonCodec& codec) {
  leave_parent(parent, findings);
  JsonValue found = work();
  std::string text = codec.write(found, JsonLayout::kCompact);
  wipe(found);
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t put = retry([&] { return ::write(STDERR_FILENO + 1, rest.data(), rest.size()); });
    if (put <= 0) ::_exit(1);
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
  wipe(text);
  ::_exit(0);
}

}  // namespace

ForkedSideWork::ForkedSideWork(const JsonCodec& codec)
    : codec_(codec), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

Result<ForkedSideWork::Job> ForkedSideWork::fork_job(const Work& work) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("making a pipe", errno);
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer || ::fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0)
    return system_error("making a timer", errno);
  const pid_t self = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return system_error("starting a process", errno);
  if (child == 0) work_in_child(self, theirs.get(), work, codec_);
  // It makes a session of its own, but maybe not yet.
  MINO_ASSIGN(ChildProcess process, ChildProcess::adopt(child, ChildScope::kProcess));
  return Job{std::move(process), std::move(ours), std::move(timer), {}, {}};
}

Result<void> ForkedSideWork::start(Work work, std::chrono::seconds deadline, Done done) {
  MINO_ASSIGN(Job job, fork_job(work));
  job.done = std::move(done);
  // Growing would leave copies of what it holds behind.
  job.text.reserve(kMaxFindings + kChunk);
  itimerspec when{};
  when.it_value.tv_sec = deadline.count();
  ::timerfd_settime(job.deadline.get(), 0, &when, nullptr);
  const Id id = next_++;
  watch(job.findings.get(), id * kTags);
  watch(job.deadline.get(), id * kTags + 1);
  jobs_.emplace(id, std::move(job));
  return {};
}

void ForkedSideWork::watch(int fd, Id tag) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

void ForkedSideWork::handle() {
  std::array<epoll_event, kEventsAtOnce> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsAtOnce, 0);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t tag = events.at(static_cast<std::size_t>(i)).data.u64;
    const auto job = jobs_.find(tag / kTags);
    if (job == jobs_.end()) continue;
    if (tag % kTags == 0) {
      read_findings(job->first, job->second);
    } else {
      finish(job->first, Error(ErrorCode::kTimeout, "it took too long"));
    }
  }
}

void ForkedSideWork::read_findings(Id id, Job& job) {
  std::array<char, kChunk> buffer;
  const ssize_t got = retry([&] { return ::read(job.findings.get(), buffer.data(), kChunk); });
  if (got < 0 && errno == EAGAIN) return;
  if (got > 0 && job.text.size() <= kMaxFindings) {
    job.text.append(buffer.data(), static_cast<std::size_t>(got));
    ::explicit_bzero(buffer.data(), static_cast<std::size_t>(got));
    return;
  }
  const bool is_whole = got == 0 && job.process.wait().exit_code == 0;
  auto json = is_whole
                  ? codec_.parse(job.text)
                  : Result<JsonValue>(Error(ErrorCode::kUnavailable, "its process was killed"));
  finish(id, std::move(json));
}

void ForkedSideWork::finish(Id id, Result<JsonValue> result) {
  auto node = jobs_.extract(id);
  wipe(node.mapped().text);
  // Last, since it may start more work.
  node.mapped().done(std::move(result));
}

void ForkedSideWork::stop() {
  for (auto& [id, job] : jobs_) wipe(job.text);
  jobs_.clear();
}

}  // namespace mino::posix
