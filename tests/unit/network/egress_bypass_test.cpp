// Ways around an allow-list that have worked against other sandboxes, tried against the rules and
// the verdicts. Each has to be refused where it is read or where it is decided.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/network/policies.hpp"

namespace mino {
namespace {

using namespace std::string_literals;
using testing_support::policy_of;
using testing_support::verdict_on;

/// Every spelling of an address that a resolver or a translator may take to the same place.
const char* const kMetadataSpellings[] = {
    "169.254.169.254:80",
    "[::ffff:169.254.169.254]:80",
    "[::ffff:a9fe:a9fe]:80",
    "[::169.254.169.254]:80",
    "[::ffff:0:169.254.169.254]:80",
    "[64:ff9b::169.254.169.254]:80",
    "[64:ff9b::a9fe:a9fe]:80",
    "[64:ff9b:1:a9fe:a9:fe00::]:80",
    "[64:ff9b:1::a9fe:a9fe]:80",
    "[2002:a9fe:a9fe::]:80",
    "[2002:a9fe:a9fe::1]:80",
    "[2001:0:808:808::5601:5601]:80",
    "[fe80::5efe:169.254.169.254]:80",
    "[fd00:ec2::254]:80",
    "[fd20:ce::254]:80",
    "100.100.100.200:80",
    "168.63.129.16:80",
};

TEST(EgressBypass, ANulDoesNotEndAName) {
  for (const std::string& text : {"attacker.example\0.google.com"s, "a\0"s, "\0.google.com"s}) {
    EXPECT_FALSE(HostName::parse(text).ok());
    EXPECT_FALSE(parse_egress_rule(text + ":443").ok());
    EXPECT_FALSE(parse_egress_destination(text + ":443").ok());
  }
  EXPECT_FALSE(parse_egress_rule("google.com:443\0"s).ok());
}

TEST(EgressBypass, ASuffixOfBytesIsNoSubdomain) {
  const EgressPolicy policy = policy_of({"*.example.com:*", "github.com:*"});
  for (const char* destination :
       {"evilexample.com:443", "example.com:443", "xexample.com:443", "a-example.com:443",
        "evilgithub.com:443", "github.com.evil.example:443", "example.com.evil.example:443",
        "github.community:443", "com:443"})
    EXPECT_EQ(verdict_on(policy, destination), "no-rule") << destination;
}

TEST(EgressBypass, ATrailingDotIsTheSameName) {
  const EgressPolicy policy = policy_of({"github.com:443"});
  EXPECT_EQ(verdict_on(policy, "github.com.:443"), "github.com:443");
  EXPECT_FALSE(HostName::parse("github.com..").ok());
  EXPECT_EQ(parse_egress_rule("evil.example.:443").value(),
            parse_egress_rule("evil.example:443").value());
}

TEST(EgressBypass, UpperCaseIsTheSameName) {
  const EgressPolicy policy = policy_of({"GitHub.COM:443"});
  EXPECT_EQ(verdict_on(policy, "github.com:443"), "github.com:443");
  EXPECT_EQ(verdict_on(policy, "GITHUB.COM:443"), "github.com:443");
}

TEST(EgressBypass, OctalHexShortAndDecimalAddressesAreNoNames) {
  for (const char* host :
       {"0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "127.0.1", "2130706433", "017700000001",
        "169.254.43518", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.169.0376",
        "1.2.3.4.5", "256.256.256.256", "0", "0x", "00.0.0.0", "127.0.0.1..", "１２７.0.0.1"}) {
    EXPECT_FALSE(HostName::parse(host).ok()) << host;
    EXPECT_FALSE(IpAddress::parse(host)) << host;
    EXPECT_FALSE(parse_egress_rule(std::string(host) + ":80").ok()) << host;
    EXPECT_FALSE(parse_egress_destination(std::string(host) + ":80").ok()) << host;
  }
}

TEST(EgressBypass, AnAddressInANameIsOnlyAName) {
  const EgressPolicy addresses = policy_of({"10.0.0.0/8:*", "126.0.0.0/7:*"});
  EXPECT_EQ(verdict_on(addresses, "10.0.0.1.nip.io:80"), "no-rule");
  EXPECT_EQ(verdict_on(addresses, "127-0-0-1.sslip.io:80"), "no-rule");
  // Where the name is allowed, what it resolves to is still looked at.
  const EgressPolicy names = policy_of({"*.nip.io:*"});
  EXPECT_EQ(verdict_on(names, "127.0.0.1.nip.io:80"), "*.nip.io:*");
  EXPECT_EQ(verdict_on(names, "10.0.0.1:80"), "no-rule");
  EXPECT_FALSE(may_dial(names.private_answers, IpAddress::from_v4({127, 0, 0, 1})));
  EXPECT_FALSE(may_dial(names.private_answers, IpAddress::from_v4({10, 0, 0, 1})));
}

TEST(EgressBypass, NoSpellingOfTheMetadataServicePassesAWideRule) {
  const EgressPolicy policy = policy_of({"0.0.0.0/0:*", "[::/0]:*", "*.example.com:*"});
  for (const char* destination : kMetadataSpellings)
    EXPECT_EQ(verdict_on(policy, destination), "private-address") << destination;
}

TEST(EgressBypass, NoSpellingOfTheMetadataServiceIsDialledForAName) {
  for (const char* destination : kMetadataSpellings) {
    const EgressDestination parsed = parse_egress_destination(destination).value();
    EXPECT_FALSE(may_dial(PrivateAnswers::kRefused, std::get<IpAddress>(parsed.host)))
        << destination;
  }
}

TEST(EgressBypass, AMappedAddressIsNoWayAroundAnIpv4Rule) {
  const EgressPolicy policy = policy_of({"8.8.8.8:53"});
  EXPECT_EQ(verdict_on(policy, "8.8.8.8:53"), "8.8.8.8:53");
  EXPECT_EQ(verdict_on(policy, "[::ffff:8.8.8.8]:53"), "no-rule");
  EXPECT_EQ(verdict_on(policy_of({"[::/0]:*"}), "8.8.8.8:53"), "no-rule");
}

TEST(EgressBypass, AnEmptyListDeniesEverything) {
  const EgressPolicy policy;
  for (const char* destination : {"github.com:443", "a:1", "8.8.8.8:53", "10.0.0.1:80",
                                  "[2606:4700::1]:443", "host.mino.internal:80"})
    EXPECT_EQ(verdict_on(policy, destination), "no-rule") << destination;
  EXPECT_FALSE(could_allow(policy, HostName::parse("github.com").value()));
  EgressPolicy open = policy;
  open.private_answers = PrivateAnswers::kAllowed;
  EXPECT_EQ(verdict_on(open, "10.0.0.1:80"), "no-rule");
}

TEST(EgressBypass, EveryAddressIsNotEveryPrivateAddress) {
  const EgressPolicy policy = policy_of({"0.0.0.0/0:*", "[::/0]:*"});
  EXPECT_EQ(verdict_on(policy, "8.8.8.8:53"), "0.0.0.0/0:*");
  EXPECT_EQ(verdict_on(policy, "[2606:4700::1]:53"), "[::/0]:*");
  for (const char* destination :
       {"10.0.0.1:80", "172.16.0.1:80", "192.168.1.1:80", "100.64.0.1:80", "169.254.1.1:80",
        "224.0.0.251:5353", "255.255.255.255:67", "[fd00::1]:80", "[fe80::1]:80", "[ff02::fb]:80",
        "[::ffff:10.0.0.1]:80", "[64:ff9b::10.0.0.1]:80", "[2002:a00:1::]:80", "[4000::1]:80"})
    EXPECT_EQ(verdict_on(policy, destination), "private-address") << destination;
}

TEST(EgressBypass, NoRuleReachesTheLoopbackOfWhoeverDials) {
  EgressPolicy policy =
      policy_of({"0.0.0.0/0:*", "[::/0]:*", "126.0.0.0/7:*", "0.0.0.0/1:*", "[::/64]:*",
                 "[::ffff:0.0.0.0/96]:*", "[64:ff9b::/96]:*", "host.mino.internal:80"});
  policy.private_answers = PrivateAnswers::kAllowed;
  for (const char* destination :
       {"127.0.0.1:80", "127.9.9.9:80", "0.0.0.0:80", "0.0.0.1:80", "[::1]:80", "[::]:80",
        "[::ffff:127.0.0.1]:80", "[::ffff:0.0.0.0]:80", "[::127.0.0.1]:80",
        "[64:ff9b::127.0.0.1]:80", "[2002:7f00:1::]:80"}) {
    EXPECT_EQ(verdict_on(policy, destination), "box-itself") << destination;
    const EgressDestination parsed = parse_egress_destination(destination).value();
    EXPECT_FALSE(may_dial(PrivateAnswers::kAllowed, std::get<IpAddress>(parsed.host)))
        << destination;
  }
}

TEST(EgressBypass, NoRuleReachesTheAddressesThatWereMadeUp) {
  EgressPolicy policy = policy_of({"198.18.0.0/15:*", "[fd6d:696e:6f00::/48]:*", "0.0.0.0/0:*",
                                   "[::/0]:*", "[fc00::/7]:*", "198.18.0.1:*"});
  policy.private_answers = PrivateAnswers::kAllowed;
  for (const char* destination :
       {"198.18.0.1:53", "198.19.255.255:443", "[fd6d:696e:6f00::1]:443", "[::ffff:198.18.0.1]:443",
        "[64:ff9b::198.18.0.1]:443", "[2002:c612:1::]:443"})
    EXPECT_EQ(verdict_on(policy, destination), "box-itself") << destination;
}

TEST(EgressBypass, TheHostsLoopbackIsOpenedByItsOwnRuleAlone) {
  const EgressPolicy wide = policy_of({"*.mino.internal:*", "0.0.0.0/0:*", "mino.internal:*"});
  EXPECT_EQ(verdict_on(wide, "host.mino.internal:80"), "no-rule");
  EXPECT_FALSE(could_allow(wide, HostName::parse("host.mino.internal").value()));
  EXPECT_EQ(verdict_on(wide, "other.mino.internal:80"), "*.mino.internal:*");
  const EgressPolicy own = policy_of({"host.mino.internal:5432"});
  EXPECT_EQ(verdict_on(own, "HOST.mino.internal.:5432"), "host.mino.internal:5432");
  EXPECT_EQ(verdict_on(own, "host.mino.internal:22"), "no-rule");
  EXPECT_FALSE(parse_egress_rule("host.mino.internal:*").ok());
}

TEST(EgressBypass, AHomographStaysAnotherName) {
  // With a Cyrillic a, as it is written and as its A-label.
  EXPECT_FALSE(parse_egress_rule("\xD0\xB0pple.com:443").ok());
  const EgressPolicy policy = policy_of({"apple.com:443"});
  EXPECT_EQ(verdict_on(policy, "xn--pple-43d.com:443"), "no-rule");
  // Full-width letters, and dots that IDNA takes for dots.
  for (const char* host : {"\xEF\xBD\x81pple.com",
                           "apple\xE3\x80\x82"
                           "com",
                           "apple\xEF\xBC\x8E"
                           "com"})
    EXPECT_FALSE(parse_egress_destination(std::string(host) + ":443").ok()) << host;
}

TEST(EgressBypass, AZoneIsNoPartOfAnAddress) {
  for (const char* text : {"[fe80::1%eth0]:80", "[::1%lo]:80", "[2606:4700::1%25eth0]:80",
                           "169.254.169.254%eth0:80", "[fe80::1%1/64]:80"}) {
    EXPECT_FALSE(parse_egress_rule(text).ok()) << text;
    EXPECT_FALSE(parse_egress_destination(text).ok()) << text;
  }
}

TEST(EgressBypass, TooLongIsRefusedAndNotCut) {
  std::string longest;
  while (longest.size() < 252) longest += "a.";
  longest += "a";
  ASSERT_EQ(longest.size(), 253U);
  EXPECT_TRUE(HostName::parse(longest).ok());
  EXPECT_FALSE(HostName::parse("b." + longest).ok());
  EXPECT_FALSE(HostName::parse(std::string(300, 'a') + ".github.com").ok());
  EXPECT_FALSE(HostName::parse(std::string(1 << 16, '.') + "github.com").ok());
}

TEST(EgressBypass, ALabelOf64BytesIsRefused) {
  EXPECT_TRUE(HostName::parse(std::string(63, 'a') + ".example.com").ok());
  EXPECT_FALSE(HostName::parse(std::string(64, 'a') + ".example.com").ok());
  EXPECT_FALSE(parse_egress_rule("*." + std::string(64, 'a') + ".example.com:443").ok());
}

TEST(EgressBypass, EmptyLabelsAndForeignBytesAreNoName) {
  for (const char* host :
       {"a..github.com", ".github.com", "github.com/.evil.example", "github.com#.evil.example",
        "github.com?", "user@github.com", "github.com\\evil", "github.com\nHost: evil",
        "github.com\r", "git hub", "github.com\t", "-oProxyCommand=x", "$(id).example",
        "'github.com'", "github.com,evil.example", "github.com;id", "[github.com]"})
    EXPECT_FALSE(HostName::parse(host).ok()) << host;
}

}  // namespace
}  // namespace mino
