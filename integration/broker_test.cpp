// The credential broker in real boxes, asked by wget and git. The providers' programs are scripts;
// broker_sdk_test.cpp has the providers' own clients.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "integration/support/credential_test.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr seconds kPatience{60};

/// Prints what the broker answers with the session's token, or why there is none.
constexpr const char* kAsk =
    "ask() { timeout 60 wget -q -O - --header \"Authorization: $(cat /run/mino/broker/token)\" "
    "http://169.254.170.2/aws 2>&1; echo; }; ";

class Broker : public CredentialTest {
 protected:
  void SetUp() override {
    CredentialTest::SetUp();
    if (!root_.empty()) write_config("[credentials]\ndelivery = \"broker\"\n");
  }
  [[nodiscard]] ProgramResult run_aws(std::vector<std::string> options,
                                      const std::string& script) const {
    options.insert(options.begin(), "--aws");
    return run_with_programs(std::move(options), kAsk + script);
  }
  /// The secret key in the place of which is how often the program was called, and for how long.
  void aws_counts(seconds life) const {
    program("aws", "n=$(wc -l <\"$0.calls\"); end=$(date -u -d \"+" + std::to_string(life.count()) +
                       " seconds\" +%Y-%m-%dT%H:%M:%SZ)\n"
                       "echo '{\"Credentials\": {\"AccessKeyId\": \"ASIA\", \"SecretAccessKey\": "
                       "\"key'$n'\", \"SessionToken\": \"session\", \"Expiration\": \"'$end'\"}}'");
  }
};

TEST_F(Broker, LeadsTheBoxToACredentialAndGivesItNone) {
  prints("aws", aws_session("planted-key"));
  const ProgramResult result =
      run_aws({}, "env | grep -E 'AWS|plant' | sort; wc -c </run/mino/broker/token; ask");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out,
              HasSubstr("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/run/mino/broker/token\n"
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.2/aws\n64\n"
                        "{\"AccessKeyId\":\"ASIAPLANTED\",\"SecretAccessKey\":\"planted-key\","));
  EXPECT_THAT(result.out, Not(HasSubstr("AWS_SECRET_ACCESS_KEY")));
  EXPECT_EQ(result.err, "");
  EXPECT_TRUE(audited("credentials.injected").empty()) << "it has none of its own";
  ASSERT_EQ(audited("credentials.served").size(), 1U);
  EXPECT_THAT(audited("credentials.served")[0], HasSubstr("\"provider\":\"aws\",\"count\":1"));
}

TEST_F(Broker, ServesWhateverTheNetworkOfTheBox) {
  prints("aws", aws_session("planted-key"));
  const std::vector<std::vector<std::string>> networks{
      {"--network", "bridge"},
      {"--network", "none"},
      {"--network-allow", "example.com:443"},
      {"--network-allow", "192.0.2.1:443", "--network-engine", "iptables"}};
  for (const auto& network : networks) {
    EXPECT_THAT(run_aws(network, "ask").out, HasSubstr("planted-key")) << network.back();
    for (const std::string user : {"root", "developer"}) {
      image_ = user == "root" ? "localhost/mino-test:latest" : user_image_;
      EXPECT_THAT(run_aws(network, "ask").out, HasSubstr("planted-key")) << network.back() << user;
    }
  }
}

TEST_F(Broker, TheHostsNetworkIsAnErrorBeforeAnyProgramRuns) {
  prints("aws", aws_session("planted-key"));
  const ProgramResult result = run_aws({"--network", "host"}, "ask");
  EXPECT_EQ(result.code, 125);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("cannot be had with the host's network"));
  EXPECT_EQ(calls("aws"), 0U);
}

TEST_F(Broker, ABoxBehindRulesReachesNothingElseThere) {
  prints("aws", aws_session("planted-key"));
  const ProgramResult result = run_aws(
      {"--network-allow", "example.com:443"},
      "ask; for url in http://169.254.170.2:8080/ http://169.254.169.254/ http://169.254.170.23/; "
      "do timeout 10 wget -q -O - $url 2>&1; done");
  EXPECT_THAT(result.out, HasSubstr("planted-key"));
  EXPECT_THAT(result.out, Not(HasSubstr("200")));
  EXPECT_THAT(result.err, HasSubstr("refused")) << "the gateway says what it refused";
}

