#pragma once

#include <array>
#include <cstddef>

#include "helper/mino-init/descriptor.hpp"
#include "helper/protocol/lifeline.hpp"

namespace mino::init {

/// A packet of the owner with the descriptors that came along.
struct Incoming {
  static constexpr std::size_t kMaxDescriptors = 3;
  lifeline::DataPacket packet;  // the largest packet there is
  std::size_t length = 0;
  std::array<Descriptor, kMaxDescriptors> descriptors;
  std::size_t descriptor_count = 0;
};

/// Reads one packet. False: the lifeline is closed, or what came was cut because it was larger than
/// any packet.
[[nodiscard]] bool receive(Incoming& incoming);

/// Sends one packet, with `attached` unless it is negative. Blocks while the owner does not read.
/// False: it is gone.
[[nodiscard]] bool send(const lifeline::Packet& packet, int attached);

}  // namespace mino::init
