#pragma once

#include <string>

#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"

namespace mino::gateway {

/// The rules of the iptables engine as the hook reads them, one a line: "allow <address or block>
/// <port or *>", "resolver <address>". Names are resolved here, once, by the host's resolver;
/// blocks for as long as that takes. An answer that is not public is left out unless the plan
/// allows it. kUnavailable: a name has no address that may be reached.
[[nodiscard]] Result<std::string> resolve_rules(const EgressPlan& egress);

}  // namespace mino::gateway
