#include "adapters/gateway/gateway.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "adapters/posix/posix_error.hpp"
#include "helper/protocol/hook.hpp"

namespace mino::gateway {
namespace {

// SO_ORIGINAL_DST of linux/netfilter_ipv4.h and IP6T_SO_ORIGINAL_DST of
// linux/netfilter_ipv6/ip6_tables.h, which cannot be included beside netinet/in.h.
constexpr int kOriginalDestination = 80;
constexpr int kAcceptRounds = 64;
/// Reports that the owner has not taken yet; beyond them no connection is accepted.
constexpr std::size_t kMaxUnreported = 64;
constexpr std::chrono::milliseconds kLastReports{1000};

struct Destination {
  IpAddress address;
  std::uint16_t port;
};

/// Where a redirected connection was going (SO_ORIGINAL_DST of netfilter(7)); nothing when it was
/// not redirected.
/// Nothing for a connection that no rule has redirected: the kernel then knows no other destination
/// than the socket's own address.
std::optional<Destination> original_destination(int socket, bool v6) {
  if (!v6) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockopt(socket, IPPROTO_IP, kOriginalDestination, &address, &size) != 0)
      return std::nullopt;
    sockaddr_in own{};
    socklen_t own_size = sizeof own;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &own_size) != 0 ||
        (own.sin_port == address.sin_port && own.sin_addr.s_addr == address.sin_addr.s_addr))
      return std::nullopt;
    IpAddress::V4Bytes bytes{};
    std::memcpy(bytes.data(), &address.sin_addr, bytes.size());
    return Destination{IpAddress::from_v4(bytes), ntohs(address.sin_port)};
  }
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  if (::getsockopt(socket, IPPROTO_IPV6, kOriginalDestination, &address, &size) != 0)
    return std::nullopt;
  sockaddr_in6 own{};
  socklen_t own_size = sizeof own;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &own_size) != 0 ||
      (own.sin6_port == address.sin6_port &&
       std::memcmp(&own.sin6_addr, &address.sin6_addr, sizeof own.sin6_addr) == 0))
    return std::nullopt;
  IpAddress::V6Bytes bytes{};
  std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
  return Destination{IpAddress::from_v6(bytes), ntohs(address.sin6_port)};
}

}  // namespace

Gateway::Gateway(EventLoop loop, posix::UniqueFd owner, posix::UniqueFd dialler,
                 const GatewayLimits& limits)
    : loop_(std::move(loop)),
      owner_(std::move(owner)),
      dialler_(std::move(dialler)),
      limits_(limits) {}

Gateway::~Gateway() = default;

int Gateway::run() {
  const auto owner =
      loop_.watch(owner_.get(), EPOLLIN, [this](std::uint32_t events) { owner_ready(events); });
  const auto dialler =
      loop_.watch(dialler_.get(), EPOLLIN, [this](std::uint32_t events) { dialler_ready(events); });
  if (!owner.ok() || !dialler.ok()) return 1;
  owner_watch_ = *owner;
  dialler_watch_ = *dialler;
  while (running_) {
    if (!loop_.run_once()) finish(1);
  }
  end_all();
  return exit_code_;
}

void Gateway::finish(int code) {
  exit_code_ = code;
  running_ = false;
}

void Gateway::end_all() {
  for (const auto& [id, connection] : connections_) connection->end();
  const auto deadline = std::chrono::steady_clock::now() + kLastReports;
  while (!reports_.empty() && owner_ && std::chrono::steady_clock::now() < deadline) {
    pollfd room{owner_.get(), POLLOUT, 0};
    static_cast<void>(::poll(&room, 1, 100));
    flush_reports();
  }
}

void Gateway::owner_ready(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) flush_reports();
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  for (;;) {
    posix::Received received = posix::receive_packet(owner_.get(), kMaxMessage);
    if (received.state == posix::Received::State::kNothing) return;
    if (received.state == posix::Received::State::kEnded) {
      loop_.unwatch(owner_watch_);
      owner_.reset();
      return finish(0);
    }
    owner_says(std::move(received.packet));
  }
}

void Gateway::owner_says(posix::SocketPacket packet) {
  const std::optional<Message> kind = kind_of(packet.bytes);
  if (kind == Message::kEnd) return finish(0);
  if (kind == Message::kSockets) {
    const auto ipv6 = decode_sockets(packet.bytes);
    return ipv6 && !dns_ ? serve(*ipv6, std::move(packet.descriptors)) : finish(1);
  }
  if (!assembler_.add(packet.bytes)) return finish(1);
  if (auto complete = assembler_.take()) adopt(std::move(*complete));
}

void Gateway::adopt(EgressPolicy policy) {
  policy_ = std::move(policy);
  for (const auto& [id, connection] : connections_) connection->rules_changed(policy_);
}

void Gateway::serve(bool ipv6, std::vector<posix::UniqueFd> sockets) {
  if (sockets.size() != (ipv6 ? hook::kSockets : hook::kSockets4)) return finish(1);
  dns_.emplace(
      DnsService::World{loop_, names_, policy_, [this](const std::string& name, DenyReason reason) {
                          EgressEvent denied;
                          denied.host = name;
                          denied.reason = reason;
                          report(denied);
                        }});
  if (!open_for_box(std::move(sockets)).ok()) return finish(1);
  reports_.push_back(encode(Message::kServing));
  flush_reports();
}

