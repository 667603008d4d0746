#include "adapters/gateway/gateway_network.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "adapters/gateway/hook_directory.hpp"
#include "adapters/gateway/resolve_rules.hpp"
#include "adapters/gateway/wire.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/spawn.hpp"
#include "domain/credential/broker.hpp"
#include "helper/protocol/hook.hpp"

namespace mino::gateway {
namespace {

constexpr std::uint64_t kListener = 0;
constexpr std::uint64_t kHook = 1;
constexpr std::uint64_t kChannel = 2;
constexpr int kReportsAtOnce = 256;
constexpr std::chrono::seconds kLastReports{2};
constexpr char kFilterFile[] = "network-rules";

struct SocketPair {
  posix::UniqueFd ours;
  posix::UniqueFd theirs;
};

Result<SocketPair> make_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    return posix::system_error("making a socket pair", errno);
  return SocketPair{posix::UniqueFd(ends[0]), posix::UniqueFd(ends[1])};
}

/// False when the other side is gone or does not read within ten seconds.
bool send_all(int socket, const std::vector<std::string>& messages) {
  constexpr int kRounds = 100;
  for (const std::string& message : messages) {
    posix::SendState sent = posix::SendState::kFull;
    for (int round = 0; round < kRounds && sent == posix::SendState::kFull; ++round) {
      sent = posix::send_packet(socket, message, {});
      pollfd room{socket, POLLOUT, 0};
      if (sent == posix::SendState::kFull) static_cast<void>(::poll(&room, 1, 100));
    }
    if (sent != posix::SendState::kSent) return false;
  }
  return true;
}

}  // namespace

GatewayNetwork::GatewayNetwork(FileSystem& files, const JsonCodec& json)
    : files_(files), json_(json) {}

GatewayNetwork::~GatewayNetwork() = default;

Result<void> GatewayNetwork::start(const RunPlan& plan, EgressSink& sink) {
  if (!plan.egress) return {};
  directory_ = plan.runtime_dir;
  policy_ = plan.egress->policy;
  engine_ = plan.egress->engine;
  sink_ = &sink;
  if (auto made = set_up(plan); !made.ok()) {
    stop();
    return std::move(made.error().add_context("starting the network of the box"));
  }
  state_ = State::kPending;
  return {};
}

Result<void> GatewayNetwork::set_up(const RunPlan& plan) {
  const EgressPlan& egress = *plan.egress;
  epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return posix::system_error("making an epoll descriptor", errno);
  MINO_TRY(listen_for_hook());
  MINO_TRY(write_hook(plan));
  return egress.engine == NetworkEngine::kGateway ? start_processes(egress) : write_filter(egress);
}

void GatewayNetwork::watch(int fd, std::uint64_t which) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = which;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

Result<void> GatewayNetwork::listen_for_hook() {
  const std::string path = directory_ + "/" + hook::kSocketName;
  // Through the directory's descriptor the path is short enough for sun_path, however deep it lies.
  const posix::UniqueFd parent(
      ::open(directory_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!parent) return posix::file_error("opening", directory_, errno);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string through = fmt::format("/proc/self/fd/{}/{}", parent.get(), hook::kSocketName);
  std::memcpy(address.sun_path, through.c_str(), through.size() + 1);
  listener_.reset(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener_) return posix::system_error("making a socket", errno);
  ::unlinkat(parent.get(), hook::kSocketName, 0);
  if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_.get(), 1) != 0)
    return posix::file_error("listening on", path, errno);
  watch(listener_.get(), kListener);
  return {};
}

Result<void> GatewayNetwork::write_hook(const RunPlan& plan) {
  const EgressPlan& egress = *plan.egress;
  std::vector<std::string> argv{egress.helper_program, "oci-hook"};
  argv.emplace_back(egress.engine == NetworkEngine::kGateway ? "gateway" : "filter");
  argv.push_back(directory_ + "/" + hook::kSocketName);
  if (egress.engine == NetworkEngine::kIptables) {
    argv.push_back(directory_ + "/" + kFilterFile);
  } else if (plan.broker) {
    argv.emplace_back(kBrokerAddress);
    argv.push_back(std::to_string(kBrokerPort));
  }
  const std::string directory = directory_ + "/" + kHookDirectory;
  MINO_TRY(files_.make_directories(directory, 0700));
  return files_.write_atomic(directory + "/" + kHookFile,
                             json_.write(hook_configuration(argv), JsonLayout::kPretty), 0600,
                             Durability::kRename);
}

