// What a box may not do to the SSH agent, in the agent's own protocol. The same bytes are first
// sent to the agent itself, which acts on them; through mino's filter they do not even reach it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "integration/support/ssh_fixture.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// "request.py NAME…": sends those requests, each on a connection of its own, and prints NAME and
/// the first byte of the answer. Works on home-key.pub and mine, which lie beside it.
constexpr char kRequests[] = R"(import base64, os, socket, struct, sys
def text(b): return struct.pack(">I", len(b)) + b
def take(b):
    n = struct.unpack(">I", b[:4])[0]
    return b[4:4 + n], b[4 + n:]
public = base64.b64decode(open("home-key.pub").read().split()[1])
raw = base64.b64decode("".join(open("mine").read().split("\n")[1:-2]))[15:]
for _ in range(3): _, raw = take(raw)
_, raw = take(raw[4:])
secret, _ = take(raw)
key, rest = b"", secret[8:]
for _ in range(4):
    part, rest = take(rest)
    key += text(part)
requests = {
    "remove": b"\x12" + text(public),
    "remove-all": b"\x13",
    "add": b"\x11" + key,
    "add-constrained": b"\x19" + key + b"\x01" + struct.pack(">I", 600),
    "lock": b"\x16" + text(b"pass"),
    "unlock": b"\x17" + text(b"pass"),
    "card-add": b"\x14" + text(b"/usr/lib/none.so") + text(b"1234"),
    "card-add-constrained": b"\x1a" + text(b"/usr/lib/none.so") + text(b"1234") + b"\x02",
    "card-remove": b"\x15" + text(b"/usr/lib/none.so") + text(b"1234"),
    "extension": b"\x1b" + text(b"anything@example.org") + b"x",
    "unknown": b"\xc8",
    "truncated": b"\x0d\x00\x00",
}
for name in sys.argv[1:]:
    s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(os.environ["SSH_AUTH_SOCK"])
    s.sendall(text(requests[name]))
    answer = s.recv(5)
    print(name, answer[4] if len(answer) == 5 else "end")
)";

struct Attempt {
  std::string name;
  int type;  ///< the first byte of the message
  bool changes_the_agent;
};
const std::vector<Attempt>& attempts() {
  static const std::vector<Attempt> all{
      {"remove", 18, true},       {"remove-all", 19, true},
      {"add", 17, true},          {"add-constrained", 25, true},
      {"lock", 22, true},         {"card-add", 20, false},
      {"card-remove", 21, false}, {"card-add-constrained", 26, false},
      {"extension", 27, false},   {"unknown", 200, false},
      {"truncated", 13, false},
  };
  return all;
}

class SshRefusals : public SshTest {
 protected:
  void SetUp() override {
    SshTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    std::filesystem::copy_file(root_ / "home-key.pub", project_ / "home-key.pub");
    std::ofstream(project_ / "request.py") << kRequests;
    ASSERT_EQ(run_on_host("ssh-keygen -q -t ed25519 -N '' -C mine -f mine").code, 0);
  }
  [[nodiscard]] std::string keys() const { return run_on_host("ssh-add -l").out; }
  [[nodiscard]] std::string ask_agent(const std::string& names) const {
    return run_on_host("python3 request.py " + names).out;
  }
  /// How many messages of that type have reached the agent.
  [[nodiscard]] std::size_t arrived(int type) const {
    const std::string log = agent_log();
    const std::string word = " type " + std::to_string(type) + "\r\n";
    std::size_t count = 0;
    for (std::size_t at = log.find(word); at != std::string::npos; at = log.find(word, at + 1))
      ++count;
    return count;
  }
  void restore() const {
    static_cast<void>(ask_agent("unlock"));
    static_cast<void>(run_on_host("ssh-add -q -D; ssh-add -q " + (root_ / "work").string() + " " +
                                  (root_ / "home-key").string()));
  }
};

TEST_F(SshRefusals, WhatChangesTheAgentDoesNotReachIt) {
  const std::string before = keys();
  std::string names;
  for (const Attempt& attempt : attempts()) {
    names += " " + attempt.name;
    const std::size_t seen = arrived(attempt.type);
    const std::string answer = ask_agent(attempt.name);
    EXPECT_GT(arrived(attempt.type), seen) << "the agent itself gets it: " << attempt.name;
    if (!attempt.changes_the_agent) continue;
    EXPECT_EQ(answer, attempt.name + " 6\n") << "the agent itself does it";
    EXPECT_NE(keys(), before) << attempt.name;
    restore();
    ASSERT_EQ(keys(), before) << "as it was, after " << attempt.name;
  }
  std::vector<std::size_t> seen;
  for (const Attempt& attempt : attempts()) seen.push_back(arrived(attempt.type));
  const auto result = run_script("python3 request.py" + names);
  EXPECT_EQ(result.code, 0) << result.err;
  for (std::size_t i = 0; i < attempts().size(); ++i) {
    const Attempt& attempt = attempts()[i];
    EXPECT_THAT("\n" + result.out, HasSubstr("\n" + attempt.name + " 5\n"));
    EXPECT_EQ(arrived(attempt.type), seen[i]) << attempt.name;
  }
  EXPECT_EQ(keys(), before);
  EXPECT_THAT(audit(), HasSubstr("\"detail\":\"lock the agent\""));
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"malformed\""));
}

