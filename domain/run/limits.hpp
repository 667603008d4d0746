#pragma once

#include <string>
#include <vector>

#include "domain/config/config.hpp"
#include "domain/result.hpp"
#include "domain/run/host_facts.hpp"
#include "domain/run/run_plan.hpp"

namespace mino {

/// The limits that `container.memory`, `.cpus` and `.pids` ask for. kConfig, or kUsage when a flag
/// set it, for a value that is no positive size, decimal number or count.
[[nodiscard]] Result<Limits> limits_of(const Config& config);

/// One warning for each limit that was asked for and that the engine cannot enforce, because the
/// cgroup controller is not delegated to the user. The default limit of processes is never warned
/// of.
[[nodiscard]] std::vector<std::string> unenforced_limits(const Config& config,
                                                         const EngineFacts& engine);

}  // namespace mino
