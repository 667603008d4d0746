#include "adapters/cloud/cli_credential_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "adapters/cloud/cli_environment.hpp"
#include "adapters/cloud/provider_cli.hpp"
#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/boost_process_runner.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_process_runner.hpp"
#include "tests/support/temp_dir.hpp"

#include <sys/stat.h>

#include <fstream>

namespace mino::cloud {
namespace {

using Words = std::vector<std::string>;

constexpr CredentialProvider kAws = CredentialProvider::kAws;
constexpr CredentialProvider kGcp = CredentialProvider::kGcp;
constexpr CredentialProvider kAzure = CredentialProvider::kAzure;
constexpr CredentialProvider kGithub = CredentialProvider::kGithub;

CredentialRequest request_for(CredentialProvider provider) {
  CredentialRequest request;
  request.provider = provider;
  request.origin = "flag --x";
  if (provider == kAws) request.duration_seconds = 3600;
  if (provider == kGithub) request.host = "github.com";
  return request;
}

TEST(CredentialCommand, OfAws) {
  CredentialRequest request = request_for(kAws);
  EXPECT_EQ(credential_command(request), (Words{"aws", "sts", "get-session-token",
                                                "--duration-seconds", "3600", "--output", "json"}));
  request.role_arn = "arn:aws:iam::1:role/dev";
  request.external_id = "outside";
  request.profile = "work";
  request.region = "eu-west-1";
  EXPECT_EQ(
      credential_command(request),
      (Words{"aws", "sts", "assume-role", "--role-arn", "arn:aws:iam::1:role/dev",
             "--role-session-name", "mino-session", "--duration-seconds", "3600", "--output",
             "json", "--external-id", "outside", "--profile", "work", "--region", "eu-west-1"}));
}

TEST(CredentialCommand, OfTheOthers) {
  CredentialRequest request = request_for(kGcp);
  EXPECT_EQ(credential_command(request), (Words{"gcloud", "auth", "print-access-token"}));
  request.service_account = "sa@p.iam.gserviceaccount.com";
  EXPECT_EQ(credential_command(request),
            (Words{"gcloud", "auth", "print-access-token", "--impersonate-service-account",
                   "sa@p.iam.gserviceaccount.com"}));
  request = request_for(kAzure);
  request.subscription = "sub";
  request.tenant = "ten";
  request.resource = "https://storage.azure.com";
  EXPECT_EQ(credential_command(request),
            (Words{"az", "account", "get-access-token", "--output", "json", "--subscription", "sub",
                   "--tenant", "ten", "--resource", "https://storage.azure.com"}));
  request = request_for(kGithub);
  EXPECT_EQ(credential_command(request), (Words{"gh", "auth", "token", "--hostname", "github.com"}))
      << "GH_HOST must not decide whose token it is";
}

class ParseCredential : public ::testing::Test {
 protected:
  Result<Credential> parse(CredentialProvider provider, std::string_view output) {
    return parse_credential(request_for(provider), output, codec_);
  }
  void expect_nonsense(CredentialProvider provider, const std::string& output) {
    const auto credential = parse(provider, output);
    ASSERT_FALSE(credential.ok()) << output.substr(0, 200);
    EXPECT_EQ(credential.error().code(), ErrorCode::kUnavailable);
    EXPECT_NE(credential.error().hint(), "");
    EXPECT_EQ(credential.error().text().find("s3cret"), std::string::npos);
  }
  static std::string value(const Result<Credential>& credential, std::string_view name) {
    return std::string(credential->values.find(name)->second.reveal());
  }
  json::RapidJsonCodec codec_;
};

TEST_F(ParseCredential, OfAws) {
  const auto credential = parse(kAws, R"({
    "Credentials": {"AccessKeyId": "ASIA", "SecretAccessKey": "se+/=", "SessionToken": "to",
                    "Expiration": "2026-11-24T12:34:56+00:00"},
    "AssumedRoleUser": {"AssumedRoleId": "x:mino-session"}})");
  ASSERT_TRUE(credential.ok()) << credential.error().text();
  EXPECT_EQ(value(credential, kAwsAccessKeyId), "ASIA");
  EXPECT_EQ(value(credential, kAwsSecretAccessKey), "se+/=");
  EXPECT_EQ(value(credential, kAwsSessionToken), "to");
  EXPECT_EQ(format_rfc3339(*credential->expires_at).substr(0, 19), "2026-11-24T12:34:56");
  EXPECT_TRUE(is_complete(kAws, *credential));
}

TEST_F(ParseCredential, OfAwsWithoutAnEndThatCanBeRead) {
  const auto credential = parse(kAws, R"({"Credentials": {"AccessKeyId": "a",
    "SecretAccessKey": "b", "SessionToken": "c", "Expiration": "tomorrow"}})");
  ASSERT_TRUE(credential.ok());
  EXPECT_FALSE(credential->expires_at.has_value());
}

