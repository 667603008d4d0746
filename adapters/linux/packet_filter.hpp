#pragma once

#include "domain/network/packet_rules.hpp"
#include "domain/result.hpp"

namespace mino::linux {

/// Loads the rules into the calling thread's network namespace through nf_tables' netlink
/// interface, as one transaction: all of them are in force, or none. Needs CAP_NET_ADMIN over the
/// namespace. An error names the rule that the kernel refused.
[[nodiscard]] Result<void> load_packet_rules(const PacketRules& rules);

}  // namespace mino::linux
