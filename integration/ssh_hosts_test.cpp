// Logging in from a box to real servers: whom ssh.hosts lets it log in to, and who else may use the
// agent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "integration/support/ssh_fixture.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SshHosts : public SshTest {
 protected:
  void SetUp() override {
    SshTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    const std::string keys = slurp(root_ / "work.pub") + slurp(root_ / "home-key.pub");
    known_ = std::make_unique<SshServer>(root_ / "known", keys);
    other_ = std::make_unique<SshServer>(root_ / "other", keys);
    if (!known_->problem().empty()) {
      const char* required = ::getenv("MINO_REQUIRE_REAL");
      if (required != nullptr && std::string(required) == "1") FAIL() << known_->problem();
      GTEST_SKIP() << known_->problem();
    }
    std::ofstream(home() / ".ssh/known_hosts")
        << known_->known_hosts_line() << other_->known_hosts_line();
  }
  void TearDown() override {
    known_.reset();
    other_.reset();
    SshTest::TearDown();
  }

  [[nodiscard]] static std::string name_of(const SshServer& server) {
    return "[127.0.0.1]:" + std::to_string(server.port());
  }
  [[nodiscard]] ProgramResult log_in(const std::string& script) const {
    return run_script(script, {"--network", "host"});
  }

  std::unique_ptr<SshServer> known_;
  std::unique_ptr<SshServer> other_;
};

TEST_F(SshHosts, LogsInToAHostThatTheUserKnows) {
  const auto result = log_in(known_->ssh() + "echo in");
  EXPECT_EQ(result.out, "in\n") << result.err;
  EXPECT_THAT(audit(), HasSubstr("\"purpose\":\"login\""));
  EXPECT_THAT(audit(), HasSubstr("\"host\":\"" + name_of(*known_) + "\""));
  EXPECT_THAT(audit(), Not(HasSubstr("unbound")));
}

TEST_F(SshHosts, KnowsNoHostThatTheUserDoesNotKnow) {
  std::ofstream(home() / ".ssh/known_hosts") << known_->known_hosts_line();
  EXPECT_EQ(log_in(known_->ssh() + "echo in").out, "in\n");
  const auto result = log_in(other_->ssh() + "echo in");
  EXPECT_NE(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("Host key verification failed"));
}

TEST_F(SshHosts, TheKnownHostsCannotBeChanged) {
  const auto result = log_in("echo x >>/etc/ssh/ssh_known_hosts; rm /etc/ssh/ssh_known_hosts");
  EXPECT_NE(result.code, 0);
  EXPECT_EQ(slurp(home() / ".ssh/known_hosts"),
            known_->known_hosts_line() + other_->known_hosts_line());
}

TEST_F(SshHosts, GitWorksOverSsh) {
  const auto made = run_on_host("git init -q --bare " + (root_ / "repo.git").string());
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string url = "ssh://" + std::string(::getenv("USER")) +
                          "@127.0.0.1:" + std::to_string(known_->port()) +
                          (root_ / "repo.git").string();
  const auto result = log_in(
      "git init -q r && cd r && git -c user.name=A -c user.email=a@b commit -q --allow-empty -m "
      "one "
      "&& git push -q " +
      url + " HEAD:refs/heads/main && git ls-remote " + url);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("refs/heads/main"));
}

// --- ssh.hosts
// ------------------------------------------------------------------------------------

TEST_F(SshHosts, OnlyTheHostsOfTheConfigurationAreLoggedInTo) {
  EXPECT_EQ(log_in(other_->ssh() + "echo in").out, "in\n") << "without the setting";
  write_config("[ssh]\nhosts = [\"" + name_of(*known_) + "\"]\n");
  EXPECT_EQ(log_in(known_->ssh() + "echo in").out, "in\n");
  const auto result = log_in(other_->ssh() + "echo in");
  EXPECT_NE(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("agent refused operation"));
  EXPECT_THAT(result.err, HasSubstr("adding '" + name_of(*other_) + "' to ssh.hosts"));
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"host\""));
}

TEST_F(SshHosts, HashedKnownHostsCountAsWell) {
  const auto hashed = run_on_host("ssh-keygen -q -H -f ~/.ssh/known_hosts");
  ASSERT_EQ(hashed.code, 0) << hashed.err;
  ASSERT_THAT(slurp(home() / ".ssh/known_hosts"), HasSubstr("|1|"));
  write_config("[ssh]\nhosts = [\"127.0.0.1:" + std::to_string(known_->port()) + "\"]\n");
  const auto known = log_in(known_->ssh() + "echo in");
  EXPECT_EQ(known.out, "in\n") << known.err;
  EXPECT_NE(log_in(other_->ssh() + "echo in").code, 0);
}

TEST_F(SshHosts, AnotherKeyThanTheKnownOneIsAnotherHost) {
  // The box believes the server, the filter does not.
  std::string line = other_->known_hosts_line();
  line.replace(0, line.find(' '), name_of(*known_));
  std::ofstream(home() / ".ssh/known_hosts") << line;
  write_config("[ssh]\nhosts = [\"" + name_of(*known_) + "\"]\n");
  const auto result =
      log_in(known_->ssh("-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o "
                         "GlobalKnownHostsFile=/dev/null") +
             "echo in");
  EXPECT_NE(result.code, 0) << "the box can say what it wants about whom it knows";
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"host\""));
}

