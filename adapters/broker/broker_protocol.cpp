#include "adapters/broker/broker_protocol.hpp"

#include <cstring>

namespace mino::broker {
namespace {

constexpr std::size_t kHead = 1 + sizeof(std::uint32_t);

bool is_kind(unsigned char byte) {
  const auto within = [byte](BrokerMessage first, BrokerMessage last) {
    return byte >= static_cast<unsigned char>(first) && byte <= static_cast<unsigned char>(last);
  };
  return within(BrokerMessage::kTerms, BrokerMessage::kNothing) ||
         within(BrokerMessage::kServing, BrokerMessage::kRefused);
}

}  // namespace

std::string encode(const BrokerPacket& packet) {
  std::string bytes(kHead, '\0');
  bytes.reserve(kHead + packet.text.size());
  bytes[0] = static_cast<char>(packet.kind);
  std::memcpy(&bytes[1], &packet.number, sizeof packet.number);
  return bytes.append(packet.text);
}

std::optional<BrokerPacket> decode(std::string_view bytes) {
  if (bytes.size() < kHead || bytes.size() > kMaxBrokerPacket) return std::nullopt;
  const auto kind = static_cast<unsigned char>(bytes[0]);
  if (!is_kind(kind)) return std::nullopt;
  BrokerPacket packet;
  packet.kind = static_cast<BrokerMessage>(kind);
  std::memcpy(&packet.number, &bytes[1], sizeof packet.number);
  packet.text = bytes.substr(kHead);
  return packet;
}

}  // namespace mino::broker
