// The real programs of the providers, as far as a package registry has them: aws (PyPI) against
// moto (PyPI) as STS on the loopback interface, gh (distribution), az (PyPI) against
// entra/entra.py. gcloud is in none of them.
#include <gtest/gtest.h>

#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>

#include "integration/support/cloud_tools.hpp"
#include "integration/support/credential_test.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

constexpr seconds kPatience{60};

const Fetched& fetched_programs() {
  static const Fetched programs = fetch_by("fetch-cloud-clis");
  return programs;
}

constexpr const char* kKeyOfTheUser = "AKIAUSERUSERUSERUSER";

class CloudCli : public CredentialTest {
 protected:
  void SetUp() override {
    CredentialTest::SetUp();
    if (IsSkipped() || root_.empty()) return;
    const Fetched& fetched = fetched_programs();
    if (fetched.problem.empty()) return;
    if (::getenv("MINO_REQUIRE_REAL") != nullptr) FAIL() << fetched.problem;
    GTEST_SKIP() << fetched.problem;
  }

  /// Puts a real program among those that mino finds. It gets names of calls in `<name>.calls`.
  void use_real(const std::string& name) const {
    program(name, "exec '" + (fs::path(fetched_programs().directory) / name).string() + "' \"$@\"");
  }

  /// moto, as all of AWS, and an environment in which aws is logged in to it.
  void start_aws() {
    const std::uint16_t port = free_port();
    moto_ = std::make_unique<Background>(
        ProgramSpec{.argv = {(fs::path(fetched_programs().directory) / "moto_server").string(),
                             "-H", "127.0.0.1", "-p", std::to_string(port)},
                    .environment = {{"PYTHONDONTWRITEBYTECODE", "1"}},
                    .directory = root_.string(),
                    .input = {},
                    .deadline = seconds(300)});
    ASSERT_TRUE(eventually([port] { return answers(port); }, kPatience)) << moto_->err();
    environment_["AWS_ENDPOINT_URL"] = "http://127.0.0.1:" + std::to_string(port);
    environment_["AWS_ACCESS_KEY_ID"] = kKeyOfTheUser;
    environment_["AWS_SECRET_ACCESS_KEY"] = "long-lived-secret-of-the-user";
    environment_["AWS_DEFAULT_REGION"] = "eu-west-1";
    environment_["NO_PROXY"] = "127.0.0.1";
    environment_["no_proxy"] = "127.0.0.1";
    use_real("aws");
  }

