#include "domain/credential/credential.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace mino {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Timestamp kNow{hours(24 * 20'000)};

IssuedCredential issued(Timestamp at, std::optional<Timestamp> end) {
  return {.credential = {.values = {}, .expires_at = end}, .issued_at = at};
}

struct UseCase {
  const char* name;
  CredentialProvider provider;
  IssuedCredential issued;
  CredentialUse expected;
};

class DecideUse : public ::testing::TestWithParam<UseCase> {};

TEST_P(DecideUse, ByTime) {
  const UseCase& use = GetParam();
  EXPECT_EQ(decide_use(use.provider, use.issued, kNow), use.expected);
}

constexpr CredentialProvider kAws = CredentialProvider::kAws;
constexpr CredentialProvider kGcp = CredentialProvider::kGcp;
constexpr CredentialProvider kAzure = CredentialProvider::kAzure;
constexpr CredentialProvider kGithub = CredentialProvider::kGithub;

INSTANTIATE_TEST_SUITE_P(
    Cases, DecideUse,
    ::testing::Values(
        UseCase{"fresh", kAws, issued(kNow, kNow + hours(1)), CredentialUse::kUse},
        UseCase{"five_minutes_left", kAws, issued(kNow - minutes(55), kNow + minutes(5)),
                CredentialUse::kRenew},
        UseCase{"a_little_more", kAws, issued(kNow - minutes(55), kNow + minutes(5) + seconds(1)),
                CredentialUse::kUse},
        UseCase{"short_life", kAws, issued(kNow - minutes(11), kNow + minutes(4)),
                CredentialUse::kUse},
        UseCase{"end_of_short_life", kAws, issued(kNow - seconds(700), kNow + seconds(200)),
                CredentialUse::kRenew},
        UseCase{"over", kAws, issued(kNow - hours(2), kNow - hours(1)), CredentialUse::kRenew},
        UseCase{"over_now", kAws, issued(kNow - hours(1), kNow), CredentialUse::kRenew},
        UseCase{"clock_was_set_back", kAws, issued(kNow + seconds(1), kNow + hours(1)),
                CredentialUse::kRefuse},
        UseCase{"ends_before_it_began", kAws, issued(kNow - minutes(1), kNow - hours(1)),
                CredentialUse::kRenew},
        UseCase{"aws_that_does_not_say", kAws, issued(kNow, std::nullopt), CredentialUse::kRenew},
        UseCase{"gcp_guessed", kGcp, issued(kNow - minutes(49), std::nullopt), CredentialUse::kUse},
        UseCase{"gcp_guessed_end", kGcp, issued(kNow - minutes(51), std::nullopt),
                CredentialUse::kRenew},
        UseCase{"azure_guessed", kAzure, issued(kNow - minutes(3), std::nullopt),
                CredentialUse::kUse},
        UseCase{"azure_guessed_end", kAzure, issued(kNow - minutes(4), std::nullopt),
                CredentialUse::kRenew},
        UseCase{"github_guessed", kGithub, issued(kNow - minutes(10), std::nullopt),
                CredentialUse::kUse},
        UseCase{"github_guessed_end", kGithub, issued(kNow - minutes(12), std::nullopt),
                CredentialUse::kRenew}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(CheckNotExpired, OnlyWhatIsOverIsRefused) {
  EXPECT_TRUE(check_not_expired(kAws, {.values = {}, .expires_at = std::nullopt}, kNow).ok());
  EXPECT_TRUE(check_not_expired(kAws, {.values = {}, .expires_at = kNow + seconds(1)}, kNow).ok());
  const auto over = check_not_expired(kAzure, {.values = {}, .expires_at = kNow}, kNow);
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(over.error().hint().find("clock"), std::string::npos);
}

TEST(CredentialComplete, EveryValueCounts) {
  Credential credential;
  credential.values.emplace(kAwsAccessKeyId, Secret("a"));
  credential.values.emplace(kAwsSecretAccessKey, Secret("b"));
  EXPECT_FALSE(is_complete(kAws, credential));
  credential.values.emplace(kAwsSessionToken, Secret(""));
  EXPECT_FALSE(is_complete(kAws, credential));
  credential.values.insert_or_assign(std::string(kAwsSessionToken), Secret("c"));
  EXPECT_TRUE(is_complete(kAws, credential));
  EXPECT_FALSE(is_complete(kGcp, credential));
}

std::map<std::string, std::string> shown(const std::map<std::string, Secret>& variables) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : variables) texts.emplace(name, value.reveal());
  return texts;
}

TEST(CredentialVariables, AreThoseThatProgramsRead) {
  using Texts = std::map<std::string, std::string>;
  Credential aws;
  aws.values.emplace(kAwsAccessKeyId, Secret("id"));
  aws.values.emplace(kAwsSecretAccessKey, Secret("key"));
  aws.values.emplace(kAwsSessionToken, Secret("session"));
  CredentialRequest request;
  request.region = "eu-west-1";
  EXPECT_EQ(shown(credential_variables(request, aws)),
            (Texts{{"AWS_ACCESS_KEY_ID", "id"},
                   {"AWS_SECRET_ACCESS_KEY", "key"},
                   {"AWS_SESSION_TOKEN", "session"},
                   {"AWS_REGION", "eu-west-1"},
                   {"AWS_DEFAULT_REGION", "eu-west-1"}}));
  Credential token;
  token.values.emplace(kToken, Secret("t"));
  request = {.provider = kGcp, .project = "p"};
  EXPECT_EQ(shown(credential_variables(request, token)),
            (Texts{{"CLOUDSDK_AUTH_ACCESS_TOKEN", "t"}, {"CLOUDSDK_CORE_PROJECT", "p"}}));
  request = {.provider = kAzure};
  EXPECT_EQ(shown(credential_variables(request, token)), (Texts{{"AZURE_ACCESS_TOKEN", "t"}}));
  request = {.provider = kGithub, .host = "github.com"};
  EXPECT_EQ(shown(credential_variables(request, token)),
            (Texts{{"GITHUB_TOKEN", "t"}, {"GH_TOKEN", "t"}}));
  request = {.provider = kGithub, .host = "git.example"};
  EXPECT_EQ(shown(credential_variables(request, token)),
            (Texts{{"GH_ENTERPRISE_TOKEN", "t"}, {"GH_HOST", "git.example"}}));
}

TEST(SecretComparison, ComparesBytes) {
  EXPECT_TRUE(same_secret(Secret("abc"), Secret("abc")));
  EXPECT_FALSE(same_secret(Secret("abc"), Secret("abd")));
  EXPECT_FALSE(same_secret(Secret("abc"), Secret("ab")));
  EXPECT_TRUE(same_secret(Secret(), Secret("")));
}

}  // namespace
}  // namespace mino
