#include "domain/ssh/known_hosts.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/crypto/openssl_ssh.hpp"
#include "tests/unit/ssh/ssh_world.hpp"

namespace mino {
namespace {

using testing_support::host_key;
using testing_support::host_line;
using testing_support::transparent_crypto;
using Names = std::vector<std::string>;

const SshCrypto kCrypto = transparent_crypto();

TEST(KnownHosts, FindsAHostByItsNamesAndKey) {
  const KnownHosts hosts =
      KnownHosts::parse("# mine\n\n" + host_line("github.com,140.82.121.3", host_key("a")) +
                        host_line("[git.example]:2222", host_key("b")));
  EXPECT_EQ(hosts.name_of(host_key("a"), Names{"other", "GitHub.com"}, kCrypto), "GitHub.com");
  EXPECT_EQ(hosts.name_of(host_key("a"), Names{"140.82.121.3"}, kCrypto), "140.82.121.3");
  EXPECT_EQ(hosts.name_of(host_key("b"), Names{"github.com"}, kCrypto), std::nullopt);
  EXPECT_EQ(hosts.name_of(host_key("b"), Names{"git.example"}, kCrypto), std::nullopt)
      << "another port is another server";
  EXPECT_EQ(hosts.name_of(host_key("c"), Names{"github.com"}, kCrypto), std::nullopt);
  EXPECT_EQ(hosts.any_name_of(host_key("b")), "[git.example]:2222");
}

TEST(KnownHosts, UnderstandsPatternsAndExceptions) {
  EXPECT_TRUE(known_hosts_field_matches("*.example.com", "a.example.com", kCrypto));
  EXPECT_TRUE(known_hosts_field_matches("h?st*", "hosts", kCrypto));
  EXPECT_FALSE(known_hosts_field_matches("*.example.com,!b.example.com", "b.example.com", kCrypto));
  EXPECT_FALSE(known_hosts_field_matches("!b.example.com", "a.example.com", kCrypto));
  EXPECT_FALSE(known_hosts_field_matches("*.example.com", "example.com", kCrypto));
  EXPECT_TRUE(known_hosts_field_matches(std::string(2000, '*') + "x", std::string(2000, 'y') + "x",
                                        kCrypto));
}

TEST(KnownHosts, UnderstandsHashedNamesOfOpenSsh) {
  // ssh-keygen -H of a line for git.example.
  const SshCrypto crypto = crypto::openssl_ssh_crypto();
  const std::string salt = "0123456789abcdefghij";
  const std::string field =
      "|1|" + encode_base64(salt) + "|" + encode_base64(crypto.hmac_sha1(salt, "git.example"));
  EXPECT_TRUE(known_hosts_field_matches(field, "git.example", crypto));
  EXPECT_TRUE(known_hosts_field_matches(field, "Git.Example", crypto));
  EXPECT_FALSE(known_hosts_field_matches(field, "git.exampl", crypto));
  for (const char* broken : {"|1|", "|1||", "|1|AAAA", "|1|!|!"})
    EXPECT_FALSE(known_hosts_field_matches(broken, "git.example", crypto)) << broken;
}

TEST(KnownHosts, ARevokedKeyIsNobodys) {
  for (const bool revoked_first : {true, false}) {
    const std::string plain = host_line("github.com", host_key("a"));
    const std::string revoked = "@revoked " + host_line("*", host_key("a"));
    const KnownHosts hosts = KnownHosts::parse(revoked_first ? revoked + plain : plain + revoked);
    EXPECT_TRUE(hosts.is_revoked(host_key("a")));
    EXPECT_EQ(hosts.name_of(host_key("a"), Names{"github.com"}, kCrypto), std::nullopt);
    EXPECT_EQ(hosts.any_name_of(host_key("a")), "");
  }
}

TEST(KnownHosts, ACertificateAuthorityIsNoHost) {
  const KnownHosts hosts =
      KnownHosts::parse("@cert-authority " + host_line("*.example.com", host_key("ca")));
  EXPECT_EQ(hosts.size(), 0U);
}

TEST(KnownHosts, LeavesOutWhatCannotBeRead) {
  const KnownHosts hosts = KnownHosts::parse(
      "github.com\ngithub.com ssh-ed25519\ngithub.com ssh-ed25519 %%%%\n"
      "github.com ssh-rsa " +
      encode_base64(host_key("a")) + "\n@unknown " + host_line("github.com", host_key("a")) +
      std::string("\0\xFF\n", 3) + host_line("git.example", host_key("b")) + "\r");
  EXPECT_EQ(hosts.size(), 1U);
  EXPECT_EQ(hosts.any_name_of(host_key("b")), "git.example");
}

}  // namespace
}  // namespace mino
