#pragma once

#include <string>
#include <vector>

#include "adapters/posix/child_process.hpp"
#include "adapters/posix/spawn.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"

namespace mino::posix {

/// A part of mino-helper and the owner's end of a SOCK_SEQPACKET pair to it.
struct HelperProcess {
  ChildProcess process;
  UniqueFd channel;
};

/// Starts it in a session of its own, without an environment, with /dev/null as descriptors 0–2,
/// its end of the pair as descriptor 3, and `more`. Does not wait. kUnavailable: it cannot be
/// started.
[[nodiscard]] Result<HelperProcess> start_helper(std::vector<std::string> argv,
                                                 const std::vector<DescriptorMapping>& more = {});

}  // namespace mino::posix