  [[nodiscard]] static bool has_az() {
    return fs::exists(fs::path(fetched_programs().directory) / "az");
  }
  /// An Entra of the test's own, and az logged in to it as a service principal.
  void log_in_to_azure() {
    const std::string key = (root_ / "entra.key").string();
    const std::string certificate = (root_ / "entra.pem").string();
    ASSERT_EQ(run({.argv = {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                            "2", "-subj", "/CN=localhost", "-addext",
                            "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate}})
                  .code,
              0);
    const std::uint16_t port = free_port();
    const fs::path source = ::getenv("MINO_SOURCE_DIR");
    entra_ = std::make_unique<Background>(
        ProgramSpec{.argv = {"python3", (source / "integration/entra/entra.py").string(),
                             std::to_string(port), certificate, key},
                    .environment = {},
                    .directory = root_.string(),
                    .input = {},
                    .deadline = seconds(300)});
    ASSERT_TRUE(eventually([port] { return answers(port); }, kPatience)) << entra_->err();
    environment_["REQUESTS_CA_BUNDLE"] = certificate;
    environment_["AZURE_CORE_INSTANCE_DISCOVERY"] = "false";
    const std::string place = "https://localhost:" + std::to_string(port) + "/arm";
    const std::vector<std::vector<std::string>> steps{
        {"cloud", "register", "-n", "loopback", "--endpoint-resource-manager", place},
        {"cloud", "set", "-n", "loopback"},
        {"login", "--service-principal", "-u", "app", "-p", "secret-of-the-app", "--tenant",
         "11111111-1111-1111-1111-111111111111", "--allow-no-subscriptions"}};
    for (const auto& step : steps) {
      ProgramSpec az{.argv = {(fs::path(fetched_programs().directory) / "az").string()},
                     .environment = environment_,
                     .directory = root_.string(),
                     .input = {},
                     .deadline = seconds(120)};
      az.argv.insert(az.argv.end(), step.begin(), step.end());
      const ProgramResult result = run(az);
      ASSERT_EQ(result.code, 0) << step.front() << ": " << result.err;
    }
    use_real("az");
  }

  std::unique_ptr<Background> moto_;
  std::unique_ptr<Background> entra_;
};

constexpr const char* kShowAws =
    "test -n \"$AWS_SECRET_ACCESS_KEY\" && test -n \"$AWS_SESSION_TOKEN\" && "
    "echo \"${AWS_ACCESS_KEY_ID}\"; env | grep -c long-lived-secret";

TEST_F(CloudCli, AwsGivesATemporarySessionAndNotTheUsersKeys) {
  start_aws();
  const ProgramResult result = run_with_programs({"--aws", "--strict-credentials"}, kShowAws);
  // moto answers get-session-token with a key that begins like a lasting one.
  EXPECT_TRUE(result.out.starts_with("A")) << result.out << result.err;
  EXPECT_EQ(result.out.find(kKeyOfTheUser), std::string::npos);
  EXPECT_TRUE(result.out.ends_with("\n0\n")) << result.out;
  EXPECT_EQ(result.err, "");
  const ProgramResult again = run_with_programs({"--aws", "--strict-credentials"}, kShowAws);
  EXPECT_EQ(again.out, result.out) << again.err;
  EXPECT_EQ(calls("aws"), 1U);
}

TEST_F(CloudCli, AwsAssumesARole) {
  start_aws();
  write_config(
      "[credentials.aws]\nenabled = true\n"
      "role_arn = \"arn:aws:iam::123456789012:role/dev\"\n"
      "external_id = \"outside-id\"\nregion = \"eu-west-1\"\n"
      "session_duration_secs = 900\n");
  const ProgramResult result = run_with_programs({"--strict-credentials"}, kShowAws);
  EXPECT_TRUE(result.out.starts_with("ASIA")) << result.out << result.err;
  EXPECT_EQ(slurp(programs_ / "aws.calls"),
            "sts assume-role --role-arn arn:aws:iam::123456789012:role/dev --role-session-name "
            "mino-session --duration-seconds 900 --output json --external-id outside-id --region "
            "eu-west-1\n");
}

TEST_F(CloudCli, AwsSaysWhatIsWrong) {
  use_real("aws");
  const ProgramResult logged_out = run_with_programs({"--aws"}, "echo ran");
  EXPECT_EQ(logged_out.out, "ran\n");
  EXPECT_NE(logged_out.err.find("no AWS credentials: aws is not logged in"), std::string::npos)
      << logged_out.err;
  environment_["AWS_PROFILE"] = "nobody";
  const ProgramResult no_profile = run_with_programs({"--aws"}, "echo ran");
  EXPECT_NE(no_profile.err.find("there is no such profile"), std::string::npos) << no_profile.err;
  environment_.erase("AWS_PROFILE");
  environment_["AWS_ENDPOINT_URL"] = "http://127.0.0.1:" + std::to_string(free_port());
  environment_["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE";
  environment_["AWS_SECRET_ACCESS_KEY"] = "long-lived-secret-of-the-user";
  environment_["AWS_DEFAULT_REGION"] = "eu-west-1";
  environment_["AWS_MAX_ATTEMPTS"] = "1";
  const ProgramResult unreachable = run_with_programs({"--aws"}, "echo ran");
  EXPECT_NE(unreachable.err.find("AWS cannot be reached"), std::string::npos) << unreachable.err;
  EXPECT_EQ(unreachable.err.find("long-lived-secret"), std::string::npos) << unreachable.err;
}

TEST_F(CloudCli, AzGivesATokenWithItsOwnEnd) {
  if (!has_az()) GTEST_SKIP() << "az cannot be had here";
  ASSERT_NO_FATAL_FAILURE(log_in_to_azure());
  const std::string show = "echo $AZURE_ACCESS_TOKEN";
  const ProgramResult result = run_with_programs({"--azure", "--strict-credentials"}, show);
  // The login has got the first one, which az keeps.
  EXPECT_EQ(result.out, "entra-token-1\n") << result.err;
  EXPECT_EQ(result.err, "");
  ASSERT_EQ(cached().size(), 1U);
  EXPECT_EQ(slurp(cached()[0]).find("\"expires_at\": null"), std::string::npos)
      << "az says when it ends";
  EXPECT_EQ(run_with_programs({"--azure"}, show).out, result.out);
  EXPECT_EQ(calls("az"), 1U);
  write_config("[credentials]\ndelivery = \"broker\"\n");
  const ProgramResult served =
      run_with_programs({"--azure"},
                        "wget -q -O - --header \"X-IDENTITY-HEADER: $IDENTITY_HEADER\" "
                        "\"$IDENTITY_ENDPOINT?resource=https://management.azure.com\"");
  EXPECT_NE(served.out.find("\"access_token\":\"entra-token-1\""), std::string::npos)
      << served.out << served.err;
}

TEST_F(CloudCli, AzSaysThatNobodyIsLoggedIn) {
  if (!has_az()) GTEST_SKIP() << "az cannot be had here";
  use_real("az");
  const ProgramResult result = run_with_programs({"--azure"}, "echo ran");
  EXPECT_EQ(result.out, "ran\n");
  EXPECT_NE(result.err.find("no Azure credentials: az is not logged in"), std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("hint: az login"), std::string::npos) << result.err;
}

class GithubCli : public CredentialTest {
 protected:
  void SetUp() override {
    CredentialTest::SetUp();
    if (IsSkipped() || root_.empty()) return;
    if (run({.argv = {"sh", "-c", "command -v gh"},
             .environment = {},
             .directory = {},
             .input = {}})
            .code == 0)
      return;
    if (::getenv("MINO_REQUIRE_REAL") != nullptr) FAIL() << "there is no gh on this machine";
    GTEST_SKIP() << "there is no gh on this machine";
  }
  void log_in(const std::string& host, const std::string& token) const {
    fs::create_directories(root_ / "gh");
    std::ofstream(root_ / "gh/hosts.yml", std::ios::app)
        << host << ":\n    user: ann\n    oauth_token: " << token << "\n    git_protocol: https\n";
  }
  static constexpr const char* kShow =
      "echo \"[$GITHUB_TOKEN] [$GH_TOKEN] [$GH_ENTERPRISE_TOKEN] [$GH_HOST]\"";
};

TEST_F(GithubCli, ATokenComesAlongByItselfAndCanBeLeftOut) {
  log_in("github.com", "gho_planted");
  const ProgramResult result = run_with_programs({}, kShow);
  EXPECT_EQ(result.out, "[gho_planted] [gho_planted] [] []\n") << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(run_with_programs({"--no-github"}, kShow).out, "[] [] [] []\n");
  EXPECT_EQ(run_with_programs({"--network", "none"}, kShow).out, "[] [] [] []\n");
  EXPECT_EQ(run_with_programs({"--network", "none", "--github"}, kShow).out,
            "[gho_planted] [gho_planted] [] []\n");
}

TEST_F(GithubCli, OfAServerOfOnesOwnIsNotCalledGithubToken) {
  log_in("github.com", "gho_public");
  log_in("git.example", "gho_own");
  write_config("[credentials.github]\nhost = \"git.example\"\n");
  EXPECT_EQ(run_with_programs({}, kShow).out, "[] [] [gho_own] [git.example]\n");
  write_config("");
  environment_["GH_HOST"] = "git.example";
  EXPECT_EQ(run_with_programs({}, kShow).out, "[gho_public] [gho_public] [] []\n")
      << "GH_HOST does not turn the token of a server of one's own into that of github.com";
}

TEST_F(GithubCli, WithoutALoginIsSilentUntilAskedFor) {
  const ProgramResult silent = run_with_programs({}, kShow);
  EXPECT_EQ(silent.out + silent.err, "[] [] [] []\n");
  const ProgramResult asked = run_with_programs({"--github"}, kShow);
  EXPECT_EQ(asked.code, 0);
  EXPECT_NE(asked.err.find("no GitHub credentials: gh is not logged in"), std::string::npos)
      << asked.err;
  EXPECT_NE(asked.err.find("hint: gh auth login"), std::string::npos) << asked.err;
}

TEST_F(GithubCli, ATokenOfTheEnvironmentIsNotWrittenDown) {
  environment_["GH_TOKEN"] = "gho_environment";
  EXPECT_EQ(run_with_programs({}, kShow).out, "[gho_environment] [gho_environment] [] []\n");
  EXPECT_TRUE(cached().empty());
}

}  // namespace
}  // namespace mino::integration
