#include "adapters/linux/netlink_socket.hpp"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "adapters/posix/posix_error.hpp"

namespace mino::linux {

namespace {

// An answer is the header, the errno and the header of the request: NETLINK_CAP_ACK leaves the rest
// of the request out.
constexpr std::size_t kReceiveBytes = 4096;

void keep_answers(std::string_view datagram, std::vector<NetlinkAnswer>& answers) {
  while (datagram.size() >= sizeof(nlmsghdr)) {
    nlmsghdr head{};
    std::memcpy(&head, datagram.data(), sizeof head);
    if (head.nlmsg_len < sizeof head || head.nlmsg_len > datagram.size()) return;
    if (head.nlmsg_type == NLMSG_ERROR && head.nlmsg_len >= sizeof head + sizeof(int)) {
      int error = 0;
      std::memcpy(&error, datagram.data() + sizeof head, sizeof error);
      answers.push_back({head.nlmsg_seq, -error});
    }
    const std::size_t step = NLMSG_ALIGN(std::size_t{head.nlmsg_len});
    datagram.remove_prefix(step < datagram.size() ? step : datagram.size());
  }
}

}  // namespace

Result<NetlinkSocket> NetlinkSocket::open(int protocol) {
  posix::UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!socket) return posix::system_error("opening a netlink socket", errno);
  const int on = 1;
  if (::setsockopt(socket.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on) != 0)
    return posix::system_error("setting up a netlink socket", errno);
  // Connected to the kernel (port 0): nobody else's datagrams are received.
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) != 0)
    return posix::system_error("connecting a netlink socket", errno);
  return NetlinkSocket(std::move(socket));
}

Result<std::vector<NetlinkAnswer>> NetlinkSocket::exchange(std::string_view messages) {
  if (posix::retry([&] { return ::send(socket_.get(), messages.data(), messages.size(), 0); }) < 0)
    return posix::system_error("sending to the kernel", errno);
  std::vector<NetlinkAnswer> answers;
  alignas(nlmsghdr) std::array<char, kReceiveBytes> buffer{};
  while (true) {
    const ssize_t got = posix::retry(
        [&] { return ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT); });
    if (got < 0 && errno == EAGAIN) return answers;
    if (got < 0) return posix::system_error("reading the kernel's answer", errno);
    keep_answers({buffer.data(), static_cast<std::size_t>(got)}, answers);
  }
}

}  // namespace mino::linux
