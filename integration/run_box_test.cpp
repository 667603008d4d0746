// `mino run`: the box's environment, limits, network and end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RunEnvironment : public AgentTest {
 protected:
  /// What the agent has as `variable`.
  [[nodiscard]] std::string value_of(const std::string& variable, std::vector<std::string> flags,
                                     const std::map<std::string, std::string>& host = {}) const {
    ProgramSpec spec =
        agent({"sh", "-c", "printf '%s\n' \"${" + variable + "-unset}\""}, std::move(flags));
    spec.environment.insert(host.begin(), host.end());
    return run(spec).out;
  }
};

TEST_F(RunEnvironment, KeepsAValueAsItIs) {
  const std::string value = "a 'b' \"c\" $d, =e\n\u00e4\\";
  EXPECT_EQ(value_of("ODD", {"-e", "ODD=" + value}), value + "\n");
}

TEST_F(RunEnvironment, MayBeEmpty) { EXPECT_EQ(value_of("NOTHING", {"-e", "NOTHING="}), "\n"); }

TEST_F(RunEnvironment, TakesANameAloneFromTheHost) {
  EXPECT_EQ(value_of("PLANTED", {"-e", "PLANTED"}, {{"PLANTED", "by the host"}}), "by the host\n");
}

TEST_F(RunEnvironment, LeavesOutANameThatTheHostDoesNotHave) {
  EXPECT_EQ(value_of("UNHEARD", {"-e", "UNHEARD"}), "unset\n");
}

TEST_F(RunEnvironment, HasNothingOfTheHostUnasked) {
  EXPECT_EQ(value_of("PLANTED", {}, {{"PLANTED", "by the host"}}), "unset\n");
}

TEST_F(RunEnvironment, PrefersTheFlagToTheFile) {
  write_config("[container.env]\nFROM_FILE = \"file\"\nBOTH = \"file\"\n");
  const ProgramResult result = run_sh("echo $FROM_FILE $BOTH", {"-e", "BOTH=flag"});
  EXPECT_EQ(result.out, "file flag\n");
}

TEST_F(RunEnvironment, PrefersTheLastFlag) {
  EXPECT_EQ(value_of("TWICE", {"-e", "TWICE=first", "-e", "TWICE=last"}), "last\n");
}

TEST_F(RunEnvironment, RefusesWhatIsNoName) {
  for (const char* variable : {"1A=x", "A-B=x", "=x", "A B", "\u00e4=x"}) {
    const ProgramResult result = run_agent({"true"}, {"-e", variable});
    EXPECT_EQ(result.code, 2) << variable;
    EXPECT_THAT(result.err, HasSubstr("cannot name an environment variable")) << variable;
  }
}

TEST_F(RunEnvironment, HasTheTermOfTheUsersTerminal) {
  EXPECT_EQ(value_of("TERM", {"-t"}, {{"TERM", "screen-256color"}}), "screen-256color\r\n");
}

TEST_F(RunEnvironment, HasATermWhereTheUserHasNone) {
  EXPECT_EQ(value_of("TERM", {"-t"}, {{"TERM", ""}}), "xterm-256color\r\n");
}

class RunConfinement : public AgentTest {};

TEST_F(RunConfinement, LetsTheRootBeReadOnly) {
  EXPECT_EQ(run_sh("echo x > /etc/file").code, 0);
  EXPECT_NE(run_sh("echo x > /etc/file", {"--read-only"}).code, 0);
}

TEST_F(RunConfinement, LeavesTheProjectWritableInAReadOnlyRoot) {
  EXPECT_EQ(run_sh("echo x > file && echo x > /tmp/file", {"--read-only"}).code, 0);
  EXPECT_EQ(slurp(project_ / "file"), "x\n");
}

TEST_F(RunConfinement, LeavesTheHomeWritableInAReadOnlyRoot) {
  image_ = user_image_;
  EXPECT_EQ(run_sh("echo x > ~/file", {"--read-only"}).code, 0);
}

