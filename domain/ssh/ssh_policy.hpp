#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace mino {

/// What a box may do with the keys of the user's SSH agent. Beyond listing and signing: nothing.
struct SshPolicy {
  enum class Files { kRefused, kAllowed };
  enum class Forwarding { kRefused, kAllowed };
  enum class Confirmation { kNone, kEachUse };

  std::vector<std::string> keys;   ///< comments, or "SHA256:…" fingerprints; empty: all keys
  std::vector<std::string> hosts;  ///< names of known_hosts; empty: any host, known or not
  Files files = Files::kRefused;   ///< signatures of files and commits
  Forwarding forwarding = Forwarding::kRefused;  ///< use by hosts that the box logged in to
  Confirmation confirmation = Confirmation::kNone;
  bool operator==(const SshPolicy&) const = default;
};

[[nodiscard]] bool allows_key(const SshPolicy& policy, std::string_view fingerprint,
                              std::string_view comment);

/// One line for a person: "log in to github.com with work@laptop, after a question each time".
[[nodiscard]] std::string describe(const SshPolicy& policy);

/// A name for `SshPolicy::hosts` in the spelling of known_hosts: "host:2222" is "[host]:2222".
/// kUsage for what can name no host there, patterns included.
[[nodiscard]] Result<std::string> parse_ssh_host(std::string_view text);

}  // namespace mino