TEST_F(Broker, RenewsWhatRunsOutForTheSameBox) {
  aws_counts(seconds(4));
  const ProgramResult result = run_aws(
      {},
      "ask; i=0; until ask | grep -q key3 || [ $i = 200 ]; do i=$((i+1)); sleep 0.1; done; ask");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"key1\""));
  EXPECT_THAT(result.out, HasSubstr("\"key3\"")) << result.out;
  EXPECT_EQ(result.err, "");
  EXPECT_GE(audited("credentials.renewed").size(), 2U);
}

TEST_F(Broker, NobodyGetsAnythingWithoutTheToken) {
  prints("aws", aws_session("planted-key"));
  const ProgramResult result = run_aws(
      {},
      "ask; u=http://169.254.170.2/aws; wget -q -O - $u 2>&1; "
      "wget -q -O - --header 'Authorization: wrong' $u 2>&1; "
      "wget -q -O - --header \"Authorization: $(cat /run/mino/broker/token)\" --header 'Host: x' "
      "$u 2>&1; wget -q -O - --post-data x --header \"Authorization: $(cat "
      "/run/mino/broker/token)\" $u 2>&1; true");
  const std::size_t first = result.out.find("planted-key");
  ASSERT_NE(first, std::string::npos) << "control: with it there is one: " << result.out;
  const std::string rest = result.out.substr(result.out.find('\n', first));
  EXPECT_THAT(rest, Not(HasSubstr("planted-key")));
  EXPECT_THAT(rest, HasSubstr("401"));
  EXPECT_THAT(rest, HasSubstr("403"));
  EXPECT_THAT(rest, HasSubstr("405"));
  EXPECT_EQ(audited("credentials.refused").size(), 4U);
}

TEST_F(Broker, AnotherBoxAndTheHostReachItNot) {
  prints("aws", aws_session("planted-key"));
  const std::string served = name("-served");
  ASSERT_EQ(run_with_programs({"--aws", "-d", "--name", served}, "sleep 600").code, 0);
  const std::string ask = std::string(kAsk) + "ask";
  EXPECT_THAT(run_mino({"exec", served, "--", "sh", "-c", ask}).out, HasSubstr("planted-key"))
      << "control";
  const std::string token = run_mino({"exec", served, "--", "cat", "/run/mino/broker/token"}).out;
  ASSERT_EQ(token.size(), 64U);
  const std::string steal = "timeout 5 wget -q -O - --header 'Authorization: " + token +
                            "' http://169.254.170.2/aws 2>&1";
  for (const char* network : {"none", "bridge"}) {
    const ProgramResult other =
        run_with_programs({"--network", network}, steal + "; echo; test ! -e /run/mino/broker");
    EXPECT_EQ(other.code, 0) << "it has no broker: " << other.out;
    EXPECT_THAT(other.out, Not(HasSubstr("planted-key"))) << network;
  }
  const ProgramResult host = run({.argv = {"/bin/sh", "-c",
                                           "curl -s -m 5 -H 'Authorization: " + token +
                                               "' http://169.254.170.2/aws; echo done"}});
  EXPECT_THAT(host.out, HasSubstr("done\n"));
  EXPECT_THAT(host.out, Not(HasSubstr("planted-key")));
  EXPECT_EQ(run_mino({"stop", served, "--time", "1"}).code, 0);
}