Result<void> GatewayNetwork::write_filter(const EgressPlan& egress) {
  MINO_ASSIGN(const std::string rules, resolve_rules(egress, DiallerOptions{}, resolve_by_system));
  return files_.write_atomic(directory_ + "/" + kFilterFile, rules, 0600, Durability::kRename);
}

Result<void> GatewayNetwork::start_processes(const EgressPlan& egress) {
  MINO_ASSIGN(SocketPair owner, make_pair());
  MINO_ASSIGN(SocketPair dialler, make_pair());
  const posix::UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  std::array<int, 2> ends{};
  if (!nothing || ::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    return posix::system_error("starting the gateway", errno);
  errors_.reset(ends[0]);
  const posix::UniqueFd error_end(ends[1]);

  MINO_ASSIGN(SocketPair rules, make_pair());
  posix::SpawnSpec spec;
  spec.argv = {egress.helper_program, "dialler"};
  spec.descriptors = {{nothing.get(), 0},
                      {nothing.get(), 1},
                      {error_end.get(), 2},
                      {rules.theirs.get(), 3},
                      {dialler.theirs.get(), 4}};
  MINO_ASSIGN(posix::ChildProcess dialler_process, posix::spawn(spec));
  dialler_.emplace(std::move(dialler_process));
  spec.argv = {egress.helper_program, "gateway"};
  spec.descriptors[3] = {owner.theirs.get(), 3};
  spec.descriptors[4] = {dialler.ours.get(), 4};
  MINO_ASSIGN(posix::ChildProcess gateway_process, posix::spawn(spec));
  gateway_.emplace(std::move(gateway_process));

  rules_ = std::move(rules.ours);
  channel_ = std::move(owner.ours);
  watch(channel_.get(), kChannel);
  if (!send_policy())
    return Error(ErrorCode::kUnavailable, "the gateway has ended: " + last_words());
  return {};
}

bool GatewayNetwork::send_policy() {
  std::vector<std::string> messages{encode_policy(policy_)};
  for (const PolicyRule& rule : policy_.rules) messages.push_back(encode_rule(rule));
  messages.push_back(encode(Message::kCommit));
  // The dialler is told first: what the gateway then asks for is known to it.
  return send_all(rules_.get(), messages) && send_all(channel_.get(), messages);
}

void GatewayNetwork::handle() {
  std::array<epoll_event, 4> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    switch (events[static_cast<std::size_t>(i)].data.u64) {
      case kListener:
        accept_hook();
        break;
      case kHook:
        hook_reports();
        break;
      default:
        gateway_reports();
    }
  }
}