/// A limit holds, or one warning says that it does not.
TEST_F(RunConfinement, LimitsMemoryOrSaysSo) {
  const ProgramResult result =
      run_sh("cat /sys/fs/cgroup/memory.max 2>/dev/null", {"--memory", "512m"});
  if (result.err.empty()) {
    EXPECT_EQ(result.out, "536870912\n");
  } else {
    EXPECT_EQ(result.err,
              "warning: the memory limit cannot be enforced here: the cgroup controller memory is "
              "not delegated to you\n");
  }
}

TEST_F(RunConfinement, LimitsProcessesOrSaysSo) {
  const ProgramResult result = run_sh("cat /sys/fs/cgroup/pids.max 2>/dev/null", {"--pids", "77"});
  if (result.err.empty()) {
    EXPECT_EQ(result.out, "77\n");
  } else {
    EXPECT_THAT(result.err, HasSubstr("the cgroup controller pids is not delegated to you"));
  }
}

TEST_F(RunConfinement, LimitsProcessorsOrSaysSo) {
  const ProgramResult result = run_sh("cat /sys/fs/cgroup/cpu.max 2>/dev/null", {"--cpus", "1.5"});
  if (result.err.empty()) {
    EXPECT_EQ(result.out, "150000 100000\n");
  } else {
    EXPECT_THAT(result.err, HasSubstr("the cgroup controller cpu is not delegated to you"));
  }
}

TEST_F(RunConfinement, SaysNothingOfALimitThatNobodyAskedFor) {
  EXPECT_EQ(run_agent({"true"}).err, "");
}

/// What becomes of the container.
class RunEnd : public AgentTest {};

TEST_F(RunEnd, RemovesTheContainer) {
  EXPECT_EQ(run_agent({"true"}).code, 0);
  EXPECT_TRUE(eventually([this] { return containers().empty(); }, seconds(30)));
}

TEST_F(RunEnd, KeepsTheContainerWhenAsked) {
  EXPECT_EQ(run_agent({"true"}, {"--keep", "-n", name()}).code, 0);
  const std::vector<std::string> kept = containers();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_THAT(kept.front(), ::testing::MatchesRegex("mino-" + name() + "-[0-9a-f]{4}"));
  EXPECT_EQ(run({.argv = {"podman", "rm", "-f", kept.front()}}).code, 0);
}

class RunNetwork : public AgentTest {
 protected:
  [[nodiscard]] std::string interfaces(const std::string& mode) const {
    return run_box({"--network", mode, "--", "sh", "-c", "ls /sys/class/net"}).out;
  }
  [[nodiscard]] std::string name_space(const std::string& mode) const {
    return run_box({"--network", mode, "--", "readlink", "/proc/self/ns/net"}).out;
  }
};

TEST_F(RunNetwork, OfNoneIsTheLoopbackAlone) { EXPECT_EQ(interfaces("none"), "lo\n"); }

TEST_F(RunNetwork, OfABridgeHasAWayOut) {
  const ProgramResult routes =
      run_box({"--network", "bridge", "--", "grep", "-c", "00000000", "/proc/net/route"});
  EXPECT_NE(routes.out, "0\n") << routes.err;
}

TEST_F(RunNetwork, OfABridgeIsNotTheHosts) {
  EXPECT_NE(name_space("bridge"), fs::read_symlink("/proc/self/ns/net").string() + "\n");
}

TEST_F(RunNetwork, OfTheHostIsTheHosts) {
  EXPECT_EQ(name_space("host"), fs::read_symlink("/proc/self/ns/net").string() + "\n");
}

TEST_F(RunNetwork, HasNamesOfItsOwn) {
  for (const char* mode : {"none", "bridge"}) {
    const ProgramResult hosts =
        run_box({"--network", mode, "-n", name(), "--", "cat", "/etc/hosts"});
    EXPECT_EQ(hosts.out,
              "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"
              "127.0.0.1 " +
                  name() + "\n")
        << mode;
  }
}

TEST_F(RunNetwork, KnowsItsOwnName) {
  const ProgramResult result =
      run_sh("ping -c 1 -W 5 $(hostname) >/dev/null 2>&1 || grep -w $(hostname) /etc/hosts");
  EXPECT_EQ(result.code, 0) << result.out << result.err;
}

}  // namespace
}  // namespace mino::integration
