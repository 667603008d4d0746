#include "domain/network/network_request.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/network/policies.hpp"

namespace mino {
namespace {

using Kind = NetworkRequest::Kind;
using testing_support::policy_of;

std::vector<std::string> rules_of(const NetworkAnswer& answer) {
  std::vector<std::string> texts;
  for (const NetworkAnswer::Rule& rule : answer.rules) texts.push_back(rule.rule);
  return texts;
}

TEST(NetworkRequest, ListShowsTheRulesAndChangesNone) {
  EgressPolicy policy = policy_of({"github.com:443", "10.0.0.0/8:*"});
  const EgressPolicy before = policy;
  const NetworkAnswer given = answer(policy, {Kind::kList, ""});
  EXPECT_EQ(given.error, std::nullopt);
  EXPECT_EQ(given.rules, (std::vector<NetworkAnswer::Rule>{{"github.com:443", "test"},
                                                           {"10.0.0.0/8:*", "test"}}));
  EXPECT_EQ(given.explanation, std::nullopt);
  EXPECT_EQ(policy, before);
}

TEST(NetworkRequest, AllowAddsARuleOnce) {
  EgressPolicy policy = policy_of({"github.com:443"});
  const std::vector<std::string> expected{"github.com:443", "example.com:80"};
  EXPECT_EQ(rules_of(answer(policy, {Kind::kAllow, " Example.COM.:80"})), expected);
  EXPECT_EQ(rules_of(answer(policy, {Kind::kAllow, "example.com:80"})), expected);
  EXPECT_EQ(rules_of(answer(policy, {Kind::kAllow, "github.com:443"})), expected);
  EXPECT_EQ(policy.rules[0].origin, "test");
  EXPECT_EQ(policy.rules[1].origin, "mino network allow");
}

TEST(NetworkRequest, AllowRefusesWhatIsNoRule) {
  EgressPolicy policy = policy_of({"github.com:443"});
  const EgressPolicy before = policy;
  const NetworkAnswer given = answer(policy, {Kind::kAllow, "127.0.0.1:80"});
  ASSERT_TRUE(given.error);
  EXPECT_NE(given.error->find("host.mino.internal"), std::string::npos) << *given.error;
  EXPECT_EQ(rules_of(given), std::vector<std::string>{"github.com:443"});
  EXPECT_EQ(policy, before);
}

TEST(NetworkRequest, AllowHasALimit) {
  EgressPolicy policy;
  for (std::size_t i = 0; i < EgressPolicy::kMaxRules; ++i) {
    policy.rules.push_back(
        {parse_egress_rule("h" + std::to_string(i) + ".example:1").value(), "test"});
  }
  EXPECT_EQ(answer(policy, {Kind::kAllow, "h0.example:1"}).error, std::nullopt);
  EXPECT_TRUE(answer(policy, {Kind::kAllow, "one.more:1"}).error);
  EXPECT_EQ(policy.rules.size(), EgressPolicy::kMaxRules);
}

TEST(NetworkRequest, DenyRemovesEveryEqualRule) {
  EgressPolicy policy = policy_of({"a.example:1", "b.example:1", "a.example:1", "a.example:2"});
  EXPECT_EQ(rules_of(answer(policy, {Kind::kDeny, "A.example:1"})),
            (std::vector<std::string>{"b.example:1", "a.example:2"}));
}

TEST(NetworkRequest, DenyOfARuleThatIsNotThereNamesThoseThatAre) {
  EgressPolicy policy = policy_of({"a.example:1", "*.b.example:1"});
  const NetworkAnswer given = answer(policy, {Kind::kDeny, "x.b.example:1"});
  EXPECT_EQ(given.error, "no rule x.b.example:1: the rules are a.example:1, *.b.example:1");
  EXPECT_EQ(policy.rules.size(), 2U);
  EgressPolicy empty;
  EXPECT_EQ(answer(empty, {Kind::kDeny, "a.example:1"}).error,
            "no rule a.example:1: there is no rule");
  for (int i = 0; i < 20; ++i)
    policy.rules.push_back({parse_egress_rule("c:" + std::to_string(i + 1)).value(), "test"});
  const NetworkAnswer many = answer(policy, {Kind::kDeny, "d:1"});
  EXPECT_TRUE(many.error->ends_with("c:8 and 12 more")) << *many.error;
  EXPECT_TRUE(answer(policy, {Kind::kDeny, "d"}).error);
}

TEST(NetworkRequest, ExplainAnswersWithTheVerdict) {
  EgressPolicy policy = policy_of({"github.com:443"});
  const NetworkAnswer given = answer(policy, {Kind::kExplain, "GitHub.com:443"});
  ASSERT_TRUE(given.explanation);
  EXPECT_TRUE(given.explanation->allowed);
  EXPECT_EQ(rules_of(given), std::vector<std::string>{"github.com:443"});
  EXPECT_TRUE(answer(policy, {Kind::kExplain, "github.com:*"}).error);
}

TEST(ExplainEgress, SaysWhyAndWhatWouldAllowIt) {
  const EgressPolicy policy =
      policy_of({"github.com:443", "*.example.com:443", "0.0.0.0/0:*", "10.0.0.0/8:22"});
  const struct {
    const char* destination;
    EgressExplanation explanation;
    const char* text;
  } cases[] = {
      {"github.com:443",
       {"github.com:443", true, "github.com:443", "test", "", ""},
       "github.com:443 is allowed by github.com:443 (test)"},
      {"10.1.2.3:22",
       {"10.1.2.3:22", true, "10.0.0.0/8:22", "test", "", ""},
       "10.1.2.3:22 is allowed by 10.0.0.0/8:22 (test)"},
      {"example.com:443",
       {"example.com:443", false, "", "", "no-rule", "--network-allow example.com:443"},
       "example.com:443 is refused: no rule allows it; allow it with --network-allow "
       "example.com:443"},
      {"10.1.2.3:80",
       {"10.1.2.3:80", false, "0.0.0.0/0:*", "test", "private-address",
        "--network-allow 10.1.2.3:80"},
       "10.1.2.3:80 is refused: its address is not one of the public internet; allow it with "
       "--network-allow 10.1.2.3:80"},
      {"[2001:db8::1]:80",
       {"[2001:db8::1]:80", false, "", "", "no-rule", "--network-allow [2001:db8::1]:80"},
       "[2001:db8::1]:80 is refused: no rule allows it; allow it with --network-allow "
       "[2001:db8::1]:80"},
      {"127.0.0.1:5432",
       {"127.0.0.1:5432", false, "", "", "box-itself", "--network-allow host.mino.internal:5432"},
       "127.0.0.1:5432 is refused: inside the box this address is the box itself; allow it with "
       "--network-allow host.mino.internal:5432"},
      {"198.18.0.1:53",
       {"198.18.0.1:53", false, "", "", "box-itself", ""},
       "198.18.0.1:53 is refused: inside the box this address is the box itself"},
      {"localhost:80",
       {"localhost:80", false, "", "", "no-rule", ""},
       "localhost:80 is refused: no rule allows it"},
  };
  for (const auto& [destination, explanation, text] : cases) {
    const EgressExplanation made =
        explain_egress(policy, parse_egress_destination(destination).value());
    EXPECT_EQ(made, explanation) << destination;
    EXPECT_EQ(to_text(made), text);
  }
}

TEST(ExplainEgress, WhatItAdvisesAllowsIt) {
  const EgressPolicy policy = policy_of({"0.0.0.0/0:80"});
  for (const char* destination : {"a.example:443", "10.0.0.1:80", "8.8.8.8:53", "[fd00::1]:1",
                                  "host.mino.internal:1", "169.254.169.254:80"}) {
    const EgressDestination parsed = parse_egress_destination(destination).value();
    const std::string advice = explain_egress(policy, parsed).advice;
    ASSERT_TRUE(advice.starts_with("--network-allow ")) << destination << ": " << advice;
    EgressPolicy wider = policy;
    EXPECT_FALSE(answer(wider, {Kind::kAllow, advice.substr(16)}).error) << destination;
    EXPECT_TRUE(explain_egress(wider, parsed).allowed) << destination;
  }
}

TEST(ExplainEgress, TextOfAnotherMinoCannotDriveATerminal) {
  const std::string text =
      to_text(EgressExplanation{"\x1b", false, "\x1b", "\x1b", "\x1b", "\x1b"}) +
      to_text(EgressExplanation{"\x1b", true, "\x1b", "\x1b", "", ""});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(NetworkJson, RequestsSurviveTheWay) {
  for (const Kind kind : {Kind::kList, Kind::kAllow, Kind::kDeny, Kind::kExplain}) {
    const NetworkRequest request{kind, "a\"b\n"};
    const Result<NetworkRequest> read = network_request_from_json(to_json(request));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read.value(), request);
  }
}

TEST(NetworkJson, AnswersSurviveTheWay) {
  const EgressExplanation explanation{"a:1", false, "r", "o", "no-rule", "flag"};
  for (const NetworkAnswer& given :
       {NetworkAnswer{}, NetworkAnswer{"no", {{"a:1", "test"}, {"b:2", ""}}, std::nullopt},
        NetworkAnswer{std::nullopt, {{"a:1", "test"}}, explanation}}) {
    const Result<NetworkAnswer> read = network_answer_from_json(to_json(given));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read.value(), given);
  }
}

TEST(NetworkJson, RefusesWhatIsNone) {
  using Object = JsonValue::Object;
  using Array = JsonValue::Array;
  const JsonValue requests[] = {JsonValue(),
                                JsonValue("list"),
                                Object{},
                                Object{{"request", "list"}},
                                Object{{"text", ""}},
                                Object{{"request", "grant"}, {"text", ""}},
                                Object{{"request", 1}, {"text", ""}},
                                Object{{"request", "list"}, {"text", true}}};
  for (const JsonValue& json : requests)
    EXPECT_EQ(network_request_from_json(json).error().code(), ErrorCode::kCorrupt);
  const JsonValue answers[] = {
      JsonValue(),
      Object{},
      Object{{"rules", "a:1"}},
      Object{{"rules", Array{"a:1"}}},
      Object{{"rules", Array{Object{{"rule", "a:1"}}}}},
      Object{{"rules", Array{}}, {"error", 1}},
      Object{{"rules", Array{}}, {"explanation", Object{}}},
      Object{{"rules", Array{}}, {"explanation", Object{{"allowed", true}}}}};
  for (const JsonValue& json : answers)
    EXPECT_EQ(network_answer_from_json(json).error().code(), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace mino
