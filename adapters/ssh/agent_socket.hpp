#pragma once

#include <cstdint>
#include <string>

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"
#include "domain/run/host_facts.hpp"

namespace mino::ssh {

/// A non-blocking connection to the agent at `path`, served by a process of `user_id`. Does not
/// wait. kNotFound, kPermission (another user's), kUnavailable (nobody listens there).
[[nodiscard]] Result<posix::UniqueFd> connect_to_agent(const std::string& path,
                                                       std::uint32_t user_id);

/// What stands at SSH_AUTH_SOCK: asks it for its keys, for two seconds at most.
[[nodiscard]] SshAgentFacts look_at_agent(std::string path, std::uint32_t user_id);

/// Listens on `directory`/`name`, which anybody who gets into the directory may connect to. What
/// is there is removed.
[[nodiscard]] Result<posix::UniqueFd> listen_for_clients(const std::string& directory,
                                                         const std::string& name);

}  // namespace mino::ssh
