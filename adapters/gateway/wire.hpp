#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "domain/network/egress_event.hpp"
#include "domain/network/egress_policy.hpp"

// Between the session's owner and the gateway, over one SOCK_SEQPACKET pair; one datagram is one
// message, whose first byte says which. Numbers are little-endian, texts are preceded by their
// length in two bytes.
//
//   owner to gateway   kPolicy (private answers, place of denial), kRule…, kCommit   in force from
//   kCommit on
//                      kSockets (0 or 1 for IPv6) with the sockets of hook::Socket
//                      kEnd       close everything, report it, end
//   owner to dialler   kPolicy, kRule…, kCommit: the same, so that it need not believe the gateway
//   gateway to owner   kServing   the sockets are served
//                      kEvent     an EgressEvent
namespace mino::gateway {

inline constexpr std::size_t kMaxMessage = 8192;

enum class Message : unsigned char {
  kPolicy = 1,
  kRule,
  kCommit,
  kSockets,
  kEnd,
  kServing = 32,
  kEvent,
};

[[nodiscard]] std::string encode(Message message);
[[nodiscard]] std::string encode_policy(const EgressPolicy& policy);  ///< without its rules
[[nodiscard]] std::string encode_rule(const PolicyRule& rule);
[[nodiscard]] std::string encode_sockets(bool ipv6);
/// Texts are cut to what a message holds.
[[nodiscard]] std::string encode_event(const EgressEvent& event);

/// Nothing for an empty or an unknown message.
[[nodiscard]] std::optional<Message> kind_of(std::string_view bytes);
/// These take the whole message; nothing when it is not exactly one of that kind.
[[nodiscard]] std::optional<EgressPolicy> decode_policy(std::string_view bytes);
[[nodiscard]] std::optional<PolicyRule> decode_rule(std::string_view bytes);
[[nodiscard]] std::optional<bool> decode_sockets(std::string_view bytes);
[[nodiscard]] std::optional<EgressEvent> decode_event(std::string_view bytes);

}  // namespace mino::gateway
