// `mino run --image host`: the programs of this machine without an image.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class HostImage : public AgentTest {
 protected:
  void SetUp() override {
    AgentTest::SetUp();
    image_ = "host";
  }
  void TearDown() override {
    AgentTest::TearDown();
    if (root_.empty()) return;
    for (const std::string& volume : home_volumes())
      EXPECT_TRUE(eventually(
          [&] {
            return run({.argv = {"podman", "volume", "rm", volume}}).code == 0;
          },
          seconds(20)))
          << volume;
  }
  [[nodiscard]] std::vector<std::string> home_volumes() const {
    const ProgramResult listed = run({.argv = {"podman", "volume", "ls", "-q", "--filter",
                                               "label=io.mino.home.project=" + project_.string()}});
    std::istringstream lines(listed.out);
    std::vector<std::string> names;
    for (std::string line; std::getline(lines, line);) names.push_back(line);
    return names;
  }
  /// A program outside /usr, in a directory like ~/.local/bin.
  [[nodiscard]] fs::path program_elsewhere(const std::string& directory) const {
    const fs::path program = root_ / directory / "elsewhere";
    fs::create_directories(program.parent_path());
    std::ofstream(program) << "#!/bin/sh\necho from elsewhere\n";
    ::chmod(program.c_str(), 0755);
    return program;
  }
  [[nodiscard]] ProgramResult run_elsewhere(const fs::path& program,
                                            std::vector<std::string> flags = {}) const {
    flags.emplace_back("--no-home");
    ProgramSpec spec = agent({"elsewhere"}, std::move(flags));
    spec.environment["PATH"] = program.parent_path().string() + ":" + ::getenv("PATH");
    return run(spec);
  }
};

TEST_F(HostImage, HasTheProgramsOfTheMachine) {
  const ProgramResult inside = run_sh("cat /usr/bin/env | cksum", {"--no-home"});
  const ProgramResult outside = run({.argv = {"sh", "-c", "cat /usr/bin/env | cksum"}});
  EXPECT_EQ(inside.out, outside.out) << inside.err;
}

TEST_F(HostImage, RunsAsDeveloper) {
  const ProgramResult result = run_sh("id -un; echo $HOME $USER; cd; pwd", {"--no-home"});
  EXPECT_EQ(result.out, "developer\n/home/developer developer\n/home/developer\n") << result.err;
}

TEST_F(HostImage, PrefersBashAsTheShell) {
  ProgramSpec spec = agent({}, {"--no-home"});
  spec.input = "echo shell=$0\n";
  EXPECT_EQ(run(spec).out, "shell=bash\n");
}

TEST_F(HostImage, KeepsTheSystemReadOnly) {
  const ProgramResult result = run_sh(
      "for d in /usr /usr/bin /usr/lib /bin; do (echo x > $d/planted) 2>/dev/null && echo $d; "
      "done; "
      "exit 0",
      {"--no-home"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "");
}

TEST_F(HostImage, ShowsNoAccountOfTheMachine) {
  const ProgramResult result = run_sh("cat /etc/passwd /etc/group", {"--no-home"});
  EXPECT_THAT(result.out, HasSubstr("developer:x:1000:1000:"));
  EXPECT_THAT(result.out, Not(HasSubstr("\n" + std::string(::getenv("USER")) + ":")));
}

TEST_F(HostImage, ShowsNoSecretFileOfTheMachine) {
  const ProgramResult result = run_sh(
      "ls -d /etc/shadow /etc/gshadow /etc/sudoers /etc/ssl/private /etc/ssh/ssh_host* "
      "/etc/machine-id /root/.ssh 2>/dev/null",
      {"--no-home"});
  EXPECT_EQ(result.out, "");
}

TEST_F(HostImage, ShowsNoHomeOfTheMachine) {
  EXPECT_EQ(run_sh("ls /home", {"--no-home"}).out, "developer\n");
}

TEST_F(HostImage, HasTemporaryDirectoriesToWriteTo) {
  const ProgramResult result =
      run_sh("for d in /tmp /var/tmp; do echo x > $d/file && cat $d/file && stat -c %a $d; done",
             {"--no-home"});
  EXPECT_EQ(result.out, "x\n1777\nx\n1777\n") << result.err;
}

TEST_F(HostImage, HasNothingOfTheMachinesTemporaryFiles) {
  EXPECT_EQ(run_sh("ls -A /tmp", {"--no-home"}).out, "");
}

TEST_F(HostImage, KeepsTheHomeForTheProject) {
  EXPECT_EQ(run_sh("echo kept > ~/file").code, 0);
  EXPECT_EQ(run_sh("cat ~/file").out, "kept\n");
}

TEST_F(HostImage, HasAHomeOfItsOwnForEachProject) {
  EXPECT_EQ(run_sh("echo kept > ~/file").code, 0);
  fs::create_directories(root_ / "other");
  const ProgramResult other =
      run_sh("cat ~/file 2>/dev/null", {"--dry-run", "--json", "-p", (root_ / "other").string()});
  for (const std::string& volume : home_volumes()) EXPECT_THAT(other.out, Not(HasSubstr(volume)));
  EXPECT_THAT(other.out, HasSubstr("\"home_volume\": \"mino-home-"));
}

TEST_F(HostImage, DropsTheHomeWhenAsked) {
  EXPECT_EQ(run_sh("echo dropped > ~/file && cat ~/file", {"--no-home"}).out, "dropped\n");
  EXPECT_EQ(run_sh("ls -A ~", {"--no-home"}).out.find("file"), std::string::npos);
  EXPECT_THAT(home_volumes(), ::testing::IsEmpty());
}

TEST_F(HostImage, DropsTheHomeWhenTheConfigurationSaysSo) {
  write_config("[home]\nenabled = false\n");
  EXPECT_EQ(run_sh("echo x > ~/file").code, 0);
  EXPECT_THAT(home_volumes(), ::testing::IsEmpty());
}

TEST_F(HostImage, LabelsTheHomeWithItsProject) {
  EXPECT_EQ(run_agent({"true"}).code, 0);
  const std::vector<std::string> volumes = home_volumes();
  ASSERT_EQ(volumes.size(), 1U);
  EXPECT_THAT(volumes.front(), ::testing::MatchesRegex("mino-home-[0-9a-f]{12}"));
}

TEST_F(HostImage, LeavesNoOtherVolume) {
  EXPECT_EQ(run_agent({"sleep", "1000"}, {"-d", "-n", name(), "--no-home"}).code, 0);
  const std::vector<std::string> boxes = containers();
  ASSERT_EQ(boxes.size(), 1U);
  const ProgramResult mounts =
      run({.argv = {"podman", "inspect", "--format",
                    "{{range .Mounts}}{{if eq .Type \"volume\"}}{{.Name}} {{end}}{{end}}",
                    boxes.front()}});
  EXPECT_EQ(run_mino({"stop", "-f", name()}).code, 0);
  std::istringstream words(mounts.out);
  int volumes = 0;
  for (std::string volume; words >> volume; ++volumes)
    EXPECT_EQ(run({.argv = {"podman", "volume", "exists", volume}}).code, 1) << volume;
  EXPECT_EQ(volumes, 3);  // /tmp, /var/tmp and the home
}

TEST_F(HostImage, HintsAtAProgramThatLiesElsewhere) {
  const fs::path program = program_elsewhere("tools");
  const ProgramResult result = run_elsewhere(program);
  EXPECT_EQ(result.code, 127);
  EXPECT_EQ(result.err, "error: elsewhere: no such command in the box\nhint: it is " +
                            program.string() +
                            " on this machine, which the box does not see: add "
                            "--host-path " +
                            program.parent_path().string() + "\n");
}

TEST_F(HostImage, HintsUnderDetachToo) {
  const fs::path program = program_elsewhere("tools");
  const ProgramResult result = run_elsewhere(program, {"-d"});
  EXPECT_EQ(result.code, 127);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("add --host-path " + program.parent_path().string()));
}

