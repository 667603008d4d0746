#pragma once

#include "domain/network/packet_rules.hpp"
#include "domain/result.hpp"

namespace mino::linux {

/// Loads the rules into the network namespace of the calling thread, which must not have the table
/// yet. When it fails some of the rules may be in force; a chain whose policy is to drop then drops
/// all that they do not allow. The error names the rule that the kernel refused.
[[nodiscard]] Result<void> load_packet_rules(const PacketRules& rules);

}  // namespace mino::linux
