#include "adapters/crypto/openssl_digest.hpp"

#include <openssl/evp.h>

#include <array>

#include "domain/check.hpp"

namespace mino::crypto {

std::string OpensslDigest::sha256_hex(std::string_view bytes) const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  // Fails only when memory runs out.
  MINO_CHECK(
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  std::string hex;
  for (unsigned index = 0; index < length; ++index) {
    hex += kDigits[digest.at(index) >> 4U];
    hex += kDigits[digest.at(index) & 0xFU];
  }
  return hex;
}

}  // namespace mino::crypto
