#include "adapters/gateway/dns_service.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>
#include <variant>

#include "adapters/posix/posix_error.hpp"

namespace mino::gateway {
namespace {

constexpr std::uint32_t kTtlSeconds = 60;
constexpr std::size_t kMaxMessageBytes = 65535;
constexpr int kRounds = 64;
constexpr std::chrono::seconds kClientPatience{10};
/// Answers that a client has not read; one that goes on asking is dropped.
constexpr std::size_t kMaxUnread = 256 * 1024;

/// Names that no resolver outside is to be asked for (RFC 6761, RFC 6762, RFC 3172), and those
/// without a dot, which only a search list could complete.
bool is_local(const HostName& name) {
  if (name.is_single_label()) return true;
  for (const std::string_view zone : {"local", "localhost", "arpa"}) {
    if (name.str().ends_with("." + std::string(zone))) return true;
  }
  return false;
}

}  // namespace

DnsService::DnsService(World world) : world_(std::move(world)) {}

DnsService::~DnsService() {
  for (const Served& served : sockets_) world_.loop.unwatch(served.watch);
  while (!clients_.empty()) drop(clients_.begin()->first);
}

std::string DnsService::answer(std::string_view message) {
  const auto parsed = parse_dns_query(message);
  if (const auto* fault = std::get_if<DnsFault>(&parsed)) return dns_fault_answer(*fault);
  return answer_question(std::get<DnsQuestion>(parsed));
}

std::string DnsService::answer_question(const DnsQuestion& question) {
  if (question.klass != kDnsClassIn) return dns_answer_error(question, DnsCode::kRefused);
  const auto name = HostName::parse(question.name);
  if (!question.well_formed_name || !name.ok() || is_local(*name))
    return dns_answer_error(question, DnsCode::kNoSuchName);
  const bool allowed = could_allow(world_.policy, *name);
  if (!allowed && world_.policy.deny_at == DenyAt::kDns) {
    world_.refused(name->str(), DenyReason::kNoRule);
    return dns_answer_error(question, DnsCode::kNoSuchName);
  }
  if (question.type != kDnsTypeA && question.type != kDnsTypeAaaa)
    return dns_answer_empty(question);
  const auto addresses = world_.names.addresses_of(
      *name, allowed ? NamePool::Pool::kAllowed : NamePool::Pool::kDenied);
  if (!addresses) {
    world_.refused(name->str(), DenyReason::kLimit);
    return dns_answer_error(question, DnsCode::kServerFailure);
  }
  return dns_answer_addresses(question, {addresses->v4, addresses->v6}, kTtlSeconds);
}

Result<void> DnsService::serve_udp(posix::UniqueFd socket) {
  const int fd = socket.get();
  MINO_ASSIGN(const EventLoop::Watch watch,
              world_.loop.watch(fd, EPOLLIN, [this, fd](std::uint32_t) { udp_ready(fd); }));
  sockets_.push_back({std::move(socket), watch});
  return {};
}

Result<void> DnsService::serve_tcp(posix::UniqueFd listener) {
  const int fd = listener.get();
  MINO_ASSIGN(const EventLoop::Watch watch,
              world_.loop.watch(fd, EPOLLIN, [this, fd](std::uint32_t) { accept_client(fd); }));
  sockets_.push_back({std::move(listener), watch});
  return {};
}

void DnsService::pause() { enter(State::kPaused); }
void DnsService::resume() { enter(State::kServing); }

void DnsService::enter(State state) {
  if (std::exchange(state_, state) == state) return;
  const std::uint32_t reading = state == State::kServing ? std::uint32_t{EPOLLIN} : 0;
  for (const Served& served : sockets_) world_.loop.set_events(served.watch, reading);
  for (const auto& [id, client] : clients_)
    world_.loop.set_events(client.watch, interest_in(client));
}

std::uint32_t DnsService::interest_in(const TcpClient& client) const {
  const std::uint32_t reading = state_ == State::kServing ? std::uint32_t{EPOLLIN} : 0;
  return client.out.empty() ? reading : reading | EPOLLOUT;
}

void DnsService::udp_ready(int socket) {
  std::array<char, kMaxMessageBytes> buffer{};
  for (int round = 0; round < kRounds; ++round) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const ssize_t got = posix::retry([&] {
      return ::recvfrom(socket, buffer.data(), buffer.size(), MSG_DONTWAIT,
                        reinterpret_cast<sockaddr*>(&peer), &size);
    });
    if (got < 0) return;
    const std::string reply =
        answer(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
    // What does not fit is lost, as datagrams are; the client asks again.
    if (!reply.empty()) {
      static_cast<void>(::sendto(socket, reply.data(), reply.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                                 reinterpret_cast<const sockaddr*>(&peer), size));
    }
  }
}

void DnsService::accept_client(int listener) {
  posix::UniqueFd socket(posix::retry(
      [&] { return ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }));
  if (!socket || clients_.size() >= kMaxTcpClients) return;
  const std::uint64_t id = next_client_++;
  const int fd = socket.get();
  const auto watch = world_.loop.watch(
      fd, EPOLLIN, [this, id](std::uint32_t events) { client_ready(id, events); });
  if (!watch.ok()) return;
  TcpClient& client = clients_[id];
  client.socket = std::move(socket);
  client.watch = *watch;
  client.timer = world_.loop.after(kClientPatience, [this, id] { drop(id); });
}

void DnsService::client_ready(std::uint64_t id, std::uint32_t events) {
  TcpClient& client = clients_.at(id);
  std::array<char, 4096> buffer{};
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
    const ssize_t got = posix::retry(
        [&] { return ::recv(client.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT); });
    if (got == 0 || (got < 0 && errno != EAGAIN)) return drop(id);
    if (got > 0) client.in.append(buffer.data(), static_cast<std::size_t>(got));
  }
  // RFC 1035 section 4.2.2: each message follows its length in two bytes.
  while (client.in.size() >= 2) {
    const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(client.in[0]))
                                   << 8 |
                               static_cast<unsigned char>(client.in[1]);
    if (client.in.size() < 2 + length) break;
    const std::string reply = answer(std::string_view(client.in).substr(2, length));
    client.in.erase(0, 2 + length);
    if (reply.empty()) return drop(id);
    client.out += {static_cast<char>(reply.size() >> 8), static_cast<char>(reply.size() & 0xff)};
    client.out += reply;
    if (client.out.size() > kMaxUnread) return drop(id);
  }
  if (!client.out.empty()) {
    const ssize_t sent = posix::retry([&] {
      return ::send(client.socket.get(), client.out.data(), client.out.size(),
                    MSG_DONTWAIT | MSG_NOSIGNAL);
    });
    if (sent < 0 && errno != EAGAIN) return drop(id);
    if (sent > 0) client.out.erase(0, static_cast<std::size_t>(sent));
  }
  world_.loop.set_events(client.watch, interest_in(client));
}

void DnsService::drop(std::uint64_t id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  world_.loop.unwatch(found->second.watch);
  world_.loop.cancel(found->second.timer);
  clients_.erase(found);
}

}  // namespace mino::gateway
