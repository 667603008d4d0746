#include <gtest/gtest.h>

#include <string>

#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using namespace testing_support;
using std::string_literals::operator""s;

bool has_variable(const RunPlan& plan, const std::string& name, const std::string& origin) {
  return std::ranges::find(plan.environment, PlannedVariable{name, origin}) !=
         plan.environment.end();
}

TEST(DecideCredentials, NoneWithoutAWish) {
  const RunPlan plan = plan_of(plain_inputs());
  EXPECT_TRUE(plan.credentials.empty());
  EXPECT_FALSE(has_grant<CredentialGrant>(plan.grants));
}

TEST(DecideCredentials, AFlagIsAGrantWithItsVariablesAndItsReason) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "credentials.aws.enabled", true, flag_origin("--aws"));
  set_config(inputs.config, "credentials.aws.role_arn", "arn:aws:iam::1:role/r"s, file_origin(3));
  set_config(inputs.config, "credentials.aws.external_id", "not to be shown"s, file_origin(4));
  const RunPlan plan = plan_of(inputs);
  EXPECT_TRUE(holds(plan, CredentialGrant{"AWS", "role arn:aws:iam::1:role/r, 3600 s"}));
  EXPECT_TRUE(has_variable(plan, "AWS_SESSION_TOKEN", "AWS credentials"));
  ASSERT_NE(decision_on(plan, "AWS credentials"), nullptr);
  EXPECT_EQ(decision_on(plan, "AWS credentials")->origin, "flag --aws");
  EXPECT_EQ(to_text(plan, PlanDetail::kReasons).find("not to be shown"), std::string::npos);
  EXPECT_FALSE(has_grant<HostVariableGrant>(plan.grants));
}

TEST(DecideCredentials, GithubComesAlongWhereGhHasALoginAndTheBoxANetwork) {
  RunInputs inputs = plain_inputs();
  inputs.host.has_github_login = true;
  EXPECT_TRUE(holds(plan_of(inputs), CredentialGrant{"GitHub", "github.com"}));
  set_config(inputs.config, "container.network", "none"s, flag_origin("--network"));
  EXPECT_TRUE(plan_of(inputs).credentials.empty());
  set_config(inputs.config, "credentials.github.enabled", true, flag_origin("--github"));
  EXPECT_EQ(plan_of(inputs).credentials.size(), 1U) << "asked for";
  set_config(inputs.config, "credentials.github.enabled", false, flag_origin("--no-github"));
  EXPECT_TRUE(plan_of(inputs).credentials.empty());
}

TEST(DecideCredentials, StrictIsPartOfThePlan) {
  RunInputs inputs = plain_inputs();
  EXPECT_EQ(plan_of(inputs).lacking_credential, LackingCredential::kIsWarnedOf);
  inputs.request.strict_credentials = Switch::kOn;
  EXPECT_EQ(plan_of(inputs).lacking_credential, LackingCredential::kEndsTheRun);
}

TEST(DecideCredentials, AFlagForTheSameVariableWinsAndConfiguredOnesServeIfThereIsNoCredential) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "credentials.azure.enabled", true, flag_origin("--azure"));
  set_config(inputs.config, "credentials.gcp.enabled", true, flag_origin("--gcp"));
  ConfigEntry entry{.key = find_config_key("container.env"),
                    .item = "AZURE_ACCESS_TOKEN",
                    .value = "configured"s,
                    .origin = file_origin(2)};
  inputs.config.apply({entry});
  inputs.request.variables = {"CLOUDSDK_AUTH_ACCESS_TOKEN=typed"};
  const RunPlan plan = plan_of(inputs);
  auto values = variable_values(*planned_settings(plan, inputs),
                                [](std::string_view) { return std::nullopt; });
  EXPECT_EQ(values.at("AZURE_ACCESS_TOKEN").reveal(), "configured");
  add_credential(plan, CredentialProvider::kAzure, {{"AZURE_ACCESS_TOKEN", Secret("fetched")}},
                 values);
  add_credential(plan, CredentialProvider::kGcp,
                 {{"CLOUDSDK_AUTH_ACCESS_TOKEN", Secret("fetched")}}, values);
  EXPECT_EQ(values.at("AZURE_ACCESS_TOKEN").reveal(), "fetched");
  EXPECT_EQ(values.at("CLOUDSDK_AUTH_ACCESS_TOKEN").reveal(), "typed");
}

TEST(DecideCredentials, OnlyWhatACredentialBringsIsPlain) {
  EXPECT_TRUE(is_plain_variable({"AWS_REGION", "AWS credentials"}));
  EXPECT_FALSE(is_plain_variable({"AWS_REGION", "flag --env"}));
  EXPECT_FALSE(is_plain_variable({"AWS_SESSION_TOKEN", "AWS credentials"}));
}

}  // namespace
}  // namespace mino