TEST_F(SshHosts, ARevokedKeyIsRefused) {
  const std::string revoked =
      "@revoked * " + known_->known_hosts_line().substr(known_->known_hosts_line().find(' ') + 1);
  std::ofstream(home() / ".ssh/known_hosts") << known_->known_hosts_line() << revoked;
  const auto result =
      log_in(known_->ssh("-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o "
                         "GlobalKnownHostsFile=/dev/null") +
             "echo in");
  EXPECT_NE(result.code, 0);
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"host\""));
}

/// A client that sends no session-bind: the agent's messages are taken from one connection to the
/// other, the binding left out.
constexpr char kUnbinding[] = R"(import os, socket, struct, sys, threading
upstream = os.environ["SSH_AUTH_SOCK"]
def whole(s):
    head = b""
    while len(head) < 4:
        more = s.recv(4 - len(head))
        if not more: return None
        head += more
    rest = b""
    size = struct.unpack(">I", head)[0]
    while len(rest) < size: rest += s.recv(size - len(rest))
    return head + rest
def serve(client):
    agent = socket.socket(socket.AF_UNIX); agent.connect(upstream)
    while True:
        message = whole(client)
        if message is None: return
        if message[4] == 27: client.sendall(b"\0\0\0\1\5"); continue
        agent.sendall(message); client.sendall(whole(agent))
listener = socket.socket(socket.AF_UNIX); listener.bind("unbinding.sock"); listener.listen(8)
open("up", "w").close()
while True:
    client, _ = listener.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()
)";

TEST_F(SshHosts, AClientThatDoesNotProveItsHostIsRefused) {
  std::ofstream(project_ / "unbinding.py") << kUnbinding;
  const std::string script =
      "rm -f up unbinding.sock; python3 unbinding.py & p=$!; while ! test -e up; do sleep 0.05; "
      "done; SSH_AUTH_SOCK=$PWD/unbinding.sock " +
      known_->ssh() + "echo in; c=$?; kill $p; exit $c";
  EXPECT_EQ(log_in(script).out, "in\n") << "without the setting";
  EXPECT_THAT(audit(), HasSubstr("\"host_key\":\"unbound\""));
  write_config("[ssh]\nhosts = [\"" + name_of(*known_) + "\"]\n");
  const auto result = log_in(script);
  EXPECT_NE(result.code, 0);
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"unbound\""));
}

// --- certificates of hosts
// ------------------------------------------------------------------------

TEST_F(SshHosts, ACertificateOfAnAuthorityThatTheUserTrustsCounts) {
  for (const char* authority : {"authority", "stranger"}) {
    const std::string path = (root_ / authority).string();
    ASSERT_EQ(run_on_host("ssh-keygen -q -t ed25519 -N '' -f " + path).code, 0);
  }
  const std::string keys = slurp(root_ / "work.pub");
  const auto trusted = [this](const std::string& marker) {
    return marker + " * " + slurp(root_ / "authority.pub");
  };
  struct Case {
    std::string name;
    std::string authority;
    std::string principal;
    std::string validity;
    bool is_revoked;
    bool is_allowed;
  };
  const std::vector<Case> cases{
      {"good", "authority", "other.example,127.0.0.1", "-1h:+1h", false, true},
      {"other-principal", "authority", "other.example", "-1h:+1h", false, false},
      {"expired", "authority", "127.0.0.1", "20200101:20210101", false, false},
      {"not-yet", "authority", "127.0.0.1", "+1d:+2d", false, false},
      {"of-a-stranger", "stranger", "127.0.0.1", "-1h:+1h", false, false},
      {"revoked", "authority", "127.0.0.1", "-1h:+1h", true, false},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const SshServer server(root_ / each.name, keys,
                           {"-s", (root_ / each.authority).string(), "-I", "id", "-h", "-n",
                            each.principal, "-V", each.validity});
    ASSERT_EQ(server.problem(), "");
    std::ofstream(home() / ".ssh/known_hosts")
        << trusted("@cert-authority") << (each.is_revoked ? trusted("@revoked") : "");
    // A client that looks at no key: only mino decides.
    const std::string in = server.ssh(
                               "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "
                               "-o GlobalKnownHostsFile=/dev/null") +
                           "echo in";
    write_config("[ssh]\nhosts = [\"" + name_of(server) + "\"]\n");
    const auto result = log_in(in);
    EXPECT_EQ(result.out, each.is_allowed ? "in\n" : "") << result.err;
    if (!each.is_allowed) {
      EXPECT_THAT(audit(), HasSubstr("\"reason\":\"host\""));
    } else {
      EXPECT_THAT(audit(), HasSubstr("\"host\":\"" + name_of(server) + "\""));
      EXPECT_EQ(log_in(server.ssh() + "echo in").out, "in\n") << "and one that looks";
    }
    std::filesystem::remove(state_ / "mino/audit.log");
    if (each.is_revoked) continue;
    write_config("");
    EXPECT_EQ(log_in(in).out, "in\n") << "any host without the setting";
  }
}

// --- forwarding
// -----------------------------------------------------------------------------------

TEST_F(SshHosts, AHostThatTheBoxLoggedInToMayNotUseTheAgent) {
  const std::string there = "'" + other_->ssh("-o StrictHostKeyChecking=no") + "echo twice'";
  const std::string script = known_->ssh("-A") + there;
  const auto refused = log_in(script);
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"forwarded\""));
  EXPECT_THAT(refused.err, HasSubstr("mino config set ssh.forward true"));
  write_config("[ssh]\nforward = true\n");
  const auto result = log_in(script);
  EXPECT_EQ(result.out, "twice\n") << result.err;
}

}  // namespace
}  // namespace mino::integration
