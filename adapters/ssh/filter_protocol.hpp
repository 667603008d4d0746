#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Between the session's owner and the filter of the SSH agent, over one SOCK_SEQPACKET pair; one
// datagram is one packet: kind, client in four bytes, text.
//
//   filter to owner   kConnect     the client needs a connection to the agent
//                     kAsk         the user is to be asked about the event (encode_ssh_event())
//                     kForget      the question of that client is void
//                     kEvent       an event, before the client learns of it; the client is 0
//   owner to filter   kConnected   with the connection, non-blocking
//                     kUnreachable `text` says why
//                     kAnswer      `text` is one byte: a Confirmation
//
// The filter ends when the owner's end closes. It waits for the owner to take an event, so that no
// signature is given of which the owner does not know.
namespace mino::ssh {

enum class FilterMessage : unsigned char {
  kConnect = 1,
  kAsk,
  kForget,
  kEvent,
  kConnected = 32,
  kUnreachable,
  kAnswer,
};

struct FilterPacket {
  FilterMessage kind = FilterMessage::kEvent;
  std::uint32_t client = 0;
  std::string text = {};
  bool operator==(const FilterPacket&) const = default;
};

inline constexpr std::size_t kMaxFilterPacket = 8192;

[[nodiscard]] std::string encode(const FilterPacket& packet);
/// Nothing for what is no packet.
[[nodiscard]] std::optional<FilterPacket> decode(std::string_view bytes);

}  // namespace mino::ssh
