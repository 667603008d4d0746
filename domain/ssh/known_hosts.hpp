#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ssh/ssh_crypto.hpp"

namespace mino {

/// Hosts and their keys in the format of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": plain names,
/// patterns and hashed names. A key that any line revokes is no host's. A line with @cert-authority
/// gives a key that certifies hosts. What cannot be read is left out.
class KnownHosts {
 public:
  KnownHosts() = default;
  [[nodiscard]] static KnownHosts parse(std::string_view text);

  /// The first of `names` that a line gives this key to.
  [[nodiscard]] std::optional<std::string> name_of(std::string_view key,
                                                   const std::vector<std::string>& names,
                                                   const SshCrypto& crypto) const;
  /// The first of `names` that a line lets `authority` certify and that is among `principals`, the
  /// names of hosts in a certificate, which have no ports.
  [[nodiscard]] std::optional<std::string> certified_name_of(
      std::string_view authority, const std::vector<std::string>& principals,
      const std::vector<std::string>& names, const SshCrypto& crypto) const;
  /// A name under which the key is known, for a person; empty when there is none that can be read.
  [[nodiscard]] std::string any_name_of(std::string_view key) const;
  [[nodiscard]] bool is_revoked(std::string_view key) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  struct Entry {
    std::vector<std::string> names;  ///< the first field of each line with that key
    bool is_revoked = false;
  };
  std::map<std::string, Entry, std::less<>> keys_;
  std::map<std::string, std::vector<std::string>, std::less<>> authorities_;  ///< first fields
};

/// Whether the first field of a line, with its commas, stars and hashes, means the host `name`.
[[nodiscard]] bool known_hosts_field_matches(std::string_view field, std::string_view name,
                                             const SshCrypto& crypto);

}  // namespace mino
