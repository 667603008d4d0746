#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/network/packet_rules.hpp"

namespace mino::linux {

/// One transaction for nf_tables: all of it is carried out, or nothing.
struct PacketBatch {
  /// Below the least send buffer that systems are set up with, which bounds a datagram.
  static constexpr std::size_t kMaxBytes = std::size_t{64} * 1024;

  std::string messages;
  /// What each message is about, for errors; the i-th has the sequence number `i`. The last but one
  /// is the only message that is answered when all goes well.
  std::vector<std::string> subjects;

  [[nodiscard]] std::uint32_t answered() const {
    return static_cast<std::uint32_t>(subjects.size() - 2);
  }
};

/// The messages that make the table, which must not exist, out of the rules. One batch, unless the
/// rules take more than kMaxBytes: then the first holds the table and the chains with their
/// policies, and the others append.
[[nodiscard]] std::vector<PacketBatch> encode_packet_rules(const PacketRules& rules);

}  // namespace mino::linux