Result<void> Gateway::open_for_box(std::vector<posix::UniqueFd> sockets) {
  const auto take = [&sockets](hook::Socket which) {
    return std::move(sockets[static_cast<std::size_t>(which)]);
  };
  MINO_TRY(listen(take(hook::Socket::kTcp4), Family::kV4));
  MINO_TRY(dns_->serve_udp(take(hook::Socket::kDnsUdp4)));
  MINO_TRY(dns_->serve_tcp(take(hook::Socket::kDnsTcp4)));
  if (sockets.size() == hook::kSockets4) return {};
  MINO_TRY(listen(take(hook::Socket::kTcp6), Family::kV6));
  MINO_TRY(dns_->serve_udp(take(hook::Socket::kDnsUdp6)));
  return dns_->serve_tcp(take(hook::Socket::kDnsTcp6));
}

void Gateway::report(const EgressEvent& event) {
  reports_.push_back(encode_event(event));
  flush_reports();
}

void Gateway::flush_reports() {
  bool full = false;
  while (!reports_.empty() && owner_ && !full) {
    switch (posix::send_packet(owner_.get(), reports_.front(), {})) {
      case posix::SendState::kSent:
        reports_.pop_front();
        break;
      case posix::SendState::kFull:
        full = true;
        break;
      case posix::SendState::kTooManyInFlight:
      case posix::SendState::kBroken:
        reports_.clear();  // nobody is there to take them
        return finish(0);
    }
  }
  if (owner_) {
    loop_.set_events(owner_watch_, full ? EPOLLIN | static_cast<std::uint32_t>(EPOLLOUT) : EPOLLIN);
  }
  update_listening();
}

void Gateway::dial(const DialRequest& request) {
  dialling_.insert(request.id);
  dials_.push_back(request);
  flush_dials();
}

void Gateway::cancel_dial(std::uint64_t id) {
  if (dialling_.erase(id) == 0) return;
  DialRequest cancel{};
  cancel.id = id;
  cancel.kind = DialRequest::Kind::kCancel;
  dials_.push_back(cancel);
  flush_dials();
}

void Gateway::flush_dials() {
  bool full = false;
  while (!dials_.empty() && !full) {
    const std::string_view bytes(reinterpret_cast<const char*>(&dials_.front()),
                                 sizeof(DialRequest));
    switch (posix::send_packet(dialler_.get(), bytes, {})) {
      case posix::SendState::kSent:
        dials_.pop_front();
        break;
      case posix::SendState::kFull:
        full = true;
        break;
      case posix::SendState::kTooManyInFlight:
      case posix::SendState::kBroken:
        return finish(1);
    }
  }
  loop_.set_events(dialler_watch_, full ? EPOLLIN | static_cast<std::uint32_t>(EPOLLOUT) : EPOLLIN);
}

void Gateway::dialler_ready(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) flush_dials();
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  for (;;) {
    posix::Received received = posix::receive_packet(dialler_.get(), sizeof(DialReply));
    if (received.state == posix::Received::State::kNothing) break;
    DialReply reply{};
    // Without its dialler a gateway can only refuse, and could not say why.
    if (received.state == posix::Received::State::kEnded ||
        received.packet.bytes.size() != sizeof reply || received.packet.descriptors.size() > 1)
      return finish(1);
    std::memcpy(&reply, received.packet.bytes.data(), sizeof reply);
    if (dialling_.erase(reply.id) == 0) continue;  // nobody waits for it any more
    posix::UniqueFd server;
    if (!received.packet.descriptors.empty())
      server = std::move(received.packet.descriptors.front());
    if (const auto found = connections_.find(reply.id); found != connections_.end())
      found->second->dialled(reply, std::move(server));
  }
  update_listening();
}

void Gateway::pump_later(std::uint64_t id) {
  loop_.defer([this, id] {
    if (const auto found = connections_.find(id); found != connections_.end())
      found->second->pump();
  });
}

void Gateway::settled() {
  --unsettled_;
  update_listening();
}

void Gateway::finished(std::uint64_t id) {
  loop_.defer([this, id] {
    connections_.erase(id);
    update_listening();
  });
}

bool Gateway::has_room() const {
  return connections_.size() < limits_.connections && unsettled_ < limits_.unsettled &&
         dialling_.size() < kMaxDials && reports_.size() < kMaxUnreported;
}

void Gateway::update_listening() {
  if (dns_) reports_.size() < kMaxUnreported ? dns_->resume() : dns_->pause();
  const bool room = has_room();
  if (room == listening_) return;
  listening_ = room;
  // What waits meanwhile waits in the kernel's queue.
  for (const Listener& listener : listeners_)
    loop_.set_events(listener.watch, room ? static_cast<std::uint32_t>(EPOLLIN) : 0);
}

Result<void> Gateway::listen(posix::UniqueFd listener, Family family) {
  const int fd = listener.get();
  MINO_ASSIGN(
      const EventLoop::Watch watch,
      loop_.watch(fd, EPOLLIN, [this, fd, family](std::uint32_t) { accept_some(fd, family); }));
  listeners_.push_back({std::move(listener), watch});
  return {};
}

void Gateway::accept_some(int listener, Family family) {
  for (int round = 0; round < kAcceptRounds && has_room(); ++round) {
    posix::UniqueFd client(posix::retry(
        [&] { return ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }));
    if (!client) break;
    admit(std::move(client), family);
  }
  update_listening();
}

void Gateway::admit(posix::UniqueFd client, Family family) {
  const auto destination = original_destination(client.get(), family == Family::kV6);
  if (!destination) return;  // not redirected: nobody's connection
  ConnectionTarget target{std::nullopt, destination->address, destination->port};
  if (synthetic_v4().contains(target.address) || synthetic_v6().contains(target.address))
    target.name = names_.name_of(target.address);
  const std::uint64_t id = next_connection_++;
  auto connection = std::make_unique<Connection>(*this, id, std::move(client), std::move(target));
  Connection& started = *connection;
  connections_.emplace(id, std::move(connection));
  ++unsettled_;
  started.start(policy_);
}

}  // namespace mino::gateway
