// Credentials in the box: from the providers' programs, out of the cache, and what happens when
// they cannot be had. The programs are scripts that print what the real ones do; cloud_cli_test.cpp
// has the real ones.
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "integration/support/credential_test.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

constexpr seconds kPatience{60};
constexpr const char* kShowAws = "echo \"$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_REGION\"";

class Credentials : public CredentialTest {};

TEST_F(Credentials, ReachTheBoxAndTheNextRunStartsNoProgram) {
  prints("aws", aws_session("secret-one"));
  write_config("[credentials.aws]\nregion = \"eu-west-1\"\n");
  const ProgramResult first = run_with_programs({"--aws"}, kShowAws);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out, "ASIAPLANTED secret-one eu-west-1\n");
  EXPECT_EQ(first.err, "");
  const ProgramResult second = run_with_programs({"--aws"}, kShowAws);
  EXPECT_EQ(second.out, first.out) << second.err;
  EXPECT_EQ(calls("aws"), 1U);
  ASSERT_EQ(cached().size(), 1U);
  struct stat status {};
  ASSERT_EQ(::stat(cached()[0].c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  ASSERT_EQ(::stat(cached()[0].parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  const auto issued = audited("credentials.issued");
  ASSERT_EQ(issued.size(), 2U);
  EXPECT_NE(issued[0].find("\"source\":\"fresh\""), std::string::npos) << issued[0];
  EXPECT_NE(issued[1].find("\"source\":\"cache\""), std::string::npos) << issued[1];
  EXPECT_EQ(issued[0].find("secret-one"), std::string::npos);
  ASSERT_EQ(audited("credentials.injected").size(), 2U);
  EXPECT_NE(audited("credentials.injected")[0].find("\"providers\":[\"aws\"]"), std::string::npos);
}

TEST_F(Credentials, OfAnotherProfileAreOthers) {
  prints("aws", aws_session("secret-one"));
  EXPECT_EQ(run_with_programs({"--aws"}, kShowAws).out, "ASIAPLANTED secret-one \n");
  prints("aws", aws_session("secret-two"));
  environment_["AWS_PROFILE"] = "work";
  EXPECT_EQ(run_with_programs({"--aws"}, kShowAws).out, "ASIAPLANTED secret-two \n");
  EXPECT_EQ(calls("aws"), 2U);
}

TEST_F(Credentials, OfAllCloudsComeTogetherAndADetachedSessionAndItsExecsHaveThem) {
  prints("aws", aws_session("secret-aws"));
  prints("gcloud", "ya29.planted\n");
  prints("az", R"({"accessToken": "planted-azure", "expires_on": 4000000000})");
  const std::string show =
      "echo \"$AWS_SECRET_ACCESS_KEY $CLOUDSDK_AUTH_ACCESS_TOKEN $AZURE_ACCESS_TOKEN\"";
  ASSERT_EQ(run_with_programs({"--all-clouds", "-d", "--name", name()}, show + "; sleep 600").code,
            0);
  const std::string all = "secret-aws ya29.planted planted-azure\n";
  EXPECT_TRUE(eventually([&] { return run_mino({"logs", name()}).out == all; }, kPatience));
  EXPECT_EQ(run_mino({"exec", name(), "--", "sh", "-c", show}).out, all);
  EXPECT_EQ(run_mino({"stop", name(), "--time", "1"}).code, 0);
  EXPECT_EQ(slurp(programs_ / "az.calls"), "account get-access-token --output json\n");
}

TEST_F(Credentials, AreEnabledByTheConfiguration) {
  prints("gcloud", "ya29.planted\n");
  write_config(
      "[credentials.gcp]\nenabled = true\nproject = \"p\"\n"
      "service_account = \"sa@example\"\n");
  EXPECT_EQ(run_with_programs({}, "echo $CLOUDSDK_AUTH_ACCESS_TOKEN $CLOUDSDK_CORE_PROJECT").out,
            "ya29.planted p\n");
  EXPECT_EQ(slurp(programs_ / "gcloud.calls"),
            "auth print-access-token --impersonate-service-account sa@example\n");
}

TEST_F(Credentials, OfAFlagWin) {
  prints("gcloud", "ya29.planted\n");
  EXPECT_EQ(run_with_programs({"--gcp", "-e", "CLOUDSDK_AUTH_ACCESS_TOKEN=typed"},
                              "echo $CLOUDSDK_AUTH_ACCESS_TOKEN")
                .out,
            "typed\n");
}

TEST_F(Credentials, ThatCannotBeHadAreOneWarningWithItsFix) {
  program("aws",
          "echo 'Unable to locate credentials. You can configure credentials by running "
          "\"aws configure\".' >&2; exit 253");
  const ProgramResult result = run_with_programs({"--aws"}, "echo ran: $AWS_ACCESS_KEY_ID");
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "ran:\n");
  EXPECT_NE(result.err.find("warning: no AWS credentials: aws is not logged in: Unable to locate"),
            std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("hint: aws configure; or do without: leave --aws out"),
            std::string::npos)
      << result.err;
  EXPECT_EQ(std::ranges::count(result.err, '\n'), 2) << result.err;
  EXPECT_EQ(audited("credentials.failed").size(), 1U);
}

/// Whether the process is there, and no zombie.
bool is_running(const std::string& pid) {
  const std::string stat = slurp("/proc/" + pid + "/stat");
  const std::size_t name = stat.rfind(") ");
  return name != std::string::npos && stat.at(name + 2) != 'Z';
}

TEST_F(Credentials, ProgramsEndWithMino) {
  for (const int ending : {SIGINT, SIGTERM, SIGKILL}) {
    const std::string note = (programs_ / ("pids" + std::to_string(ending))).string();
    program("aws", "sleep 600 & echo \"$$ $!\" >'" + note + ".new'; mv '" + note + ".new' '" +
                       note + "'; wait");
    Background mino(with_programs({"--aws"}, "true"));
    ASSERT_TRUE(eventually([&] { return fs::exists(note); }, kPatience)) << mino.err();
    std::istringstream pids(slurp(note));
    std::string leader;
    std::string child;
    pids >> leader >> child;
    ASSERT_TRUE(is_running(leader) && is_running(child));
    ASSERT_EQ(::kill(mino.pid(), ending), 0);
    EXPECT_EQ(mino.wait(kPatience), 128 + ending);
    EXPECT_TRUE(eventually([&] { return !is_running(leader) && !is_running(child); }))
        << "signal " << ending;
    for (const std::string& pid : {leader, child})
      if (is_running(pid)) ::kill(std::stoi(pid), SIGKILL);
  }
}

TEST_F(Credentials, ThatCannotBeHadEndAStrictRunBeforeItsAgent) {
  program("aws", "exit 1");
  prints("gcloud", "ya29.planted\n");
  const ProgramResult result =
      run_with_programs({"--aws", "--gcp", "--strict-credentials"}, "touch started");
  EXPECT_EQ(result.code, 125);
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err.find("error: the credentials of AWS could not be had"), std::string::npos)
      << result.err;
  EXPECT_FALSE(fs::exists(project_ / "started"));
}

TEST_F(Credentials, OfAMissingProgramAreAWarning) {
  environment_["PATH"] = programs_.string();
  for (const char* tool : {"podman", "conmon", "crun", "newuidmap", "newgidmap", "slirp4netns"}) {
    for (const char* directory : {"/usr/bin", "/usr/local/bin"}) {
      const fs::path real = fs::path(directory) / tool;
      if (fs::exists(real) && !fs::exists(programs_ / tool))
        fs::create_symlink(real, programs_ / tool);
    }
  }
  const ProgramResult result = run_with_programs({"--gcp"}, "echo ran");
  EXPECT_EQ(result.out, "ran\n") << result.err;
  EXPECT_NE(result.err.find("no GCP credentials: there is no program gcloud on the PATH"),
            std::string::npos)
      << result.err;
  const ProgramResult silent = run_with_programs({}, "echo ran");
  EXPECT_EQ(silent.out + silent.err, "ran\n") << "GitHub's program is missing and nobody asked";
  const ProgramResult asked = run_with_programs({"--github"}, "echo ran");
  EXPECT_NE(asked.err.find("there is no program gh on the PATH"), std::string::npos) << asked.err;
}

TEST_F(Credentials, ADryRunNamesThemAndStartsNoProgram) {
  prints("aws", aws_session("secret-one"));
  write_config(
      "[credentials.aws]\nrole_arn = \"arn:aws:iam::123456789012:role/dev\"\n"
      "external_id = \"outside-id\"\n");
  for (const std::string option : {"--dry-run", "--dry-run --json"}) {
    std::vector<std::string> options{"--aws", "--dry-run"};
    if (option != "--dry-run") options.emplace_back("--json");
    const ProgramResult result = run_with_programs(options, "true");
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_NE(result.out.find("your rights with AWS (role arn:aws:iam::123456789012:role/dev"),
              std::string::npos)
        << result.out;
    EXPECT_NE(result.out.find("AWS_SESSION_TOKEN"), std::string::npos);
    EXPECT_EQ(result.out.find("outside-id"), std::string::npos);
  }
  EXPECT_EQ(calls("aws"), 0U);
  EXPECT_TRUE(cached().empty());
}

TEST_F(Credentials, TwoRunsAtOnceMakeOneCall) {
  prints("aws", aws_session("secret-one"));
  const std::string output = (programs_ / "aws.output").string();
  // Long enough for the other run to ask too; should it be later, it finds the credential kept.
  program("aws", "sleep 2; exec cat '" + output + "'");
  Background one(with_programs({"--aws", "--name", name("-1")}, kShowAws));
  Background other(with_programs({"--aws", "--name", name("-2")}, kShowAws));
  EXPECT_EQ(one.wait(kPatience), 0) << one.err();
  EXPECT_EQ(other.wait(kPatience), 0) << other.err();
  EXPECT_EQ(one.out(), "ASIAPLANTED secret-one \n");
  EXPECT_EQ(other.out(), one.out());
  EXPECT_EQ(calls("aws"), 1U);
}

TEST_F(Credentials, ThatWereKeptInABadFileAreReplacedWithAWarning) {
  prints("gcloud", "ya29.planted\n");
  const std::string show = "echo $CLOUDSDK_AUTH_ACCESS_TOKEN";
  ASSERT_EQ(run_with_programs({"--gcp"}, show).code, 0);
  ASSERT_EQ(cached().size(), 1U);
  const fs::path file = cached()[0];
  fs::permissions(file, fs::perms(0644));
  const ProgramResult open = run_with_programs({"--gcp"}, show);
  EXPECT_EQ(open.out, "ya29.planted\n");
  EXPECT_NE(open.err.find("is open to other users"), std::string::npos) << open.err;
  std::ofstream(file, std::ios::trunc) << "{ya29.planted";
  const ProgramResult damaged = run_with_programs({"--gcp"}, show);
  EXPECT_EQ(damaged.out, "ya29.planted\n");
  EXPECT_NE(damaged.err.find("is damaged"), std::string::npos) << damaged.err;
  EXPECT_EQ(damaged.err.find("ya29"), std::string::npos) << damaged.err;
  const ProgramResult good = run_with_programs({"--gcp"}, show);
  EXPECT_EQ(good.out + good.err, "ya29.planted\n");
  EXPECT_EQ(calls("gcloud"), 3U);
}

TEST_F(Credentials, OfAProgramThatHangsOrPrintsRubbishAreMissed) {
  program("aws", "exec sleep 600");
  program("gcloud", "head -c 3000000 /dev/zero | tr '\\0' x");
  prints("az", R"({"accessToken": "planted-azure", "expires_on": 1000000000})");
  const ProgramResult result = run_with_programs({"--all-clouds"}, "echo ran: $AZURE_ACCESS_TOKEN");
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "ran:\n");
  EXPECT_NE(result.err.find("no AWS credentials: aws did not end within"), std::string::npos);
  EXPECT_NE(result.err.find("no GCP credentials: gcloud printed something else"),
            std::string::npos);
  EXPECT_NE(result.err.find("no Azure credentials: az gave a credential that ended at"),
            std::string::npos)
      << result.err;
  EXPECT_LT(result.err.size(), 3000U);
  EXPECT_TRUE(cached().empty());
  EXPECT_TRUE(processes_with((programs_ / "aws").string()).empty());
}

