#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ssh/ssh_crypto.hpp"

namespace mino {

/// A host's certificate in the format of OpenSSH's PROTOCOL.certkeys.
struct HostCertificate {
  std::string key;                      ///< the certified key, in its plain form
  std::vector<std::string> principals;  ///< names of hosts, without ports
  std::uint64_t valid_after = 0;        ///< seconds since 1970; from then on
  std::uint64_t valid_before = 0;       ///< until just before then
  bool has_critical_options = false;    ///< there are none for hosts that anybody has to know
  std::string authority;                ///< the key that signed it
  std::string signed_part;
  std::string signature;
  bool operator==(const HostCertificate&) const = default;
};

/// Nothing for what is not exactly one certificate of a host.
[[nodiscard]] std::optional<HostCertificate> parse_host_certificate(std::string_view blob);

/// Whether its authority signed it and it holds at `now`, in seconds since 1970. Says nothing of
/// whether the authority is anybody's.
[[nodiscard]] bool holds(const HostCertificate& certificate, std::uint64_t now,
                         const SshCrypto& crypto);

}  // namespace mino