TEST_F(Broker, AProviderThatFailsIsToldToTheBoxAndOnceToTheUser) {
  aws_counts(seconds(3));
  const std::string works = slurp(programs_ / "aws");
  Background session(with_programs(
      {"--aws"}, std::string(kAsk) +
                     "ask; until [ -e fails ]; do sleep 0.1; done; sleep 3; for i in 1 2 3 4 5 6 7 "
                     "8 9; do wget -S -q -O - --header \"Authorization: $(cat "
                     "/run/mino/broker/token)\" http://169.254.170.2/aws 2>&1; done; touch said; "
                     "until ask | grep key; do sleep 0.2; done"));
  ASSERT_TRUE(
      eventually([&] { return session.out().find("key1") != std::string::npos; }, kPatience))
      << session.err();
  program("aws", "echo 'Unable to locate credentials' >&2; exit 253");
  std::ofstream(project_ / "fails") << "\n";
  ASSERT_TRUE(eventually([&] { return fs::exists(project_ / "said"); }, kPatience))
      << session.out();
  const std::size_t failed = calls("aws") - 1;
  EXPECT_LE(failed, 3U) << "who asks again and again starts no programs";
  EXPECT_THAT(session.out(), HasSubstr("503 Service Unavailable"));
  std::ofstream(programs_ / "aws", std::ios::trunc) << works;
  EXPECT_EQ(session.wait(kPatience), 0);
  EXPECT_THAT(session.out(), HasSubstr("\"key" + std::to_string(calls("aws"))));
  const std::string warning = "warning: the box's AWS credentials are not renewed: aws is not";
  const std::size_t first = session.err().find(warning);
  ASSERT_NE(first, std::string::npos) << session.err();
  EXPECT_EQ(session.err().find(warning, first + 1), std::string::npos) << session.err();
  EXPECT_THAT(session.err(), HasSubstr("the box has AWS credentials again"));
}

TEST_F(Broker, GitGetsTheTokenOfItsHostAndOfNoOther) {
  std::ofstream(root_ / "gh-hosts") << "";
  prints("gh", "gho_planted-token\n");
  image_ = "host";
  const ProgramResult result = run_with_programs(
      {"--github", "--no-home", "--network", "none"},
      "export GIT_TERMINAL_PROMPT=0; env | grep -c planted; for host in github.com example.com; do "
      "printf 'protocol=https\\nhost=%s\\n\\n' $host | git credential fill 2>&1; done; "
      "printf 'protocol=http\\nhost=github.com\\n\\n' | git credential fill 2>&1; "
      "/run/mino/mino-credential token; /run/mino/mino-credential token gitlab.com; echo $?");
  EXPECT_THAT(result.out,
              HasSubstr("0\nprotocol=https\nhost=github.com\nusername=x-access-token\n"
                        "password=gho_planted-token\nfatal: could not read Username for "
                        "'https://example.com': terminal prompts disabled\nfatal: could not read "
                        "Username for 'http://github.com': terminal prompts disabled\n"
                        "gho_planted-token\n1\n"))
      << result.err;
  EXPECT_THAT(result.err, HasSubstr("mino-credential: this box has a token of another host"));
}

/// What its confinement refuses is tried in tests/unit/linux/confinement_test.cpp.
TEST_F(Broker, WhoReadsWhatTheBoxSendsIsConfined) {
  prints("aws", aws_session("planted-key"));
  Background session(with_programs({"--aws"}, std::string(kAsk) + "ask; sleep 600"));
  ASSERT_TRUE(
      eventually([&] { return session.out().find("planted-key") != std::string::npos; }, kPatience))
      << session.err();
  const std::optional<int> broker = helper("broker");
  ASSERT_TRUE(broker);
  const std::string status = slurp("/proc/" + std::to_string(*broker) + "/status");
  EXPECT_THAT(status, HasSubstr("Seccomp:\t2\n"));
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1\n"));
  session.signal(SIGTERM);
  EXPECT_TRUE(session.wait(kPatience));
}

TEST_F(Broker, ADetachedSessionAndItsExecsHaveIt) {
  prints("aws", aws_session("planted-key"));
  ASSERT_EQ(
      run_with_programs({"--aws", "-d", "--name", name()}, std::string(kAsk) + "ask; sleep 600")
          .code,
      0);
  EXPECT_TRUE(eventually(
      [&] {
        return run_mino({"logs", name()}).out.find("planted-key") != std::string::npos;
      },
      kPatience));
  EXPECT_EQ(run_mino({"stop", name(), "--time", "1"}).code, 0);
  EXPECT_FALSE(helper("broker"));
}

