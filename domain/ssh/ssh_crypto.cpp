#include "domain/ssh/ssh_crypto.hpp"

#include "domain/ssh/ssh_bytes.hpp"

namespace mino {

std::string ssh_fingerprint(const SshCrypto& crypto, std::string_view key) {
  std::string text = encode_base64(crypto.sha256(key));
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

}  // namespace mino
