// Real clients in a box with an allow-list, on an internet with names, certificates and servers:
// what they reach, what they are told when they do not, and that nothing arrived then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "integration/support/little_internet.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LittleInternetClients : public LittleInternet {
 protected:
  void SetUp() override {
    LittleInternet::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) open_internet();
  }
};

TEST_F(LittleInternetClients, CurlReachesAnAllowedNameByHttps) {
  const auto result = run_script("web.example:443", "curl -sS https://web.example/page");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "this is web\n");
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(arrivals(), HasSubstr(R"("path": "/page")"));
  EXPECT_EQ(connections("web:443"), 1);
  EXPECT_THAT(audit_line("egress.opened", "web.example"), HasSubstr("web.example:443"));
}

TEST_F(LittleInternetClients, CurlIsDeniedAnotherNameAndNothingArrives) {
  const auto result = run_script("web.example:443", "curl -sS https://other.example/page");
  EXPECT_EQ(result.code, 35);
  EXPECT_THAT(result.err, HasSubstr("access denied"));
  EXPECT_THAT(result.err, HasSubstr("--network-allow other.example:443"));
  EXPECT_EQ(connections("other:443"), 0);
  EXPECT_THAT(arrivals(), Not(HasSubstr("\"other.example\""))) << "not even its name was asked for";
  EXPECT_THAT(audit_line("egress.denied", "other.example"), HasSubstr("no-rule"));
}

TEST_F(LittleInternetClients, GitClonesByHttps) {
  const auto result = run_script(
      "git.example:443", "git clone -q https://git.example/git/project.git && cat project/README");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "out of the little internet\n");
  EXPECT_THAT(arrivals(), HasSubstr("git-upload-pack"));
}

TEST_F(LittleInternetClients, GitIsToldThatAccessWasDenied) {
  const auto result =
      run_script("web.example:443", "git clone -q https://git.example/git/project.git");
  EXPECT_EQ(result.code, 128);
  EXPECT_THAT(result.err, HasSubstr("ccess"));
  EXPECT_THAT(result.err, HasSubstr("denied"));
  EXPECT_EQ(connections("git:443"), 0);
}

/// ssh with the test's key, to the server of git.example and to no other.
constexpr char kSsh[] =
    "export GIT_SSH_COMMAND='ssh -F /dev/null -i /app/ssh_client -o IdentitiesOnly=yes -o "
    "UserKnownHostsFile=/app/known_hosts -o StrictHostKeyChecking=yes -o BatchMode=yes'; ";

TEST_F(LittleInternetClients, GitClonesBySsh) {
  open_ssh();
  const auto result = run_script(
      "git.example:22",
      std::string(kSsh) + "git clone -q ssh://git@git.example/project.git && cat project/README");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "out of the little internet\n");
  EXPECT_THAT(audit_line("egress.allowed", "git.example"),
              HasSubstr("\"rule\":\"git.example:22\""));
}

TEST_F(LittleInternetClients, SshReachesNoOtherHost) {
  const auto result = run_script(
      "git.example:22", std::string(kSsh) + "git clone -q ssh://git@other.example/project.git");
  EXPECT_EQ(result.code, 128);
  EXPECT_THAT(result.err, HasSubstr("Connection"));
  EXPECT_THAT(result.err, HasSubstr("--network-allow other.example:22"));
  EXPECT_EQ(connections("other:22"), 0);
}

TEST_F(LittleInternetClients, PythonReachesWhatIsAllowedAndIsToldOfTheRest) {
  const auto result = run_script("web.example:443",
                                 "python3 - <<'CODE'\n"
                                 "import urllib.request\n"
                                 "for name in ('web', 'other'):\n"
                                 "  try:\n"
                                 "    answer = urllib.request.urlopen(f'https://{name}.example/')\n"
                                 "    print(answer.read().decode().strip())\n"
                                 "  except OSError as error:\n"
                                 "    print(error)\n"
                                 "CODE");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("this is web\n"));
  EXPECT_THAT(result.out, HasSubstr("ACCESS_DENIED"));
  EXPECT_EQ(connections("other:443"), 0);
}

TEST_F(LittleInternetClients, NodeReachesWhatIsAllowedAndIsToldOfTheRest) {
  if (run({.argv = {"node", "--version"}}).code != 0)
    GTEST_SKIP() << "there is no node on this machine";
  const auto result = run_script(
      "web.example:443",
      "node -e \"(async () => { for (const name of ['web', 'other'])\n"
      "  try { console.log(await (await fetch('https://' + name + '.example/')).text()) }"
      "\n  catch (error) { console.log(error.cause.code) } })()\"");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("this is web\n"));
  EXPECT_THAT(result.out, HasSubstr("ACCESS_DENIED"));
  EXPECT_EQ(connections("other:443"), 0);
}