TEST_F(ParseCredential, OfAzure) {
  const auto number = parse(kAzure, R"({"accessToken": "eyJ", "expires_on": 1764000000,
    "expiresOn": "2026-01-01 00:00:00.000000", "tokenType": "Bearer"})");
  ASSERT_TRUE(number.ok()) << number.error().text();
  EXPECT_EQ(number->expires_at, Timestamp(std::chrono::seconds(1764000000)));
  const auto text = parse(kAzure, R"({"accessToken": "eyJ", "expires_on": "1764000000"})");
  EXPECT_EQ(text->expires_at, Timestamp(std::chrono::seconds(1764000000)));
  const auto local = parse(kAzure, R"({"accessToken": "e", "expiresOn": "2026-01-01 00:00:00.0"})");
  EXPECT_FALSE(local->expires_at.has_value()) << "local time without its offset says nothing";
  const auto utc = parse(kAzure, R"({"accessToken": "e", "expiresOn": "2026-01-01T00:00:00Z"})");
  EXPECT_TRUE(utc->expires_at.has_value());
  for (const char* odd : {"-5", "0", "99999999999999999", "1e400", "true", "\"soon\"", "null"}) {
    const auto parsed =
        parse(kAzure, std::string(R"({"accessToken": "e", "expires_on": )") + odd + "}");
    EXPECT_FALSE(parsed.ok() && parsed->expires_at.has_value()) << odd;
  }
}

TEST_F(ParseCredential, OfALine) {
  for (const CredentialProvider provider : {kGcp, kGithub}) {
    const auto credential = parse(provider, "ya29.token\r\n");
    ASSERT_TRUE(credential.ok());
    EXPECT_EQ(value(credential, kToken), "ya29.token");
    EXPECT_FALSE(credential->expires_at.has_value());
  }
}

TEST_F(ParseCredential, NonsenseIsNoCredential) {
  for (const std::string& output :
       {std::string(), std::string("\n"), std::string("s3cret and more"),
        std::string("s3cret\nline two"), std::string("s3cret\0x", 8), std::string(100'000, 's'),
        std::string("s3cr\xc3\xa9t"), std::string("\x1b[31ms3cret")}) {
    expect_nonsense(kGcp, output);
    expect_nonsense(kGithub, output);
  }
  for (const std::string& output :
       {std::string(), std::string("s3cret"), std::string("{}"), std::string("[1]"),
        std::string(R"({"Credentials": "s3cret", "accessToken": 5})"),
        std::string(R"({"Credentials": {"AccessKeyId": "s3cret", "SecretAccessKey": "s3cret",
                        "SessionToken": ""}, "accessToken": ""})"),
        std::string(
            R"({"Credentials": {"AccessKeyId": "s3cret"}, "accessToken": "s3cret s3cret"})"),
        std::string(1'000'000, '[')}) {
    expect_nonsense(kAws, output);
    expect_nonsense(kAzure, output);
  }
}

TEST(CliEnvironment, HasTheProvidersOwnVariablesAndNoOthers) {
  const fakes::FakeEnvironment environment({{"HOME", "/home/ann"},
                                            {"PATH", "/opt/bin"},
                                            {"AWS_PROFILE", "work"},
                                            {"AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1"},
                                            {"AWS_PAGER", "less"},
                                            {"AZURE_CLIENT_SECRET", "other"},
                                            {"GH_TOKEN", "other"},
                                            {"GITHUB_TOKEN", "other"},
                                            {"https_proxy", "http://proxy"},
                                            {"LD_PRELOAD", "/tmp/x.so"},
                                            {"PYTHONPATH", "/tmp"},
                                            {"SECRET", "x"}});
  const Variables variables = cli_environment(environment, kAws);
  const std::map<std::string, std::string> found(variables.begin(), variables.end());
  EXPECT_EQ(found.at("HOME"), "/home/ann");
  EXPECT_EQ(found.at("PATH"), "/opt/bin");
  EXPECT_EQ(found.at("AWS_PROFILE"), "work");
  EXPECT_EQ(found.at("AWS_ENDPOINT_URL_STS"), "http://127.0.0.1:1");
  EXPECT_EQ(found.at("AWS_PAGER"), "") << "a pager would wait for a person";
  EXPECT_EQ(found.at("https_proxy"), "http://proxy");
  for (const char* name :
       {"AZURE_CLIENT_SECRET", "GH_TOKEN", "GITHUB_TOKEN", "LD_PRELOAD", "PYTHONPATH", "SECRET"})
    EXPECT_FALSE(found.contains(name)) << name;
  const Variables github = cli_environment(environment, kGithub);
  const std::map<std::string, std::string> of_gh(github.begin(), github.end());
  EXPECT_TRUE(of_gh.contains("GH_TOKEN") && of_gh.contains("GITHUB_TOKEN"));
  EXPECT_FALSE(of_gh.contains("AWS_PROFILE"));
  EXPECT_EQ(of_gh.at("GH_PROMPT_DISABLED"), "1");
}

