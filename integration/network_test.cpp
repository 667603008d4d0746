// A box with an allow-list: what it reaches, what it is told when it does not, and what is left
// when something of it dies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "integration/support/network_fixture.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(NetworkTest, ReachesWhatARuleAllows) {
  const auto result = run_script("wget -q -O - " + url());
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "from the host\n");
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(audit(), HasSubstr("\"event\":\"egress.opened\""));
  EXPECT_THAT(audit(), HasSubstr("\"event\":\"egress.allowed\""));
  EXPECT_THAT(audit(), HasSubstr("\"bytes_received\":"));
}

TEST_F(NetworkTest, ReachesItFromAnImageWithAUser) {
  image_ = user_image_;
  const auto result = run_script("wget -q -O - " + url());
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "from the host\n");
}

TEST_F(NetworkTest, RefusesHttpWithAReasonAndTheFlagThatWouldAllowIt) {
  const auto result =
      run_script("printf 'GET / HTTP/1.1\\r\\nHost: example.com\\r\\n\\r\\n' | nc example.com 80");
  EXPECT_THAT(result.out, HasSubstr("403 Forbidden by mino"));
  EXPECT_THAT(result.out, HasSubstr("\"reason\":\"no-rule\""));
  EXPECT_THAT(result.out, HasSubstr("--network-allow example.com:80"));
  EXPECT_THAT(result.err, HasSubstr("network: 1 connection was refused"));
  EXPECT_THAT(result.err, HasSubstr("--network-allow example.com:80"));
  EXPECT_THAT(audit(), HasSubstr("\"event\":\"egress.denied\""));
  EXPECT_THAT(audit(), HasSubstr("\"host\":\"example.com\""));
}

TEST_F(NetworkTest, RefusesTlsWithAnAlert) {
  const auto result = run_script(
      "printf '\\026\\003\\001\\000\\005\\001\\000\\000\\001\\003' | nc example.com 443 | od -An "
      "-tx1");
  EXPECT_THAT(result.out, HasSubstr("15 03 03 00 02 02 31"));
}

TEST_F(NetworkTest, QuietSilencesTheSummary) {
  auto spec = box({"--network-allow", rule(), "--", "sh", "-c", "wget -q -O - http://example.com"});
  spec.argv.insert(spec.argv.begin() + 1, "-q");
  EXPECT_THAT(run(spec).err, Not(HasSubstr("network:")));
}

TEST_F(NetworkTest, RefusesAForeignHostHeader) {
  const auto result = run_script(
      "printf 'GET /page HTTP/1.1\\r\\nHost: evil.example\\r\\n\\r\\n' | nc host.mino.internal " +
      std::to_string(port_));
  EXPECT_THAT(result.out, HasSubstr("403 Forbidden by mino"));
  EXPECT_THAT(result.out, HasSubstr("host-header-mismatch"));
}

TEST_F(NetworkTest, RefusesASecondRequestForAnotherHost) {
  const auto result = run_script("printf 'GET /page HTTP/1.1\\r\\nHost: " + rule() +
                                 "\\r\\n\\r\\nGET /page HTTP/1.1\\r\\nHost: "
                                 "evil.example\\r\\n\\r\\n' | nc host.mino.internal " +
                                 std::to_string(port_) + " >/dev/null; true");
  EXPECT_THAT(audit(), HasSubstr("host-header-mismatch"));
  EXPECT_THAT(result.err, HasSubstr("another host"));
}

TEST_F(NetworkTest, RefusesProxyRequestsToAnAllowedHost) {
  const auto result = run_script(
      "printf 'CONNECT evil.example:443 HTTP/1.1\\r\\nHost: evil.example:443\\r\\n\\r\\n' | nc "
      "host.mino.internal " +
      std::to_string(port_));
  EXPECT_THAT(result.out, HasSubstr("403 Forbidden by mino"));
}