TEST_F(SshRefusals, ALockedAgentIsNotUnlocked) {
  const std::string before = keys();
  ASSERT_EQ(ask_agent("lock"), "lock 6\n");
  ASSERT_NE(keys(), before);
  const auto result = run_script("python3 request.py unlock");
  EXPECT_EQ(result.out, "unlock 5\n") << result.err;
  EXPECT_NE(keys(), before) << "still locked";
  EXPECT_EQ(ask_agent("unlock"), "unlock 6\n") << "the agent itself does it";
  EXPECT_EQ(keys(), before);
}

/// Copies everything that a process of the box can read where a key could be into one file.
constexpr char kCollect[] = R"(import os
out = open("collected", "wb")
def add(path):
    try: out.write(open(path, "rb").read(1 << 24))
    except OSError: pass
for top in ("/run/mino", "/run/user", os.path.expanduser("~/.ssh"), "/root/.ssh", "/tmp", "/etc/ssh"):
    for where, _, names in os.walk(top):
        for name in names:
            if os.path.isfile(os.path.join(where, name)): add(os.path.join(where, name))
for pid in filter(str.isdigit, os.listdir("/proc")):
    for name in ("cmdline", "environ", "maps", "mountinfo"): add(f"/proc/{pid}/{name}")
    for where, _, names in os.walk(f"/proc/{pid}/fd"):
        for name in names:
            if os.path.isfile(os.path.join(where, name)) and not os.path.samefile(os.path.join(where, name), "collected"): add(os.path.join(where, name))
    try:
        memory = open(f"/proc/{pid}/mem", "rb", 0)
        for line in open(f"/proc/{pid}/maps"):
            if not line.split()[1].startswith("r"): continue
            begin, end = (int(x, 16) for x in line.split()[0].split("-"))
            try:
                memory.seek(begin)
                out.write(memory.read(min(end - begin, 1 << 24)))
            except (OSError, ValueError, OverflowError): pass
    except OSError: pass
print("collected", out.tell() > 100000)
)";

/// Parts of a private key: the lines of its file, and the secret itself.
std::vector<std::string> secret_parts(const std::filesystem::path& key,
                                      const std::string& raw_secret) {
  std::vector<std::string> parts{raw_secret};
  std::ifstream file(key);
  for (std::string line; std::getline(file, line);)
    // The first two lines hold what is public too.
    if (line.size() >= 60) parts.push_back(line);
  parts.erase(parts.begin() + 1, parts.begin() + 3);
  return parts;
}

TEST_F(SshRefusals, NoByteOfAPrivateKeyIsInTheBox) {
  std::ofstream(project_ / "collect.py") << kCollect;
  std::filesystem::remove(project_ / "mine");
  // Logins are signed meanwhile, so that whatever handles keys has handled them.
  const auto result =
      run_script("ssh-add -l >/dev/null; ssh-add -T home-key.pub; python3 collect.py");
  ASSERT_EQ(result.out, "collected True\n") << result.err;
  const std::string collected = slurp(project_ / "collected");
  EXPECT_THAT(collected.find("SSH_AUTH_SOCK=/run/mino/ssh/agent.sock"), Not(std::string::npos))
      << "environments are among it";
  for (const char* key : {"work", "home-key"}) {
    const auto seed =
        run_on_host("python3 -c \"import base64,sys; b = base64.b64decode(''.join(open('" +
                    (root_ / key).string() +
                    "').read().split('\\n')[1:-2])); sys.stdout.buffer.write(b[161:193])\"");
    ASSERT_EQ(seed.out.size(), 32U) << seed.err;
    const std::vector<std::string> parts = secret_parts(root_ / key, seed.out);
    ASSERT_GE(parts.size(), 3U);
    for (const std::string& part : parts)
      EXPECT_EQ(collected.find(part), std::string::npos) << key << " " << part;
    // The same search in what the key is in.
    const auto raw = run_on_host(
        "python3 -c \"import base64,sys; sys.stdout.buffer.write(base64."
        "b64decode(''.join(open('" +
        (root_ / key).string() + "').read().split('\\n')[1:-2])))\"");
    EXPECT_NE(raw.out.find(parts[0]), std::string::npos);
    EXPECT_NE(slurp(root_ / key).find(parts[1]), std::string::npos);
  }
}

}  // namespace
}  // namespace mino::integration
