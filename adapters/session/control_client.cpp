#include "adapters/session/control_client.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <string.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "adapters/session/agent_streams.hpp"
#include "adapters/session/control_server.hpp"
#include "adapters/session/environment_block.hpp"
#include "adapters/session/foreground_process.hpp"
#include "adapters/session/packet_channel.hpp"
#include "adapters/session/poll_loop.hpp"
#include "adapters/session/signals.hpp"

namespace mino::session {

namespace {

constexpr std::uint32_t kProcess = 1;  ///< a client has one; the owner knows it by another number
constexpr std::chrono::seconds kAnswerPatience{10};

/// One `mino exec`.
class ExecConversation {
 public:
  ExecConversation(posix::UniqueFd socket, AgentStreams streams, Notices& notices)
      : notices_(notices),
        streams_(streams),
        signals_(loop_, [this](int number) { signal_arrived(number); }),
        relay_(loop_, options()),
        foreground_(relay_, signals_, streams, [this](int number) { send_signal(number); }) {
    PacketChannel::Handlers handlers;
    handlers.packet = [this](const ParsedPacket& parsed, PacketChannel::Descriptors descriptors) {
      event(parsed.packet, std::move(descriptors));
    };
    handlers.closed = [this] { finish({AgentEnd::Kind::kLost, 0, false}); };
    channel_ = std::make_unique<PacketChannel>(loop_, std::move(socket), std::move(handlers));
  }

  Result<AgentEnd> run(ExecRequest request) {
    MINO_ASSIGN(PacketChannel::Descriptors inner, relay_.open());
    ProcessDescription process;
    if (streams_ == AgentStreams::kTerminal) process.flags |= lifeline::kTerminalFlag;
    if (request.command.kind == AgentCommand::Kind::kShell) process.flags |= lifeline::kShellFlag;
    const WindowSize size = relay_.window_size();
    process.rows = size.rows;
    process.columns = size.columns;
    process.arguments = std::move(request.command.words);
    process.environment = environment_block(request.environment);
    const Result<void> sent = send_process(*channel_, kProcess, process, std::move(inner));
    ::explicit_bzero(process.environment.data(), process.environment.size());
    MINO_TRY(sent);
    const PollLoop::Id patience = loop_.after(kAnswerPatience, [this] {
      if (!started_ && !end_)
        failure_ = Error(ErrorCode::kTimeout, "the session's owner does not answer");
    });
    while (!failure_ && !(end_ && relay_.drained())) loop_.run_once();
    loop_.cancel(patience);
    relay_.release_user_terminal();
    if (failure_) return std::move(*failure_);
    return *end_;
  }

 private:
  AgentStreamRelay::Options options() {
    AgentStreamRelay::Options options;
    options.streams = streams_;
    options.write_failed = [this](OutputStream stream, int error) {
      notices_.warn(fmt::format("writing to {} failed: {}",
                                stream == OutputStream::kStdout ? "stdout" : "stderr",
                                ::strerrordesc_np(error)),
                    "");
    };
    return options;
  }

  void event(const lifeline::Packet& packet, PacketChannel::Descriptors descriptors) {
    using lifeline::Kind;
    switch (packet.kind) {
      case Kind::kTerminal:
        if (descriptors.size() == 1) relay_.attach_terminal(std::move(descriptors.front()));
        return;
      case Kind::kStarted:
        started_ = true;
        return relay_.process_started();
      case Kind::kStopped:
        return foreground_.process_stopped();
      case Kind::kEnded:
        return finish({(packet.flags & lifeline::kSignalled) != 0 ? AgentEnd::Kind::kSignalled
                                                                  : AgentEnd::Kind::kExited,
                       packet.value, false});
      case Kind::kFailed:
        if (packet.flags != lifeline::kFailedExec) {
          failure_ =
              Error(ErrorCode::kUnavailable, fmt::format("the session cannot start a process: {}",
                                                         ::strerrordesc_np(packet.value)));
          return;
        }
        return finish({packet.value == ENOENT || packet.value == ENOTDIR
                           ? AgentEnd::Kind::kNotFound
                           : AgentEnd::Kind::kNotExecutable,
                       packet.value, false});
      default:
        return;
    }
  }

  void finish(AgentEnd end) {
    if (end_) return;
    end_ = end;
    relay_.process_ended(AgentStreamRelay::Rest::kBoxGoesOn);
    relay_.release_user_keyboard();
  }

  void signal_arrived(int number) {
    if (end_) {
      if (number == SIGINT || number == SIGTERM || number == SIGHUP) relay_.abandon();
      return;
    }
    if (!started_ &&
        (number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT)) {
      channel_->close();
      return finish({AgentEnd::Kind::kSignalled, number, false});
    }
    foreground_.signal_arrived(number);
  }

  void send_signal(int number) {
    lifeline::Packet packet{};
    packet.kind = lifeline::Kind::kSignal;
    packet.process = kProcess;
    packet.value = number;
    channel_->send(packet, {});
  }