TEST_F(Broker, AKilledBrokerIsToldAndEndsNothingElse) {
  prints("aws", aws_session("planted-key"));
  Background session(with_programs(
      {"--aws"}, std::string(kAsk) + "ask; until [ -e go ]; do sleep 0.1; done; ask; exit 7"));
  ASSERT_TRUE(
      eventually([&] { return session.out().find("planted-key") != std::string::npos; }, kPatience))
      << session.err();
  const std::optional<int> broker = helper("broker");
  ASSERT_TRUE(broker);
  ASSERT_EQ(::kill(*broker, SIGKILL), 0);
  EXPECT_TRUE(eventually(
      [&] { return session.err().find("gets no credentials any more") != std::string::npos; },
      kPatience));
  std::ofstream(project_ / "go") << "\n";
  EXPECT_EQ(session.wait(kPatience), 7) << "the exit code is the agent's";
  EXPECT_THAT(session.out(), HasSubstr("refused")) << "the box is told at once";
  EXPECT_EQ(audited("credentials.lost").size(), 1U);
}

TEST_F(Broker, NothingIsLeftWhenMinoIsKilled) {
  prints("aws", aws_session("planted-key"));
  Background session(with_programs({"--aws"}, std::string(kAsk) + "ask; sleep 600"));
  ASSERT_TRUE(
      eventually([&] { return session.out().find("planted-key") != std::string::npos; }, kPatience))
      << session.err();
  EXPECT_TRUE(helper("broker"));
  ::kill(session.pid(), SIGKILL);
  EXPECT_TRUE(eventually([&] { return !helper("broker") && containers().empty(); }, kPatience));
}

TEST_F(Broker, ARenewalEndsWithTheSession) {
  aws_counts(seconds(3));
  Background session(with_programs(
      {"--aws"}, std::string(kAsk) + "ask; until [ -e go ]; do sleep 0.1; done; (ask &) ; "
                                     "until [ -e running ]; do sleep 0.1; done"));
  ASSERT_TRUE(
      eventually([&] { return session.out().find("key1") != std::string::npos; }, kPatience))
      << session.err();
  program("aws", "echo $$ >'" + (project_ / "running").string() + "'; exec sleep 600");
  std::ofstream(project_ / "go") << "\n";
  EXPECT_EQ(session.wait(kPatience), 0) << "it waits for no renewal";
  const int program = std::stoi(slurp(project_ / "running"));
  EXPECT_TRUE(eventually([&] { return ::kill(program, 0) != 0; })) << "it outlives the session";
}

TEST_F(Broker, NothingOfACredentialIsWrittenOrShownAnywhere) {
  prints("aws", aws_session("planted-key"));
  ASSERT_EQ(run_with_programs({"--aws", "-vv", "-d", "--name", name()},
                              std::string(kAsk) + "ask >/dev/null; touch asked; sleep 600")
                .code,
            0);
  ASSERT_TRUE(eventually([&] { return fs::exists(project_ / "asked"); }, kPatience));
  const std::string id = containers().front();
  const ProgramResult inspected =
      run({.argv = {"podman", "inspect", id.substr(0, id.find(' '))}, .deadline = seconds(30)});
  EXPECT_EQ(inspected.code, 0) << inspected.err;
  EXPECT_THAT(inspected.out, Not(HasSubstr("planted-key")));
  const char* runtime = ::getenv("XDG_RUNTIME_DIR");
  std::vector<fs::path> places{state_, project_};
  if (runtime != nullptr) places.emplace_back(fs::path(runtime) / "mino");
  std::size_t looked_at = 0;
  for (const fs::path& place : places) {
    std::error_code failed;
    for (const auto& entry : fs::recursive_directory_iterator(place, failed)) {
      if (!entry.is_regular_file(failed)) continue;
      if (entry.path().parent_path() == state_ / "mino/credentials") continue;
      ++looked_at;
      EXPECT_THAT(slurp(entry.path()), Not(HasSubstr("planted-key"))) << entry.path();
    }
  }
  EXPECT_GT(looked_at, 5U);
  EXPECT_EQ(run_mino({"stop", name(), "--time", "1"}).code, 0);
}

}  // namespace
}  // namespace mino::integration
