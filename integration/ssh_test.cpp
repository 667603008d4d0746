// The SSH agent in a box: what it may do with the keys and what it may not, by OpenSSH's own
// programs. Each refusal has beside it the same act on the agent itself, which succeeds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "integration/support/ssh_fixture.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Ssh : public SshTest {
 protected:
  void SetUp() override {
    SshTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    // Public halves: what git and ssh-keygen name a key by.
    std::filesystem::copy_file(root_ / "work.pub", project_ / "work.pub");
    std::filesystem::copy_file(root_ / "home-key.pub", project_ / "home-key.pub");
    std::ofstream(project_ / "text") << "what is signed\n";
  }
};

constexpr char kSign[] = "ssh-keygen -Y sign -n git -f work.pub text && test -s text.sig";

TEST_F(Ssh, ListsTheKeysOfTheAgent) {
  const auto result = run_script("echo $SSH_AUTH_SOCK; ssh-add -l");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("/run/mino/ssh/agent.sock\n"));
  EXPECT_THAT(result.out, HasSubstr(fingerprint("work") + " work@laptop"));
  EXPECT_THAT(result.out, HasSubstr(fingerprint("home-key") + " home"));
  EXPECT_EQ(result.err, "");
}

TEST_F(Ssh, EachKindOfImageReachesTheAgent) {
  // The images hold no ssh-add.
  const std::filesystem::path beside = std::filesystem::path(::getenv("MINO_BIN")).parent_path();
  std::filesystem::copy_file(beside / "mino_load", project_ / "mino_load");
  for (const std::string& image : {image_, user_image_}) {
    const auto result =
        run(with_agent(mino({"run", "--image", image, "--", "./mino_load", "count-keys"})));
    EXPECT_EQ(result.out, "2 keys\n") << image << result.err;
  }
}

TEST_F(Ssh, AReadOnlyRootHasTheAgentToo) {
  const auto result = run_script("ssh-add -l", {"--read-only"});
  EXPECT_THAT(result.out, HasSubstr("work@laptop")) << result.err;
}

TEST_F(Ssh, ABoxWithoutANetworkHasTheAgentToo) {
  const auto result = run_script("ssh-add -l", {"--network", "none"});
  EXPECT_THAT(result.out, HasSubstr("work@laptop")) << result.err;
}

TEST_F(Ssh, TheFlagTakesItAway) {
  const auto result =
      run_script("echo \"${SSH_AUTH_SOCK-unset}\"; ls /run/mino/ssh", {"--no-ssh-agent"});
  EXPECT_THAT(result.out, HasSubstr("unset\n"));
  EXPECT_THAT(result.err, HasSubstr("No such file"));
}

TEST_F(Ssh, AVariableOfTheUsersHoldsOverOurs) {
  const auto result = run_script("echo $SSH_AUTH_SOCK", {"-e", "SSH_AUTH_SOCK=/elsewhere"});
  EXPECT_EQ(result.out, "/elsewhere\n") << result.err;
}

TEST_F(Ssh, ADetachedSessionAndExecHaveIt) {
  const auto started = run(ssh_box({"-d", "--name", name(), "--", "sleep", "60"}));
  ASSERT_EQ(started.code, 0) << started.err;
  const auto listed = run(mino({"exec", name(), "--", "ssh-add", "-l"}));
  EXPECT_THAT(listed.out, HasSubstr("work@laptop")) << listed.err;
  EXPECT_EQ(run_mino({"stop", name()}).code, 0);
  EXPECT_FALSE(filter());
}

TEST_F(Ssh, ShowsInThePlanWhatItGrants) {
  write_config("[ssh]\nkeys = [\"work@laptop\"]\nhosts = [\"github.com\"]\n");
  const auto plan = run(ssh_box({"--dry-run", "--", "true"}));
  EXPECT_THAT(plan.out, HasSubstr("the SSH agent, to log in to github.com with work@laptop"));
  EXPECT_THAT(plan.out, HasSubstr("/run/mino/ssh"));
}

// --- keys
// -----------------------------------------------------------------------------------------

/// Asks the agent to sign a file with a key whether or not it was listed.
constexpr char kAsk[] = R"(import base64, os, socket, struct, sys
def text(b): return struct.pack(">I", len(b)) + b
key = base64.b64decode(open(sys.argv[1]).read().split()[1])
data = b"SSHSIG" + text(b"git") + text(b"") + text(b"sha512") + text(b"d" * 64)
s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(os.environ["SSH_AUTH_SOCK"])
s.sendall(text(b"\x0d" + text(key) + text(data) + b"\0\0\0\0"))
sys.exit(0 if s.recv(5)[4] == 14 else 1)
)";

