#include "adapters/posix/loopback_listener.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::posix {
namespace {

constexpr int kBacklog = 8;

Result<UniqueFd> make_socket(int family, int type) {
  UniqueFd fd(::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return system_error("opening a socket", errno);
  return fd;
}

template <typename Address>
Result<void> bind_to(const UniqueFd& fd, const Address& address, socklen_t size) {
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0) return {};
  return system_error("binding a socket", errno);
}

Result<void> listen_at(const UniqueFd& fd) {
  if (::listen(fd.get(), kBacklog) == 0) return {};
  return system_error("listening", errno);
}

Result<UniqueFd> bound_v4(int type) {
  MINO_ASSIGN(UniqueFd fd, make_socket(AF_INET, type));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  MINO_TRY(bind_to(fd, address, sizeof address));
  return fd;
}

Result<std::uint16_t> port_of(const UniqueFd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return system_error("asking for a socket's port", errno);
  return std::uint16_t{ntohs(address.sin_port)};
}

/// The same port of ::1.
Result<UniqueFd> listening_v6(std::uint16_t port) {
  MINO_ASSIGN(UniqueFd fd, make_socket(AF_INET6, SOCK_STREAM));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = in6addr_loopback;
  MINO_TRY(bind_to(fd, address, sizeof address));
  MINO_TRY(listen_at(fd));
  return fd;
}

/// A name that the kernel chooses: bound without one, it is five hex digits (unix(7), autobind).
Result<std::string> bind_abstract(const UniqueFd& fd) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  MINO_TRY(bind_to(fd, address, sizeof address.sun_family));
  socklen_t size = sizeof address;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return system_error("asking for a socket's name", errno);
  constexpr std::size_t kName = offsetof(sockaddr_un, sun_path) + 1;
  if (size <= kName) return Error(ErrorCode::kInternal, "the kernel gave a socket no name");
  return std::string(address.sun_path + 1, size - kName);
}

bool has_connection(const UniqueFd& fd) {
  return fd && UniqueFd(::accept4(fd.get(), nullptr, nullptr, SOCK_CLOEXEC)).valid();
}

}  // namespace

Result<HostSockets> LoopbackListener::open() {
  HostSockets sockets;
  MINO_ASSIGN(stream_v4_, bound_v4(SOCK_STREAM));
  MINO_TRY(listen_at(stream_v4_));
  MINO_ASSIGN(sockets.tcp_port, port_of(stream_v4_));
  if (auto v6 = listening_v6(sockets.tcp_port); v6.ok()) stream_v6_ = std::move(v6).value();
  MINO_ASSIGN(datagram_, bound_v4(SOCK_DGRAM));
  MINO_ASSIGN(sockets.udp_port, port_of(datagram_));
  MINO_ASSIGN(local_, make_socket(AF_UNIX, SOCK_STREAM));
  MINO_ASSIGN(sockets.abstract_name, bind_abstract(local_));
  MINO_TRY(listen_at(local_));
  return sockets;
}

HostListener::Arrivals LoopbackListener::arrivals() {
  char byte = 0;
  return {.stream = has_connection(stream_v4_) || has_connection(stream_v6_),
          .datagram = datagram_ && ::recv(datagram_.get(), &byte, 1, MSG_TRUNC) >= 0,
          .local = has_connection(local_)};
}

}  // namespace mino::posix
