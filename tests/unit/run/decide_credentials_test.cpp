#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "domain/credential/broker.hpp"
#include "domain/run/box_files.hpp"
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
  EXPECT_TRUE(is_plain_variable({"GCE_METADATA_HOST", "GCP credentials"}));
  EXPECT_FALSE(is_plain_variable({"IDENTITY_HEADER", "Azure credentials"}));
  EXPECT_FALSE(is_plain_variable({"AWS_REGION", "flag --env"}));
  EXPECT_FALSE(is_plain_variable({"AWS_SESSION_TOKEN", "AWS credentials"}));
}

RunInputs with_broker() {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "credentials.delivery", "broker"s, file_origin(7));
  return inputs;
}

TEST(DecideBroker, ServesWhatTheSessionHas) {
  RunInputs inputs = with_broker();
  set_config(inputs.config, "credentials.aws.enabled", true, flag_origin("--aws"));
  const RunPlan plan = plan_of(inputs);
  ASSERT_TRUE(plan.broker);
  EXPECT_EQ(plan.broker->helper_program, "/usr/libexec/mino-helper");
  EXPECT_TRUE(has_variable(plan, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS credentials"));
  EXPECT_FALSE(has_variable(plan, "AWS_SESSION_TOKEN", "AWS credentials"));
  const Mount* directory = mount_at(plan, kBrokerBoxDirectory);
  ASSERT_NE(directory, nullptr);
  EXPECT_EQ(directory->source, plan.runtime_dir + "/broker");
  EXPECT_EQ(directory->access, MountAccess::kReadOnly);
  EXPECT_EQ(mount_at(plan, kBrokerProgram), nullptr) << "git has nothing to ask for";
  ASSERT_NE(decision_on(plan, "credential delivery"), nullptr);
  EXPECT_EQ(decision_on(plan, "credential delivery")->value, "broker at 169.254.170.2");
}

TEST(DecideBroker, GitIsLedToItForTheHostOfItsToken) {
  RunInputs inputs = with_broker();
  set_config(inputs.config, "credentials.github.enabled", true, flag_origin("--github"));
  set_config(inputs.config, "credentials.github.host", "git.example.com"s, file_origin(8));
  const RunPlan plan = plan_of(inputs);
  EXPECT_FALSE(has_variable(plan, "GH_ENTERPRISE_TOKEN", "GitHub credentials"));
  const Mount* program = mount_at(plan, kBrokerProgram);
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(program->source, "/usr/libexec/mino-credential");
  EXPECT_EQ(program->access, MountAccess::kReadOnly);
  const auto files = box_files(plan);
  const auto file = std::ranges::find(files, kGitDefaultsPath, &BoxFile::target);
  ASSERT_NE(file, files.end());
  EXPECT_NE(file->content.find("[credential \"https://git.example.com\"]\n\thelper = "
                               "\"/run/mino/mino-credential\"\n"),
            std::string::npos)
      << file->content;
}

TEST(DecideBroker, OtherResourcesOfAzureArePartOfTheGrant) {
  RunInputs inputs = with_broker();
  set_config(inputs.config, "credentials.azure.enabled", true, flag_origin("--azure"));
  set_config(inputs.config, "credentials.azure.resources",
             ConfigList{"https://storage.azure.com", "https://vault.azure.net"}, file_origin(8));
  const std::string wider =
      "the current account; also for https://storage.azure.com, https://vault.azure.net";
  EXPECT_TRUE(holds(plan_of(inputs), CredentialGrant{"Azure", wider}));
  set_config(inputs.config, "credentials.delivery", "env"s, file_origin(7));
  EXPECT_TRUE(holds(plan_of(inputs), CredentialGrant{"Azure", "the current account"}))
      << "a variable has the token of the resource manager alone";
}

TEST(DecideBroker, NothingToServeIsNoBroker) {
  const RunPlan plan = plan_of(with_broker());
  EXPECT_FALSE(plan.broker);
  EXPECT_EQ(mount_at(plan, kBrokerBoxDirectory), nullptr);
}

TEST(DecideBroker, WorksWithoutANetworkAndBehindRules) {
  RunInputs inputs = with_broker();
  set_config(inputs.config, "credentials.aws.enabled", true, flag_origin("--aws"));
  set_config(inputs.config, "container.network", "none"s, flag_origin("--network"));
  EXPECT_TRUE(plan_of(inputs).broker);
}

TEST(DecideBroker, TheHostsNetworkIsNoPlaceForIt) {
  RunInputs inputs = with_broker();
  set_config(inputs.config, "container.network", "host"s, flag_origin("--network"));
  EXPECT_FALSE(plan_of(inputs).broker) << "there is nothing to serve";
  set_config(inputs.config, "credentials.aws.enabled", true, flag_origin("--aws"));
  const Error error = refusal_of(inputs);
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_NE(error.text().find("cannot be had with the host's network"), std::string::npos);
  EXPECT_NE(error.hint().find("credentials.delivery env"), std::string::npos);
}

}  // namespace
}  // namespace mino