TEST_F(Ssh, OnlyTheKeysOfTheConfigurationAreSeenAndUsed) {
  std::ofstream(project_ / "ask.py") << kAsk;
  for (const std::string& key : {fingerprint("work"), std::string("work@laptop")}) {
    write_config("[ssh]\nsign = true\nkeys = [\"" + key + "\"]\n");
    const auto result = run_script(
        "ssh-add -l; python3 ask.py work.pub; echo work $?; python3 ask.py home-key.pub; echo home "
        "$?");
    EXPECT_THAT(result.out, HasSubstr("work@laptop"));
    EXPECT_THAT(result.out, Not(HasSubstr(fingerprint("home-key"))));
    EXPECT_THAT(result.out, HasSubstr("work 0\n")) << result.err;
    EXPECT_THAT(result.out, HasSubstr("home 1\n"));
    EXPECT_THAT(result.err, HasSubstr("ssh: 1 use of the agent was refused"));
    EXPECT_THAT(result.err, HasSubstr("adding " + fingerprint("home-key") + " to ssh.keys"));
  }
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"key\""));
  EXPECT_EQ(run_on_host("python3 ask.py home-key.pub").code, 0);
}

// --- signing
// --------------------------------------------------------------------------------------

TEST_F(Ssh, SignsNoFileWithoutTheSetting) {
  const auto refused = run_script(kSign);
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, HasSubstr("agent refused operation"));
  EXPECT_THAT(refused.err, HasSubstr("mino config set ssh.sign true"));
  EXPECT_THAT(audit(), HasSubstr("\"event\":\"ssh.refused\""));
  EXPECT_EQ(run_on_host(kSign).code, 0);
  std::filesystem::remove(project_ / "text.sig");
  write_config("[ssh]\nsign = true\n");
  const auto result = run_script(kSign);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(audit(), HasSubstr("\"event\":\"ssh.signed\""));
  EXPECT_THAT(audit(), HasSubstr("\"namespace\":\"git\""));
  EXPECT_THAT(audit(), HasSubstr(fingerprint("work")));
}

TEST_F(Ssh, GitSignsCommits) {
  write_config("[ssh]\nsign = true\n");
  const auto result = run_script(
      "git init -q r && cd r && git -c user.name=A -c user.email=a@b -c gpg.format=ssh "
      "-c user.signingkey=../work.pub commit -q -S --allow-empty -m signed && git cat-file commit "
      "HEAD");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("-----BEGIN SSH SIGNATURE-----"));
}

// --- the agent stays as it is
// ---------------------------------------------------------------------

TEST_F(Ssh, NothingChangesTheAgent) {
  const auto before = run_on_host("ssh-add -l");
  const auto result = run_script(
      "ssh-keygen -q -t ed25519 -N '' -f mine; ssh-add mine; echo add $?; ssh-add -d work.pub; "
      "echo "
      "remove $?; ssh-add -D; echo all $?; ssh-add -s /usr/lib/x.so </dev/null; echo card $?; "
      "printf 'x\\nx\\n' | SSH_ASKPASS_REQUIRE=force SSH_ASKPASS=$PWD/ask ssh-add -x; echo lock "
      "$?; "
      "ssh-add -h host mine; echo bound $?");
  EXPECT_THAT(result.out, HasSubstr("add 1\n"));
  EXPECT_THAT(result.out, HasSubstr("remove 1\n"));
  EXPECT_THAT(result.out, HasSubstr("all 1\n"));
  EXPECT_THAT(result.out, HasSubstr("card 1\n"));
  EXPECT_THAT(result.out, Not(HasSubstr("lock 0\n")));
  EXPECT_THAT(result.err, HasSubstr("agent refused operation"));
  EXPECT_THAT(audit(), HasSubstr("\"detail\":\"add a key\""));
  EXPECT_THAT(audit(), HasSubstr("\"detail\":\"remove all keys\""));
  EXPECT_EQ(run_on_host("ssh-add -l").out, before.out);
  // The same on the agent itself.
  EXPECT_EQ(run_on_host("ssh-add -q mine").code, 0);
  EXPECT_EQ(run_on_host("ssh-add -q -D").code, 0);
  EXPECT_NE(run_on_host("ssh-add -l").out, before.out);
}

// --- an agent that is none
// ------------------------------------------------------------------------

TEST_F(Ssh, WithoutAnAgentThereIsNoWord) {
  ProgramSpec spec = ssh_box({"--", "sh", "-c", "echo \"${SSH_AUTH_SOCK-unset}\""});
  spec.environment["SSH_AUTH_SOCK"] = "";
  const auto result = run(spec);
  EXPECT_EQ(result.out, "unset\n");
  EXPECT_EQ(result.err, "");
  spec.argv.insert(spec.argv.begin() + 2, "--ssh-agent");
  const auto asked = run(spec);
  EXPECT_EQ(asked.code, 0);
  EXPECT_THAT(asked.err, HasSubstr("warning: the SSH agent is not forwarded"));
  EXPECT_THAT(asked.err, HasSubstr("ssh-agent"));
}

