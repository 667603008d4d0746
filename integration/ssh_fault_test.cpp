// What is left of a box's SSH agent when something of it dies, hangs or is flooded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "integration/support/network_fixture.hpp"
#include "integration/support/ssh_fixture.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class SshFault : public SshTest {
 protected:
  /// Runs `script` in the background of the test; it waits for files of the test's.
  [[nodiscard]] std::unique_ptr<Background> start(const std::string& script) const {
    ProgramSpec spec = ssh_box({"--", "sh", "-c", script});
    spec.deadline = seconds(120);
    return std::make_unique<Background>(spec);
  }
  void put(const std::string& file) const { std::ofstream(project_ / file) << "\n"; }
  [[nodiscard]] bool comes(const std::string& file) const {
    return eventually([&] { return fs::exists(project_ / file); }, seconds(30));
  }
  [[nodiscard]] static std::string wait_for(const std::string& file) {
    return "while ! test -e " + file + "; do sleep 0.05; done; ";
  }
  /// In KiB, the most that the process ever had.
  [[nodiscard]] static long peak_of(int pid) {
    const std::string status = slurp("/proc/" + std::to_string(pid) + "/status");
    const std::size_t at = status.find("VmHWM:");
    return at == std::string::npos ? -1 : std::stol(status.substr(at + 6));
  }
};

TEST_F(SshFault, AnAgentThatDiesIsFoundAgainAtItsPlace) {
  auto box = start("ssh-add -l >first; touch one; " + wait_for("two") +
                   "ssh-add -l >second 2>&1; echo $? >code; touch three; " + wait_for("four") +
                   "ssh-add -l >third");
  ASSERT_TRUE(comes("one"));
  kill_agent();
  put("two");
  ASSERT_TRUE(comes("three"));
  fs::remove(agent_socket());
  start_agent();
  put("four");
  EXPECT_EQ(box->wait(seconds(30)), 0);
  EXPECT_THAT(slurp(project_ / "first"), HasSubstr("work@laptop"));
  EXPECT_NE(slurp(project_ / "code"), "0\n");
  EXPECT_THAT(slurp(project_ / "third"), HasSubstr("work@laptop"));
  EXPECT_EQ(occurrences(box->err(), "warning:"), 1U) << box->err();
  EXPECT_THAT(box->err(), HasSubstr("the SSH agent cannot be reached any more"));
}

TEST_F(SshFault, AnAgentThatHangsIsAFailureAndNoHang) {
  auto box =
      start("ssh-add -l >first; touch one; " + wait_for("two") + "ssh-add -l; echo $? >code");
  ASSERT_TRUE(comes("one"));
  ASSERT_EQ(::kill(agent_pid(), SIGSTOP), 0);
  put("two");
  const auto code = box->wait(seconds(60));
  ::kill(agent_pid(), SIGCONT);
  EXPECT_EQ(code, 0);
  EXPECT_EQ(slurp(project_ / "code"), "1\n") << "refused, not left without an answer";
  EXPECT_THAT(audit(), HasSubstr("the agent does not answer"));
}

TEST_F(SshFault, AFilterThatDiesEndsSshAndNotTheSession) {
  auto box = start("ssh-add -l >first; touch one; " + wait_for("two") +
                   "ssh-add -l; echo $? >code; exit 7");
  ASSERT_TRUE(comes("one"));
  const auto pid = filter();
  ASSERT_TRUE(pid);
  ASSERT_EQ(::kill(*pid, SIGKILL), 0);
  put("two");
  EXPECT_EQ(box->wait(seconds(30)), 7);
  EXPECT_EQ(slurp(project_ / "code"), "2\n") << "no agent";
  EXPECT_EQ(occurrences(box->err(), "the box has no SSH agent any more"), 1U) << box->err();
  EXPECT_THAT(audit(), HasSubstr("ssh.lost"));
}

TEST_F(SshFault, NothingIsLeftOfAMinoThatWasKilled) {
  auto box = start("ssh-add -l >first; touch one; sleep 60");
  ASSERT_TRUE(comes("one"));
  ASSERT_TRUE(filter());
  box->signal(SIGKILL);
  ASSERT_TRUE(box->wait(seconds(10)));
  EXPECT_TRUE(eventually([this] { return !filter(); })) << "the filter goes with its owner";
  EXPECT_TRUE(eventually([this] { return containers().empty(); }));
  // The next command clears the directory with the socket up.
  EXPECT_EQ(run(ssh_box({"--", "true"})).code, 0);
  const fs::path runtime = fs::path(::getenv("XDG_RUNTIME_DIR")) / "mino";
  for (const auto& entry : fs::directory_iterator(state_ / "mino/sessions")) {
    EXPECT_FALSE(fs::exists(runtime / entry.path().stem())) << entry.path();
  }
}

