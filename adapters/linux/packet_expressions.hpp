#pragma once

#include "adapters/linux/netlink_writer.hpp"
#include "domain/network/packet_rules.hpp"

namespace mino::linux {

/// Writes the attribute NFTA_RULE_EXPRESSIONS: the program of a rule for the machine of nf_tables.
/// Each match loads something into a register and compares it; the first comparison that fails ends
/// the rule.
void write_expressions(NetlinkWriter& writer, const packet::Rule& rule);

}  // namespace mino::linux