TEST_F(Ssh, AStaleAgentIsOneWarningAndTheRunGoesOn) {
  kill_agent();
  std::ofstream(root_ / "file") << "no socket\n";
  for (const std::string& place :
       {agent_socket().string(), (root_ / "file").string(), (root_ / "nowhere").string()}) {
    ProgramSpec spec = ssh_box({"--", "echo", "ran"});
    spec.environment["SSH_AUTH_SOCK"] = place;
    const auto result = run(spec);
    EXPECT_EQ(result.code, 0) << place;
    EXPECT_EQ(result.out, "ran\n");
    EXPECT_THAT(result.err, HasSubstr("the SSH agent is not forwarded")) << place;
    EXPECT_THAT(result.err, HasSubstr(place));
  }
}

// --- confirmation
// ---------------------------------------------------------------------------------

class SshConfirm : public Ssh {
 protected:
  void SetUp() override {
    Ssh::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    write_config("[ssh]\nsign = true\nconfirm = true\n");
  }
  /// A program that notes the question and gives that exit code.
  [[nodiscard]] ProgramSpec with_askpass(ProgramSpec spec, int code) const {
    const std::filesystem::path program = root_ / "askpass";
    std::ofstream(program) << "#!/bin/sh\necho \"$SSH_ASKPASS_PROMPT $1\" >>" << root_.string()
                           << "/asked\nexit " << code << "\n";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    spec.environment["SSH_ASKPASS"] = program.string();
    spec.environment["SSH_ASKPASS_REQUIRE"] = "force";
    return spec;
  }
};

TEST_F(SshConfirm, TheUsersAskpassDecides) {
  const auto yes = run(with_askpass(ssh_box({"--", "sh", "-c", kSign}), 0));
  EXPECT_EQ(yes.code, 0) << yes.err;
  EXPECT_THAT(slurp(root_ / "asked"), HasSubstr("confirm Let the box "));
  EXPECT_THAT(slurp(root_ / "asked"), HasSubstr("sign for \"git\" with work@laptop"));
  std::filesystem::remove(project_ / "text.sig");
  const auto no = run(with_askpass(ssh_box({"--", "sh", "-c", kSign}), 1));
  EXPECT_NE(no.code, 0);
  EXPECT_THAT(no.err, HasSubstr("it was not confirmed"));
}

TEST_F(SshConfirm, WithoutAnybodyToAskItIsRefusedWithOneWarning) {
  const auto result = run_script(std::string(kSign) + "; " + kSign);
  EXPECT_NE(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("warning: the box may not use an SSH key: ssh.confirm"));
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"nobody\""));
  EXPECT_FALSE(std::filesystem::exists(project_ / "text.sig"));
}

TEST_F(SshConfirm, AskpassDecidesForADetachedSessionToo) {
  const auto started = run(with_askpass(
      ssh_box({"-d", "--name", name(), "--", "sh", "-c", std::string(kSign) + "; sleep 60"}), 0));
  ASSERT_EQ(started.code, 0) << started.err;
  EXPECT_TRUE(eventually([this] { return std::filesystem::exists(project_ / "text.sig"); }));
  EXPECT_EQ(run_mino({"stop", name()}).code, 0);
}

TEST_F(SshConfirm, TheTerminalIsAskedWhileTheAgentHasIt) {
  Terminal terminal(
      ssh_box({"--", "sh", "-c",
               std::string("echo ready; ") + kSign + " && echo first-signed; rm -f text.sig; " +
                   kSign + " || echo second-refused; read line; echo got:$line"}));
  ASSERT_TRUE(terminal.wait_for("ready"));
  ASSERT_TRUE(terminal.wait_for("sign for \"git\" with work@laptop")) << terminal.screen();
  ASSERT_TRUE(terminal.wait_for("[y/N] ")) << terminal.screen();
  terminal.type("y\r");
  ASSERT_TRUE(terminal.wait_for("first-signed")) << terminal.screen();
  ASSERT_TRUE(terminal.wait_for("[y/N] ")) << terminal.screen();
  terminal.type("\r");
  ASSERT_TRUE(terminal.wait_for("second-refused")) << terminal.screen();
  terminal.type("to the agent\r");
  EXPECT_TRUE(terminal.wait_for("got:to the agent")) << "the keys are the agent's again";
  EXPECT_EQ(terminal.wait(), 0);
}

TEST_F(SshConfirm, AnInterruptAtTheQuestionIsANo) {
  Terminal terminal(
      ssh_box({"--", "sh", "-c", std::string(kSign) + " || echo refused; sleep 1; echo alive"}));
  ASSERT_TRUE(terminal.wait_for("[y/N] ")) << terminal.screen();
  terminal.type("\x03");
  EXPECT_TRUE(terminal.wait_for("refused")) << terminal.screen();
  EXPECT_TRUE(terminal.wait_for("alive")) << "the agent did not get the interrupt";
  EXPECT_EQ(terminal.wait(), 0);
}

}  // namespace
}  // namespace mino::integration
