#include "domain/network/egress_policy.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/unit/network/policies.hpp"

namespace mino {
namespace {

using testing_support::policy_of;
using testing_support::verdict_on;

HostName name(std::string_view text) { return HostName::parse(text).value(); }
IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

std::vector<std::string> texts(const std::vector<EgressRule>& rules) {
  std::vector<std::string> all;
  for (const EgressRule& rule : rules) all.push_back(to_string(rule));
  return all;
}

TEST(EgressPolicy, TheFirstRuleThatMatchesDecides) {
  const EgressPolicy policy =
      policy_of({"github.com:443", "*.github.com:443", "github.com:*", "10.0.0.0/8:22",
                 "10.1.0.0/16:*", "8.8.8.0/24:*", "[2606:4700::/32]:443"});
  const struct {
    const char* destination;
    const char* verdict;
  } cases[] = {
      {"github.com:443", "github.com:443"},
      {"GITHUB.com.:443", "github.com:443"},
      {"github.com:22", "github.com:*"},
      {"api.github.com:443", "*.github.com:443"},
      {"a.b.github.com:443", "*.github.com:443"},
      {"api.github.com:80", "no-rule"},
      {"notgithub.com:443", "no-rule"},
      {"10.2.0.1:22", "10.0.0.0/8:22"},
      {"10.1.2.3:22", "10.0.0.0/8:22"},
      {"10.1.2.3:80", "10.1.0.0/16:*"},
      {"10.2.0.1:80", "no-rule"},
      {"8.8.8.8:53", "8.8.8.0/24:*"},
      {"8.8.9.8:53", "no-rule"},
      {"[2606:4700::1]:443", "[2606:4700::/32]:443"},
      {"[2606:4701::1]:443", "no-rule"},
  };
  for (const auto& [destination, verdict] : cases)
    EXPECT_EQ(verdict_on(policy, destination), verdict) << destination;
}

TEST(EgressPolicy, TheRuleThatDecidedIsTheOneInThePolicy) {
  const EgressPolicy policy = policy_of({"a.example:1", "b.example:1", "0.0.0.0/0:1"});
  EXPECT_EQ(decide(policy, name("b.example"), 1).rule, &policy.rules[1]);
  EXPECT_EQ(decide(policy, name("c.example"), 1).rule, nullptr);
  const EgressVerdict refused = decide(policy, address("10.0.0.1"), 1);
  EXPECT_EQ(refused.denied, DenyReason::kPrivateAddress);
  EXPECT_EQ(refused.rule, &policy.rules[2]) << "the one that would have matched";
}

TEST(EgressPolicy, APrivateAddressNeedsARuleOfItsOwnKind) {
  const char* const wide[] = {"0.0.0.0/0:*", "0.0.0.0/1:*", "10.0.0.0/7:*"};
  for (const char* rule : wide)
    EXPECT_EQ(verdict_on(policy_of({rule}), "10.0.0.1:80"), "private-address") << rule;
  const char* const own[] = {"10.0.0.0/8:*", "10.0.0.0/24:80", "10.0.0.1:*"};
  for (const char* rule : own) {
    EXPECT_EQ(verdict_on(policy_of({rule}), "10.0.0.1:80"), rule);
    EXPECT_EQ(verdict_on(policy_of({"0.0.0.0/0:*", rule}), "10.0.0.1:80"), rule)
        << "a wider rule before it takes nothing away";
  }
  EgressPolicy policy = policy_of({"0.0.0.0/0:*"});
  policy.private_answers = PrivateAnswers::kAllowed;
  EXPECT_EQ(verdict_on(policy, "10.0.0.1:80"), "0.0.0.0/0:*");
  EXPECT_EQ(verdict_on(policy, "127.0.0.1:80"), "box-itself");
}

TEST(EgressPolicy, CouldAllowAsksForSomePort) {
  const EgressPolicy policy = policy_of({"a.example:22", "*.b.example:*", "1.2.3.4:80"});
  EXPECT_TRUE(could_allow(policy, name("a.example")));
  EXPECT_TRUE(could_allow(policy, name("x.b.example")));
  EXPECT_FALSE(could_allow(policy, name("b.example")));
  EXPECT_FALSE(could_allow(policy, name("x.a.example")));
  EXPECT_FALSE(could_allow(EgressPolicy{}, name("a.example")));
}

TEST(EgressPolicy, AnAnswerIsDialledWhenItIsPublic) {
  EXPECT_TRUE(may_dial(PrivateAnswers::kRefused, address("140.82.121.3")));
  for (const char* text : {"10.0.0.1", "169.254.169.254", "fd00::1", "100.64.0.1", "224.0.0.1",
                           "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "198.18.0.1"}) {
    EXPECT_FALSE(may_dial(PrivateAnswers::kRefused, address(text))) << text;
    EXPECT_TRUE(may_dial(PrivateAnswers::kAllowed, address(text))) << text;
  }
}

TEST(EgressPolicy, EachReasonHasAWordAndAClause) {
  std::set<std::string_view> words;
  for (int number = 0; number <= static_cast<int>(DenyReason::kLimit); ++number) {
    const auto reason = static_cast<DenyReason>(number);
    EXPECT_TRUE(words.insert(to_string(reason)).second) << number;
    EXPECT_FALSE(describe(reason).empty()) << number;
    EXPECT_EQ(parse_deny_reason(to_string(reason)), reason);
  }
  EXPECT_EQ(to_string(DenyReason::kNoRule), "no-rule");
  EXPECT_EQ(describe(DenyReason::kNoRule), "no rule allows it");
  EXPECT_EQ(parse_deny_reason("no rule"), std::nullopt);
  EXPECT_EQ(parse_deny_reason(""), std::nullopt);
}

TEST(EgressPolicy, PresetsAreTheseLists) {
  EXPECT_EQ(texts(preset_rules("dev").value()),
            (std::vector<std::string>{
                "github.com:443", "github.com:22", "api.github.com:443", "registry.npmjs.org:443",
                "crates.io:443", "static.crates.io:443", "index.crates.io:443", "pypi.org:443",
                "files.pythonhosted.org:443", "api.anthropic.com:443", "api.openai.com:443"}));
  EXPECT_EQ(texts(preset_rules("registries").value()),
            (std::vector<std::string>{"registry.npmjs.org:443", "crates.io:443",
                                      "static.crates.io:443", "index.crates.io:443", "pypi.org:443",
                                      "files.pythonhosted.org:443"}));
  for (const char* word : {"", "Dev", "dev ", "all"}) EXPECT_FALSE(preset_rules(word)) << word;
}

TEST(EgressPolicy, TheMadeUpBlocksAreNotPublic) {
  EXPECT_EQ(synthetic_v4().to_string(), "198.18.0.0/15");
  EXPECT_EQ(synthetic_v6().to_string(), "fd6d:696e:6f00::/48");
  EXPECT_TRUE(why_not_public(synthetic_v4()));
  EXPECT_TRUE(why_not_public(synthetic_v6()));
}

}  // namespace
}  // namespace mino
