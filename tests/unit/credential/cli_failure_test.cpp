#include "domain/credential/cli_failure.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino {
namespace {

CredentialRequest request_for(CredentialProvider provider) {
  CredentialRequest request;
  request.provider = provider;
  request.origin = "/home/ann/.config/mino/config.toml:3:1";
  if (provider == CredentialProvider::kGithub) request.host = "github.com";
  return request;
}

struct FailureCase {
  CredentialProvider provider;
  const char* said;
  const char* why;
  const char* hint;
};

class CliFailure : public ::testing::TestWithParam<FailureCase> {};

TEST_P(CliFailure, HasItsFix) {
  const FailureCase& failure = GetParam();
  const Error error = cli_failure(request_for(failure.provider), failure.said, {});
  EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(error.text().starts_with(failure.why)) << error.text();
  EXPECT_NE(error.hint().find(failure.hint), std::string::npos) << error.hint();
  EXPECT_NE(error.hint().find("credentials."), std::string::npos) << "how to do without";
}

// What awscli 1.44, gcloud (its documentation), azure-cli 2.8x and gh 2.23 say.
INSTANTIATE_TEST_SUITE_P(
    Cases, CliFailure,
    ::testing::Values(
        FailureCase{CredentialProvider::kAws,
                    "\nUnable to locate credentials. You can configure credentials by running "
                    "\"aws configure\".\n",
                    "aws is not logged in: Unable to locate credentials", "aws configure"},
        FailureCase{CredentialProvider::kAws, "\nThe config profile (nope) could not be found\n",
                    "there is no such profile", "aws configure list-profiles"},
        FailureCase{CredentialProvider::kAws,
                    "\nAn error occurred (AccessDenied) when calling the GetSessionToken "
                    "operation: Cannot call GetSessionToken with session credentials\n",
                    "the profile has temporary credentials only", "credentials.aws.role_arn"},
        FailureCase{CredentialProvider::kAws,
                    "\nAn error occurred (ExpiredToken) when calling the AssumeRole operation: The "
                    "security token included in the request is expired\n",
                    "the login has expired", "aws sso login"},
        FailureCase{CredentialProvider::kAws,
                    "\nAn error occurred (AccessDenied) when calling the AssumeRole operation: "
                    "User: arn:aws:iam::1:user/a is not authorized\n",
                    "AWS refuses it: An error occurred (AccessDenied)", "get-caller-identity"},
        FailureCase{CredentialProvider::kAws,
                    "\nAn error occurred (ValidationError) when calling the AssumeRole operation: "
                    "The requested DurationSeconds exceeds the MaxSessionDuration set for this "
                    "role.\n",
                    "the role allows no session as long as that", "session_duration_secs"},
        FailureCase{CredentialProvider::kGcp,
                    "ERROR: (gcloud.auth.print-access-token) You do not currently have an active "
                    "account selected.\nPlease run:\n\n  $ gcloud auth login\n",
                    "gcloud is not logged in: ERROR", "gcloud auth login"},
        FailureCase{CredentialProvider::kAzure, "ERROR: Please run 'az login' to setup account.\n",
                    "az is not logged in", "az login"},
        FailureCase{CredentialProvider::kGithub, "no oauth token\n", "gh is not logged in",
                    "gh auth login"},
        FailureCase{CredentialProvider::kGithub, "panic: everything\n",
                    "gh failed: panic: everything", "--no-github"}));

TEST(CliFailureText, NamesTheHostTheProfileAndTheTenant) {
  CredentialRequest github = request_for(CredentialProvider::kGithub);
  github.host = "git.example";
  EXPECT_NE(cli_failure(github, "no oauth token", {}).hint().find("--hostname git.example"),
            std::string::npos);
  CredentialRequest aws = request_for(CredentialProvider::kAws);
  aws.profile = "my work";
  EXPECT_NE(cli_failure(aws, "Unable to locate credentials", {})
                .hint()
                .find("aws configure --profile 'my work'"),
            std::string::npos);
}

TEST(CliFailureText, OfAProgramThatSaysNothing) {
  EXPECT_EQ(cli_failure(request_for(CredentialProvider::kGcp), "", {}).text(), "gcloud failed");
  EXPECT_EQ(cli_failure(request_for(CredentialProvider::kGcp), "\n \n", {}).text(),
            "gcloud failed");
}

TEST(CliFailureText, IsBounded) {
  const Error error =
      cli_failure(request_for(CredentialProvider::kGcp), std::string(1'000'000, 'a'), {});
  EXPECT_LT(error.text().size(), 400U);
}

TEST(CliFailureText, HowToDoWithoutNamesWhatWasTyped) {
  CredentialRequest request = request_for(CredentialProvider::kAws);
  request.origin = "flag --all-clouds";
  EXPECT_EQ(how_to_do_without(request), "leave --all-clouds out");
}

TEST(CliMissing, IsNotFound) {
  EXPECT_EQ(cli_missing(request_for(CredentialProvider::kAzure)).code(), ErrorCode::kNotFound);
}

TEST(Scrubbed, HidesKnownSecrets) {
  EXPECT_EQ(scrubbed("the key hunter2 is bad", {Secret("hunter2")}), "the key *** is bad");
}

TEST(Scrubbed, HidesWhatLooksLikeAToken) {
  for (const std::string token :
       {"ghp_0123456789abcdefABCDEF", "gho_0123456789abcdefABCDEF", "github_pat_11ABCDEFG0abcdefgh",
        "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "ya29.a0AfH6SMBx-y_z0123456789",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1"}) {
    EXPECT_EQ(scrubbed("bad token (" + token + "), sorry", {}), "bad token (***), sorry");
    EXPECT_EQ(scrubbed("token=" + token + "\n", {}).find(token), std::string::npos);
  }
}

TEST(Scrubbed, LeavesOrdinaryWords) {
  for (const std::string text :
       {"An error occurred (AccessDenied) when calling the AssumeRole operation",
        "subscription 8f0b4b7e-6f1c-4a52-9b59-0f4c3a1d2e5f not found",
        "User: arn:aws:iam::123456789012:user/ann"})
    EXPECT_EQ(scrubbed(text, {}), text);
}

TEST(Scrubbed, MakesControlCharactersVisible) {
  EXPECT_EQ(scrubbed("a\x1b[2Jb", {}), "a\\x1b[2Jb");
}

}  // namespace
}  // namespace mino
