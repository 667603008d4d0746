#include "adapters/session/session_owner.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "adapters/posix/posix_error.hpp"
#include "adapters/session/environment_block.hpp"
#include "adapters/session/process_event.hpp"
#include "domain/network/network_request.hpp"

namespace mino::session {

namespace {

constexpr std::uint32_t kAgentProcess = 1;
/// How long a box may take to end after its lifeline was cut, or its builder after the agent has
/// ended.
constexpr std::chrono::seconds kEndPatience{15};
constexpr std::chrono::seconds kClientGonePatience{1};

AgentStreamRelay::Options relay_options(const RunPlan& plan) {
  AgentStreamRelay::Options options;
  options.streams = plan.streams;
  options.attachment = plan.attachment;
  return options;
}

}  // namespace

SessionOwner::SessionOwner(const RunPlan& plan, World world)
    : plan_(plan),
      observer_(world.observer),
      network_(world.network),
      json_(world.json),
      notices_(world.notices),
      walls_(loop_, world.network, std::move(world.walls),
             {.up = [this] { start_agent(); },
              .failed = [this](Error error) { wall_failed(std::move(error)); }}),
      signals_(loop_, [this](int number) { signal_arrived(number); }),
      relay_(loop_,
             [this] {
               AgentStreamRelay::Options options = relay_options(plan_);
               if (plan_.log == LogPolicy::kLines)
                 options.tap = [this](OutputStream stream, std::string_view bytes) {
                   log(stream, bytes);
                 };
               options.write_failed = [this](OutputStream stream, int error) {
                 write_failed(stream, error);
               };
               return options;
             }()),
      foreground_(relay_, signals_, plan.streams,
                  [this](int number) { signal_process(kAgentProcess, number); }),
      companion_(loop_, relay_, plan.attachment, world.companion,
                 [this] {
                   // A screen that the agent has drawn is drawn again.
                   if (agent_ == Agent::kRunning && plan_.streams == AgentStreams::kTerminal)
                     signal_process(kAgentProcess, SIGWINCH);
                 }),
      companions_(std::move(world.companions)) {}

Result<AgentEnd> SessionOwner::run(posix::BoxBuilder& builder, BoxLaunch launch) {
  MINO_TRY(start(builder, launch));
  launch.environment.clear();
  while (!finished()) loop_.run_once();
  relay_.release_user_terminal();
  return outcome();
}

Result<void> SessionOwner::start(posix::BoxBuilder& builder, BoxLaunch& launch) {
  open_log(launch.log_path);
  MINO_TRY(listen_for_clients());
  walls_.watch();
  companion_.watch();
  for (posix::BoxCompanion* each : companions_)
    if (each->fd() >= 0) loop_.watch(each->fd(), POLLIN, [each](short) { each->handle(); });
  MINO_TRY(build_box(builder));
  // Sent at once: it waits in the socket until the init reads it, so the agent starts the moment
  // the box stands.
  return send_agent(launch);
}

void SessionOwner::wall_failed(Error error) {
  walls_.unwatch();
  if (agent_ != Agent::kExpected) return;
  agent_ = Agent::kEnded;
  failure_ = std::move(error);
  cut_lifeline();
  relay_.abandon();
  if (build_) loop_.after(kEndPatience, [this] { drop_build(); });
}

/// A box whose walls do not all stand must not have an agent.
void SessionOwner::start_agent() {
  if (!held_streams_ || !walls_.stand()) return;
  lifeline::Packet go{};
  go.kind = lifeline::Kind::kGo;
  go.process = kAgentProcess;
  lifeline_->send(go, std::move(*held_streams_));
  held_streams_.reset();
}

std::string SessionOwner::answer_network(std::string_view request) const {
  NetworkAnswer answer;
  const auto parsed = json_.parse(request);
  const auto asked =
      parsed.ok() ? network_request_from_json(*parsed) : Result<NetworkRequest>(parsed.error());
  if (asked.ok()) {
    answer = network_.answer(*asked);
  } else {
    answer.error = asked.error().text();
  }
  return json_.write(to_json(answer), JsonLayout::kCompact);
}

Result<void> SessionOwner::listen_for_clients() {
  ControlServer::Handlers control;
  control.start = [this](ClientId client, ClientProcess process) {
    client_start(client, std::move(process));
  };
  control.signal = [this](ClientId client, int number) {
    for (const auto& [process, owner] : exec_clients_) {
      if (owner == client) signal_process(process, number);
    }
  };
  control.stop = [this](int grace) { request_stop(grace < 0 ? SIGKILL : SIGTERM, grace); };
  control.gone = [this](ClientId client) { client_gone(client); };
  control.network = [this](std::string_view request) { return answer_network(request); };
  MINO_ASSIGN(control_, ControlServer::listen(loop_, plan_.runtime_dir, std::move(control)));
  return {};
}

Result<void> SessionOwner::build_box(posix::BoxBuilder& builder) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return posix::system_error("making the lifeline", errno);
  posix::UniqueFd ours(ends[0]);
  posix::UniqueFd theirs(ends[1]);
  const int on = 1;
  if (::setsockopt(ours.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0)
    return posix::system_error("making the lifeline", errno);
  PacketChannel::Handlers lifeline;
  lifeline.packet = [this](const ParsedPacket& parsed, PacketChannel::Descriptors descriptors) {
    lifeline_packet(parsed, std::move(descriptors));
  };
  lifeline.closed = [this] { lifeline_closed(); };
  lifeline.broken = [this] { distrust_box(); };
  lifeline_ = std::make_unique<PacketChannel>(loop_, std::move(ours), std::move(lifeline));

  MINO_ASSIGN(build_, builder.start(plan_, std::move(theirs)));
  process_watch_ = loop_.watch(build_->process_fd(), POLLIN, [this](short) { build_progress(); });
  output_watch_ = loop_.watch(build_->output_fd(), POLLIN, [this](short) { build_progress(); });
  return {};
}

Result<void> SessionOwner::send_agent(BoxLaunch& launch) {
  MINO_ASSIGN(PacketChannel::Descriptors streams, relay_.open());
  ProcessDescription agent;
  agent.flags = lifeline::kAgentFlag;
  if (plan_.streams == AgentStreams::kTerminal) agent.flags |= lifeline::kTerminalFlag;
  if (plan_.command.kind == AgentCommand::Kind::kShell) agent.flags |= lifeline::kShellFlag;
  if (has_grant<NestedSandboxGrant>(plan_.grants)) agent.flags |= lifeline::kNestedSandboxFlag;
  const WindowSize size = relay_.window_size();
  agent.rows = size.rows;
  agent.columns = size.columns;
  agent.arguments = plan_.command.words;
  if (!plan_.path_prepend.empty()) {
    launch.environment.insert_or_assign(
        lifeline::kPathPrependVariable,
        Secret(fmt::format("{}", fmt::join(plan_.path_prepend, ":"))));
  }
  agent.environment = environment_block(launch.environment);
  Result<void> sent = describe_process(*lifeline_, kAgentProcess, agent);
  ::explicit_bzero(agent.environment.data(), agent.environment.size());
  MINO_TRY(sent);
  held_streams_ = std::move(streams);
  start_agent();
  return {};
}

void SessionOwner::open_log(const std::string& path) {
  if (path.empty()) return;
  auto log = posix::SessionLogWriter::create(path, static_cast<std::uint64_t>(plan_.log_max_bytes));
  if (log.ok()) {
    log_.emplace(std::move(log).value());
  } else {
    notices_.warn("the session's output is not logged: " + log.error().text(), log.error().hint());
  }
}

void SessionOwner::log(OutputStream stream, std::string_view bytes) {
  if (!log_) return;
  const auto written =
      log_->append(stream == OutputStream::kStdout ? LogStream::kStdout : LogStream::kStderr, bytes,
                   std::chrono::system_clock::now());
  if (!written.ok())
    notices_.warn("the session's log is incomplete: " + written.error().text(), "");
}

void SessionOwner::write_failed(OutputStream stream, int error) {
  notices_.warn(
      fmt::format("writing to {} failed: {}", stream == OutputStream::kStdout ? "stdout" : "stderr",
                  ::strerrordesc_np(error)),
      "");
}

bool SessionOwner::finished() const {
  if (build_) return false;
  if (failure_) return true;
  return end_.has_value() && relay_.drained();
}

Result<AgentEnd> SessionOwner::outcome() {
  if (failure_) return std::move(*failure_);
  return *end_;
}

void SessionOwner::build_progress() {
  build_->drain();
  if (build_->output_fd() < 0 && output_watch_ != 0) loop_.unwatch(std::exchange(output_watch_, 0));
  pollfd process{build_->process_fd(), POLLIN, 0};
  if (::poll(&process, 1, 0) <= 0) return;
  auto built = build_->finish();
  drop_build();
  if (built.ok()) {
    observer_.box_named(*built);
    // The hook has ended by the time podman returns; podman says nothing when it finds none.
    if (held_streams_) walls_.box_built();
    return;
  }
  if (agent_ != Agent::kExpected)
    return notices_.debug("the engine reported: " + built.error().text());
  // The agent never ran, and now never will.
  agent_ = Agent::kEnded;
  if (!end_ || end_->kind == AgentEnd::Kind::kLost) failure_ = std::move(built).error();
  cut_lifeline();
  relay_.abandon();
}

void SessionOwner::lifeline_packet(const ParsedPacket& parsed,
                                   PacketChannel::Descriptors descriptors) {
  using lifeline::Kind;
  const lifeline::Packet& packet = parsed.packet;
  switch (packet.kind) {
    case Kind::kReady:
      if (packet.value != static_cast<std::int32_t>(lifeline::kVersion)) return distrust_box();
      return walls_.box_stands(lifeline_->peer());
    case Kind::kTerminal:
    case Kind::kStarted:
    case Kind::kFailed:
    case Kind::kStopped:
    case Kind::kEnded:
      break;
    default:
      return distrust_box();
  }
  if (!makes_sense(packet)) return distrust_box();
  if (packet.process == kAgentProcess) return agent_event(packet, std::move(descriptors));
  const auto client = exec_clients_.find(packet.process);
  if (client == exec_clients_.end()) return;
  const ClientId id = client->second;
  if (packet.kind == Kind::kFailed || packet.kind == Kind::kEnded) exec_clients_.erase(client);
  control_->tell(id, packet, std::move(descriptors));
}

void SessionOwner::distrust_box() {
  // Only a box that was taken over says this: it does not get to go on.
  notices_.warn("the box sent what its init never sends; the session ends", "");
  lifeline_->close();
  lifeline_closed();
  // Nor does it get to keep us waiting for the end of its streams.
  relay_.process_ended(AgentStreamRelay::Rest::kBoxGoesOn);
}

void SessionOwner::agent_event(const lifeline::Packet& packet,
                               PacketChannel::Descriptors descriptors) {
  using lifeline::Kind;
  if (agent_ == Agent::kEnded) return;
  const bool comes_before_start = packet.kind == Kind::kTerminal || packet.kind == Kind::kStarted ||
                                  packet.kind == Kind::kFailed;
  if (comes_before_start != (agent_ == Agent::kExpected)) return distrust_box();
  switch (packet.kind) {
    case Kind::kTerminal:
      if (descriptors.size() != 1 || plan_.streams != AgentStreams::kTerminal)
        return distrust_box();
      return relay_.attach_terminal(std::move(descriptors.front()));
    case Kind::kStarted:
      return agent_started();
    case Kind::kStopped:
      if (plan_.attachment == Attachment::kForeground) foreground_.process_stopped();
      return;
    case Kind::kFailed: {
      if (packet.flags != lifeline::kFailedExec) {
        failure_ = Error(ErrorCode::kInternal, fmt::format("the box cannot start a process: {}",
                                                           ::strerrordesc_np(packet.value)));
      }
      const bool missing = packet.value == ENOENT || packet.value == ENOTDIR;
      return agent_ended({missing ? AgentEnd::Kind::kNotFound : AgentEnd::Kind::kNotExecutable,
                          packet.value, stopping_});
    }
    case Kind::kEnded:
      return agent_ended({(packet.flags & lifeline::kSignalled) != 0 ? AgentEnd::Kind::kSignalled
                                                                     : AgentEnd::Kind::kExited,
                          packet.value, stopping_});
    default:
      return;
  }
}

void SessionOwner::agent_started() {
  agent_ = Agent::kRunning;
  auto observed = observer_.agent_started();
  if (!observed.ok()) {
    failure_ = std::move(observed).error();
    return cut_lifeline();
  }
  relay_.process_started();
}

void SessionOwner::agent_ended(AgentEnd end) {
  agent_ = Agent::kEnded;
  end_ = end;
  companion_.cancel();
  expect_streams_to_end();
  relay_.release_user_keyboard();
  if (build_) {
    // The builder is about to return by itself; one that hangs must not keep the user waiting for
    // ever.
    loop_.after(kEndPatience, [this] { drop_build(); });
  }
}

void SessionOwner::expect_streams_to_end() {
  relay_.process_ended(AgentStreamRelay::Rest::kBoxEnds);
  // A box that does not end with its agent could hold them for ever; what it has said by then is
  // delivered.
  loop_.after(kEndPatience, [this] { relay_.process_ended(AgentStreamRelay::Rest::kBoxGoesOn); });
}

void SessionOwner::drop_build() {
  if (process_watch_ != 0) loop_.unwatch(std::exchange(process_watch_, 0));
  if (output_watch_ != 0) loop_.unwatch(std::exchange(output_watch_, 0));
  build_.reset();
}

void SessionOwner::lifeline_closed() {
  if (agent_ == Agent::kEnded) return;
  // While the builder runs its own words may explain it: build_progress() takes them.
  const bool ran = agent_ == Agent::kRunning;
  if (!ran && abort_signal_) {
    return agent_ended({AgentEnd::Kind::kSignalled, *abort_signal_, true});
  }
  end_ = AgentEnd{AgentEnd::Kind::kLost, 0, stopping_};
  expect_streams_to_end();
  if (ran || !build_) agent_ = Agent::kEnded;
  if (build_) loop_.after(kEndPatience, [this] { drop_build(); });
}

void SessionOwner::cut_lifeline() {
  if (!lifeline_ || !lifeline_->open()) return;
  lifeline_->close();
  lifeline_closed();
}

void SessionOwner::signal_arrived(int signal_number) {
  if (signal_number == SIGTERM || signal_number == SIGHUP)
    return request_stop(signal_number, static_cast<int>(plan_.stop_grace_seconds));
  // Whoever interrupts a question says no, and means nothing else.
  if (companion_.interrupted(signal_number)) return;
  if (agent_ == Agent::kRunning) {
    if (plan_.attachment == Attachment::kForeground) foreground_.signal_arrived(signal_number);
    return;
  }
  if (signal_number == SIGTSTP) {
    relay_.release_user_terminal();
    return signals_.suspend(Signals::Who::kSelf);
  }
  if (signal_number == SIGINT || signal_number == SIGQUIT) request_stop(signal_number, 0);
}

void SessionOwner::signal_process(std::uint32_t process, int signal_number) {
  lifeline::Packet packet{};
  packet.kind = lifeline::Kind::kSignal;
  packet.process = process;
  packet.value = signal_number;
  lifeline_->send(packet, {});
}

void SessionOwner::request_stop(int first, int grace_seconds) {
  if (agent_ == Agent::kEnded) return relay_.abandon();  // only undelivered output is left
  if (agent_ == Agent::kExpected) {
    abort_signal_ = first;
    return cut_lifeline();
  }
  signal_process(kAgentProcess, first);
  // An interactive shell ignores SIGTERM and obeys the end of its terminal.
  if (first == SIGTERM && plan_.streams == AgentStreams::kTerminal)
    signal_process(kAgentProcess, SIGHUP);
  if (std::exchange(stopping_, true) && first != SIGKILL) return;
  const auto kill_after =
      first == SIGKILL ? std::chrono::seconds(0) : std::chrono::seconds(grace_seconds);
  loop_.after(kill_after, [this] {
    if (agent_ == Agent::kRunning) signal_process(kAgentProcess, SIGKILL);
    loop_.after(std::chrono::seconds(2), [this] {
      if (agent_ != Agent::kRunning) return;
      agent_ended({AgentEnd::Kind::kSignalled, SIGKILL, true});
      lifeline_->close();
    });
  });
}

std::optional<std::vector<std::string>> SessionOwner::arguments_of(const ClientProcess& process) {
  const lifeline::Packet& description = process.description;
  std::vector<std::string> words;
  std::string_view rest = std::string_view(process.data).substr(0, description.argument_bytes);
  for (std::size_t end = rest.find('\0'); end != std::string_view::npos; end = rest.find('\0')) {
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  const std::size_t streams = (description.flags & lifeline::kTerminalFlag) != 0 ? 0 : 3;
  const bool terminated =
      rest.empty() && (description.environment_bytes == 0 || process.data.back() == '\0');
  if (!terminated || words.empty() || words.size() != description.argument_count ||
      words.size() > lifeline::kMaxArguments || process.streams.size() != streams) {
    return std::nullopt;
  }
  return words;
}

void SessionOwner::client_start(ClientId client, ClientProcess process) {
  // The init takes a malformed description for the end of the session, so none is passed on.
  const auto words = arguments_of(process);
  if (agent_ != Agent::kRunning || exec_clients_.size() >= lifeline::kMaxProcesses || !words) {
    lifeline::Packet refused{};
    refused.kind = lifeline::Kind::kFailed;
    refused.value = !words ? EINVAL : agent_ == Agent::kRunning ? EAGAIN : ESRCH;
    refused.flags = lifeline::kFailedFork;
    return control_->tell(client, refused, {});
  }
  const std::uint32_t id = next_process_++;
  exec_clients_[id] = client;
  lifeline::Packet packet = process.description;
  packet.process = id;
  packet.flags &= lifeline::kTerminalFlag | lifeline::kShellFlag;
  lifeline_->send(packet, {});
  lifeline_->send_data(id, process.data);
  ::explicit_bzero(process.data.data(), process.data.size());
  lifeline::Packet go{};
  go.kind = lifeline::Kind::kGo;
  go.process = id;
  lifeline_->send(go, std::move(process.streams));
  observer_.exec_started(*words);
}

void SessionOwner::client_gone(ClientId client) {
  for (const auto& [process, owner] : exec_clients_) {
    if (owner != client) continue;
    const std::uint32_t id = process;
    signal_process(id, SIGHUP);
    loop_.after(kClientGonePatience, [this, id] {
      if (exec_clients_.contains(id)) signal_process(id, SIGKILL);
    });
  }
}

}  // namespace mino::session
