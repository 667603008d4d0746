// The packets that the owner of a session takes from the box and from clients of its control
// socket. An input is one datagram.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "adapters/session/packet_channel.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// The name and signature that libFuzzer prescribes.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace lifeline = mino::lifeline;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto parsed = mino::session::parse_packet(bytes);
  if (!parsed) return 0;
  lifeline::Kind kind{};
  std::memcpy(&kind, data, sizeof kind);
  require(parsed->packet.kind == kind);
  if (kind == lifeline::Kind::kData) {
    require(!parsed->data.empty() && parsed->data.size() <= lifeline::kChunkBytes);
    require(parsed->data.data() + parsed->data.size() == bytes.data() + bytes.size());
    require(parsed->data.size() == size - lifeline::kDataHeaderBytes);
  } else {
    require(parsed->data.empty() && size == sizeof parsed->packet);
    require(std::memcmp(&parsed->packet, data, size) == 0);
  }
  return 0;
}
