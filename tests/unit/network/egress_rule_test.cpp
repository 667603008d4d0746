#include "domain/network/egress_rule.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino {
namespace {

using namespace std::string_literals;

TEST(EgressRule, TextIsCanonical) {
  const struct {
    std::string text;
    std::string canonical;
  } cases[] = {
      {"github.com:443", "github.com:443"},
      {" \tGitHub.com.:443\r\n", "github.com:443"},
      {"github.com:*", "github.com:*"},
      {"github.com:00443", "github.com:443"},
      {"github.com:1", "github.com:1"},
      {"github.com:65535", "github.com:65535"},
      {"*.Example.com:443", "*.example.com:443"},
      {"*.a.example.com.:*", "*.a.example.com:*"},
      {"intranet:80", "intranet:80"},
      {"140.82.121.3:443", "140.82.121.3:443"},
      {"10.0.0.0/8:*", "10.0.0.0/8:*"},
      {"0.0.0.0/0:443", "0.0.0.0/0:443"},
      {"10.0.0.1/32:22", "10.0.0.1:22"},
      {"[2001:DB8:0::1]:443", "[2001:db8::1]:443"},
      {"[2001:db8::/32]:*", "[2001:db8::/32]:*"},
      {"[2001:db8::1/128]:*", "[2001:db8::1]:*"},
      {"[::/0]:53", "[::/0]:53"},
      {"[::ffff:10.0.0.1]:80", "[::ffff:10.0.0.1]:80"},
      {"host.mino.internal:5432", "host.mino.internal:5432"},
      {"xn--bcher-kva.example:443", "xn--bcher-kva.example:443"},
  };
  for (const auto& [text, canonical] : cases) {
    const Result<EgressRule> rule = parse_egress_rule(text);
    ASSERT_TRUE(rule.ok()) << text << ": " << rule.error().text();
    EXPECT_EQ(to_string(rule.value()), canonical) << text;
    EXPECT_EQ(parse_egress_rule(canonical).value(), rule.value()) << text;
  }
}

TEST(EgressRule, IsOneOfThreeKinds) {
  EXPECT_TRUE(std::holds_alternative<ExactName>(parse_egress_rule("a.b:1")->target));
  EXPECT_TRUE(std::holds_alternative<AnySubdomain>(parse_egress_rule("*.a.b:1")->target));
  EXPECT_TRUE(std::holds_alternative<IpNetwork>(parse_egress_rule("1.2.3.4:1")->target));
  EXPECT_EQ(parse_egress_rule("a.b:443")->port, std::uint16_t{443});
  EXPECT_EQ(parse_egress_rule("a.b:*")->port, std::nullopt);
}

TEST(EgressRule, SaysWhatIsWrong) {
  const struct {
    std::string text;
    const char* why;
  } cases[] = {
      {"", "Empty host"},
      {"  ", "Empty host"},
      {":443", "Empty host"},
      {"[]:443", "Empty host"},
      {".:443", "Empty host"},
      {"github.com", "host:port"},
      {"[::1]", "host:port"},
      {"[2001:db8::1]", "host:port"},
      {"github.com:", "host:port"},
      {"github.com:", "Invalid port"},
      {"github.com:0", "Invalid port"},
      {"github.com:00000", "Invalid port"},
      {"github.com:65536", "Invalid port"},
      {"github.com:99999999999999999999", "Invalid port"},
      {"github.com:4294967739", "Invalid port"},
      {"github.com:https", "Invalid port"},
      {"github.com:+443", "Invalid port"},
      {"github.com:-1", "Invalid port"},
      {"github.com: 443", "Invalid port"},
      {"github.com:443 ", nullptr},
      {"github.com:4 43", "Invalid port"},
      {"github.com:443\0"s, "Invalid port"},
      {"github.com:0x1bb", "Invalid port"},
      {"github.com:443/path", "Invalid port"},
      {"github.com:443-444", "Invalid port"},
      {"github.com:**", "Invalid port"},
      {"host.mino.internal:*", "Invalid port"},
      {"[2001:db8::1:443", "closing bracket"},
      {"[2001:db8::1]443", "closing bracket"},
      {"[2001:db8::1] :443", "closing bracket"},
      {"2001:db8::1:443", "brackets"},
      {"2001:db8::1", "brackets"},
      {"::1:443", "brackets"},
      {"2001:db8::/32:443", "brackets"},
      {"a:b:443", "brackets"},
      {"[10.0.0.1]:443", "brackets are for IPv6"},
      {"[github.com]:443", "no IPv6 address"},
      {"[fe80::1%eth0]:443", "no IPv6 address"},
      {"[2001:db8::1/32]:443", "bits behind the prefix"},
      {"10.0.0.1/8:443", "bits behind the prefix"},
      {"10.0.0.0/33:443", "prefix is too long"},
      {"github.com/8:443", "no address block"},
      {"10.0.0.0/:443", "prefix"},
      {"https://github.com", "URL"},
      {"https://github.com:443", "URL"},
      {"*:443", "every host"},
      {"*.:443", "every host"},
      {"*.com:443", "top-level domain"},
      {"*.com.:443", "top-level domain"},
      {"*example.com:443", "\"*\" stands only"},
      {"a.*.example.com:443", "\"*\" stands only"},
      {"*.*.example.com:443", "\"*\" stands only"},
      {"example.*:443", "\"*\" stands only"},
      {"**.example.com:443", "\"*\" stands only"},
      {"*.10.0.0.1:443", "ends in a number"},
      {"*.a..b:443", "empty"},
      {"a..b:443", "empty"},
      {"a b:443", "no host name holds"},
      {"a_b.c:80", nullptr},
      {"127.0.0.1:5432", "the box itself"},
      {"127.0.0.0/8:*", "the box itself"},
      {"127.1.2.3:80", "the box itself"},
      {"0.0.0.0:80", "the box itself"},
      {"0.0.0.0/8:80", "the box itself"},
      {"[::1]:443", "the box itself"},
      {"[::]:443", "the box itself"},
      {"[::ffff:127.0.0.1]:443", "the box itself"},
      {"[::ffff:127.0.0.0/104]:443", "the box itself"},
      {"[64:ff9b::127.0.0.1]:443", "the box itself"},
      {"localhost:5432", "the box itself"},
      {"LOCALHOST.:5432", "the box itself"},
      {"app.localhost:3000", "the box itself"},
      {"*.app.localhost:3000", "the box itself"},
  };
  for (const auto& [text, why] : cases) {
    const Result<EgressRule> rule = parse_egress_rule(text);
    if (why == nullptr) {
      EXPECT_TRUE(rule.ok()) << text;
      continue;
    }
    ASSERT_FALSE(rule.ok()) << text;
    EXPECT_EQ(rule.error().code(), ErrorCode::kUsage) << text;
    EXPECT_NE(rule.error().text().find(why), std::string::npos)
        << text << ": " << rule.error().text();
    EXPECT_NE(rule.error().text().find("is not valid"), std::string::npos) << text;
  }
}

TEST(EgressRule, HintsAtWhatIsMeant) {
  const struct {
    const char* text;
    const char* hint;
  } cases[] = {
      {"127.0.0.1:5432", "host.mino.internal"},
      {"localhost:5432", "host.mino.internal"},
      {"host.mino.internal:*", "host.mino.internal:5432"},
      {"2001:db8::1:443", "[2001:db8::1]:443"},
      {"2001:db8::1", "[2001:db8::1] and the port"},
      {"2001:db8::/32:443", "[2001:db8::/32]:443"},
      {"10.0.0.1/8:443", "10.0.0.0/8"},
      {"*:443", "--network bridge"},
      {"b\xC3\xBC"
       "cher.example:443",
       "xn--"},
      {"010.0.0.1:443", "four decimal numbers"},
  };
  for (const auto& [text, hint] : cases) {
    const Result<EgressRule> rule = parse_egress_rule(text);
    ASSERT_FALSE(rule.ok()) << text;
    EXPECT_NE(rule.error().hint().find(hint), std::string::npos)
        << text << ": " << rule.error().hint();
  }
}

TEST(EgressRule, AnErrorIsShortAndCannotDriveATerminal) {
  const std::string text = parse_egress_rule("\x1b[31m" + std::string(100'000, 'a')).error().text();
  EXPECT_LT(text.size(), 300U);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(EgressDestination, IsOneHostAndOnePort) {
  const struct {
    const char* text;
    const char* canonical;
  } cases[] = {{"GitHub.com.:443", "github.com:443"},
               {"10.0.0.1:80", "10.0.0.1:80"},
               {"127.0.0.1:80", "127.0.0.1:80"},
               {"localhost:80", "localhost:80"},
               {" [2001:DB8::1]:80 ", "[2001:db8::1]:80"}};
  for (const auto& [text, canonical] : cases) {
    const Result<EgressDestination> destination = parse_egress_destination(text);
    ASSERT_TRUE(destination.ok()) << text << ": " << destination.error().text();
    EXPECT_EQ(to_string(destination.value()), canonical);
    EXPECT_EQ(parse_egress_destination(canonical).value(), destination.value());
  }
  for (const char* text :
       {"", "github.com", "github.com:*", "*.github.com:443", "10.0.0.0/8:80", "10.0.0.1/32:80",
        "[2001:db8::/32]:80", "[10.0.0.1]:80", "::1:80", "1.2.3:80", "a:0"}) {
    const Result<EgressDestination> destination = parse_egress_destination(text);
    ASSERT_FALSE(destination.ok()) << text;
    EXPECT_EQ(destination.error().code(), ErrorCode::kUsage) << text;
  }
}

}  // namespace
}  // namespace mino
