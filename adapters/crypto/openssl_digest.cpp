#include "adapters/crypto/openssl_digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "domain/check.hpp"

namespace mino::crypto {
namespace {

using Bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string hex_of(const Bytes& bytes, unsigned length) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned index = 0; index < length; ++index) {
    hex += kDigits[bytes.at(index) >> 4U];
    hex += kDigits[bytes.at(index) & 0xFU];
  }
  return hex;
}

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

std::string OpensslDigest::sha256_hex(std::string_view bytes) const {
  Bytes digest{};
  unsigned length = 0;
  // Fails only when memory runs out.
  MINO_CHECK(
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  return hex_of(digest, length);
}

Result<std::string> OpensslDigest::sha256_hex_of(const ByteSource& next) const {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  // These fail only when memory runs out.
  MINO_CHECK(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  for (;;) {
    MINO_ASSIGN(const std::string_view bytes, next());
    if (bytes.empty()) break;
    MINO_CHECK(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1);
  }
  Bytes digest{};
  unsigned length = 0;
  MINO_CHECK(EVP_DigestFinal_ex(context.get(), digest.data(), &length) == 1);
  return hex_of(digest, length);
}

}  // namespace mino::crypto
