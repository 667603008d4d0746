#include "helper/mino-init/supervisor.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "helper/mino-init/environment.hpp"
#include "helper/mino-init/terminal.hpp"

namespace mino::init {

namespace {

using lifeline::Kind;

// Seen by nobody but podman, which records them.
constexpr int kCodeEnded = 0;
constexpr int kCodeNotStarted = 125;
constexpr int kCodeLifelineLost = 137;

/// Whether a signal is one that a stopped process has to wake up for. The others stop, continue, or
/// by default do nothing.
bool is_ending(int signal) {
  switch (signal) {
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
    case SIGCONT:
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
      return false;
    default:
      return true;
  }
}

bool is_readable(int descriptor) {
  pollfd one{descriptor, POLLIN, 0};
  return ::poll(&one, 1, 0) == 1;
}

}  // namespace

Supervisor::Supervisor(Entrypoint entrypoint, char* const* environment, Sources sources)
    : entrypoint_(entrypoint), base_environment_(environment), sources_(sources) {}

void Supervisor::run() {
  tell(Kind::kReady, 0, static_cast<std::int32_t>(lifeline::kVersion), 0, -1);
  for (;;) {
    // While a start is not reported the lifeline is only watched for its end: a signal for the new
    // process is then sent to a group that exists. It is never waited for with nothing else in
    // sight, because a program of the box can stop the child, and everything else has to go on
    // then, the end of the box above all.
    const auto wanted = static_cast<short>(report_.open() ? 0 : POLLIN);
    pollfd watched[] = {{lifeline::kDescriptor, wanted, 0},
                        {sources_.signals, POLLIN, 0},
                        {sources_.changes, POLLIN, 0},
                        {report_.get(), POLLIN, 0}};
    if (::poll(watched, std::size(watched), -1) < 0) {
      if (errno == EINTR) continue;
      end(kCodeLifelineLost);
    }
    if ((watched[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) end(kCodeLifelineLost);
    take_reports();
    drain_changes();
    if (watched[1].revents != 0) {
      drain_signals();
      reap();
    }
    if ((watched[0].revents & POLLIN) != 0) serve_lifeline();
  }
}

void Supervisor::serve_lifeline() {
  if (!receive(incoming_)) end(kCodeLifelineLost);
  switch (inbox_.accept(&incoming_.packet, incoming_.length, incoming_.descriptor_count)) {
    case Inbox::Step::kContinue:
      return;
    case Inbox::Step::kStart:
      return start();
    case Inbox::Step::kSignal:
      return forward_signal(inbox_.signal());
    case Inbox::Step::kBroken:
      end(kCodeLifelineLost);
  }
}

void Supervisor::start() {
  Description description = inbox_.take();
  const std::uint32_t id = description.header.process;
  if (find_id(id) != nullptr) end(kCodeLifelineLost);
  if (description.has(lifeline::kAgentFlag)) {
    agent_id_ = id;
    agent_ = std::move(description);
    filter_ = build_filter(agent_.has(lifeline::kNestedSandboxFlag) ? NestedSandbox::kAllowed
                                                                    : NestedSandbox::kRefused);
    start_process(agent_);
  } else if (process_count_ == processes_.size()) {
    fail(id, EAGAIN, lifeline::kFailedFork);
  } else {
    start_process(description);
  }
  for (Descriptor& descriptor : incoming_.descriptors) descriptor.reset();
}

void Supervisor::start_process(const Description& description) {
  const std::uint32_t id = description.header.process;
  const bool agent = description.has(lifeline::kAgentFlag);
  if (agent && !entrypoint_.valid) return fail(id, EINVAL, lifeline::kFailedDescription);
  const Allocated<char*> arguments = arguments_of(description);
  Allocated<char*> environment;
  Launch plan;
  plan.arguments = arguments.get();
  plan.environment = environment_of(description, environment);
  if (plan.arguments == nullptr || plan.environment == nullptr)
    return fail(id, ENOMEM, lifeline::kFailedDescription);
  if (plan.arguments[0] == nullptr) return fail(id, EINVAL, lifeline::kFailedDescription);
  if (description.has(lifeline::kShellFlag)) {
    plan.kind = Arguments::kCandidates;
    plan.first_candidate = agent ? entrypoint_.count : 0;
  }
  plan.filter = &filter_;

  Descriptor slave;
  if (description.has(lifeline::kTerminalFlag)) {
    if (!give_terminal(description, plan, slave)) return;
  } else {
    for (std::size_t i = 0; i < std::size(plan.standard_descriptors); ++i) {
      plan.standard_descriptors[i] = incoming_.descriptors[i].get();
    }
  }
  plan.changes = sources_.changes_writing;
  Start start;
  if (const int error = launch(plan, start); error != 0)
    return fail(id, error, lifeline::kFailedFork);
  report_ = std::move(start.report);
  processes_[process_count_] = {id, start.keeper, 0};
  ++process_count_;
}

Allocated<char*> Supervisor::arguments_of(const Description& description) const {
  const std::size_t prefix = description.has(lifeline::kAgentFlag) ? entrypoint_.count : 0;
  const std::size_t count = description.header.argument_count;
  auto result = allocate<char*>(prefix + count + 1);
  if (!result) return result;
  if (prefix != 0) std::memcpy(result.get(), entrypoint_.arguments, prefix * sizeof(char*));
  std::size_t at = prefix;
  for_each_string(description.bytes.get(), count, [&](char* argument) { result[at++] = argument; });
  return result;
}

char* const* Supervisor::environment_of(const Description& description, Allocated<char*>& storage) {
  storage = overlay(base_environment_, description.environment(), description.environment_count);
  if (!storage || !description.has(lifeline::kAgentFlag)) return storage.get();
  agent_path_ = prepended_path(storage.get());
  if (agent_path_ != nullptr) {
    storage = overlay(storage.get(), agent_path_.get(), 1);
    if (!storage) return nullptr;
  }
  agent_environment_ = std::move(storage);
  base_environment_ = agent_environment_.get();
  return base_environment_;
}

bool Supervisor::give_terminal(const Description& description, Launch& plan, Descriptor& slave) {
  const auto& header = description.header;
  Terminal terminal;
  if (const int error = open_terminal(header.rows, header.columns, terminal); error != 0) {
    fail(header.process, error, lifeline::kFailedTerminal);
    return false;
  }
  tell(Kind::kTerminal, header.process, 0, 0, terminal.master.get());
  slave = std::move(terminal.slave);
  plan.standard = Standard::kTerminal;
  for (int& descriptor : plan.standard_descriptors) descriptor = slave.get();
  return true;
}

bool Supervisor::starting(const Process* process) const {
  return report_.open() && process == &processes_[process_count_ - 1];
}

void Supervisor::take_report() {
  Report report;
  ssize_t length = -1;
  do {
    length = ::read(report_.get(), &report, sizeof report);
  } while (length < 0 && errno == EINTR);
  Process& process = processes_[process_count_ - 1];
  if (length == static_cast<ssize_t>(sizeof report) && report.error == 0) {
    process.pid = report.pid;
    return;
  }
  report_.reset();
  if (length == 0 && process.pid != 0) return tell(Kind::kStarted, process.id, process.pid, 0, -1);
  // Without a report at all, somebody in the box has killed the keeper.
  if (length != static_cast<ssize_t>(sizeof report)) report = {0, EIO, lifeline::kFailedFork};
  const std::uint32_t id = process.id;
  forget(&process);
  fail(id, report.error, static_cast<lifeline::FailedStage>(report.stage));
}

void Supervisor::take_reports() {
  while (report_.open() && is_readable(report_.get())) take_report();
}

void Supervisor::drain_signals() {
  signalfd_siginfo received[16];
  while (::read(sources_.signals, received, sizeof received) > 0) {
  }
}

void Supervisor::drain_changes() {
  while (is_readable(sources_.changes)) {
    Change change;
    if (::read(sources_.changes, &change, sizeof change) != static_cast<ssize_t>(sizeof change))
      return;
    note_stop(change.pid, change.signal);
  }
}

void Supervisor::reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG | WUNTRACED);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) return;
    if (Process* const kept = find_keeper(pid); kept != nullptr) {
      if (WIFSTOPPED(status)) {
        ::kill(pid, SIGCONT);  // nobody but a program of the box stops a keeper
      } else {
        kept->keeper = 0;
      }
    } else if (WIFSTOPPED(status)) {
      note_stop(pid, WSTOPSIG(status));
    } else {
      note_end(pid, status);
    }
  }
}

