#include "domain/credential/broker.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"

namespace mino {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

const std::string kSecretToken = "0123456789abcdef";
constexpr Timestamp kNow{std::chrono::seconds{1773057600}};

BrokerTerms all_terms() {
  return {Secret(kSecretToken),
          {{.provider = CredentialProvider::kAws},
           {.provider = CredentialProvider::kGcp,
            .project = "my-project",
            .account = "bot@my-project.iam.gserviceaccount.com"},
           {.provider = CredentialProvider::kAzure,
            .resources = {"https://storage.azure.com", "api://an-app"}},
           {.provider = CredentialProvider::kGithub, .host = "github.com"}}};
}

BrokerRequest request_for(std::string target, Fields fields) {
  fields.emplace_back("Host", "169.254.170.2");
  return {"GET", std::move(target), std::move(fields)};
}

BrokerRequest metadata(const std::string& path) {
  return request_for("/computeMetadata/v1/" + path, {{"metadata-flavor", "Google"}});
}

/// What became of a request, as a line: "ask aws", "200 text", "403 host aws: text".
std::string judged(const BrokerRequest& request, const BrokerTerms& terms = all_terms()) {
  const auto outcome = judge(request, terms);
  if (const auto* ask = std::get_if<BrokerAsk>(&outcome)) {
    std::string text = "ask " + std::string(to_string(ask->provider));
    if (!ask->resource.empty()) text += " " + ask->resource;
    return ask->subject.empty() ? text : text + " as " + ask->subject;
  }
  const auto& answer = std::get<BrokerAnswer>(outcome);
  std::string text = std::to_string(answer.status);
  if (answer.refusal) {
    text += " " + std::string(to_string(*answer.refusal));
    if (answer.provider) text += " " + std::string(to_string(*answer.provider));
    return text;
  }
  if (!answer.json.is_null())
    return text + " " + json::RapidJsonCodec().write(answer.json, JsonLayout::kCompact);
  return text + " " + std::string(answer.text.reveal());
}

IssuedCredential issued(std::map<std::string, Secret, std::less<>> values) {
  return {{std::move(values), kNow + std::chrono::hours(1)}, kNow};
}

std::string answered(const BrokerAsk& ask, const IssuedCredential& credential) {
  const BrokerAnswer answer = answer_with(ask, credential, kNow + std::chrono::seconds(10));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.provider, ask.provider);
  if (answer.json.is_null()) return std::string(answer.text.reveal());
  return json::RapidJsonCodec().write(answer.json, JsonLayout::kCompact);
}

TEST(Broker, AwsTakesTheToken) {
  EXPECT_EQ(judged(request_for("/aws", {{"Authorization", kSecretToken}})), "ask aws");
  EXPECT_EQ(judged(request_for("/aws", {})), "401 token aws");
  EXPECT_EQ(judged(request_for("/aws", {{"Authorization", kSecretToken + "0"}})), "401 token aws");
  EXPECT_EQ(judged(request_for("/aws", {{"Authorization", ""}})), "401 token aws");
  EXPECT_EQ(judged(request_for("/aws", {{"Authorization", "Bearer " + kSecretToken}})),
            "401 token aws");
  EXPECT_EQ(judged(request_for("/aws", {{"X-Other", kSecretToken}})), "401 token aws");
  EXPECT_EQ(judged(request_for("/aws",
                               {{"Authorization", kSecretToken}, {"authorization", "something"}})),
            "401 token aws")
      << "which of the two is meant nobody knows";
}

TEST(Broker, ATokenThatIsEmptyOpensNothing) {
  BrokerTerms terms = all_terms();
  terms.token = Secret();
  EXPECT_EQ(judged(request_for("/aws", {{"Authorization", ""}}), terms), "401 token aws");
}

TEST(Broker, OnlyItsOwnAddressAndOnlyGet) {
  BrokerRequest request{"GET", "/aws", {{"Authorization", kSecretToken}}};
  EXPECT_EQ(judged(request), "403 host aws") << "no Host at all";
  for (const char* host : {"evil.example", "169.254.170.2:8080", "169.254.170.20", ""}) {
    request.fields = {{"Authorization", kSecretToken}, {"Host", host}};
    EXPECT_EQ(judged(request), "403 host aws") << host;
  }
  request.fields = {{"Authorization", kSecretToken}, {"hOST", "169.254.170.2:80"}};
  EXPECT_EQ(judged(request), "ask aws");
  for (const char* method : {"POST", "PUT", "HEAD", "OPTIONS", "get"}) {
    request.method = method;
    EXPECT_EQ(judged(request), "405 method aws") << method;
  }
}

