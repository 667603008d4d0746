#include "tests/unit/gateway/relay_world.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <utility>

namespace mino::gateway {
namespace {

using posix::UniqueFd;

constexpr int kSmallBytes = 65536;

void bound_buffers(int socket) {
  ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &kSmallBytes, sizeof kSmallBytes);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &kSmallBytes, sizeof kSmallBytes);
}

EventLoop new_loop() {
  auto loop = EventLoop::create();
  EXPECT_TRUE(loop.ok());
  return std::move(loop).value();
}

}  // namespace

TcpPair tcp_pair(Buffers buffers) {
  const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  TcpPair pair{{}, UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  if (buffers == Buffers::kSmall) {
    bound_buffers(listener.get());
    bound_buffers(pair.far.get());
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(::bind(listener.get(), plain, size), 0) << std::strerror(errno);
  EXPECT_EQ(::listen(listener.get(), 1), 0);
  EXPECT_EQ(::getsockname(listener.get(), plain, &size), 0);
  EXPECT_EQ(::connect(pair.far.get(), plain, size), 0) << std::strerror(errno);
  EXPECT_EQ(::fcntl(pair.far.get(), F_SETFL, O_NONBLOCK), 0);
  pair.near.reset(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  EXPECT_TRUE(pair.near);
  return pair;
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

Peer::Peer(EventLoop& loop, UniqueFd socket) : loop_(loop), socket_(std::move(socket)) {
  auto watch = loop_.watch(socket_.get(), EPOLLIN, [this](std::uint32_t events) { ready(events); });
  EXPECT_TRUE(watch.ok());
  if (watch.ok()) watch_ = *watch;
}

void Peer::send(std::string_view bytes) {
  unsent_ += bytes;
  write_some();
  update();
}

void Peer::finish() {
  finishing_ = true;
  write_some();
  update();
}

void Peer::stop_reading() {
  reading_ = false;
  update();
}

void Peer::read_on() {
  reading_ = true;
  update();
}

void Peer::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  leave();
}

void Peer::ready(std::uint32_t events) {
  if (reading_) read_some();
  // Who does not read learns of it all the same.
  if (!reading_ && (events & EPOLLERR) != 0) saw_reset_ = true;
  write_some();
  update();
}

void Peer::read_some() {
  std::array<char, 65536> buffer{};
  while (socket_ && !saw_end_ && !saw_reset_) {
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    saw_end_ = got == 0;
    saw_reset_ = got < 0;
    if (got > 0) received_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void Peer::write_some() {
  while (socket_ && !unsent_.empty() && !saw_reset_) {
    const ssize_t sent = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return;
    saw_reset_ = sent < 0;
    if (sent < 0) return;
    taken_ += static_cast<std::size_t>(sent);
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  if (unsent_.empty() && std::exchange(finishing_, false)) ::shutdown(socket_.get(), SHUT_WR);
}

void Peer::update() {
  // An end is reported for as long as it is watched for.
  if (saw_reset_) return loop_.unwatch(std::exchange(watch_, 0));
  const std::uint32_t reading = reading_ && !saw_end_ ? std::uint32_t{EPOLLIN} : 0;
  loop_.set_events(watch_, unsent_.empty() ? reading : reading | EPOLLOUT);
}

void Peer::leave() {
  loop_.unwatch(std::exchange(watch_, 0));
  socket_.reset();
}

RelayWorld::RelayWorld() : loop_(new_loop()) {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;  // as the gateway does, for the sake of splice(2)
  ::sigaction(SIGPIPE, &ignore, &before_);
}

RelayWorld::~RelayWorld() { ::sigaction(SIGPIPE, &before_, nullptr); }

RelayWorld::Link RelayWorld::accept(ConnectionTarget target, Buffers buffers) {
  TcpPair pair = tcp_pair(buffers);
  Link link;
  link.id = next_++;
  link.client = std::make_unique<Peer>(loop_, std::move(pair.far));
  auto made = std::make_unique<Connection>(*this, link.id, std::move(pair.near), std::move(target));
  Connection& started = *made;
  connections_.emplace(link.id, std::move(made));
  started.start(policy);
  return link;
}

void RelayWorld::dialled(Link& link, Buffers buffers) {
  TcpPair pair = tcp_pair(buffers);
  link.server = std::make_unique<Peer>(loop_, std::move(pair.far));
  DialReply reply{};
  reply.id = link.id;
  reply.outcome = DialReply::Outcome::kConnected;
  connection(link.id).dialled(reply, std::move(pair.near));
}

RelayWorld::Link RelayWorld::connect(const ConnectionTarget& target, Buffers buffers) {
  Link link = accept(target, buffers);
  dialled(link, buffers);
  return link;
}

void RelayWorld::run_ready() {
  constexpr int kRounds = 8;
  for (int round = 0; round < kRounds; ++round) {
    loop_.after(std::chrono::milliseconds(0), [] {});
    static_cast<void>(loop_.run_once());
  }
}

std::optional<EgressEvent> RelayWorld::event(const Link& link, EgressEvent::Kind kind) const {
  for (const EgressEvent& one : events_)
    if (one.connection == link.id && one.kind == kind) return one;
  return std::nullopt;
}

void RelayWorld::pump_later(std::uint64_t id) {
  loop_.defer([this, id] {
    if (const auto found = connections_.find(id); found != connections_.end())
      found->second->pump();
  });
}

void RelayWorld::finished(std::uint64_t id) {
  loop_.defer([this, id] { connections_.erase(id); });
}

}  // namespace mino::gateway