TEST_F(LittleInternetClients, AWrongCertificateIsForTheClientToSee) {
  const auto result = run_script("wrong.example:443", "curl -sS https://wrong.example/");
  EXPECT_EQ(result.code, 60);
  EXPECT_THAT(result.err, HasSubstr("subject name"));
  EXPECT_EQ(connections("wrong:443"), 1) << "the gateway is no party to the TLS session";
  EXPECT_THAT(arrivals(), Not(HasSubstr("\"request\"")));
}

TEST_F(LittleInternetClients, AnUnknownAuthorityIsForTheClientToSee) {
  const auto result = run_script("web.example:443",
                                 "CURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt curl -sS "
                                 "https://web.example/");
  EXPECT_EQ(result.code, 60);
  EXPECT_THAT(arrivals(), Not(HasSubstr("\"request\"")));
}

TEST_F(LittleInternetClients, TheServerMaySpeakFirst) {
  const auto result = run_script(
      "banner.example:7000",
      "bash -c 'exec 3<>/dev/tcp/banner.example/7000; read -r line <&3; echo \"$line\"; echo hello "
      ">&3; cat <&3'");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "220 this is the banner\r\n250 you said hello\n");
}

TEST_F(LittleInternetClients, AddressesOfAllowedNamesAreNotAllowed) {
  const auto result =
      run_script("web.example:443",
                 "curl -sSk https://93.184.215.10/; echo v4=$?; curl -sSk "
                 "'https://[2606:2800:220:1::10]/'; echo v6=$?; curl -sS --resolve "
                 "web.example:443:93.184.215.10 https://web.example/; echo known=$?");
  for (const char* refused : {"v4=35", "v6=35", "known=35"})
    EXPECT_THAT(result.out, HasSubstr(refused)) << result.err;
  EXPECT_EQ(connections("web:443"), 0);
  EXPECT_THAT(audit_line("egress.denied", "93.184.215.10"), HasSubstr("no-rule"));
}

TEST_F(LittleInternetClients, AnAllowedNameIsNoWayToAnotherBehindIt) {
  const auto result =
      run_script("web.example:443,web.example:80",
                 "curl -sS --connect-to other.example:443:web.example:443 https://other.example/; "
                 "echo tls=$?; curl -sS -H 'Host: other.example' http://web.example/");
  EXPECT_THAT(result.out, HasSubstr("tls=35"));
  EXPECT_THAT(result.out, HasSubstr("host-header-mismatch"));
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"server-name-mismatch\""));
  EXPECT_THAT(arrivals(), Not(HasSubstr("\"request\"")));
}

TEST_F(LittleInternetClients, ItsDatagramsAndQuestionsStayInTheBox) {
  const auto result = run_script("web.example:443", R"(python3 - <<'CODE'
import socket
for server in ('93.184.215.11', '93.184.215.53'):
    for port in (53, 443):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            try:
                sock.connect((server, port))
                sock.sendall(b'\0\1\1\0\0\1\0\0\0\0\0\0\6secret\3web\7example\0\0\1\0\1')
                sock.settimeout(5)
                print(port, 'answered', len(sock.recv(512)) > 0)
            except OSError as error:
                print(port, error)
for name in ('secret.other.example', 'secret.web.example'):
    print(socket.getaddrinfo(name, 443)[0][4][0].startswith('198.'))
CODE)");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(count_of(result.out, "53 answered True"), 2) << "by the gateway: " << result.out;
  EXPECT_EQ(count_of(result.out, "443 [Errno 111]"), 2) << result.out;
  EXPECT_THAT(arrivals(), Not(HasSubstr("\"datagram\"")));
  EXPECT_THAT(arrivals(), Not(HasSubstr("secret")));
}

TEST_F(LittleInternetClients, ExplainSaysWhatHappens) {
  const auto explained = [&](const std::string& destination) {
    return run_mino(
        {"explain", "--network-allow", "*.web.example:443,web.example:443", destination});
  };
  EXPECT_EQ(explained("web.example:443").code, 0);
  EXPECT_EQ(explained("a.web.example:443").code, 0);
  const auto refused = explained("other.example:443");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.out, HasSubstr("no rule allows it"));
  EXPECT_THAT(arrivals(), Not(HasSubstr("web.example"))) << "it asks nobody";
}

}  // namespace
}  // namespace mino::integration
