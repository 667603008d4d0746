// `mino run`: the project and the other mounts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// Names of directories that a comma or a colon would tear apart.
class RunOddPath : public AgentTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(RunOddPath, IsMounted) {
  const fs::path directory = root_ / GetParam();
  fs::create_directories(directory);
  std::ofstream(directory / "file") << "content\n";
  const ProgramResult result =
      run_agent({"cat", "/mounted/file"}, {"--volume", directory.string() + ":/mounted:ro"});
  EXPECT_EQ(result.out, "content\n") << result.err;
}

TEST_P(RunOddPath, IsMountedThere) {
  const std::string target = std::string("/mounted/") + GetParam();
  std::ofstream(root_ / "file") << "content\n";
  const ProgramResult result =
      run_agent({"cat", target}, {"--volume", (root_ / "file").string() + ":" + target});
  // A colon in the box begins the options.
  if (target.find(':') != std::string::npos) {
    EXPECT_EQ(result.code, 2) << result.err;
  } else {
    EXPECT_EQ(result.out, "content\n") << result.err;
  }
}

TEST_P(RunOddPath, IsAProject) {
  const fs::path project = root_ / GetParam();
  fs::create_directories(project);
  const ProgramResult result = run_sh("pwd; echo written > file", {"-p", project.string()});
  EXPECT_EQ(result.out, std::string("/") + GetParam() + "\n") << result.err;
  EXPECT_EQ(slurp(project / "file"), "written\n");
  project_ = project;  // what its containers are found by
}

INSTANTIATE_TEST_SUITE_P(Names, RunOddPath,
                         ::testing::Values("co:lon", "com,ma", "quo\"te", "apos'trophe", "a space",
                                           "\u00fcml\u00e4ut \u2603", "back\\slash", "=equals",
                                           "dollar$HOME", "ro,source=x"));

class RunVolume : public AgentTest {
 protected:
  void SetUp() override {
    AgentTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    fs::create_directories(root_ / "data");
    std::ofstream(root_ / "data/file") << "old\n";
  }
};

TEST_F(RunVolume, IsWritable) {
  const std::string volume = (root_ / "data").string() + ":/data";
  EXPECT_EQ(run_sh("echo new > /data/file", {"--volume", volume}).code, 0);
  EXPECT_EQ(slurp(root_ / "data/file"), "new\n");
}

TEST_F(RunVolume, IsReadOnlyWhenAsked) {
  const std::string volume = (root_ / "data").string() + ":/data:ro";
  EXPECT_NE(run_sh("echo new > /data/file", {"--volume", volume}).code, 0);
  EXPECT_EQ(slurp(root_ / "data/file"), "old\n");
}

TEST_F(RunVolume, MayBeRelative) {
  EXPECT_EQ(run_agent({"cat", "/data/file"}, {"--volume", "../data:/data"}).out, "old\n");
}

TEST_F(RunVolume, ComesFromTheFileToo) {
  write_config("[container]\nvolumes = [\"" + (root_ / "data").string() + ":/data:ro\"]\n");
  EXPECT_EQ(run_agent({"cat", "/data/file"}).out, "old\n");
}

TEST_F(RunVolume, WithANewlineIsRefused) {
  const ProgramResult result =
      run_agent({"true"}, {"--volume", (root_ / "da\nta").string() + ":/data"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("holds a control character and cannot be mounted"));
}

TEST_F(RunVolume, ThatIsNotThereIsRefused) {
  const ProgramResult result =
      run_agent({"true"}, {"--volume", (root_ / "missing").string() + ":/data"});
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr("hint: make it first, e.g. with: mkdir -p"));
  EXPECT_FALSE(fs::exists(root_ / "missing"));
}

TEST_F(RunVolume, OverWhatKeepsTheBoxTogetherIsRefused) {
  for (const char* target :
       {"/", "/proc", "/sys/fs/cgroup", "/dev", "/etc/hosts", "/run/podman-init"}) {
    const ProgramResult result =
        run_agent({"true"}, {"--volume", (root_ / "data").string() + ":" + target});
    EXPECT_EQ(result.code, 2) << target;
    EXPECT_THAT(result.err, HasSubstr("nothing can be mounted at")) << target;
  }
}

