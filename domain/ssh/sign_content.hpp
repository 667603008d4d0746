#pragma once

#include <optional>
#include <string_view>
#include <variant>

namespace mino {

// What an agent is asked to sign. Only two things are worth a key's signature: logging in, and
// SSH's signature of a file.

/// RFC 4252 section 7, with OpenSSH's `publickey-hostbound-v00@openssh.com` (its PROTOCOL, section
/// 1.8). Texts point into what was read.
struct LoginContent {
  std::string_view session_id;
  std::string_view user;
  std::string_view key;                      ///< the key that signs
  std::optional<std::string_view> host_key;  ///< hostbound: the server's
};
/// OpenSSH's PROTOCOL.sshsig: a file or a commit by way of its digest.
struct FileContent {
  std::string_view name_space;  ///< "git", "file"
};
struct UnknownContent {};
using SignContent = std::variant<LoginContent, FileContent, UnknownContent>;

/// Exactly one of the shapes, or unknown.
[[nodiscard]] SignContent parse_sign_content(std::string_view data);

}  // namespace mino
