#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/posix/unique_fd.hpp"

namespace mino::posix {

/// One datagram of a SOCK_SEQPACKET unix socket and the descriptors that came with it.
struct SocketPacket {
  std::string bytes;
  std::vector<UniqueFd> descriptors;
};

enum class SendState {
  kSent,
  kFull,             ///< nothing was sent; the socket will say when there is room
  kTooManyInFlight,  ///< the user has more descriptors under way in sockets than RLIMIT_NOFILE
  kBroken,           ///< the other side is gone
};

/// Does not block and raises no SIGPIPE.
[[nodiscard]] SendState send_packet(int socket, std::string_view bytes,
                                    const std::vector<int>& descriptors);

struct Received {
  enum class State { kPacket, kNothing, kEnded } state = State::kNothing;
  SocketPacket packet;
};

/// Takes one datagram of at most `max_bytes` and at most eight descriptors, without blocking. A
/// datagram that is larger, or carries more, ends the conversation: kEnded.
[[nodiscard]] Received receive_packet(int socket, std::size_t max_bytes);

}  // namespace mino::posix