TEST_F(HostImage, HintsAtAnInstallationAsAWhole) {
  const fs::path program = program_elsewhere("node-v20/bin");
  EXPECT_THAT(run_elsewhere(program).err,
              HasSubstr("add --host-path " + (root_ / "node-v20").string() + "\n"));
}

TEST_F(HostImage, RunsAProgramOfAHostPath) {
  const fs::path program = program_elsewhere("tools");
  const ProgramResult result =
      run_elsewhere(program, {"--host-path", program.parent_path().string()});
  EXPECT_EQ(result.out, "from elsewhere\n") << result.err;
}

TEST_F(HostImage, RunsAProgramOfAnInstallation) {
  const fs::path program = program_elsewhere("node-v20/bin");
  const ProgramResult result =
      run_elsewhere(program, {"--host-path", (root_ / "node-v20").string()});
  EXPECT_EQ(result.out, "from elsewhere\n") << result.err;
}

TEST_F(HostImage, KeepsAHostPathReadOnly) {
  const fs::path tools = program_elsewhere("tools").parent_path();
  const ProgramResult result = run_sh("echo x > " + (tools / "planted").string(),
                                      {"--no-home", "--host-path", tools.string()});
  EXPECT_NE(result.code, 0);
  EXPECT_FALSE(fs::exists(tools / "planted"));
}

TEST_F(HostImage, NamesAHostPathAsAGrant) {
  const fs::path tools = program_elsewhere("tools").parent_path();
  const ProgramResult plan = run_agent({"true"}, {"--dry-run", "--host-path", tools.string()});
  EXPECT_THAT(plan.out, ::testing::ContainsRegex("\n  host-path +the host's programs in " +
                                                 tools.string() + ", read-only\n"));
}

TEST_F(HostImage, RefusesASensitiveHostPath) {
  for (const std::string& path :
       {std::string(::getenv("HOME")), std::string("/"), (state_ / "mino").string()}) {
    fs::create_directories(state_ / "mino");
    const ProgramResult result = run_agent({"true"}, {"--host-path", path});
    EXPECT_EQ(result.code, 125) << path;
    EXPECT_THAT(result.err, HasSubstr("error: the host path " + path)) << path;
  }
}

TEST_F(HostImage, RefusesAHostPathBehindALink) {
  fs::create_directory_symlink(::getenv("HOME"), root_ / "innocent");
  EXPECT_EQ(run_agent({"true"}, {"--host-path", (root_ / "innocent").string()}).code, 125);
}

TEST_F(HostImage, RefusesAHostPathWithAnotherImage) {
  image_ = "localhost/mino-test:latest";
  const ProgramResult result = run_agent({"true"}, {"--host-path", "/usr/lib"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("--host-path needs --image host"));
}

}  // namespace
}  // namespace mino::integration
