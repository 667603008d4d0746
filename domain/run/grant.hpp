#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/run/mount.hpp"

namespace mino {

// Access that widens a box. A plan widens only by holding one of these; there is no switch beside
// them.

/// The project, writable.
struct ProjectGrant {
  std::string path;
  bool operator==(const ProjectGrant&) const = default;
};
/// The project is one that is refused unless the user insists (home, an ancestor of it, a sensitive
/// path).
struct SensitiveProjectGrant {
  std::string path;
  std::string why;
  bool operator==(const SensitiveProjectGrant&) const = default;
};
/// A directory or file of the host, or a named volume.
struct MountGrant {
  Mount mount;
  bool operator==(const MountGrant&) const = default;
};
/// A directory of host programs, read-only, on the box's PATH (`--image host`).
struct HostPathGrant {
  std::string path;
  bool operator==(const HostPathGrant&) const = default;
};
/// The host's /usr and chosen parts of its /etc, read-only (`--image host`).
struct HostSystemGrant {
  bool operator==(const HostSystemGrant&) const = default;
};
/// The host's whole network.
struct HostNetworkGrant {
  bool operator==(const HostNetworkGrant&) const = default;
};
/// A network with a route out and no rules.
struct OpenNetworkGrant {
  bool operator==(const OpenNetworkGrant&) const = default;
};
/// One destination outside the box.
struct EgressGrant {
  std::string rule;  ///< canonical text
  bool operator==(const EgressGrant&) const = default;
};
/// Allowed names may resolve to addresses that are not of the public internet.
struct PrivateAddressesGrant {
  bool operator==(const PrivateAddressesGrant&) const = default;
};
/// Services on the host's own loopback, by the name host.mino.internal.
struct HostLoopbackGrant {
  std::string rule;  ///< canonical text
  bool operator==(const HostLoopbackGrant&) const = default;
};
/// The value of one variable of the host's environment.
struct HostVariableGrant {
  std::string name;
  bool operator==(const HostVariableGrant&) const = default;
};
/// Files of the project that later run on the host, writable: all of them ("off"), or those that
/// git does not run itself ("git").
struct UnprotectedProjectGrant {
  std::string level;
  bool operator==(const UnprotectedProjectGrant&) const = default;
};
/// User namespaces inside the box, for programs that bring a sandbox of their own (Chromium,
/// bubblewrap).
struct NestedSandboxGrant {
  bool operator==(const NestedSandboxGrant&) const = default;
};
/// The user's SSH agent, behind a filter that lets no more pass than `limits` says.
struct SshAgentGrant {
  std::string limits;
  bool operator==(const SshAgentGrant&) const = default;
};
/// A credential of the user's with a provider ("AWS"), temporary where the provider has such.
struct CredentialGrant {
  std::string provider;  ///< its display name
  std::string identity;  ///< who it is for, without a secret
  bool operator==(const CredentialGrant&) const = default;
};

using Grant =
    std::variant<ProjectGrant, SensitiveProjectGrant, MountGrant, HostPathGrant, HostSystemGrant,
                 HostNetworkGrant, OpenNetworkGrant, EgressGrant, PrivateAddressesGrant,
                 HostLoopbackGrant, HostVariableGrant, UnprotectedProjectGrant, NestedSandboxGrant,
                 SshAgentGrant, CredentialGrant>;

template <typename T>
[[nodiscard]] bool has_grant(const std::vector<Grant>& grants) {
  for (const Grant& grant : grants) {
    if (std::holds_alternative<T>(grant)) return true;
  }
  return false;
}

/// A stable word for JSON ("project", "host-network" …).
[[nodiscard]] std::string_view grant_kind(const Grant& grant);
/// One line for a person: "the project /src/app, writable".
[[nodiscard]] std::string describe(const Grant& grant);

}  // namespace mino