  Notices& notices_;
  AgentStreams streams_;
  PollLoop loop_;
  Signals signals_;
  AgentStreamRelay relay_;
  ForegroundProcess foreground_;
  std::unique_ptr<PacketChannel> channel_;
  bool started_ = false;
  std::optional<AgentEnd> end_;
  std::optional<Error> failure_;
};

/// One question about the rules of a session's network.
class NetworkConversation {
 public:
  explicit NetworkConversation(posix::UniqueFd socket) {
    PacketChannel::Handlers handlers;
    handlers.packet = [this](const ParsedPacket& parsed, const PacketChannel::Descriptors&) {
      packet(parsed);
    };
    handlers.closed = [this] { end(State::kFailed); };
    channel_ = std::make_unique<PacketChannel>(loop_, std::move(socket), std::move(handlers));
  }

  /// The answer's text.
  Result<std::string> run(std::string_view question) {
    lifeline::Packet head{};
    head.kind = lifeline::Kind::kNetwork;
    head.argument_bytes = static_cast<std::uint32_t>(question.size());
    channel_->send(head, {});
    channel_->send_data(0, question);
    loop_.after(kAnswerPatience, [this] { end(State::kFailed); });
    while (state_ == State::kWaiting || state_ == State::kReading) loop_.run_once();
    if (state_ == State::kFailed)
      return Error(ErrorCode::kUnavailable, "the session's owner does not answer");
    return std::move(answer_);
  }

 private:
  enum class State { kWaiting, kReading, kComplete, kFailed };

  void end(State state) {
    if (state_ == State::kWaiting || state_ == State::kReading) state_ = state;
  }

  void packet(const ParsedPacket& parsed) {
    const lifeline::Packet& head = parsed.packet;
    if (state_ == State::kWaiting && head.kind == lifeline::Kind::kNetworkAnswer) {
      expected_bytes_ = head.argument_bytes;
      const bool fits = expected_bytes_ > 0 && expected_bytes_ <= lifeline::kMaxNetworkBytes;
      state_ = fits ? State::kReading : State::kFailed;
      return;
    }
    if (state_ != State::kReading || head.kind != lifeline::Kind::kData) return end(State::kFailed);
    answer_ += parsed.data;
    if (answer_.size() > expected_bytes_) return end(State::kFailed);
    if (answer_.size() == expected_bytes_) end(State::kComplete);
  }

  PollLoop loop_;
  std::unique_ptr<PacketChannel> channel_;
  State state_ = State::kWaiting;
  std::uint32_t expected_bytes_ = 0;
  std::string answer_;
};

}  // namespace

ControlClient::ControlClient(const JsonCodec& json, Notices& notices)
    : json_(json), notices_(notices) {}

Result<AgentEnd> ControlClient::exec(const SessionRecord& session, ExecRequest request) {
  MINO_ASSIGN(posix::UniqueFd socket, connect_control(session.runtime_dir));
  const AgentStreams streams = request.streams;
  ExecConversation conversation(std::move(socket), streams, notices_);
  return conversation.run(std::move(request));
}

Result<void> ControlClient::stop(const SessionRecord& session, StopForce force,
                                 std::chrono::seconds grace) {
  MINO_ASSIGN(posix::UniqueFd socket, connect_control(session.runtime_dir));
  PollLoop loop;
  enum class Reply { kNone, kAccepted, kClosed, kLate } reply = Reply::kNone;
  PacketChannel::Handlers handlers;
  handlers.packet = [&reply](const ParsedPacket& parsed, const PacketChannel::Descriptors&) {
    if (parsed.packet.kind == lifeline::Kind::kAccepted) reply = Reply::kAccepted;
  };
  handlers.closed = [&reply] {
    if (reply == Reply::kNone) reply = Reply::kClosed;
  };
  PacketChannel channel(loop, std::move(socket), std::move(handlers));
  lifeline::Packet packet{};
  packet.kind = lifeline::Kind::kStop;
  packet.value = force == StopForce::kKill ? -1 : static_cast<std::int32_t>(grace.count());
  channel.send(packet, {});
  loop.after(kAnswerPatience, [&reply] {
    if (reply == Reply::kNone) reply = Reply::kLate;
  });
  while (reply == Reply::kNone) loop.run_once();
  if (reply == Reply::kLate)
    return Error(ErrorCode::kUnavailable, "the session's owner does not answer");
  return {};  // closed: it was ending already
}

Result<NetworkAnswer> ControlClient::network(const SessionRecord& session,
                                             const NetworkRequest& request) {
  const std::string question = json_.write(to_json(request), JsonLayout::kCompact);
  if (question.size() > lifeline::kMaxNetworkBytes)
    return Error(ErrorCode::kUsage, "the request is too large");
  MINO_ASSIGN(posix::UniqueFd socket, connect_control(session.runtime_dir));
  MINO_ASSIGN(const std::string answer, NetworkConversation(std::move(socket)).run(question));
  MINO_ASSIGN(const JsonValue json, json_.parse(answer).with_context("the owner's answer"));
  return network_answer_from_json(json).with_context("the owner's answer");
}

}  // namespace mino::session
