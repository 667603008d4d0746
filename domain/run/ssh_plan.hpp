#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/ssh/ssh_policy.hpp"

namespace mino {

/// The SSH agent of a box: what it may do, and where the host has what that takes.
struct SshPlan {
  std::string agent_socket;  ///< the user's agent
  SshPolicy policy;
  std::vector<std::string> known_hosts;  ///< files of the host; the box gets a copy of all
  std::string known_hosts_copy;          ///< host path of that copy; empty when there are none
  std::string helper_program;            ///< host path of mino-helper
  bool operator==(const SshPlan&) const = default;
};

/// In the session's runtime directory, and in the box.
inline constexpr std::string_view kSshDirectoryName = "ssh";
inline constexpr std::string_view kSshSocketName = "agent.sock";
inline constexpr std::string_view kSshKnownHostsName = "ssh_known_hosts";
inline constexpr std::string_view kSshBoxDirectory = "/run/mino/ssh";
inline constexpr std::string_view kSshBoxSocket = "/run/mino/ssh/agent.sock";
inline constexpr std::string_view kSshBoxKnownHosts = "/etc/ssh/ssh_known_hosts";

struct RunPlan;
/// The host's directory that a plan's box gets as kSshBoxDirectory.
[[nodiscard]] std::string ssh_directory(const RunPlan& plan);

}  // namespace mino
