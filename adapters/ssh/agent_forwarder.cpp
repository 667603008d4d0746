#include "adapters/ssh/agent_forwarder.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "adapters/posix/helper_process.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/ssh/agent_socket.hpp"
#include "adapters/ssh/filter_main.hpp"
#include "domain/run/ssh_plan.hpp"

namespace mino::ssh {
namespace {

constexpr std::uint64_t kChannel = 0;
constexpr std::uint64_t kAskpass = 1;
constexpr std::uint64_t kDeadline = 2;
constexpr int kReportsAtOnce = 256;
constexpr std::chrono::seconds kLastReports{2};

}  // namespace

AgentForwarder::AgentForwarder(FileSystem& files, const Environment& environment,
                               std::chrono::milliseconds askpass_patience)
    : files_(files), environment_(environment), askpass_patience_(askpass_patience) {}

AgentForwarder::~AgentForwarder() = default;

Result<void> AgentForwarder::start(const RunPlan& plan, SshSink& sink) {
  if (!plan.ssh) return {};
  session_ = plan.session.str();
  agent_path_ = plan.ssh->agent_socket;
  sink_ = &sink;
  auto made = set_up(plan);
  if (!made.ok()) {
    stop();
    return std::move(made.error().add_context("forwarding the SSH agent"));
  }
  return {};
}

Result<void> AgentForwarder::set_up(const RunPlan& plan) {
  epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  deadline_.reset(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!epoll_ || !deadline_) return posix::system_error("making an epoll descriptor", errno);
  watch(deadline_.get(), kDeadline);
  const std::string directory = ssh_directory(plan);
  // The directory above it is the user's alone. Users of the box beside that one need to get here.
  MINO_TRY(files_.make_directories(directory, 0755));
  MINO_ASSIGN(const posix::UniqueFd listener,
              listen_for_clients(directory, std::string(kSshSocketName)));
  return start_filter(*plan.ssh, listener.get());
}

Result<void> AgentForwarder::start_filter(const SshPlan& ssh, int listener) {
  std::vector<std::string> argv = filter_words(ssh.policy, ssh.known_hosts_copy);
  argv.insert(argv.begin(), ssh.helper_program);
  MINO_ASSIGN(posix::HelperProcess started, posix::start_helper(std::move(argv), {{listener, 4}}));
  filter_.emplace(std::move(started.process));
  channel_ = std::move(started.channel);
  watch(channel_.get(), kChannel);
  return {};
}

void AgentForwarder::watch(int fd, std::uint64_t which) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = which;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

void AgentForwarder::handle() {
  std::array<epoll_event, 3> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    switch (events.at(static_cast<std::size_t>(i)).data.u64) {
      case kChannel:
        filter_reports();
        break;
      case kAskpass:
        if (askpass_) settle(askpass_->answer());
        break;
      default:
        out_of_patience();
    }
  }
}

void AgentForwarder::filter_reports() {
  for (int round = 0; round < kReportsAtOnce && channel_; ++round) {
    const posix::Received received = posix::receive_packet(channel_.get(), kMaxFilterPacket);
    if (received.state == posix::Received::State::kNothing) return;
    const auto packet = received.state == posix::Received::State::kPacket
                            ? decode(received.packet.bytes)
                            : std::nullopt;
    if (!packet) return ended();
    take(*packet);
  }
}

void AgentForwarder::take(const FilterPacket& packet) {
  switch (packet.kind) {
    case FilterMessage::kConnect:
      return connect(packet.client);
    case FilterMessage::kAsk:
      return ask(packet);
    case FilterMessage::kForget:
      return questions_.forget(packet.client);
    case FilterMessage::kEvent:
      if (const auto event = decode_ssh_event(packet.text)) return sink_->ssh_used(*event);
      return ended();
    default:
      ended();
  }
}

void AgentForwarder::connect(std::uint32_t client) {
  const auto agent = connect_to_agent(agent_path_, ::geteuid());
  if (!agent.ok()) {
    tell({FilterMessage::kUnreachable, client, "the agent cannot be reached"});
    return sink_->agent_unreachable(agent.error().text());
  }
  const auto sent = posix::send_packet(
      channel_.get(), encode({FilterMessage::kConnected, client, {}}), {agent->get()});
  if (sent != posix::SendState::kSent) tell({FilterMessage::kUnreachable, client, "it is busy"});
}

