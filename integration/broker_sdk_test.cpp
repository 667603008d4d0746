// The credential broker asked by the providers' own SDKs for Python, out of PyPI, in a real box.
// The programs behind it are scripts whose credentials end when the test wants it; AWS's services
// are moto.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "integration/support/cloud_tools.hpp"
#include "integration/support/credential_test.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr seconds kPatience{60};

const Fetched& sdks() {
  static const Fetched fetched = fetch_by("fetch-cloud-sdks");
  return fetched;
}
const Fetched& programs() {
  static const Fetched fetched = fetch_by("fetch-cloud-clis");
  return fetched;
}

class BrokerSdk : public CredentialTest {
 protected:
  void SetUp() override {
    CredentialTest::SetUp();
    if (IsSkipped() || root_.empty()) return;
    write_config("[credentials]\ndelivery = \"broker\"\n");
    image_ = "host";
    for (const Fetched* fetched : {&sdks(), &programs()}) {
      if (fetched->problem.empty()) continue;
      if (::getenv("MINO_REQUIRE_REAL") != nullptr) FAIL() << fetched->problem;
      GTEST_SKIP() << fetched->problem;
    }
  }

  /// A python program in a box that has the SDKs.
  [[nodiscard]] ProgramSpec python(std::vector<std::string> options,
                                   const std::string& program) const {
    std::ofstream(project_ / "client.py") << "import time\nend = time.time() + 40\n" << program;
    options.insert(options.end(), {"--no-home", "--volume", sdks().directory + ":/sdks:ro", "-e",
                                   "PYTHONPATH=/sdks", "-e", "PYTHONDONTWRITEBYTECODE=1"});
    ProgramSpec spec = with_programs(std::move(options), "exec python3 client.py");
    spec.deadline = seconds(120);
    return spec;
  }
  /// A provider's program whose output holds, for $n, how often it was called, and for $end, the
  /// time in `life`, as date(1) writes it with `format`.
  void counts(const std::string& name, seconds life, const std::string& format,
              const std::string& output) const {
    program(name, "n=$(wc -l <\"$0.calls\"); end=$(date -u -d \"+" + std::to_string(life.count()) +
                      " seconds\" +" + format + ")\necho \"" + output + "\"");
  }
  void aws_counts(seconds life) const {
    counts("aws", life, "%Y-%m-%dT%H:%M:%SZ",
           R"({\"Credentials\": {\"AccessKeyId\": \"ASIA$n\", \"SecretAccessKey\": \"key$n\", )"
           R"(\"SessionToken\": \"session$n\", \"Expiration\": \"$end\"}})");
  }
  void azure_counts(seconds life) const {
    counts("az", life, "%s", R"({\"accessToken\": \"azure$n $*\", \"expires_on\": $end})");
    // The words of the call are in the token, so that the test sees for what it is.
    std::string script = slurp(programs_ / "az");
    script.insert(script.find("echo \"{"), "set -- $(echo \"$*\" | tr ' ' '_')\n");
    const std::size_t space = script.find("azure$n $*");
    script.replace(space, 10, "azure$n.$*");
    std::ofstream(programs_ / "az", std::ios::trunc) << script;
  }
  [[nodiscard]] std::unique_ptr<Background> start_moto(std::uint16_t port) const {
    auto moto = std::make_unique<Background>(
        ProgramSpec{.argv = {(fs::path(programs().directory) / "moto_server").string(), "-H",
                             "127.0.0.1", "-p", std::to_string(port)},
                    .environment = {{"PYTHONDONTWRITEBYTECODE", "1"}},
                    .directory = root_.string(),
                    .input = {},
                    .deadline = seconds(300)});
    EXPECT_TRUE(eventually([port] { return answers(port); }, kPatience)) << moto->err();
    return moto;
  }
};

TEST_F(BrokerSdk, OneBotoClientGoesOnPastTheEndOfItsCredentials) {
  aws_counts(seconds(3));
  const std::uint16_t port = free_port();
  const auto moto = start_moto(port);
  const std::string place = "host.mino.internal:" + std::to_string(port);
  const ProgramResult result = run(python(
      {"--aws", "--network-allow", place},
      "import boto3\n"
      "session = boto3.Session(region_name='eu-west-1')\n"
      "credentials = session.get_credentials()\n"
      "client = session.client('sts', endpoint_url='http://" +
          place +
          "')\n"
          "print(credentials.method)\n"
          "seen = []\n"
          "while len(seen) < 3 and time.time() < end:\n"
          "    key = credentials.get_frozen_credentials().access_key\n"
          "    if key in seen:\n"
          "        time.sleep(0.2)\n"
          "        continue\n"
          "    seen.append(key)\n"
          "    print(key, client.get_caller_identity()['ResponseMetadata']['HTTPStatusCode'])\n"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with("container-role\nASIA1 200\nASIA")) << result.out;
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 4) << result.out;
  EXPECT_GE(calls("aws"), 3U);
  EXPECT_LE(calls("aws"), 40U);
}

TEST_F(BrokerSdk, BotoIsToldWhyThereIsNone) {
  program("aws", "echo 'Unable to locate credentials' >&2; exit 253");
  const ProgramResult result =
      run(python({"--aws", "--network", "none"},
                 "import boto3\n"
                 "try:\n"
                 "    boto3.Session().get_credentials().get_frozen_credentials()\n"
                 "except Exception as error:\n"
                 "    print(error)\n"));
  EXPECT_THAT(result.out, HasSubstr("aws is not logged in")) << result.err;
}

