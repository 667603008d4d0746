// Credentials that the providers' programs hand out, and those that these programs were given,
// planted and looked for wherever mino writes or passes something.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "integration/support/credential_test.hpp"
#include "integration/support/secret_search.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

constexpr seconds kPatience{60};

class CredentialSecrets : public CredentialTest {
 protected:
  void SetUp() override {
    CredentialTest::SetUp();
    if (root_.empty()) return;
    prints("aws", aws_session(value("aws")));
    prints("gcloud", value("gcp") + "\n");
    prints("az", "{\"accessToken\": \"" + value("azure") + "\", \"expires_on\": 4000000000}");
    prints("gh", value("github") + "\n");
    fs::create_directories(root_ / "gh");
    std::ofstream(root_ / "gh/hosts.yml") << "github.com:\n    oauth_token: x\n";
    // What the user's own login is made of.
    environment_["AWS_SECRET_ACCESS_KEY"] = value("login");
  }
  [[nodiscard]] std::string value(const std::string& provider) const {
    return "planted-" + provider + "-" + name();
  }
  [[nodiscard]] SecretSearch search(std::vector<std::string> allowed = {}) const {
    std::vector<std::string> values;
    for (const char* provider : {"aws", "gcp", "azure", "github", "login"})
      values.push_back(value(provider));
    return {std::move(values), state_, std::move(allowed)};
  }
  /// The files in which the values are meant to be, by their names.
  [[nodiscard]] std::vector<std::string> kept() const {
    std::vector<std::string> names;
    for (const fs::path& file : cached()) names.push_back(file.filename().string());
    return names;
  }
  /// An agent that says that it has all, without saying what, and waits.
  [[nodiscard]] static std::string waiting_agent() {
    return "[ -n \"$AWS_SECRET_ACCESS_KEY$AWS_SESSION_TOKEN\" ] && "
           "[ -n \"$CLOUDSDK_AUTH_ACCESS_TOKEN\" ] && [ -n \"$AZURE_ACCESS_TOKEN\" ] && "
           "[ -n \"$GH_TOKEN\" ] && [ \"$GITHUB_TOKEN\" = \"$GH_TOKEN\" ] && echo all-there; "
           "while [ ! -e go ]; do sleep 0.1; done";
  }
};

TEST_F(CredentialSecrets, AreNowhereButInTheCacheAndTheBox) {
  search().expect_to_work(name());
  Background program(
      with_programs({"-vv", "--all-clouds", "--github", "--name", name()}, waiting_agent()));
  ASSERT_TRUE(eventually([&] { return program.out() == "all-there\n"; }, kPatience))
      << program.err();
  ASSERT_EQ(kept().size(), 4U);
  EXPECT_NE(search().in_files().find("/credentials/"), std::string::npos)
      << "the cache is where the search looks";
  EXPECT_EQ(search(kept()).in_files(), "");
  EXPECT_EQ(search().in_processes({program.pid()}), "");
  const std::string said = inspection_of(containers());
  EXPECT_NE(said.find(name()), std::string::npos);
  EXPECT_EQ(search().in(said), "");
  std::ofstream(project_ / "go") << "";
  EXPECT_EQ(program.wait(kPatience), 0) << program.err();
  EXPECT_EQ(search().in(program.out() + program.err()), "");
  ASSERT_TRUE(eventually([this] { return containers().empty(); }, kPatience));
  EXPECT_EQ(search(kept()).in_files(), "") << "after the end";
  const std::string audit = slurp(state_ / "mino/audit.log");
  EXPECT_NE(audit.find("credentials.issued"), std::string::npos);
  EXPECT_NE(audit.find("credentials.injected"), std::string::npos);
}

TEST_F(CredentialSecrets, OfADetachedSessionOutOfTheCacheAreNowhereEither) {
  ASSERT_EQ(run_with_programs({"--all-clouds", "--github"}, "true").code, 0);
  const ProgramResult started = run_with_programs(
      {"--all-clouds", "--github", "--detach", "--keep", "--name", name()}, waiting_agent());
  ASSERT_EQ(started.code, 0) << started.err;
  ASSERT_TRUE(eventually(
      [this] {
        return run_mino({"logs", name()}).out == "all-there\n";
      },
      kPatience));
  EXPECT_EQ(calls("aws") + calls("gcloud") + calls("az") + calls("gh"), 4U);
  const pid_t supervisor = std::stoi(json_member(slurp(record(name())), "pid"));
  EXPECT_EQ(search().in_processes({supervisor}), "");
  EXPECT_EQ(search().in(slurp("/proc/" + std::to_string(supervisor) + "/cmdline")), "");
  EXPECT_EQ(search().in(inspection_of(containers())), "");
  EXPECT_EQ(search(kept()).in_files(), "");
  std::ofstream(project_ / "go") << "";
  ASSERT_TRUE(eventually(
      [this] { return json_member(slurp(record(name())), "status") == "stopped"; }, kPatience));
  EXPECT_EQ(search().in(inspection_of(containers())), "");
  for (const std::string& container : containers())
    EXPECT_EQ(run({.argv = {"podman", "rm", "--force", container},
                   .environment = {},
                   .directory = {},
                   .input = {}})
                  .code,
              0);
}

TEST_F(CredentialSecrets, InACommandOrAPlanAreNotRecordedOrShown) {
  ASSERT_EQ(run_with_programs({"--gcp"}, "true").code, 0);
  // As if the shell had put a token into the agent's own words.
  EXPECT_EQ(run_with_programs({"--gcp", "--name", name()}, ": --token=" + value("gcp")).code, 0);
  EXPECT_EQ(search().in(slurp(record(name()))), "");
  EXPECT_EQ(search(kept()).in_files(), "");
  const ProgramResult plan = run_with_programs({"--all-clouds", "--dry-run"}, "true");
  EXPECT_EQ(search().in(plan.out + plan.err), "");
}

TEST_F(CredentialSecrets, ThatAProgramComplainsAboutAreNotShown) {
  const std::string token = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
  program("aws", "echo \"error: the key $AWS_SECRET_ACCESS_KEY is bad\" >&2; echo \"" +
                     value("aws") + "\"; exit 1");
  program("gh", "echo \"error: " + token + " was revoked\" >&2; exit 1");
  program("gcloud", "echo '" + value("gcp") + " and more'");
  const ProgramResult result = run_with_programs({"-vv", "--aws", "--github", "--gcp"}, "echo ran");
  EXPECT_EQ(result.out, "ran\n");
  EXPECT_NE(result.err.find("error: the key *** is bad"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("error: *** was revoked"), std::string::npos) << result.err;
  EXPECT_EQ(search().in(result.err), "") << result.err;
  EXPECT_EQ(result.err.find(token), std::string::npos);
  EXPECT_EQ(search(kept()).in_files(), "");
  EXPECT_EQ(slurp(state_ / "mino/audit.log").find(token), std::string::npos);
}

}  // namespace
}  // namespace mino::integration