TEST_F(Credentials, ASettingThatNoProgramCanTakeIsAnErrorAtItsPlace) {
  write_config("[credentials.aws]\nenabled = true\nsession_duration_secs = 60\n");
  const ProgramResult duration = run_with_programs({}, "true");
  EXPECT_EQ(duration.code, 125);
  EXPECT_NE(duration.err.find(config_.string() + ":3:"), std::string::npos) << duration.err;
  write_config("[credentials.aws]\nenabled = true\nprofile = \"--debug\"\n");
  const ProgramResult profile = run_with_programs({}, "true");
  EXPECT_EQ(profile.code, 125);
  EXPECT_NE(profile.err.find(config_.string() + ":3:"), std::string::npos) << profile.err;
}

TEST_F(Credentials, AProjectCannotAskForThemUnapproved) {
  prints("aws", aws_session("secret-one"));
  std::ofstream(project_ / ".mino.toml") << "[credentials.aws]\nenabled = true\n";
  const ProgramResult result = run_with_programs({}, "echo ran: $AWS_ACCESS_KEY_ID");
  EXPECT_EQ(result.out, "ran:\n") << result.err;
  EXPECT_NE(result.err.find("credentials.aws.enabled"), std::string::npos) << result.err;
  EXPECT_EQ(calls("aws"), 0U);
}

}  // namespace
}  // namespace mino::integration
