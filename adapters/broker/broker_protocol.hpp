#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Between the session's owner and the broker, over one SOCK_SEQPACKET pair; one datagram is one
// packet: kind, number in four bytes, text.
//
//   owner to broker   kTerms       `text` is JSON: the token and what is offered
//                     kBox         `number` is the pid of the box's first process
//                     kCredential  `number` is a question, `text` the credential as JSON
//                     kNothing     `number` is a question, `text` says why
//   broker to owner   kServing     it listens in the box, and is confined
//                     kFailed      `text` says why it does not
//                     kAsked       `number` is a question, `text` the provider, and behind a space
//                     the
//                               subject, if there is one
//                     kRefused     `text` is the reason, and the provider behind a space
//
// In that order at first: kTerms, kBox, then kServing or kFailed. The broker ends when the owner's
// end closes. It waits for the owner to take what it says.
namespace mino::broker {

enum class BrokerMessage : unsigned char {
  kTerms = 1,
  kBox,
  kCredential,
  kNothing,
  kServing = 32,
  kFailed,
  kAsked,
  kRefused,
};

struct BrokerPacket {
  BrokerMessage kind = BrokerMessage::kTerms;
  std::uint32_t number = 0;
  std::string text = {};
  bool operator==(const BrokerPacket&) const = default;
};

inline constexpr std::size_t kMaxBrokerPacket = std::size_t{128} * 1024;

[[nodiscard]] std::string encode(const BrokerPacket& packet);
/// Nothing for what is no packet.
[[nodiscard]] std::optional<BrokerPacket> decode(std::string_view bytes);

}  // namespace mino::broker