void Supervisor::note_stop(pid_t pid, int signal) {
  take_reports();
  const Process* const process = find_pid(pid);
  if (process == nullptr) return;
  if (starting(process)) {
    ::kill(pid, SIGCONT);  // stopped before it is what the owner asked for
    return;
  }
  tell(Kind::kStopped, process->id, signal, 0, -1);
}

void Supervisor::note_end(pid_t pid, int status) {
  // Its stops were written before its keeper let go of it.
  drain_changes();
  take_reports();
  Process* const process = find_pid(pid);
  if (process == nullptr) return;
  const std::uint32_t id = process->id;
  if (WIFSIGNALED(status)) {
    tell(Kind::kEnded, id, WTERMSIG(status), lifeline::kSignalled, -1);
  } else {
    tell(Kind::kEnded, id, WEXITSTATUS(status), 0, -1);
  }
  if (id == agent_id_) end(kCodeEnded);
  forget(process);
}

void Supervisor::forward_signal(const Inbox::Signal& signal) {
  const Process* const process = find_id(signal.process);
  if (process == nullptr || process->pid == 0) return;  // not there (yet): a race, not an error
  // A process that has joined another group has left none behind.
  const pid_t target = ::kill(-process->pid, 0) == 0 ? -process->pid : process->pid;
  ::kill(target, signal.number);
  if (is_ending(signal.number)) ::kill(target, SIGCONT);
}

