#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace mino {

enum class SignatureCheck {
  kValid,
  kInvalid,
  kUnknownKey,  ///< of a kind that is not supported, or a certificate around a key
};

/// The cryptography of SSH, as pure functions over its wire formats. Digests are raw bytes.
struct SshCrypto {
  std::function<std::string(std::string_view bytes)> sha256;
  std::function<std::string(std::string_view key, std::string_view bytes)> hmac_sha1;
  /// Whether `signature` (RFC 4253 section 6.6) is `key`'s over `data`: ssh-ed25519,
  /// ecdsa-sha2-nistp256, -384, -521, and ssh-rsa keys with rsa-sha2-256 or -512.
  std::function<SignatureCheck(std::string_view key, std::string_view data,
                               std::string_view signature)>
      verify;
};

/// "SHA256:…", as ssh-keygen -l prints it.
[[nodiscard]] std::string ssh_fingerprint(const SshCrypto& crypto, std::string_view key);

}  // namespace mino