void AgentForwarder::ask(const FilterPacket& packet) {
  const auto event = decode_ssh_event(packet.text);
  if (!event || !questions_.has_room_for(packet.client)) return ended();
  std::string text = fmt::format("Let the box {} {}", session_, describe_use(*event));
  if (!questions_.add({packet.client, std::move(text)}, std::chrono::steady_clock::now()))
    return tell(packet.client, Confirmation::kNo);
  ask_next();
}

void AgentForwarder::ask_next() {
  if (askpass_ || has_terminal_question_ || questions_.front() == nullptr) return;
  const auto program = askpass_program(environment_);
  if (!program) {
    has_terminal_question_ = true;
    return;
  }
  auto asked = Askpass::ask(*program, questions_.front()->text + "?");
  if (!asked.ok()) {
    has_terminal_question_ = true;
    return;
  }
  askpass_.emplace(*std::move(asked));
  watch(askpass_->fd(), kAskpass);
  using std::chrono::duration_cast;
  const auto seconds = duration_cast<std::chrono::seconds>(askpass_patience_);
  itimerspec patience{};
  patience.it_value.tv_sec = seconds.count();
  patience.it_value.tv_nsec =
      duration_cast<std::chrono::nanoseconds>(askpass_patience_ - seconds).count();
  ::timerfd_settime(deadline_.get(), 0, &patience, nullptr);
}

void AgentForwarder::out_of_patience() {
  std::uint64_t times = 0;
  // Nothing can be read when the question was answered meanwhile: the time now is the next one's.
  if (::read(deadline_.get(), &times, sizeof times) > 0 && askpass_) settle(Confirmation::kNo);
}

std::optional<std::string> AgentForwarder::question() const {
  if (!has_terminal_question_ || questions_.front() == nullptr) return std::nullopt;
  return questions_.front()->text;
}

void AgentForwarder::answer(Confirmation confirmation) {
  if (has_terminal_question_) settle(confirmation);
}

void AgentForwarder::settle(Confirmation confirmation) {
  has_terminal_question_ = false;
  askpass_.reset();
  const itimerspec none{};
  ::timerfd_settime(deadline_.get(), 0, &none, nullptr);
  if (questions_.front() == nullptr) return;
  const auto said =
      confirmation == Confirmation::kYes ? QuestionQueue::Said::kYes : QuestionQueue::Said::kNo;
  tell(questions_.take(said, std::chrono::steady_clock::now()).client, confirmation);
  ask_next();
}

void AgentForwarder::tell(const FilterPacket& packet) {
  if (!channel_) return;
  // The filter waits for each answer before it asks again for the same client, so there is room.
  if (posix::send_packet(channel_.get(), encode(packet), {}) != posix::SendState::kSent) ended();
}

void AgentForwarder::tell(std::uint32_t client, Confirmation confirmation) {
  tell({FilterMessage::kAnswer, client, std::string(1, static_cast<char>(confirmation))});
}

void AgentForwarder::ended() {
  if (!channel_) return;
  channel_.reset();
  // One that does not keep to the protocol is not to be trusted with the box's socket either.
  filter_.reset();
  askpass_.reset();
  has_terminal_question_ = false;
  if (sink_ != nullptr) sink_->filter_lost();
}

void AgentForwarder::stop() {
  askpass_.reset();
  has_terminal_question_ = false;
  if (channel_) {
    // The filter takes that for the owner's end, and what it has said before can still be read.
    ::shutdown(channel_.get(), SHUT_WR);
    const auto deadline = std::chrono::steady_clock::now() + kLastReports;
    while (channel_ && std::chrono::steady_clock::now() < deadline) {
      pollfd more{channel_.get(), POLLIN, 0};
      static_cast<void>(::poll(&more, 1, 100));
      const posix::Received received = posix::receive_packet(channel_.get(), kMaxFilterPacket);
      if (received.state == posix::Received::State::kEnded) break;
      const auto packet = decode(received.packet.bytes);
      if (!packet || packet->kind != FilterMessage::kEvent || sink_ == nullptr) continue;
      if (const auto event = decode_ssh_event(packet->text)) sink_->ssh_used(*event);
    }
  }
  channel_.reset();
  filter_.reset();
  deadline_.reset();
  epoll_.reset();
  questions_ = {};
  sink_ = nullptr;
}

}  // namespace mino::ssh