class CliSource : public ::testing::Test {
 protected:
  Result<Credential> fetch(const CredentialRequest& request) {
    return std::move(source_.fetch({request}).front());
  }
  fakes::FakeProcessRunner runner_;
  fakes::FakeEnvironment environment_;
  json::RapidJsonCodec codec_;
  CliCredentialSource source_{runner_, environment_, codec_, std::chrono::seconds(30)};
};

TEST_F(CliSource, AsksAllAtOnceAndAnswersInOrder) {
  runner_.define_output({"gh"}, "gho_1\n");
  runner_.define_output({"az"}, R"({"accessToken": "eyJ"})");
  const auto results =
      source_.fetch({request_for(kGcp), request_for(kAzure), request_for(kGithub)});
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].error().code(), ErrorCode::kNotFound);
  EXPECT_NE(results[0].error().hint().find("install gcloud"), std::string::npos);
  EXPECT_TRUE(results[1].ok());
  EXPECT_EQ(results[2]->values.find(kToken)->second.reveal(), "gho_1");
  for (const ProcessSpec& spec : runner_.runs) {
    EXPECT_TRUE(spec.input.empty());
    EXPECT_EQ(spec.deadline, std::chrono::seconds(30));
    EXPECT_EQ(spec.max_output_bytes, std::size_t{1} << 20);
    EXPECT_EQ(spec.end, ProcessEnd::kWithCaller);
  }
}

TEST_F(CliSource, AFailureHidesWhatTheProgramWasGiven) {
  environment_.variables["GH_TOKEN"] = "plain-word-token";
  runner_.define_output({"gh"}, "s3cret-output", 1,
                        "error: plain-word-token and gho_0123456789abcdefgh are bad\n");
  const auto result = fetch(request_for(kGithub));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().text(), "gh failed: error: *** and *** are bad");
}

TEST_F(CliSource, ADeadlineAndASignalAreToldApart) {
  runner_.define({"aws"}, [](const ProcessSpec&) -> Result<ProcessOutput> {
    return Error(ErrorCode::kTimeout, "aws did not end within 30000 ms");
  });
  runner_.define({"az"}, [](const ProcessSpec&) -> Result<ProcessOutput> {
    return ProcessOutput{.exit_code = std::nullopt, .signal = 9, .output = "", .errors = ""};
  });
  const auto late = fetch(request_for(kAws));
  EXPECT_EQ(late.error().code(), ErrorCode::kTimeout);
  EXPECT_NE(late.error().hint(), "");
  EXPECT_EQ(fetch(request_for(kAzure)).error().code(), ErrorCode::kUnavailable);
}

/// Real programs that misbehave, under the names of the providers'.
class RealPrograms : public ::testing::Test {
 protected:
  void program(const std::string& name, const std::string& script) {
    const auto file = directory_ / name;
    std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
    ASSERT_EQ(::chmod(file.c_str(), 0755), 0);
  }
  std::vector<Result<Credential>> fetch(std::chrono::milliseconds deadline) {
    fakes::FakeEnvironment environment({{"PATH", directory_.path().native() + ":/usr/bin:/bin"}});
    return CliCredentialSource(runner_, environment, codec_, deadline)
        .fetch({request_for(kAws), request_for(kGcp), request_for(kAzure), request_for(kGithub)});
  }
  testing_support::TempDir directory_;
  posix::BoostProcessRunner runner_;
  json::RapidJsonCodec codec_;
};

TEST_F(RealPrograms, OneThatHangsOrNeverStopsPrintingKeepsNoOtherFromAnswering) {
  program("aws", "exec sleep 600");
  program("gcloud", "exec yes 'ya29.and more'");
  program("az", "yes >&2 & echo '{\"accessToken\": \"eyJ\"}'");
  program("gh", "exit 3");
  const auto results = fetch(std::chrono::milliseconds(3000));
  EXPECT_EQ(results[0].error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(results[1].error().code(), ErrorCode::kTimeout);
  EXPECT_TRUE(results[2].ok());
  EXPECT_EQ(results[3].error().code(), ErrorCode::kUnavailable);
}

TEST_F(RealPrograms, AGibibyteIsReadAndIsNoCredential) {
  for (const char* name : {"aws", "gcloud", "az"}) program(name, "exit 1");
  program("gh", "exec head -c 1073741824 /dev/zero");
  const auto results = fetch(std::chrono::seconds(60));
  EXPECT_EQ(results[3].error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(results[3].error().text().find("printed something else"), std::string::npos)
      << results[3].error().text();
}

TEST_F(RealPrograms, HaveAnEmptyInputAndNoDescriptorOfOurs) {
  for (const char* name : {"aws", "gcloud", "az"}) program(name, "exit 1");
  program("gh", "cat; ls /proc/self/fd | wc -l | tr -d ' '");
  const auto results = fetch(std::chrono::seconds(30));
  ASSERT_TRUE(results[3].ok()) << results[3].error().text();
  // The three streams, and the directory that ls reads.
  EXPECT_EQ(results[3]->values.find(kToken)->second.reveal(), "4");
}

}  // namespace
}  // namespace mino::cloud