/// Sends requests of a kind by the thousand, and opens connections by the hundred.
constexpr char kFlood[] = R"(import os, socket, struct, sys
path = os.environ["SSH_AUTH_SOCK"]
def connect():
    s = socket.socket(socket.AF_UNIX); s.settimeout(60); s.connect(path); return s
def answer(s):
    head = b""
    while len(head) < 4: head += s.recv(4 - len(head)) or sys.exit("cut")
    size = struct.unpack(">I", head)[0]; rest = b""
    while len(rest) < size: rest += s.recv(size - len(rest))
    return rest
if sys.argv[1] == "requests":
    s = connect(); left = int(sys.argv[2])
    while left:
        batch = min(left, 100); s.sendall(b"\0\0\0\1\x13" * batch); left -= batch
        for _ in range(batch): assert answer(s) == b"\5"
elif sys.argv[1] == "connections":
    held = []
    for i in range(int(sys.argv[2])):
        s = socket.socket(socket.AF_UNIX); s.setblocking(False)
        try: s.connect(path)
        except BlockingIOError: s.close(); continue
        held.append(s)
    for s in held[:64]: s.setblocking(True); s.sendall(b"\0\0\0\1\x0b"); answer(s)
elif sys.argv[1] == "large":
    held = [connect() for _ in range(60)]
    for s in held: s.sendall(struct.pack(">I", 262144) + b"\x0d" + b"x" * 262142)
    for s in held: s.sendall(b"x"); assert answer(s) == b"\5"
print("done")
)";

TEST_F(SshFault, AFloodIsBounded) {
  std::ofstream(project_ / "flood.py") << kFlood;
  auto box = start(
      "python3 flood.py requests 10000 && python3 flood.py connections 1000 && "
      "python3 flood.py large; echo $? >code; ssh-add -l >listed; touch one; " +
      wait_for("two"));
  ASSERT_TRUE(eventually([this] { return fs::exists(project_ / "one"); }, seconds(90)))
      << box->err();
  const auto pid = filter();
  ASSERT_TRUE(pid);
  EXPECT_EQ(slurp(project_ / "code"), "0\n");
  EXPECT_THAT(slurp(project_ / "listed"), HasSubstr("work@laptop")) << "it still serves";
  const long peak = peak_of(*pid);
  EXPECT_GT(peak, 0);
  EXPECT_LT(peak, 64 * 1024) << "KiB";
  EXPECT_LE(occurrences(audit(), "ssh.refused"), 200U) << "the rest is counted";
  put("two");
  EXPECT_EQ(box->wait(seconds(30)), 0);
  EXPECT_THAT(audit(), HasSubstr("\"detail\":\"remove all keys\",\"count\":99"));
}

TEST_F(SshFault, RubbishIsAnsweredByAFailure) {
  std::ofstream(project_ / "rubbish.py") << R"(import os, socket, struct
path = os.environ["SSH_AUTH_SOCK"]
for bytes in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"GET / HTTP/1.1\r\n\r\n", os.urandom(4096), b"\0\0\0\5\x0d\0\0\0\xff"):
    s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(path); s.sendall(bytes)
    assert s.recv(5) == b"\0\0\0\1\5", bytes
s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(path); s.sendall(b"\0\0\1"); s.close()
print("done")
)";
  const auto result = run_script("python3 rubbish.py && ssh-add -l");
  EXPECT_THAT(result.out, HasSubstr("done")) << result.err;
  EXPECT_THAT(result.out, HasSubstr("work@laptop"));
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"malformed\""));
}

TEST_F(SshFault, TheFilterCanDoNothingButServe) {
  auto box = start("touch one; " + wait_for("two"));
  ASSERT_TRUE(comes("one"));
  const auto pid = filter();
  ASSERT_TRUE(pid);
  const std::string status = slurp("/proc/" + std::to_string(*pid) + "/status");
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1"));
  EXPECT_THAT(status, HasSubstr("Seccomp:\t2"));
  std::error_code refused;
  static_cast<void>(fs::read_symlink("/proc/" + std::to_string(*pid) + "/exe", refused));
  EXPECT_TRUE(refused) << "nobody looks into it";
  put("two");
  EXPECT_EQ(box->wait(seconds(30)), 0);
}

}  // namespace
}  // namespace mino::integration
