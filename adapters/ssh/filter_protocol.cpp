#include "adapters/ssh/filter_protocol.hpp"

#include "domain/ssh/ssh_bytes.hpp"

namespace mino::ssh {
namespace {

bool is_kind(std::uint8_t byte) {
  return (byte >= static_cast<std::uint8_t>(FilterMessage::kConnect) &&
          byte <= static_cast<std::uint8_t>(FilterMessage::kEvent)) ||
         (byte >= static_cast<std::uint8_t>(FilterMessage::kConnected) &&
          byte <= static_cast<std::uint8_t>(FilterMessage::kAnswer));
}

}  // namespace

std::string encode(const FilterPacket& packet) {
  std::string bytes(1, static_cast<char>(packet.kind));
  append_ssh_number(bytes, packet.client);
  return bytes + packet.text;
}

std::optional<FilterPacket> decode(std::string_view bytes) {
  SshReader reader(bytes);
  const auto kind = reader.byte();
  const auto client = reader.number();
  if (!kind || !client || !is_kind(*kind) || bytes.size() > kMaxFilterPacket) return std::nullopt;
  return FilterPacket{static_cast<FilterMessage>(*kind), *client, std::string(reader.rest())};
}

}  // namespace mino::ssh
