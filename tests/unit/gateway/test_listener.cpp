#include "tests/unit/gateway/test_listener.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "adapters/gateway/dial_address.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::gateway {
namespace {

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

}  // namespace

bool poll_for(int fd, short events) {
  pollfd one{fd, events, 0};
  return posix::retry([&] { return ::poll(&one, 1, kTestDeadlineMs); }) == 1;
}

void wait_a_little() { ::poll(nullptr, 0, 1); }

TestListener::TestListener(std::string_view text, std::uint16_t port) : address_(text) {
  const IpAddress where = address(text);
  SocketAddress local = socket_address(where, port);
  socket_.reset(::socket(where.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto* plain = reinterpret_cast<sockaddr*>(&local.storage);
  EXPECT_EQ(::bind(socket_.get(), plain, local.size), 0) << std::strerror(errno);
  EXPECT_EQ(::listen(socket_.get(), 128), 0);
  EXPECT_EQ(::getsockname(socket_.get(), plain, &local.size), 0);
  // The port is at the same place in both families.
  port_ = ntohs(reinterpret_cast<const sockaddr_in*>(&local.storage)->sin_port);
}

posix::UniqueFd TestListener::accept() {
  if (!poll_for(socket_.get(), POLLIN)) return {};
  return posix::UniqueFd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

bool TestListener::has_connection() {
  pollfd one{socket_.get(), POLLIN, 0};
  return ::poll(&one, 1, 0) == 1;
}

// Linux drops the first packet of a connection while the queue of accept(2) is full, and a backlog
// of 0 leaves room for one.
void TestListener::fill() {
  EXPECT_EQ(::listen(socket_.get(), 0), 0);
  const IpAddress where = address(address_);
  const SocketAddress peer = socket_address(where, port_);
  fillers_.emplace_back(
      ::socket(where.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(
      ::connect(fillers_.back().get(), reinterpret_cast<const sockaddr*>(&peer.storage), peer.size),
      0);
}

}  // namespace mino::gateway
