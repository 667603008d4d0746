#include "adapters/crypto/openssl_ssh.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "domain/check.hpp"
#include "domain/ssh/ssh_bytes.hpp"

namespace mino::crypto {
namespace {

struct Freeing {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
template <typename T>
using Owned = std::unique_ptr<T, Freeing>;

constexpr int kLeastRsaBits = 1024;  // as OpenSSH
constexpr int kMostRsaBits = 16384;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

struct Curve {
  std::string_view type;  ///< of key and signature
  std::string_view name;  ///< SSH's
  const char* group;      ///< OpenSSL's
  const EVP_MD* (*digest)();
};
constexpr std::array<Curve, 3> kCurves{
    Curve{"ecdsa-sha2-nistp256", "nistp256", "P-256", &EVP_sha256},
    Curve{"ecdsa-sha2-nistp384", "nistp384", "P-384", &EVP_sha384},
    Curve{"ecdsa-sha2-nistp521", "nistp521", "P-521", &EVP_sha512}};

const Curve* curve_of(std::string_view type) {
  for (const Curve& curve : kCurves)
    if (curve.type == type) return &curve;
  return nullptr;
}

/// RFC 4251's mpint; nothing for a negative one.
Owned<BIGNUM> number_of(const std::optional<std::string_view>& text) {
  if (!text || text->empty() || (bytes_of(*text)[0] & 0x80U) != 0) return nullptr;
  return Owned<BIGNUM>(BN_bin2bn(bytes_of(*text), static_cast<int>(text->size()), nullptr));
}

Owned<EVP_PKEY> key_from(const char* algorithm, OSSL_PARAM_BLD* builder) {
  const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return Owned<EVP_PKEY>(key);
}

Owned<EVP_PKEY> ed25519_key(SshReader reader) {
  const auto point = reader.string();
  if (!point || !reader.at_end()) return nullptr;
  return Owned<EVP_PKEY>(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*point), point->size()));
}

Owned<EVP_PKEY> ecdsa_key(const Curve& curve, SshReader reader) {
  const auto name = reader.string();
  const auto point = reader.string();
  if (name != curve.name || !point || !reader.at_end()) return nullptr;
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point->data(),
                                       point->size()) != 1)
    return nullptr;
  return key_from("EC", builder.get());
}

Owned<EVP_PKEY> rsa_key(SshReader reader) {
  const Owned<BIGNUM> exponent = number_of(reader.string());
  const Owned<BIGNUM> modulus = number_of(reader.string());
  if (!exponent || !modulus || !reader.at_end()) return nullptr;
  const int bits = BN_num_bits(modulus.get());
  if (bits < kLeastRsaBits || bits > kMostRsaBits) return nullptr;
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return nullptr;
  return key_from("RSA", builder.get());
}

bool verifies(EVP_PKEY* key, const EVP_MD* digest, std::string_view data,
              std::string_view signature) {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(data),
                          data.size()) == 1;
}

/// RFC 5656 section 3.1.2 as OpenSSL wants it: DER.
std::string der_of(std::string_view blob) {
  SshReader reader(blob);
  Owned<BIGNUM> r = number_of(reader.string());
  Owned<BIGNUM> s = number_of(reader.string());
  const Owned<ECDSA_SIG> signature(ECDSA_SIG_new());
  if (!r || !s || !reader.at_end() || !signature) return {};
  ECDSA_SIG_set0(signature.get(), r.release(), s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return {};
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

bool verify_rsa(EVP_PKEY* key, std::string_view algorithm, std::string_view data,
                std::string_view blob) {
  const EVP_MD* digest = algorithm == "rsa-sha2-256"   ? EVP_sha256()
                         : algorithm == "rsa-sha2-512" ? EVP_sha512()
                                                       : nullptr;
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
  if (digest == nullptr || blob.size() > size) return false;
  // Leading zeros may be left out (RFC 8332 takes over RFC 4253's habit), which OpenSSL dislikes.
  return verifies(key, digest, data, std::string(size - blob.size(), '\0').append(blob));
}

SignatureCheck verify(std::string_view key, std::string_view data, std::string_view signature) {
  SshReader key_reader(key);
  const auto type = key_reader.string();
  SshReader signature_reader(signature);
  const auto algorithm = signature_reader.string();
  const auto blob = signature_reader.string();
  if (!type || !algorithm || !blob || !signature_reader.at_end()) return SignatureCheck::kInvalid;
  bool is_valid = false;
  if (*type == "ssh-ed25519") {
    const Owned<EVP_PKEY> made = ed25519_key(key_reader);
    is_valid = made && algorithm == type && verifies(made.get(), nullptr, data, *blob);
  } else if (const Curve* curve = curve_of(*type); curve != nullptr) {
    const Owned<EVP_PKEY> made = ecdsa_key(*curve, key_reader);
    const std::string der = der_of(*blob);
    is_valid = made && algorithm == type && !der.empty() &&
               verifies(made.get(), curve->digest(), data, der);
  } else if (*type == "ssh-rsa") {
    const Owned<EVP_PKEY> made = rsa_key(key_reader);
    is_valid = made && verify_rsa(made.get(), *algorithm, data, *blob);
  } else {
    return SignatureCheck::kUnknownKey;
  }
  return is_valid ? SignatureCheck::kValid : SignatureCheck::kInvalid;
}

std::string text_of(const std::array<unsigned char, EVP_MAX_MD_SIZE>& digest, unsigned size) {
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  // Fails only when memory runs out.
  MINO_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) ==
             1);
  return text_of(digest, size);
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  MINO_CHECK(HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), bytes_of(bytes),
                  bytes.size(), digest.data(), &size) != nullptr);
  return text_of(digest, size);
}

}  // namespace

SshCrypto openssl_ssh_crypto() {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  static_cast<void>(sha256(""));
  static_cast<void>(hmac_sha1("key", ""));
  return {.sha256 = &sha256, .hmac_sha1 = &hmac_sha1, .verify = &verify};
}

}  // namespace mino::crypto
