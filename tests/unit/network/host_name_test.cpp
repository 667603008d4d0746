#include "domain/network/host_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino {
namespace {

using namespace std::string_literals;

HostName name(std::string_view text) { return HostName::parse(text).value(); }

TEST(HostName, IsCanonical) {
  const struct {
    std::string text;
    std::string canonical;
  } cases[] = {{"github.com", "github.com"},
               {"GitHub.COM", "github.com"},
               {"github.com.", "github.com"},
               {"a", "a"},
               {"_dmarc.example.com", "_dmarc.example.com"},
               {"r3---sn-4g5e.googlevideo.com", "r3---sn-4g5e.googlevideo.com"},
               {"trailing-.example.com", "trailing-.example.com"},
               {"xn--bcher-kva.example", "xn--bcher-kva.example"},
               {"1.2.3.4.example", "1.2.3.4.example"},
               {"0x7f.example", "0x7f.example"},
               {"3com.com", "3com.com"},
               {"example.c0m", "example.c0m"},
               {"example.0xg", "example.0xg"},
               {std::string(63, 'a') + ".b", std::string(63, 'a') + ".b"}};
  for (const auto& [text, canonical] : cases) {
    const Result<HostName> parsed = HostName::parse(text);
    ASSERT_TRUE(parsed.ok()) << text << ": " << parsed.error().text();
    EXPECT_EQ(parsed.value().str(), canonical);
  }
}

TEST(HostName, SaysWhatIsWrong) {
  const struct {
    std::string text;
    const char* why;
  } cases[] = {
      {"", "Empty host"},
      {".", "Empty host"},
      {"..", "a label of the host name is empty"},
      {".com", "a label of the host name is empty"},
      {"a..b", "a label of the host name is empty"},
      {"a.b..", "a label of the host name is empty"},
      {"a b", "no host name holds \" \""},
      {"a/b", "no host name holds \"/\""},
      {"a*", "no host name holds \"*\""},
      {"a\0b"s, "no host name holds \"\\x00\""},
      {"a\nb", "no host name holds \"\\x0a\""},
      {"a\x1b[0m", "no host name holds \"\\x1b\""},
      {"fe80--1%eth0", "no host name holds \"%\""},
      {"a:b", "no host name holds \":\""},
      {"user@host", "no host name holds \"@\""},
      {"-rf.example", "does not begin with \"-\""},
      {"b\xC3\xBC"
       "cher.example",
       "a name is written in ASCII"},
      {"a\xFF", "a name is written in ASCII"},
      {std::string(64, 'a') + ".b", "a label of the host name is longer than 63 bytes"},
      {"1.2.3.4", "ends in a number"},
      {"1.2.3.4.", "ends in a number"},
      {"example.0", "ends in a number"},
      {"127.1", "ends in a number"},
      {"2130706433", "ends in a number"},
      {"0x7f000001", "ends in a number"},
      {"0X7F.1", "ends in a number"},
      {"a.0x", "ends in a number"},
      {"017700000001", "ends in a number"},
  };
  for (const auto& [text, why] : cases) {
    const Result<HostName> parsed = HostName::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::kUsage) << text;
    EXPECT_NE(parsed.error().text().find(why), std::string::npos)
        << text << ": " << parsed.error().text();
  }
  EXPECT_NE(HostName::parse("b\xC3\xBC"
                            "cher")
                .error()
                .hint()
                .find("xn--"),
            std::string::npos);
}

TEST(HostName, HasAtMost253Bytes) {
  std::string longest;
  while (longest.size() + 2 <= 253) longest += "a.";
  longest += "a";
  ASSERT_EQ(longest.size(), 253U);
  EXPECT_TRUE(HostName::parse(longest).ok());
  EXPECT_TRUE(HostName::parse(longest + ".").ok());
  EXPECT_FALSE(HostName::parse("a" + longest).ok());
  EXPECT_FALSE(HostName::parse(std::string(1 << 20, 'a')).ok());
}

TEST(HostName, BelowIsByLabels) {
  const HostName parent = name("example.com");
  EXPECT_TRUE(name("a.example.com").is_below(parent));
  EXPECT_TRUE(name("a.b.example.com").is_below(parent));
  EXPECT_FALSE(parent.is_below(parent));
  EXPECT_FALSE(name("com").is_below(parent));
  EXPECT_FALSE(name("evilexample.com").is_below(parent));
  EXPECT_FALSE(name("example.com.evil").is_below(parent));
  EXPECT_FALSE(name("example.org").is_below(parent));
}

TEST(HostName, KnowsASingleLabel) {
  EXPECT_TRUE(name("localhost").is_single_label());
  EXPECT_TRUE(name("localhost.").is_single_label());
  EXPECT_FALSE(name("a.b").is_single_label());
}

}  // namespace
}  // namespace mino
