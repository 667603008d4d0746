#include "domain/ssh/host_certificate.hpp"

#include <gtest/gtest.h>

#include "adapters/crypto/openssl_ssh.hpp"
#include "domain/ssh/agent_session.hpp"
#include "domain/ssh/ssh_bytes.hpp"
#include "tests/unit/ssh/certificate_samples.hpp"
#include "tests/unit/ssh/ssh_world.hpp"

namespace mino {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace): the test's own words

constexpr std::uint64_t k2020 = 1'577'836'800;
constexpr std::uint64_t k2025 = 1'735'689'600;
constexpr std::uint64_t k2030 = 1'893'456'000;

std::string bytes(std::string_view base64) { return decode_base64(base64).value(); }
HostCertificate sample() {
  return parse_host_certificate(bytes(kCertificateSamples[0].certificate)).value();
}

TEST(HostCertificate, OfSshKeygenIsReadAndHoldsInItsTime) {
  const SshCrypto crypto = crypto::openssl_ssh_crypto();
  for (const CertificateSample& each : kCertificateSamples) {
    SCOPED_TRACE(each.name);
    const auto certificate = parse_host_certificate(bytes(each.certificate));
    ASSERT_TRUE(certificate);
    EXPECT_EQ(certificate->key, bytes(each.key));
    EXPECT_EQ(certificate->authority, bytes(kAuthority));
    EXPECT_EQ(certificate->principals, (std::vector<std::string>{"a.example", "b.example"}));
    EXPECT_EQ(certificate->valid_after, k2020);
    EXPECT_EQ(certificate->valid_before, k2030);
    EXPECT_TRUE(holds(*certificate, k2020, crypto));
    EXPECT_TRUE(holds(*certificate, k2030 - 1, crypto));
    EXPECT_FALSE(holds(*certificate, k2020 - 1, crypto));
    EXPECT_FALSE(holds(*certificate, k2030, crypto));
    EXPECT_FALSE(holds(*certificate, 0, crypto));
  }
}

TEST(HostCertificate, EachBitOfItIsSigned) {
  const SshCrypto crypto = crypto::openssl_ssh_crypto();
  const std::string whole = bytes(kCertificateSamples[0].certificate);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const auto certificate = parse_host_certificate(changed);
    EXPECT_FALSE(certificate && holds(*certificate, k2025, crypto)) << at;
  }
}

TEST(HostCertificate, WhatIsNotExactlyOneIsNone) {
  const std::string whole = bytes(kCertificateSamples[0].certificate);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(parse_host_certificate(whole.substr(0, size))) << size;
  EXPECT_FALSE(parse_host_certificate(whole + "x"));
  EXPECT_FALSE(parse_host_certificate(bytes(kOfAUser)));
  EXPECT_FALSE(parse_host_certificate(bytes(kCertificateSamples[0].key)));
  std::string of_no_kind;
  append_ssh_string(of_no_kind, "-cert-v01@openssh.com");
  EXPECT_FALSE(parse_host_certificate(of_no_kind + whole.substr(4)));
}

TEST(HostCertificate, WithACriticalOptionHoldsNever) {
  const auto certificate = parse_host_certificate(bytes(kWithCriticalOption));
  ASSERT_TRUE(certificate);
  EXPECT_FALSE(holds(*certificate, k2025, crypto::openssl_ssh_crypto()));
}

// --- what it is worth to a box

std::string authority_line(std::string_view marker, std::string_view names) {
  return std::string(marker) + " " + std::string(names) + " ssh-ed25519 " +
         std::string(kAuthority) + "\n";
}

class CertifiedSession : public ::testing::Test {
 protected:
  CertifiedSession() {
    // The authority's signature is a real one; that of the host over the session is not.
    crypto_.verify = [real = crypto::openssl_ssh_crypto().verify](
                         std::string_view key, std::string_view data, std::string_view signature) {
      if (key == bytes(kAuthority)) return real(key, data, signature);
      return transparent_crypto().verify(key, data, signature);
    };
  }
  /// The reason for which the login to the host with that certificate is refused.
  std::optional<SshRefusal> refusal(const std::string& known_hosts, const std::string& allowed,
                                    std::uint64_t now = k2025) {
    const SshPolicy policy{.keys = {}, .hosts = {allowed}};
    const KnownHosts hosts = KnownHosts::parse(known_hosts);
    AgentSession session(policy, hosts, crypto_);
    const std::string blob = bytes(kCertificateSamples[0].certificate);
    const std::string bind =
        bind_message(blob, "id", sample().key + " signs id", BindRequest::Use::kLogin);
    EXPECT_EQ(session.request(bind, now).to_agent, bind);
    static_cast<void>(session.answer(bare_message(AgentCode::kSuccess)));
    AgentStep step = session.request(sign_message("key-1", login_data("id", "key-1", blob)), now);
    step = session.answer(identities_message(two_keys()));
    if (!step.event) return std::nullopt;
    return step.event->refusal;
  }
  SshCrypto crypto_ = transparent_crypto();
};

TEST_F(CertifiedSession, IsAllowedByNameAuthorityAndTime) {
  const std::string line = authority_line("@cert-authority", "*.example,[b.example]:2222");
  EXPECT_EQ(refusal(line, "a.example"), std::nullopt);
  EXPECT_EQ(refusal(line, "[b.example]:2222"), std::nullopt) << "principals have no port";
  EXPECT_EQ(refusal(line, "c.example"), SshRefusal::kHost) << "no principal";
  EXPECT_EQ(refusal(line, "[a.example]:2222"), SshRefusal::kHost) << "not that authority's";
  EXPECT_EQ(refusal(line, "a.example", k2030), SshRefusal::kHost);
  EXPECT_EQ(refusal(line, "a.example", 0), SshRefusal::kHost);
  EXPECT_EQ(refusal("", "a.example"), SshRefusal::kHost);
  EXPECT_EQ(refusal("a.example ssh-ed25519 " + std::string(kAuthority) + "\n", "a.example"),
            SshRefusal::kHost)
      << "a key of a host certifies nobody";
}

TEST_F(CertifiedSession, IsRefusedWhenAnythingOfItIsRevoked) {
  const std::string line = authority_line("@cert-authority", "*.example");
  EXPECT_EQ(refusal(line + authority_line("@revoked", "*"), "a.example"), SshRefusal::kHost);
  const std::string host = " ssh-ed25519 " + std::string(kCertificateSamples[0].key) + "\n";
  EXPECT_EQ(refusal(line + "@revoked *" + host, "a.example"), SshRefusal::kHost);
}

TEST_F(CertifiedSession, CountsAsItsKeyWhereThatIsKnown) {
  const std::string host = " ssh-ed25519 " + std::string(kCertificateSamples[0].key) + "\n";
  EXPECT_EQ(refusal("z.example" + host, "z.example", 0), std::nullopt);
}

TEST_F(CertifiedSession, AProofByAnotherKeyIsNone) {
  const SshPolicy policy{.keys = {}, .hosts = {"a.example"}};
  const KnownHosts hosts = KnownHosts::parse(authority_line("@cert-authority", "*.example"));
  AgentSession session(policy, hosts, crypto_);
  const std::string bind = bind_message(bytes(kCertificateSamples[0].certificate), "id",
                                        "somebody signs id", BindRequest::Use::kLogin);
  EXPECT_EQ(session.request(bind, k2025).event->refusal, SshRefusal::kBinding);
}

}  // namespace
}  // namespace mino
