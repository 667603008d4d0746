#include "domain/ssh/ssh_policy.hpp"

#include <gtest/gtest.h>

#include "domain/ssh/ssh_event.hpp"

namespace mino {
namespace {

TEST(SshPolicy, AKeyIsAllowedByItsCommentOrFingerprint) {
  SshPolicy policy;
  EXPECT_TRUE(allows_key(policy, "SHA256:abc", "a"));
  policy.keys = {"a", "SHA256:def"};
  EXPECT_TRUE(allows_key(policy, "SHA256:abc", "a"));
  EXPECT_TRUE(allows_key(policy, "SHA256:def", "b"));
  EXPECT_FALSE(allows_key(policy, "SHA256:abc", "b"));
  EXPECT_FALSE(allows_key(policy, "SHA256:abc", "SHA256:def"))
      << "a comment does not stand for a fingerprint";
}

TEST(SshPolicy, HostsAreWrittenAsKnownHostsHasThem) {
  EXPECT_EQ(*parse_ssh_host("github.com"), "github.com");
  EXPECT_EQ(*parse_ssh_host("git.example:2222"), "[git.example]:2222");
  EXPECT_EQ(*parse_ssh_host("git.example:22"), "git.example");
  EXPECT_EQ(*parse_ssh_host("[git.example]:2222"), "[git.example]:2222");
  EXPECT_EQ(*parse_ssh_host("2001:db8::1"), "2001:db8::1");
  for (const char* bad : {"", "*.example.com", "a,b", "!a", "a b", "|1|x", "a\n", "@revoked"})
    EXPECT_FALSE(parse_ssh_host(bad).ok()) << bad;
}

TEST(SshPolicy, IsSaidInOneLine) {
  SshPolicy policy;
  EXPECT_EQ(describe(policy), "log in to any host with every key");
  policy = {.keys = {"work@laptop"},
            .hosts = {"github.com", "git.example"},
            .files = SshPolicy::Files::kAllowed,
            .forwarding = SshPolicy::Forwarding::kAllowed,
            .confirmation = SshPolicy::Confirmation::kEachUse};
  EXPECT_EQ(describe(policy),
            "log in to github.com, git.example and sign files with work@laptop, as may the hosts "
            "that it logs in to, after a question each time");
}

TEST(SshEvent, ComesOutAsItWentIn) {
  SshEvent event{.kind = SshEvent::Kind::kFailed,
                 .refusal = SshRefusal::kMalformed,
                 .purpose = SshEvent::Purpose::kLogin,
                 .fingerprint = "SHA256:abc",
                 .comment = std::string("a\0b\xFF", 4),
                 .user = "git",
                 .name_space = "n",
                 .host_key = "h",
                 .host_name = "github.com",
                 .detail = "d"};
  const std::string bytes = encode_ssh_event(event);
  EXPECT_EQ(decode_ssh_event(bytes), event);
  EXPECT_EQ(decode_ssh_event(bytes + "!"), std::nullopt);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(decode_ssh_event(bytes.substr(0, size)), std::nullopt);
  event.detail = std::string(10'000, 'x');
  EXPECT_LE(encode_ssh_event(event).size(), kMaxSshEventBytes);
  EXPECT_EQ(decode_ssh_event(encode_ssh_event(event))->detail.size(), SshEvent::kMaxText);
}

TEST(SshEvent, IsSaidWithoutControlCharacters) {
  SshEvent event;
  event.detail = "use the extension \x1B[2J";
  EXPECT_EQ(describe_use(event), "use the extension \\x1b[2J");
  event.purpose = SshEvent::Purpose::kLogin;
  event.user = "git";
  event.fingerprint = "SHA256:abc";
  EXPECT_EQ(describe_use(event), "log in as git to a host that is not told with SHA256:abc");
  event.comment = "work";
  event.host_name = "github.com";
  EXPECT_EQ(describe_use(event), "log in as git to github.com with work (SHA256:abc)");
}

}  // namespace
}  // namespace mino
