#include "domain/credential/request.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::set_config;
using std::string_literals::operator""s;

std::vector<CredentialRequest> requests_of(const Config& config) {
  auto requests = credential_requests(config);
  EXPECT_TRUE(requests.ok()) << requests.error().text();
  return requests.ok() ? std::move(requests).value() : std::vector<CredentialRequest>();
}

/// The request for one provider that a flag asks for.
CredentialRequest request_of(Config config, std::string_view provider) {
  set_config(config, "credentials.github.enabled", false, flag_origin("--no-github"));
  set_config(config, "credentials."s + std::string(provider) + ".enabled", true,
             flag_origin("--" + std::string(provider)));
  auto requests = requests_of(config);
  EXPECT_EQ(requests.size(), 1U);
  return requests.empty() ? CredentialRequest() : requests.front();
}

TEST(CredentialRequests, GithubComesByDefaultAndNothingElse) {
  const auto requests = requests_of(Config());
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].provider, CredentialProvider::kGithub);
  EXPECT_EQ(requests[0].wish, CredentialWish::kByDefault);
  EXPECT_EQ(requests[0].host, "github.com");
}

TEST(CredentialRequests, AFlagOrAFileAsks) {
  Config config;
  set_config(config, "credentials.github.enabled", true, flag_origin("--github"));
  set_config(config, "credentials.gcp.enabled", true, file_origin(7));
  const auto requests = requests_of(config);
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].provider, CredentialProvider::kGcp);
  EXPECT_EQ(requests[0].wish, CredentialWish::kAsked);
  EXPECT_EQ(requests[1].wish, CredentialWish::kAsked);
  EXPECT_EQ(requests[1].origin, "flag --github");
}

TEST(CredentialRequests, CarryTheirProvidersSettings) {
  Config config;
  set_config(config, "credentials.aws.profile", "work"s, file_origin(1));
  set_config(config, "credentials.aws.role_arn", "arn:aws:iam::1:role/dev"s, file_origin(2));
  set_config(config, "credentials.aws.external_id", "outside"s, file_origin(3));
  set_config(config, "credentials.aws.region", "eu-west-1"s, file_origin(4));
  set_config(config, "credentials.aws.session_duration_secs", std::int64_t{900}, file_origin(5));
  const CredentialRequest request = request_of(config, "aws");
  EXPECT_EQ(request.profile, "work");
  EXPECT_EQ(request.external_id, "outside");
  EXPECT_EQ(request.duration_seconds, 900);
  const std::string summary = identity_summary(request);
  EXPECT_EQ(summary, "role arn:aws:iam::1:role/dev, profile work, region eu-west-1, 900 s");
  EXPECT_EQ(summary.find("outside"), std::string::npos);
}

TEST(CredentialRequests, AnExternalIdWithoutARoleIsNone) {
  Config config;
  set_config(config, "credentials.aws.external_id", "outside"s, file_origin(3));
  EXPECT_EQ(request_of(config, "aws").external_id, "");
}

TEST(CredentialRequests, RefuseWhatAProgramWouldTakeForAnOption) {
  for (const std::string& value : {"--debug"s, ""s, "a\nb"s, "a\x1b[2J"s}) {
    Config config;
    set_config(config, "credentials.azure.enabled", true, flag_origin("--azure"));
    set_config(config, "credentials.azure.tenant", value, file_origin(9));
    const auto requests = credential_requests(config);
    ASSERT_FALSE(requests.ok()) << value;
    EXPECT_EQ(requests.error().code(), ErrorCode::kConfig);
    EXPECT_NE(requests.error().text().find("config.toml:9:1: credentials.azure.tenant"),
              std::string::npos)
        << requests.error().text();
    EXPECT_EQ(requests.error().text().find('\x1b'), std::string::npos);
  }
}

TEST(CredentialRequests, ResourcesOfAzureAreWordsWithoutASlashAtTheEnd) {
  Config config;
  set_config(config, "credentials.azure.enabled", true, flag_origin("--azure"));
  set_config(config, "credentials.azure.resources",
             ConfigList{"https://storage.azure.com/", "api://app"}, file_origin(4));
  const CredentialRequest request = request_of(config, "azure");
  EXPECT_EQ(request.resources, (ConfigList{"https://storage.azure.com", "api://app"}));
  EXPECT_EQ(request.resource, "");
  set_config(config, "credentials.azure.resources", ConfigList{"--debug"}, file_origin(4));
  EXPECT_FALSE(credential_requests(config).ok());
}

TEST(CredentialRequests, AGithubHostIsAName) {
  Config config;
  set_config(config, "credentials.github.host", "GitHub.Example.COM"s, file_origin(1));
  EXPECT_EQ(request_of(config, "github").host, "github.example.com");
  set_config(config, "credentials.github.host", "https://github.example.com/"s, file_origin(1));
  EXPECT_EQ(credential_requests(config).error().code(), ErrorCode::kConfig);
}

TEST(CredentialVariables, AnEnterpriseTokenIsNeverCalledGithubToken) {
  using Names = std::vector<std::string>;
  Config config;
  EXPECT_EQ(credential_variable_names(request_of(config, "github")),
            (Names{"GITHUB_TOKEN", "GH_TOKEN"}));
  set_config(config, "credentials.github.host", "github.example.com"s, file_origin(1));
  EXPECT_EQ(credential_variable_names(request_of(config, "github")),
            (Names{"GH_ENTERPRISE_TOKEN", "GH_HOST"}));
}

TEST(CredentialIdentity, EveryPartTellsCredentialsApart) {
  const CredentialRequest plain;
  std::set<std::string> seen{identity_bytes(plain, "")};
  const auto expect_new = [&seen](const CredentialRequest& request, std::string_view inputs) {
    EXPECT_TRUE(seen.insert(identity_bytes(request, inputs)).second);
  };
  expect_new(plain, "other account");
  CredentialRequest request = plain;
  request.provider = CredentialProvider::kGcp;
  expect_new(request, "");
  request = plain;
  request.duration_seconds = 900;
  expect_new(request, "");
  for (std::string CredentialRequest::*field :
       {&CredentialRequest::profile, &CredentialRequest::role_arn, &CredentialRequest::external_id,
        &CredentialRequest::region, &CredentialRequest::project,
        &CredentialRequest::service_account, &CredentialRequest::subscription,
        &CredentialRequest::tenant, &CredentialRequest::resource, &CredentialRequest::host}) {
    request = plain;
    request.*field = "x";
    expect_new(request, "");
  }
}

TEST(CredentialIdentity, PartsDoNotRunIntoEachOther) {
  CredentialRequest one;
  one.profile = "a1:b";
  CredentialRequest other;
  other.profile = "a";
  other.role_arn = "b";
  EXPECT_NE(identity_bytes(one, ""), identity_bytes(other, ""));
}

TEST(CredentialIdentity, TheWishIsNoPartOfIt) {
  CredentialRequest one;
  CredentialRequest other;
  other.wish = CredentialWish::kByDefault;
  other.origin = "flag --aws";
  EXPECT_EQ(identity_bytes(one, "x"), identity_bytes(other, "x"));
}

}  // namespace
}  // namespace mino