void GatewayNetwork::accept_hook() {
  posix::UniqueFd hook(posix::retry([this] {
    return ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  }));
  ucred peer{};
  socklen_t size = sizeof peer;
  if (!hook || state_ != State::kPending ||
      ::getsockopt(hook.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
      peer.uid != ::getuid())
    return;
  hook_ = std::move(hook);
  watch(hook_.get(), kHook);
  // One box, one hook.
  listener_.reset();
  static_cast<void>(files_.remove(directory_ + "/" + hook::kSocketName));
}

void GatewayNetwork::hook_reports() {
  posix::Received received = posix::receive_packet(hook_.get(), sizeof(hook::Report));
  if (received.state == posix::Received::State::kNothing) return;
  hook::Report report{};
  if (received.state == posix::Received::State::kEnded ||
      received.packet.bytes.size() != sizeof report) {
    hook_.reset();
    if (state_ == State::kPending) fail("the hook that loads the rules of the box was killed");
    return;
  }
  std::memcpy(&report, received.packet.bytes.data(), sizeof report);
  report.text[sizeof report.text - 1] = '\0';
  if (report.version != hook::kVersion || report.status != hook::Status::kInForce)
    return fail(fmt::format("the rules of the box cannot be loaded: {}", report.text));
  if (engine_ == NetworkEngine::kIptables) return accept_rules();
  std::vector<int> sockets;
  for (const posix::UniqueFd& socket : received.packet.descriptors) sockets.push_back(socket.get());
  if (posix::send_packet(channel_.get(), encode_sockets(report.ipv6 == 1), sockets) !=
      posix::SendState::kSent)
    fail("the gateway does not take the sockets of the box: " + last_words());
}

void GatewayNetwork::accept_rules() {
  static_cast<void>(posix::send_packet(hook_.get(), std::string_view(&hook::kAccepted, 1), {}));
  state_ = State::kUp;
}

void GatewayNetwork::gateway_reports() {
  for (int round = 0; round < kReportsAtOnce && channel_; ++round) {
    const posix::Received received = posix::receive_packet(channel_.get(), kMaxMessage);
    if (received.state == posix::Received::State::kNothing) return;
    if (received.state == posix::Received::State::kEnded) return gateway_ended();
    const auto kind = kind_of(received.packet.bytes);
    if (kind == Message::kServing && state_ == State::kPending && hook_) {
      accept_rules();
    } else if (kind == Message::kEvent) {
      const auto event = decode_event(received.packet.bytes);
      if (!event) return gateway_ended();
      sink_->egress(*event);
    } else {
      return gateway_ended();
    }
  }
}

void GatewayNetwork::gateway_ended() {
  channel_.reset();
  rules_.reset();
  // One that does not keep to the protocol is not to be trusted with the box's sockets either.
  gateway_.reset();
  const std::string why = last_words();
  if (state_ == State::kPending) return fail("the gateway has ended: " + why);
  if (sink_ != nullptr) sink_->gateway_lost(why);
}

std::string GatewayNetwork::last_words() const {
  std::array<char, 512> buffer{};
  const ssize_t got = ::read(errors_.get(), buffer.data(), buffer.size());
  std::string words(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  while (!words.empty() && words.back() == '\n') words.pop_back();
  return words.empty() ? "it said nothing" : words;
}

void GatewayNetwork::fail(std::string message) {
  state_ = State::kFailed;
  failure_ = Error(ErrorCode::kUnavailable, std::move(message));
  hook_.reset();  // the hook fails, and with it the box
}

NetworkAnswer GatewayNetwork::answer(const NetworkRequest& request) {
  NetworkAnswer refused;
  if (state_ == State::kAbsent || sink_ == nullptr) {
    refused.error = "the session's network has no rules";
    return refused;
  }
  const bool changes =
      request.kind == NetworkRequest::Kind::kAllow || request.kind == NetworkRequest::Kind::kDeny;
  if (changes && engine_ == NetworkEngine::kIptables) {
    refused.error = "the rules of the iptables engine cannot be changed while the session runs";
    return refused;
  }
  EgressPolicy changed = policy_;
  NetworkAnswer given = mino::answer(changed, request);
  if (given.error || !changes || changed == policy_) return given;
  std::swap(policy_, changed);
  if (!channel_ || !send_policy()) {
    refused.error = "the gateway of the session has ended";
    return refused;
  }
  sink_->rules_changed(request);
  return given;
}

void GatewayNetwork::stop() {
  if (channel_) {
    static_cast<void>(posix::send_packet(channel_.get(), encode(Message::kEnd), {}));
    const auto deadline = std::chrono::steady_clock::now() + kLastReports;
    while (channel_ && std::chrono::steady_clock::now() < deadline) {
      pollfd more{channel_.get(), POLLIN, 0};
      static_cast<void>(::poll(&more, 1, 100));
      const posix::Received received = posix::receive_packet(channel_.get(), kMaxMessage);
      if (received.state == posix::Received::State::kEnded) channel_.reset();
      if (received.state != posix::Received::State::kPacket) continue;
      if (const auto event = decode_event(received.packet.bytes); event && sink_ != nullptr)
        sink_->egress(*event);
    }
    channel_.reset();
  }
  gateway_.reset();
  dialler_.reset();
  listener_.reset();
  hook_.reset();
  rules_.reset();
  errors_.reset();
  epoll_.reset();
  sink_ = nullptr;
  if (directory_.empty()) return;
  static_cast<void>(files_.remove_tree(directory_ + "/" + kHookDirectory));
  static_cast<void>(files_.remove(directory_ + "/" + hook::kSocketName));
  static_cast<void>(files_.remove(directory_ + "/" + kFilterFile));
  directory_.clear();
}

}  // namespace mino::gateway