TEST_F(NetworkTest, RefusesLiteralAddressesOfBothFamilies) {
  const auto result = run_script(
      "echo x | nc -w 5 8.8.8.8 443; echo v4=$?; echo x | nc -w 5 2001:4860:4860::8888 443; echo "
      "v6=$?; echo x | nc -w 5 169.254.169.254 80; echo meta=$?");
  EXPECT_THAT(audit(), HasSubstr("\"host\":\"8.8.8.8\""));
  EXPECT_THAT(audit(), HasSubstr("\"host\":\"2001:4860:4860::8888\""));
  EXPECT_THAT(audit(), HasSubstr("\"host\":\"169.254.169.254\""));
  EXPECT_THAT(audit(), Not(HasSubstr("egress.opened")));
  EXPECT_THAT(result.err, HasSubstr("network: 3 connections were refused"));
}

TEST_F(NetworkTest, AnswersEveryResolverItselfAndForwardsNothing) {
  const auto result = run_script(
      "nslookup data.tunnel.example 8.8.8.8; nslookup -type=txt data.tunnel.example 9.9.9.9; true");
  EXPECT_THAT(result.out, HasSubstr("198.18."));
  EXPECT_THAT(audit(), Not(HasSubstr("egress.opened")));
}

TEST_F(NetworkTest, DeniesNamesInTheDnsWhenAskedTo) {
  write_config("[network]\ndeny_at = \"dns\"\n");
  const auto result = run_script("nslookup example.com; echo code=$?");
  EXPECT_THAT(result.out, Not(HasSubstr("198.18.1")));
  EXPECT_THAT(result.err, HasSubstr("example.com"));
}

TEST_F(NetworkTest, TheGatewaysOwnPortsAreNotReachable) {
  const auto result = run_script(
      "nc -w 3 127.0.0.1 1 </dev/null; echo tcp=$?; nc -w 3 127.0.0.1 2 </dev/null; echo dns=$?; "
      "ping -c 1 -W 2 "
      "8.8.8.8 >/dev/null 2>&1; echo ping=$?");
  EXPECT_THAT(result.out, HasSubstr("tcp=1"));
  EXPECT_THAT(result.out, HasSubstr("dns=1"));
  EXPECT_THAT(result.out, HasSubstr("ping=1"));
  EXPECT_THAT(audit(), Not(HasSubstr("egress.")));
}

TEST_F(NetworkTest, RulesOfALiveSessionCanBeChanged) {
  const std::string session = name();
  ASSERT_EQ(
      run_box({"-d", "-n", session, "--network-allow", "other.example:443", "--", "sleep", "60"})
          .code,
      0);
  const auto fetch = [&] {
    return run_mino({"exec", session, "--", "wget", "-q", "-O", "-", url()});
  };
  EXPECT_NE(fetch().code, 0);
  EXPECT_EQ(run_mino({"network", "allow", session, rule()}).code, 0);
  EXPECT_EQ(fetch().out, "from the host\n");
  const auto listed = run_mino({"network", "list", session});
  EXPECT_THAT(listed.out, HasSubstr(rule()));
  EXPECT_THAT(listed.out, HasSubstr("other.example:443"));
  EXPECT_EQ(run_mino({"explain", session, rule()}).code, 0);
  EXPECT_EQ(run_mino({"explain", session, "example.com:443"}).code, 1);
  EXPECT_EQ(run_mino({"network", "deny", session, rule()}).code, 0);
  EXPECT_NE(fetch().code, 0);
  EXPECT_EQ(run_mino({"network", "deny", session, rule()}).code, 1);
  EXPECT_EQ(run_mino({"network", "allow", session, "no port"}).code, 2);
  EXPECT_THAT(run_mino({"logs", "--network", session}).out, HasSubstr("denied  " + rule()));
  EXPECT_EQ(run_mino({"stop", session}).code, 0);
  EXPECT_NE(run_mino({"network", "list", session}).code, 0);
}

TEST_F(NetworkTest, SaysSoWhenTheGatewayDiesAndTheBoxIsShut) {
  Background session(box({"--network-allow", rule(), "--", "sh", "-c",
                          "echo up; while [ ! -e go ]; do sleep 0.1; done; wget -T 5 -q -O - " +
                              url() + "; echo code=$?"}));
  ASSERT_TRUE(eventually([&] { return session.out().find("up") != std::string::npos; }));
  const auto gateways = processes_with((state_ / "mino/helper").string());
  ASSERT_FALSE(gateways.empty());
  for (const std::string& process : gateways) {
    if (process.find("gateway") != std::string::npos) ::kill(std::stoi(process), SIGKILL);
  }
  EXPECT_TRUE(eventually([&] {
    return session.err().find("no network any more") != std::string::npos;
  })) << session.err();
  std::ofstream(project_ / "go") << "\n";
  EXPECT_EQ(session.wait(seconds(20)), 0);
  EXPECT_THAT(session.out(), HasSubstr("code=1"));
  EXPECT_THAT(session.out(), Not(HasSubstr("from the host")));
}

