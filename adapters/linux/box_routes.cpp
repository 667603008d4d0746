#include "adapters/linux/box_routes.hpp"

#include <fmt/format.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/linux/netlink_socket.hpp"
#include "adapters/linux/netlink_writer.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/network/ip_address.hpp"

namespace mino::linux {

namespace {

// LOOPBACK_IFINDEX of the kernel, the same in every namespace.
constexpr int kLoopback = 1;
constexpr unsigned kRequest = NLM_F_REQUEST | NLM_F_ACK;
constexpr unsigned kCreate = kRequest | NLM_F_CREATE | NLM_F_EXCL;

// TEST-NET-1 (RFC 5737), and one of the unique local block that the gateway's DNS answers from.
const IpAddress& box_v4() {
  static const IpAddress kAddress = IpAddress::from_v4({192, 0, 2, 10});
  return kAddress;
}
const IpAddress& box_v6() {
  static const IpAddress kAddress =
      IpAddress::from_v6({0xfd, 0x6d, 0x69, 0x6e, 0x6f, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02});
  return kAddress;
}

std::string raw_bytes(const IpAddress& address) {
  if (address.is_v4()) {
    const auto bytes = address.v4_bytes();
    return {bytes.begin(), bytes.end()};
  }
  const auto bytes = address.v6_bytes();
  return {bytes.begin(), bytes.end()};
}

std::uint8_t family_of(const IpAddress& address) {
  return static_cast<std::uint8_t>(address.is_v4() ? AF_INET : AF_INET6);
}

/// `harmless` is an errno that means that there is nothing to do; 0: there is none.
Result<void> carry_out(NetlinkSocket& socket, const NetlinkWriter& request, std::string_view action,
                       int harmless = 0) {
  MINO_ASSIGN(const std::vector<NetlinkAnswer> answers, socket.exchange(request.buffer()));
  if (answers.size() != 1) {
    return Error(ErrorCode::kInternal,
                 fmt::format("{}: the kernel gave {} answers", action, answers.size()));
  }
  if (answers.front().error == 0 || answers.front().error == harmless) return {};
  return posix::system_error(action, answers.front().error);
}

Result<void> raise_loopback(NetlinkSocket& socket) {
  ifinfomsg link{};
  link.ifi_family = AF_UNSPEC;
  link.ifi_index = kLoopback;
  link.ifi_flags = IFF_UP;
  link.ifi_change = IFF_UP;
  NetlinkWriter request;
  request.message(RTM_NEWLINK, kRequest, 1, link);
  return carry_out(socket, request, "raising the loopback interface");
}

Result<void> add_address(NetlinkSocket& socket, const IpAddress& address, int harmless = 0) {
  const std::string bytes = raw_bytes(address);
  ifaddrmsg head{};
  head.ifa_family = family_of(address);
  head.ifa_prefixlen = static_cast<std::uint8_t>(bytes.size() * 8);
  head.ifa_scope = RT_SCOPE_UNIVERSE;
  head.ifa_index = kLoopback;
  NetlinkWriter request;
  request.message(RTM_NEWADDR, kCreate, 1, head);
  request.bytes(IFA_LOCAL, bytes);
  request.bytes(IFA_ADDRESS, bytes);
  if (!address.is_v4()) {
    // Deprecated from the start: getaddrinfo(3) of glibc sorts destinations whose source address is
    // deprecated behind the others (RFC 6724 section 6, rule 3), so that IPv4 is tried first.
    constexpr std::uint32_t kForever = 0xffffffff;
    ifa_cacheinfo lifetime{};
    lifetime.ifa_prefered = 0;
    lifetime.ifa_valid = kForever;
    request.bytes(IFA_CACHEINFO, {reinterpret_cast<const char*>(&lifetime), sizeof lifetime});
    request.host_order(IFA_FLAGS, std::uint32_t{IFA_F_NODAD});
  }
  return carry_out(
      socket, request,
      fmt::format("adding the address {} to the loopback interface", address.to_string()),
      harmless);
}

/// `ip route add local 0.0.0.0/0 dev lo`, or the same for `::/0`.
Result<void> add_route(NetlinkSocket& socket, int family) {
  rtmsg head{};
  head.rtm_family = static_cast<std::uint8_t>(family);
  head.rtm_table = RT_TABLE_LOCAL;
  head.rtm_protocol = RTPROT_STATIC;
  head.rtm_scope = RT_SCOPE_HOST;
  head.rtm_type = RTN_LOCAL;
  NetlinkWriter request;
  request.message(RTM_NEWROUTE, kCreate, 1, head);
  request.host_order(RTA_OIF, std::uint32_t{kLoopback});
  return carry_out(
      socket, request,
      fmt::format("adding the route local {} dev lo", family == AF_INET ? "0.0.0.0/0" : "::/0"));
}

Result<void> no_other_interface() {
  const posix::UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return posix::system_error("opening a socket", errno);
  const std::unique_ptr<struct if_nameindex, decltype(&::if_freenameindex)> interfaces(
      ::if_nameindex(), &::if_freenameindex);
  if (interfaces == nullptr) return posix::system_error("listing the box's interfaces", errno);
  for (const struct if_nameindex* at = interfaces.get(); at->if_index != 0; ++at) {
    if (at->if_index == kLoopback) continue;
    ifreq request{};
    std::strncpy(request.ifr_name, at->if_name, sizeof request.ifr_name - 1);
    if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) {
      return posix::system_error(fmt::format("looking at the interface {}", at->if_name), errno);
    }
    // Kernels with tunnel drivers put fallback devices into each namespace; nobody in the box can
    // raise them.
    if ((request.ifr_flags & IFF_UP) != 0) {
      return Error(ErrorCode::kInternal,
                   fmt::format("the box has a network interface of its own, {}", at->if_name));
    }
  }
  return {};
}

/// A loopback interface that is up has ::1 unless IPv6 is disabled there, or altogether.
Result<Ipv6> find_ipv6() {
  const posix::UniqueFd socket(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket && errno == EAFNOSUPPORT) return Ipv6::kAbsent;
  if (!socket) return posix::system_error("opening an IPv6 socket", errno);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return Ipv6::kPresent;
  if (errno == EADDRNOTAVAIL) return Ipv6::kAbsent;
  return posix::system_error("binding to ::1", errno);
}

}  // namespace

Result<Ipv6> make_every_address_local() {
  MINO_TRY(no_other_interface());
  MINO_ASSIGN(NetlinkSocket socket, NetlinkSocket::open(NETLINK_ROUTE));
  MINO_TRY(raise_loopback(socket));
  MINO_TRY(add_address(socket, box_v4()));
  MINO_TRY(add_route(socket, AF_INET));
  MINO_ASSIGN(const Ipv6 ipv6, find_ipv6());
  if (ipv6 == Ipv6::kPresent) {
    MINO_TRY(add_address(socket, box_v6()));
    MINO_TRY(add_route(socket, AF_INET6));
  }
  return ipv6;
}

Result<void> add_loopback_address(const IpAddress& address) {
  MINO_ASSIGN(NetlinkSocket socket, NetlinkSocket::open(NETLINK_ROUTE));
  MINO_TRY(raise_loopback(socket));
  return add_address(socket, address, EEXIST);
}

}  // namespace mino::linux
