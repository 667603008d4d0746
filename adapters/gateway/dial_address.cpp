#include "adapters/gateway/dial_address.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "domain/network/egress_policy.hpp"

namespace mino::gateway {
namespace {

bool is_synthetic(const IpAddress& address) {
  return synthetic_v4().contains(address) || synthetic_v6().contains(address);
}

}  // namespace

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress result;
  if (address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    const IpAddress::V4Bytes bytes = address.v4_bytes();
    std::memcpy(&v4.sin_addr, bytes.data(), bytes.size());
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.size = sizeof v4;
    return result;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  const IpAddress::V6Bytes bytes = address.v6_bytes();
  std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
  std::memcpy(&result.storage, &v6, sizeof v6);
  result.size = sizeof v6;
  return result;
}

std::optional<IpAddress> ip_address(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    IpAddress::V4Bytes bytes{};
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return IpAddress::from_v4(bytes);
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    IpAddress::V6Bytes bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return IpAddress::from_v6(bytes);
  }
  return std::nullopt;
}

IpAddress unmapped(const IpAddress& address) {
  static constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (address.is_v4()) return address;
  const IpAddress::V6Bytes bytes = address.v6_bytes();
  if (!std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) return address;
  return IpAddress::from_v4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

bool is_never_dialled(const IpAddress& address) {
  if (is_host_itself(address) || is_synthetic(address)) return true;
  const std::optional<IpAddress> inner = embedded_v4(address);
  return inner.has_value() && is_synthetic(*inner);
}

std::vector<IpAddress> interleaved(const std::vector<IpAddress>& addresses) {
  if (addresses.empty()) return {};
  std::vector<IpAddress> turns[2];
  for (const IpAddress& address : addresses)
    turns[address.is_v4() == addresses.front().is_v4() ? 0 : 1].push_back(address);
  std::vector<IpAddress> result;
  for (std::size_t i = 0; result.size() < addresses.size(); ++i) {
    for (const auto& family : turns) {
      if (i < family.size()) result.push_back(family[i]);
    }
  }
  return result;
}

}  // namespace mino::gateway
