#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"

namespace mino::linux {

/// What the kernel answered to one message.
struct NetlinkAnswer {
  std::uint32_t sequence;
  int error;  ///< an errno, or 0: carried out
};

/// A connection to one subsystem of the kernel, for requests that are answered by errno alone.
class NetlinkSocket {
 public:
  /// `protocol` is NETLINK_ROUTE, NETLINK_NETFILTER …; it acts on the network namespace that the
  /// calling thread is in now.
  [[nodiscard]] static Result<NetlinkSocket> open(int protocol);

  /// Sends the messages as one datagram and takes the answers, in the kernel's order. Does not
  /// block: the kernel carries requests out within the send.
  [[nodiscard]] Result<std::vector<NetlinkAnswer>> exchange(std::string_view messages);

 private:
  explicit NetlinkSocket(posix::UniqueFd socket) : socket_(std::move(socket)) {}
  posix::UniqueFd socket_;
};

}  // namespace mino::linux
