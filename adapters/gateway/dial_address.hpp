#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/network/ip_address.hpp"

namespace mino::gateway {

/// An address and port in the kernel's form.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};
[[nodiscard]] SocketAddress socket_address(const IpAddress& address, std::uint16_t port);

/// Nothing for another family than AF_INET and AF_INET6. The zone of a link-local address is lost.
[[nodiscard]] std::optional<IpAddress> ip_address(const sockaddr* address);

/// The IPv4 address of an IPv4-mapped one (::ffff:0:0/96), else the address itself: what the kernel
/// would dial.
[[nodiscard]] IpAddress unmapped(const IpAddress& address);

/// Loopback, unspecified (0.0.0.0/8 and ::, which Linux connects to itself) or out of the blocks
/// that mino makes addresses up from, in whatever spelling: no rule can name these.
[[nodiscard]] bool is_never_dialled(const IpAddress& address);

/// RFC 8305 section 4 with a First Address Family Count of one: the families take turns, starting
/// with that of the first address; within a family the order stays.
[[nodiscard]] std::vector<IpAddress> interleaved(const std::vector<IpAddress>& addresses);

}  // namespace mino::gateway