TEST(Broker, NothingElseIsThere) {
  for (const char* path : {"/aws/", "/aws2", "", "/latest/meta-data/", "//aws", "/azur", "*"})
    EXPECT_EQ(judged(request_for(path, {{"Authorization", kSecretToken}})), "404 path") << path;
}

TEST(Broker, WhatTheSessionDoesNotHaveIsNotOffered) {
  const BrokerTerms terms{Secret(kSecretToken), {{.provider = CredentialProvider::kAws}}};
  EXPECT_EQ(judged(metadata("project/project-id"), terms), "404 not-offered gcp");
  EXPECT_EQ(judged(request_for("/azure", {{"X-IDENTITY-HEADER", kSecretToken}}), terms),
            "404 not-offered azure");
  EXPECT_EQ(
      judged(request_for("/github?host=github.com", {{"Authorization", kSecretToken}}), terms),
      "404 not-offered github");
}

TEST(Broker, TheMetadataServerAsGoogleAuthAsksIt) {
  EXPECT_EQ(judged(request_for("/", {{"Metadata-Flavor", "Google"}})), "200 computeMetadata/\n");
  EXPECT_EQ(judged(metadata("project/project-id")), "200 my-project");
  EXPECT_EQ(judged(metadata("universe/universe-domain")), "200 googleapis.com");
  const std::string account =
      R"({"aliases":["default"],"email":"bot@my-project.iam.gserviceaccount.com",)"
      R"("scopes":["https://www.googleapis.com/auth/cloud-platform"]})";
  EXPECT_EQ(judged(metadata("instance/service-accounts/default/?recursive=true")),
            "200 " + account);
  EXPECT_EQ(judged(metadata("instance/service-accounts/?recursive=true")),
            "200 {\"default\":" + account + "}");
  EXPECT_EQ(judged(metadata("instance/service-accounts/")),
            "200 default/\nbot@my-project.iam.gserviceaccount.com/\n");
  EXPECT_EQ(judged(metadata("instance/service-accounts/default/email")),
            "200 bot@my-project.iam.gserviceaccount.com");
  EXPECT_EQ(judged(metadata("instance/service-accounts/default/token?scopes=a,b")), "ask gcp");
  EXPECT_EQ(
      judged(metadata("instance/service-accounts/bot%40my-project.iam.gserviceaccount.com/token")),
      "ask gcp");
}

TEST(Broker, MetadataThatIsNotOurs) {
  EXPECT_EQ(judged(metadata("instance/service-accounts/other@x.iam.gserviceaccount.com/token")),
            "404 subject gcp");
  EXPECT_EQ(judged(metadata("instance/service-accounts/default/identity?audience=x")),
            "404 path gcp");
  EXPECT_EQ(judged(metadata("instance/service-accountsX/default/token")), "404 path gcp");
  EXPECT_EQ(judged(metadata("instance/id")), "404 path gcp");
  BrokerTerms terms = all_terms();
  terms.offers[1].project.clear();
  EXPECT_EQ(judged(metadata("project/project-id"), terms), "404 path gcp");
}

TEST(Broker, MetadataNeedsTheHeaderThatABrowserCannotSend) {
  const std::string target = "/computeMetadata/v1/instance/service-accounts/default/token";
  EXPECT_EQ(judged(request_for(target, {})), "403 token gcp");
  EXPECT_EQ(judged(request_for(target, {{"Metadata-Flavor", "google"}})), "403 token gcp");
  EXPECT_EQ(
      judged(request_for(target, {{"Metadata-Flavor", "Google"}, {"x-forwarded-for", "10.0.0.1"}})),
      "403 forwarded gcp");
}

TEST(Broker, AzureForItsResourceManagerAndWhatElseIsOffered) {
  const Fields header{{"X-IDENTITY-HEADER", kSecretToken}, {"Metadata", "true"}};
  EXPECT_EQ(
      judged(request_for(
          "/azure?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com%2F", header)),
      "ask azure https://management.azure.com/");
  EXPECT_EQ(judged(request_for("/azure?resource=https://management.core.windows.net", header)),
            "ask azure https://management.core.windows.net");
  EXPECT_EQ(judged(request_for("/azure?resource=https%3A%2F%2Fstorage.azure.com%2F", header)),
            "ask azure https://storage.azure.com/ as https://storage.azure.com");
  EXPECT_EQ(judged(request_for("/azure?resource=api://an-app", header)),
            "ask azure api://an-app as api://an-app");
  for (const char* other : {"https://vault.azure.net", "https://storage.azure.com.evil.example",
                            "https://management.azure.com.evil.example", "", "%zz"}) {
    EXPECT_EQ(judged(request_for(std::string("/azure?resource=") + other, header)),
              "400 subject azure")
        << other;
  }
  EXPECT_EQ(judged(request_for("/azure", header)), "400 subject azure");
  EXPECT_EQ(judged(request_for("/azure?resource=https://management.azure.com", {})),
            "401 token azure");
}