TEST_F(BrokerSdk, GoogleAuthFindsAccountProjectAndToken) {
  counts("gcloud", seconds(0), "%s", "ya29.token$n");
  write_config(
      "[credentials]\ndelivery = \"broker\"\n[credentials.gcp]\nproject = \"my-project\"\n");
  const ProgramResult result = run(python(
      {"--gcp", "--network", "none"},
      "import google.auth, google.auth.transport.requests\n"
      "credentials, project = google.auth.default()\n"
      "for _ in range(2):\n"
      "    credentials.refresh(google.auth.transport.requests.Request())\n"
      "print(project, credentials.token, credentials.valid, credentials.service_account_email)\n"
      "left = credentials.expiry.timestamp() - time.time()\n"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "my-project ya29.token1 True default\n");
  EXPECT_EQ(calls("gcloud"), 1U);
}

TEST_F(BrokerSdk, AzureIdentityGetsTokensAndNewOnes) {
  azure_counts(seconds(4));
  const ProgramResult result =
      run(python({"--azure", "--network", "none"},
                 "from azure.identity import DefaultAzureCredential, ManagedIdentityCredential\n"
                 "scope = 'https://management.azure.com/.default'\n"
                 "print(ManagedIdentityCredential().get_token(scope).token)\n"
                 "credential = DefaultAzureCredential()\n"
                 "first = credential.get_token(scope).token\n"
                 "while credential.get_token(scope).token == first and time.time() < end:\n"
                 "    time.sleep(0.2)\n"
                 "print(credential.get_token(scope).token)\n"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with("azure1.account_get-access-token_--output_json\nazure"))
      << result.out;
  EXPECT_THAT(result.out.substr(result.out.find('\n')), Not(HasSubstr("azure1.")));
}

TEST_F(BrokerSdk, AzureIdentityGetsTokensOfTheResourcesThatAreListedAndOfNoOther) {
  azure_counts(seconds(3600));
  write_config(
      "[credentials]\ndelivery = \"broker\"\n[credentials.azure]\n"
      "resources = [\"https://storage.azure.com\"]\n");
  const ProgramResult result =
      run(python({"--azure", "--network", "none"},
                 "from azure.identity import DefaultAzureCredential\n"
                 "credential = DefaultAzureCredential()\n"
                 "print(credential.get_token('https://storage.azure.com/.default').token)\n"
                 "print(credential.get_token('https://management.azure.com/.default').token)\n"
                 "try:\n"
                 "    print(credential.get_token('https://vault.azure.net/.default').token)\n"
                 "except Exception as error:\n"
                 "    print('credentials.azure.resources' in str(error))\n"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out,
            "azure2.account_get-access-token_--output_json_--resource_https://storage.azure.com\n"
            "azure1.account_get-access-token_--output_json\nTrue\n")
      << result.err;
}

/// Kilobytes of memory that the process has now.
long resident_kb(int process) {
  const std::string status = slurp("/proc/" + std::to_string(process) + "/status");
  const std::size_t at = status.find("VmRSS:");
  return at == std::string::npos ? -1 : std::stol(status.substr(at + 6));
}

TEST_F(BrokerSdk, AFloodIsBoundedAndOthersAreServedAfterIt) {
  aws_counts(seconds(3));
  Background session(
      python({"--aws", "--network", "none"},
             "import boto3, os, socket, threading\n"
             "place = ('169.254.170.2', 80)\n"
             "token = open('/run/mino/broker/token').read()\n"
             "good = ('GET /aws HTTP/1.1\\r\\nHost: 169.254.170.2\\r\\nAuthorization: ' + token + "
             "'\\r\\n\\r\\n').encode()\n"
             "idle = []\n"
             "for _ in range(500):\n"
             "    s = socket.socket(); s.setblocking(False)\n"
             "    s.connect_ex(place); idle.append(s)\n"
             "def ask(request):\n"
             "    try:\n"
             "        with socket.create_connection(place, 5) as s:\n"
             "            s.sendall(request); s.recv(4096)\n"
             "    except OSError:\n"
             "        pass\n"
             "def flood():\n"
             "    while not os.path.exists('enough'):\n"
             "        for request in (good, b'GET /aws HTTP/1.1\\r\\n\\r\\n', b'\\x16' * 9000):\n"
             "            ask(request)\n"
             "threads = [threading.Thread(target=flood) for _ in range(50)]\n"
             "for t in threads: t.start()\n"
             "open('flooding', 'w').close()\n"
             "for t in threads: t.join()\n"
             "for s in idle: s.close()\n"
             "print(boto3.Session().get_credentials().get_frozen_credentials().access_key)\n"));
  ASSERT_TRUE(eventually([&] { return fs::exists(project_ / "flooding"); }, kPatience))
      << session.err();
  const std::optional<int> broker = helper("broker");
  ASSERT_TRUE(broker);
  const long before_kb = resident_kb(session.pid());
  // As long as it takes for renewals to come and go, and the first idle ones to be closed.
  const std::size_t called = calls("aws");
  EXPECT_TRUE(eventually([&] { return calls("aws") >= called + 3; }, kPatience));
  constexpr long kBroker = 32 * 1024;
  constexpr long kGrowth = 16 * 1024;
  EXPECT_LT(resident_kb(*broker), kBroker);
  EXPECT_LT(resident_kb(session.pid()) - before_kb, kGrowth);
  EXPECT_LE(audited("credentials.served").size() + audited("credentials.refused").size(), 900U)
      << "the audit log is not drowned";
  std::ofstream(project_ / "enough") << "\n";
  EXPECT_EQ(session.wait(kPatience), 0) << session.err();
  EXPECT_THAT(session.out(), HasSubstr("ASIA")) << session.err();
}

}  // namespace
}  // namespace mino::integration