void Supervisor::fail(std::uint32_t id, int error, lifeline::FailedStage stage) {
  tell(Kind::kFailed, id, error, stage, -1);
  if (id == agent_id_) end(kCodeNotStarted);
}

void Supervisor::tell(Kind kind, std::uint32_t id, std::int32_t value, std::uint32_t flags,
                      int attached) {
  lifeline::Packet packet{};
  packet.kind = kind;
  packet.process = id;
  packet.value = value;
  packet.flags = flags;
  if (!send(packet, attached)) end(kCodeLifelineLost);
}

Supervisor::Process* Supervisor::find_pid(pid_t pid) {
  for (std::size_t i = 0; i < process_count_; ++i) {
    if (processes_[i].pid == pid) return &processes_[i];
  }
  return nullptr;
}

Supervisor::Process* Supervisor::find_keeper(pid_t pid) {
  for (std::size_t i = 0; i < process_count_; ++i) {
    if (processes_[i].keeper == pid) return &processes_[i];
  }
  return nullptr;
}

Supervisor::Process* Supervisor::find_id(std::uint32_t id) {
  for (std::size_t i = 0; i < process_count_; ++i) {
    if (processes_[i].id == id) return &processes_[i];
  }
  return nullptr;
}

void Supervisor::forget(Process* process) {
  Process* const last = &processes_[process_count_ - 1];
  std::memmove(process, process + 1, static_cast<std::size_t>(last - process) * sizeof(Process));
  --process_count_;
}

void Supervisor::end(int code) {
  // The kernel ends everything in a pid namespace with its first process, and only there.
  if (::getpid() != 1) {
    for (std::size_t i = 0; i < process_count_; ++i) kill_and_reap(processes_[i]);
  }
  ::_exit(code);
}

void Supervisor::kill_and_reap(const Process& process) {
  if (process.pid > 0) {
    ::kill(-process.pid, SIGKILL);
    ::kill(process.pid, SIGKILL);
  }
  if (process.keeper > 0) {
    ::kill(process.keeper, SIGKILL);
    ::waitpid(process.keeper, nullptr, 0);
  }
  // Without its keeper it is a child of this process.
  if (process.pid > 0) ::waitpid(process.pid, nullptr, 0);
}

}  // namespace mino::init
