#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"
#include "domain/ssh/ssh_crypto.hpp"
#include "domain/ssh/ssh_policy.hpp"

namespace mino::ssh {

/// `ssh-agent KNOWN-HOSTS FILES FORWARDING CONFIRMATION KEYS [KEY…] [HOST…]`: the process between a
/// box and the user's SSH agent. KNOWN-HOSTS is a file, or empty; the three switches are 0 or 1;
/// KEYS is the number of keys. `words` are those behind `ssh-agent`. Descriptor `owner` is the
/// owner's socket, `listener` the socket that the box connects to. Reads what it needs, gives its
/// rights up by `confine`, serves. Returns the exit code; 1 when it could not be confined.
[[nodiscard]] int filter_main(const std::vector<std::string_view>& words, const SshCrypto& crypto,
                              int owner, int listener, Result<void> (*confine)());

/// The words for filter_main() behind the program's name.
[[nodiscard]] std::vector<std::string> filter_words(const SshPolicy& policy,
                                                    const std::string& known_hosts);

}  // namespace mino::ssh