TEST_F(NetworkTest, KillingMinoLeavesNoHelperBehind) {
  Background session(box({"--network-allow", rule(), "--", "sh", "-c", "echo up; sleep 60"}));
  ASSERT_TRUE(eventually([&] { return session.out().find("up") != std::string::npos; }));
  session.signal(SIGKILL);
  static_cast<void>(session.wait(seconds(5)));
  EXPECT_TRUE(
      eventually([&] { return processes_with((state_ / "mino/helper").string()).empty(); }));
  static_cast<void>(run_mino({"list"}));
}

TEST_F(NetworkTest, StartsNoAgentWhenTheHelperIsBroken) {
  ASSERT_EQ(run_box({"--network", "none", "--", "true"}).code, 0);
  for (const auto& entry : std::filesystem::directory_iterator(state_ / "mino/helper")) {
    if (entry.path().filename().string().find("mino-helper") == std::string::npos) continue;
    const auto size = std::filesystem::file_size(entry.path());
    std::ofstream(entry.path(), std::ios::trunc) << std::string(size, 'x');
  }
  const auto result = run_script("echo ran");
  EXPECT_EQ(result.code, 125);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("error: "));
}

TEST_F(NetworkTest, FoldsRepeatedDenials) {
  const auto result = run_script(
      "i=0; while [ $i -lt 40 ]; do wget -q -O - http://example.com/; i=$((i+1)); done "
      "2>/dev/null; true");
  EXPECT_THAT(result.err, HasSubstr("example.com:80  40 times"));
  const std::string log = audit();
  std::size_t lines = 0;
  for (std::size_t at = log.find("egress.denied"); at != std::string::npos;
       at = log.find("egress.denied", at + 1))
    ++lines;
  EXPECT_EQ(lines, 2U);
  EXPECT_THAT(log, HasSubstr("\"count\":39"));
}

/// Speaks TLS to the host's server in a box, for the server name that is given (an expression of
/// Python).
std::string hello_for(const std::string& server_name, int port) {
  return "python3 -c \"import socket, ssl\n"
         "context = ssl.create_default_context()\n"
         "context.check_hostname = False\n"
         "plain = socket.create_connection(('host.mino.internal', " +
         std::to_string(port) +
         "), 10)\n"
         "try: context.wrap_socket(plain, server_hostname=" +
         server_name + ")\nexcept Exception as error: print(error)\"";
}

TEST_F(NetworkTest, RefusesTlsForAnotherServerName) {
  image_ = "host";
  const auto result = run_script(hello_for("'evil.example'", port_));
  EXPECT_THAT(result.out, HasSubstr("ACCESS_DENIED"));
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"server-name-mismatch\""));
  EXPECT_THAT(audit(), HasSubstr("\"detail\":\"evil.example\""));
}

TEST_F(NetworkTest, RefusesTlsWithoutAServerName) {
  image_ = "host";
  const auto result = run_script(hello_for("None", port_));
  EXPECT_THAT(result.out, HasSubstr("ACCESS_DENIED"));
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"no-server-name\""));
}

TEST_F(NetworkTest, PassesTlsForTheNameThatIsAllowed) {
  image_ = "host";
  // The server speaks plain HTTP, which is what the client then complains about.
  const auto result = run_script(hello_for("'host.mino.internal'", port_));
  EXPECT_THAT(result.out, Not(HasSubstr("ACCESS_DENIED")));
  EXPECT_THAT(audit(), Not(HasSubstr("egress.denied")));
}