class RunProject : public AgentTest {
 protected:
  [[nodiscard]] std::string workdir_of(const std::string& folder) const {
    fs::create_directories(root_ / folder);
    const ProgramResult plan =
        run_agent({"true"}, {"--dry-run", "--json", "-p", (root_ / folder).string()});
    const std::string mark = "\"workdir\": \"";
    const std::size_t begin = plan.out.find(mark);
    if (begin == std::string::npos) return plan.err;
    const std::size_t end = plan.out.find('"', begin + mark.size());
    return plan.out.substr(begin + mark.size(), end - begin - mark.size());
  }
  void expect_owned_by_the_user(const fs::path& path) const {
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0) << path;
    EXPECT_EQ(info.st_uid, ::geteuid());
    EXPECT_EQ(info.st_gid, ::getegid());
  }
};

TEST_F(RunProject, IsTheWorkingDirectory) { EXPECT_EQ(run_agent({"pwd"}).out, "/app\n"); }

TEST_F(RunProject, IsTheOneOfTheFlag) {
  fs::create_directories(root_ / "other");
  std::ofstream(root_ / "other/file") << "content\n";
  EXPECT_EQ(run_agent({"cat", "file"}, {"-p", "../other"}).out, "content\n");
}

TEST_F(RunProject, GetsFilesOfTheUserFromAnImageThatRunsAsRoot) {
  EXPECT_EQ(run_sh("id -u; mkdir made; echo x > made/file").out, "0\n");
  expect_owned_by_the_user(project_ / "made");
  expect_owned_by_the_user(project_ / "made/file");
}

TEST_F(RunProject, GetsFilesOfTheUserFromAnImageWithAUser) {
  image_ = user_image_;
  EXPECT_EQ(run_sh("id -u; mkdir made; echo x > made/file").out, "1000\n");
  expect_owned_by_the_user(project_ / "made");
  expect_owned_by_the_user(project_ / "made/file");
}

TEST_F(RunProject, GetsFilesOfTheUserFromTheHostImage) {
  image_ = "host";
  EXPECT_EQ(run_sh("id -u; mkdir made; echo x > made/file", {"--no-home"}).out, "1000\n");
  expect_owned_by_the_user(project_ / "made");
  expect_owned_by_the_user(project_ / "made/file");
}

TEST_F(RunProject, IsMountedAtAFolderOfItsName) { EXPECT_EQ(workdir_of("shop-2"), "/shop-2"); }

TEST_F(RunProject, WithAReservedNameIsTheWorkspace) {
  for (const char* folder :
       {"bin", "boot", "cache", "etc", "home", "lib32", "libx32", "mnt", "media", "opt", "proc",
        "root", "run", "srv", "ssh-agent", "tmp", "usr", "var", "workspace"}) {
    EXPECT_EQ(workdir_of(folder), "/workspace") << folder;
  }
}

TEST_F(RunProject, WithAReservedNameLeavesTheImageAsItIs) {
  fs::create_directories(root_ / "etc");
  const ProgramResult result =
      run_sh("pwd; test -s /etc/passwd && echo there", {"-p", (root_ / "etc").string()});
  EXPECT_EQ(result.out, "/workspace\nthere\n") << result.err;
  project_ = root_ / "etc";
}

TEST_F(RunProject, LiesWhereTheConfigurationSays) {
  write_config("[container]\nworkdir = \"/srv/code\"\n");
  EXPECT_EQ(run_agent({"pwd"}).out, "/srv/code\n");
}

TEST_F(RunProject, OfTheWholeHomeIsRefused) {
  const ProgramResult result = run_agent({"true"}, {"-p", ::getenv("HOME")});
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr("is your home directory"));
  EXPECT_THAT(result.err, HasSubstr("insist with --allow-sensitive-project"));
}

TEST_F(RunProject, AboveTheHomeIsRefused) {
  EXPECT_THAT(run_agent({"true"}, {"-p", "/"}).err, HasSubstr("is the whole file system"));
  const std::string above = fs::path(::getenv("HOME")).parent_path().string();
  EXPECT_THAT(run_agent({"true"}, {"-p", above}).err, HasSubstr("holds your home directory"));
}

TEST_F(RunProject, BehindALinkToASensitiveOneIsRefused) {
  fs::create_directory_symlink(state_ / "mino", root_ / "innocent");
  fs::create_directories(state_ / "mino");
  EXPECT_EQ(run_agent({"true"}, {"-p", (root_ / "innocent").string()}).code, 125);
}

TEST_F(RunProject, ThatIsSensitiveIsUsedWhenInsistedOn) {
  const fs::path project = state_ / "mino/inside";
  fs::create_directories(project);
  EXPECT_EQ(run_agent({"true"}, {"-p", project.string()}).code, 125);
  const ProgramResult result =
      run_sh("echo x > file", {"-p", project.string(), "--allow-sensitive-project"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(slurp(project / "file"), "x\n");
  project_ = project;
}

}  // namespace
}  // namespace mino::integration
