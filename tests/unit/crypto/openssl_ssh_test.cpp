#include "adapters/crypto/openssl_ssh.hpp"

#include <gtest/gtest.h>

#include <string>

#include "domain/ssh/ssh_bytes.hpp"
#include "tests/unit/ssh/signed_samples.hpp"

namespace mino::crypto {
namespace {

using testing_support::kHostCertificate;
using testing_support::kSignedSamples;
using testing_support::SignedSample;

std::string signed_data() {
  std::string data;
  for (char byte = 0; byte < 32; ++byte) data += byte;
  return data;
}

class OpensslSsh : public ::testing::TestWithParam<SignedSample> {
 protected:
  SshCrypto crypto_ = openssl_ssh_crypto();
  std::string key_ = decode_base64(GetParam().key).value();
  std::string signature_ = decode_base64(GetParam().signature).value();
};

TEST_P(OpensslSsh, VerifiesWhatOpenSshSigned) {
  // SHA-1 proves nothing any more.
  const auto wanted =
      GetParam().name == "RsaSha1" ? SignatureCheck::kInvalid : SignatureCheck::kValid;
  EXPECT_EQ(crypto_.verify(key_, signed_data(), signature_), wanted);
}

TEST_P(OpensslSsh, RefusesOtherData) {
  EXPECT_EQ(crypto_.verify(key_, signed_data() + "x", signature_), SignatureCheck::kInvalid);
  EXPECT_EQ(crypto_.verify(key_, "", signature_), SignatureCheck::kInvalid);
}

TEST_P(OpensslSsh, RefusesAnyOtherBitOfTheSignature) {
  for (std::size_t at = 0; at < signature_.size(); ++at) {
    std::string changed = signature_;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_EQ(crypto_.verify(key_, signed_data(), changed), SignatureCheck::kInvalid) << at;
  }
  for (std::size_t size = 0; size < signature_.size(); ++size)
    EXPECT_EQ(crypto_.verify(key_, signed_data(), signature_.substr(0, size)),
              SignatureCheck::kInvalid);
}

TEST_P(OpensslSsh, RefusesEveryOtherKey) {
  for (std::size_t size = 0; size < key_.size(); ++size)
    EXPECT_NE(crypto_.verify(key_.substr(0, size), signed_data(), signature_),
              SignatureCheck::kValid);
  for (const SignedSample& other : kSignedSamples) {
    if (other.key == GetParam().key) continue;
    EXPECT_EQ(crypto_.verify(decode_base64(other.key).value(), signed_data(), signature_),
              SignatureCheck::kInvalid);
  }
}

INSTANTIATE_TEST_SUITE_P(Keys, OpensslSsh, ::testing::ValuesIn(kSignedSamples),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

TEST(OpensslSshKinds, ACertificateIsOfNoKnownKind) {
  const SshCrypto crypto = openssl_ssh_crypto();
  std::string signature;
  append_ssh_string(signature, "ssh-ed25519");
  append_ssh_string(signature, std::string(64, 's'));
  EXPECT_EQ(crypto.verify(decode_base64(kHostCertificate).value(), "data", signature),
            SignatureCheck::kUnknownKey);
}

TEST(OpensslSshKinds, AnRsaKeyIsNeitherTinyNorHuge) {
  const SshCrypto crypto = openssl_ssh_crypto();
  std::string signature;
  append_ssh_string(signature, "rsa-sha2-256");
  append_ssh_string(signature, std::string(64, 's'));
  for (const std::size_t bytes : {std::size_t{64}, std::size_t{8192}}) {
    std::string key;
    append_ssh_string(key, "ssh-rsa");
    append_ssh_string(key, std::string("\x01\x00\x01", 3));
    append_ssh_string(key, std::string(bytes, '\x7F'));
    EXPECT_EQ(crypto.verify(key, "data", signature), SignatureCheck::kInvalid) << bytes;
  }
}

TEST(OpensslSshKinds, DigestsAreThoseOfTheStandards) {
  const SshCrypto crypto = openssl_ssh_crypto();
  EXPECT_EQ(encode_base64(crypto.sha256("abc")), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  // RFC 2202, test case 2.
  EXPECT_EQ(encode_base64(crypto.hmac_sha1("Jefe", "what do ya want for nothing?")),
            "7/zfauXrL6LSdBbV8YTfnCWafHk=");
}

}  // namespace
}  // namespace mino::crypto