TEST_F(NetworkTest, ADeniedRuleEndsItsOpenConnections) {
  const std::string session = name();
  ASSERT_EQ(run_box({"-d", "-n", session, "--network-allow", rule(), "--", "sh", "-c",
                     "sleep 60 | nc host.mino.internal " + std::to_string(port_) +
                         "; echo ended >ended; sleep 60"})
                .code,
            0);
  ASSERT_TRUE(eventually([&] { return audit().find("egress.opened") != std::string::npos; }));
  EXPECT_EQ(run_mino({"network", "deny", session, rule()}).code, 0);
  EXPECT_TRUE(eventually([&] { return audit().find("egress.allowed") != std::string::npos; }))
      << "the connection was not closed";
  EXPECT_EQ(run_mino({"stop", session}).code, 0);
}

TEST_F(NetworkTest, TheHelpersRunBehindTheirWalls) {
  const std::string session = name();
  ASSERT_EQ(run_box({"-d", "-n", session, "--network-allow", rule(), "--", "sleep", "60"}).code, 0);
  auto helpers = processes_with((state_ / "mino/helper/mino-helper").string());
  std::erase_if(helpers, [](const std::string& process) {
    return process.find(" guard ") != std::string::npos;
  });
  EXPECT_EQ(helpers.size(), 2U) << "a gateway and a dialler";
  for (const std::string& process : helpers) {
    const std::string status = slurp("/proc/" + std::to_string(std::stoi(process)) + "/status");
    EXPECT_THAT(status, HasSubstr("Seccomp:\t2")) << process;
    EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1")) << process;
    EXPECT_EQ(::access(("/proc/" + std::to_string(std::stoi(process)) + "/mem").c_str(), R_OK), -1)
        << process;
  }
  EXPECT_EQ(run_mino({"stop", session}).code, 0);
}

TEST_F(NetworkTest, ThousandsOfDenialsLeaveAShortAuditAndALivingGateway) {
  image_ = "host";
  const auto result = run_script(
      "python3 -c \"import socket\n"
      "for i in range(3000):\n"
      "  s = socket.create_connection(('n%d.example.com' % (i % 1500), 80), 10)\n"
      "  s.sendall(b'GET / HTTP/1.1\\\\r\\\\nHost: x\\\\r\\\\n\\\\r\\\\n')\n"
      "  assert b'403' in s.recv(100)\n"
      "\" && curl -sS " +
      url());
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "from the host\n");
  EXPECT_THAT(result.err, HasSubstr("network: 3000 connections were refused"));
  std::size_t lines = 0;
  const std::string log = audit();
  for (std::size_t at = log.find("egress.denied"); at != std::string::npos;
       at = log.find("egress.denied", at + 1))
    ++lines;
  EXPECT_LE(lines, 2U * 1026) << "denials of 1 500 names are folded";
}

TEST_F(NetworkTest, MovesBulkDataUnchangedInBothDirections) {
  std::ofstream(root_ / "served/large") << std::string(20'000'000, 'm');
  const auto result = run_script("wget -q -O - http://" + rule() + "/large | md5sum");
  std::ofstream(root_ / "copy") << std::string(20'000'000, 'm');
  const auto expected = run({.argv = {"md5sum", (root_ / "copy").string()}});
  EXPECT_EQ(result.out.substr(0, 32), expected.out.substr(0, 32));
}

TEST_F(NetworkTest, WorksWithTheProgramsOfTheHost) {
  image_ = "host";
  const auto result = run_script("python3 -c \"import urllib.request as u; print(u.urlopen('" +
                                 url() + "').read())\"");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("from the host"));
}

TEST_F(NetworkTest, TheIptablesEngineRefusesWhatNoRuleAllows) {
  const auto result = run_box(
      {"--network-engine", "iptables", "--network-allow", "192.0.2.200:443", "--", "sh", "-c",
       "nc -w 3 192.0.2.201 443 </dev/null; echo v4=$?; nc -w 3 "
       "2001:db8::1 443 </dev/null; echo v6=$?; grep CapBnd /proc/self/status"});
  EXPECT_THAT(result.out, HasSubstr("v4=1"));
  EXPECT_THAT(result.out, HasSubstr("v6=1"));
  EXPECT_THAT(result.out, HasSubstr("0000000000000000"));
}

TEST_F(NetworkTest, TheIptablesEngineRefusesRulesItCannotEnforce) {
  const auto result = run_box(
      {"--network-engine", "iptables", "--network-allow", "*.example.com:443", "--", "true"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("*.example.com:443"));
}

}  // namespace
}  // namespace mino::integration