TEST(Broker, GithubForItsHostAlone) {
  const Fields header{{"Authorization", kSecretToken}};
  EXPECT_EQ(judged(request_for("/github?host=github.com", header)), "ask github");
  EXPECT_EQ(judged(request_for("/github?host=GitHub.com", header)), "ask github");
  EXPECT_EQ(judged(request_for("/github?host=gitlab.com", header)), "404 subject github");
  EXPECT_EQ(judged(request_for("/github", header)), "404 subject github");
  EXPECT_EQ(judged(request_for("/github?host=github.com", {})), "401 token github");
}

TEST(Broker, AnswersInTheWayOfEachProvider) {
  EXPECT_EQ(answered({CredentialProvider::kAws, {}},
                     issued({{std::string(kAwsAccessKeyId), Secret("AKIA")},
                             {std::string(kAwsSecretAccessKey), Secret("s\"s")},
                             {std::string(kAwsSessionToken), Secret("t")}})),
            R"({"AccessKeyId":"AKIA","SecretAccessKey":"s\"s","Token":"t",)"
            R"("Expiration":"2026-03-09T13:00:00.000Z"})");
  const auto token = issued({{std::string(kToken), Secret("ya29.x")}});
  EXPECT_EQ(answered({CredentialProvider::kGcp, {}}, token),
            R"({"access_token":"ya29.x","expires_in":3590,"token_type":"Bearer"})");
  EXPECT_EQ(answered({CredentialProvider::kAzure, "https://management.azure.com"}, token),
            R"({"access_token":"ya29.x","expires_on":"1773061200",)"
            R"("resource":"https://management.azure.com","token_type":"Bearer"})");
  EXPECT_EQ(answered({CredentialProvider::kGithub, {}}, token),
            "username=x-access-token\npassword=ya29.x\n");
}

TEST(Broker, SaysWhyThereIsNone) {
  const auto text = [](CredentialProvider provider) {
    const BrokerAnswer answer = answer_without({provider, {}}, "not logged in");
    const std::string body = answer.json.is_null()
                                 ? std::string(answer.text.reveal())
                                 : json::RapidJsonCodec().write(answer.json, JsonLayout::kCompact);
    return std::to_string(answer.status) + " " + body;
  };
  EXPECT_EQ(text(CredentialProvider::kAws),
            R"(503 {"code":"CredentialsUnavailable","message":"not logged in"})");
  EXPECT_EQ(text(CredentialProvider::kAzure),
            R"(400 {"statusCode":400,"message":"not logged in",)"
            R"("error":"credentials_unavailable","error_description":"not logged in"})");
  EXPECT_EQ(text(CredentialProvider::kGcp), "503 not logged in\n");
  EXPECT_EQ(text(CredentialProvider::kGithub), "503 not logged in\n");
}

TEST(Broker, VariablesLeadToItAndHoldNoCredential) {
  const CredentialRequest aws{.provider = CredentialProvider::kAws, .region = "eu-west-1"};
  std::vector<std::string> lines;
  for (const auto& [name, value] : broker_variables(aws, Secret("tok")))
    lines.push_back(name + "=" + std::string(value.reveal()));
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "AWS_CONTAINER_AUTHORIZATION_TOKEN=tok",
                       "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/run/mino/broker/token",
                       "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.2/aws",
                       "AWS_DEFAULT_REGION=eu-west-1", "AWS_REGION=eu-west-1"}));
  const CredentialRequest azure{.provider = CredentialProvider::kAzure};
  EXPECT_EQ(broker_variable_names(azure),
            (std::vector<std::string>{"IDENTITY_ENDPOINT", "IDENTITY_HEADER"}))
      << "IMDS_ENDPOINT or IDENTITY_SERVER_THUMBPRINT would make it another kind of identity";
  EXPECT_TRUE(broker_variable_names({.provider = CredentialProvider::kGithub}).empty());
}

TEST(Broker, EachRefusalHasItsWord) {
  for (const char* word :
       {"malformed", "method", "host", "forwarded", "token", "path", "not-offered", "subject"}) {
    const auto refusal = parse_broker_refusal(word);
    ASSERT_TRUE(refusal) << word;
    EXPECT_EQ(to_string(*refusal), word);
  }
  EXPECT_FALSE(parse_broker_refusal("other"));
}

}  // namespace
}  // namespace mino
