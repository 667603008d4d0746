// The names of the iptables engine's rules, resolved before the box is built.
#include "adapters/gateway/resolve_rules.hpp"

#include <gtest/gtest.h>
#include <netdb.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace mino::gateway {
namespace {

std::vector<IpAddress> resolve_by_name(const std::string& name, int* error) {
  *error = 0;
  while (name == "hang.test") ::pause();
  if (name == "none.test") *error = EAI_NONAME;
  if (name == "again.test") *error = EAI_AGAIN;
  if (name == "private.test") return {IpAddress::parse("10.0.0.1").value()};
  if (name == "two.test")
    return {IpAddress::parse("140.82.121.4").value(), IpAddress::parse("140.82.121.3").value()};
  return {};
}

EgressPlan plan_of(const std::vector<std::string>& rules) {
  EgressPlan plan;
  plan.engine = NetworkEngine::kIptables;
  plan.resolvers.push_back(IpAddress::parse("10.0.2.3").value());
  for (const std::string& rule : rules)
    plan.policy.rules.push_back({parse_egress_rule(rule).value(), "flag --network-allow"});
  return plan;
}

Result<std::string> resolve(const std::vector<std::string>& rules) {
  return resolve_rules(plan_of(rules), {.resolvers = 2, .resolve_timeout_ms = 100},
                       resolve_by_name);
}

TEST(ResolveRules, WritesAddressesOfNamesAndOfRules) {
  const auto text = resolve({"two.test:443", "192.0.2.0/24:*", "two.test:22"});
  ASSERT_TRUE(text.ok()) << text.error().message();
  EXPECT_EQ(*text,
            "resolver 10.0.2.3\n"
            "allow 140.82.121.3 443\nallow 140.82.121.4 443\n"
            "allow 192.0.2.0/24 *\n"
            "allow 140.82.121.3 22\nallow 140.82.121.4 22\n");
}

TEST(ResolveRules, IsNotHeldUpByASilentResolver) {
  const auto text = resolve({"two.test:443", "hang.test:443", "two.test:22"});
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().code(), ErrorCode::kTimeout);
  EXPECT_NE(text.error().message().find("hang.test"), std::string::npos);
}

TEST(ResolveRules, SaysWhatKeepsANameFromBeingAllowed) {
  for (const char* name : {"none.test", "again.test", "private.test"}) {
    const auto text = resolve({std::string(name) + ":443"});
    ASSERT_FALSE(text.ok()) << name;
    EXPECT_EQ(text.error().code(), ErrorCode::kUnavailable) << name;
    EXPECT_NE(text.error().message().find(name), std::string::npos);
  }
}

TEST(ResolveRules, AllowsAPrivateAnswerWhenThePlanDoes) {
  EgressPlan plan = plan_of({"private.test:443"});
  plan.policy.private_answers = PrivateAnswers::kAllowed;
  const auto text = resolve_rules(plan, {}, resolve_by_name);
  ASSERT_TRUE(text.ok()) << text.error().message();
  EXPECT_EQ(*text, "resolver 10.0.2.3\nallow 10.0.0.1 443\n");
}

}  // namespace
}  // namespace mino::gateway
