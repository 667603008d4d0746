#pragma once

#include <string>

#include "adapters/gateway/dialler.hpp"
#include "adapters/gateway/resolver_worker.hpp"
#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"

namespace mino::gateway {

/// The rules of the iptables engine as the hook reads them, one a line: "allow <address or block>
/// <port or *>", "resolver <address>". Names are resolved here, once, by processes of their own,
/// several at a time; blocks until all have answered, or one has taken longer than
/// `options.resolve_timeout_ms`. An answer that is not public is left out unless the plan allows
/// it. kUnavailable: a name has no address that may be reached; kTimeout: the resolver is silent.
[[nodiscard]] Result<std::string> resolve_rules(const EgressPlan& egress,
                                                const DiallerOptions& options,
                                                ResolveFunction resolve);

}  // namespace mino::gateway
