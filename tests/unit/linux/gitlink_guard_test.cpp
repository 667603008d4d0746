#include "adapters/linux/gitlink_guard.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/linux/repository_search.hpp"
#include "adapters/posix/project_defuser.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::linux {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kEvil[] = "[core]\n\tfsmonitor = touch x\n";
constexpr char kDefused[] = "[core]\n\t# mino: fsmonitor = touch x\n";

/// An index of version 2 with an entry of mode 160000 for each name.
std::string index_of(const std::vector<std::string>& names) {
  const auto number = [](std::size_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255);
    return bytes;
  };
  std::string index = "DIRC" + number(2) + number(names.size());
  for (const std::string& name : names) {
    std::string entry(24, '\0');
    entry += number(0160000) + std::string(12, '\0') + std::string(20, 'h');
    entry += number(name.size()).substr(2) + name;
    entry.append(8 - entry.size() % 8, '\0');
    index += entry;
  }
  return index + std::string(20, 'c');
}

/// What the kernel tells is there when the call that made it returns (inotify(7)).
class GitlinkGuardTest : public ::testing::Test {
 protected:
  GitlinkGuardTest() : project_(fs::canonical(directory_.path()) / "project") {
    git_directory(".git");
  }
  void start() {
    root_.reset(::open(project_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    watch_ = std::make_unique<ProjectWatch>(ProjectWatch::make(project_.native()).value());
    const GitlinkGuard::Sink sink{{[this](const std::string& path, const std::string& what) {
                                     defused_.push_back(path + ": " + what);
                                   },
                                   [this](const std::string& path, const Error& error) {
                                     warnings_.push_back(path + ": " + error.text());
                                   }},
                                  [this](const std::string& text) { warnings_.push_back(text); }};
    guard_ =
        std::make_unique<GitlinkGuard>(project_.native(), root_.get(), *watch_, defuser_, sink);
    guard_->start(find_repositories(project_.native()));
  }
  void handle() {
    constexpr int kRounds = 8;  // what it does itself is told too
    for (int round = 0; round < kRounds; ++round) guard_->handle(watch_->take_changes());
  }
  void git_directory(const fs::path& path) const {
    for (const char* name : {"objects", "refs", "hooks"})
      fs::create_directories(project_ / path / name);
    write(path / "HEAD", "ref: refs/heads/main\n");
  }
  void write(const fs::path& path, const std::string& text) const {
    fs::create_directories((project_ / path).parent_path());
    std::ofstream(project_ / path, std::ios::binary) << text;
  }
  void name(const std::vector<std::string>& names, const fs::path& git = ".git") const {
    write(git / "index.lock", index_of(names));
    fs::rename(project_ / git / "index.lock", project_ / git / "index");
  }
  [[nodiscard]] std::string read(const fs::path& path) const {
    std::ifstream file(project_ / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  testing_support::TempDir directory_;
  fs::path project_;
  posix::UniqueFd root_;
  posix::PosixProjectDefuser defuser_;
  std::unique_ptr<ProjectWatch> watch_;
  std::unique_ptr<GitlinkGuard> guard_;
  std::vector<std::string> defused_;
  std::vector<std::string> warnings_;
};

TEST_F(GitlinkGuardTest, TouchesNothingThatNoIndexNames) {
  start();
  git_directory("own/.git");
  write("own/.git/config", kEvil);
  handle();
  guard_->look_at_all();
  EXPECT_EQ(read("own/.git/config"), kEvil);
  EXPECT_THAT(defused_, IsEmpty());
}

TEST_F(GitlinkGuardTest, DefusesWhenItIsNamedAndWhateverComesAfterwards) {
  start();
  git_directory("sub/.git");
  write("sub/.git/config", kEvil);
  name({"sub"});
  handle();
  EXPECT_EQ(read("sub/.git/config"), kDefused);
  write("sub/.git/config", kEvil);
  write("sub/.git/hooks/pre-commit", "x");
  write("sub/.git/hooks/pre-commit.sample", "x");
  handle();
  EXPECT_EQ(read("sub/.git/config"), kDefused);
  EXPECT_FALSE(fs::exists(project_ / "sub/.git/hooks/pre-commit"));
  EXPECT_TRUE(fs::exists(project_ / "sub/.git/hooks/pre-commit.sample"));
  EXPECT_THAT(defused_,
              ElementsAre("sub/.git/config: core.fsmonitor", "sub/.git/config: core.fsmonitor",
                          "sub/.git/hooks/pre-commit: a git hook"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(GitlinkGuardTest, LetsGoOfWhatIsNotNamedAnyMore) {
  start();
  name({"sub"});
  handle();
  name({});
  handle();
  git_directory("sub/.git");
  write("sub/.git/config", kEvil);
  handle();
  EXPECT_EQ(read("sub/.git/config"), kEvil);
}

TEST_F(GitlinkGuardTest, LeavesWhatWasThereBefore) {
  git_directory("sub/.git");
  write("sub/.git/config", kEvil);
  name({"sub"});
  start();
  handle();
  guard_->look_at_all();
  EXPECT_EQ(read("sub/.git/config"), kEvil) << "the box cannot write it: it is the user's";
}

TEST_F(GitlinkGuardTest, ReplacesWhatIsNoOrdinaryFile) {
  name({"sub"});
  start();
  git_directory("sub/.git");
  handle();
  write("evil", kEvil);
  ASSERT_EQ(::mkfifo((project_ / "sub/.git/config").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((project_ / "sub/.git/commondir").c_str(), 0600), 0);
  fs::create_symlink("../../evil", project_ / "sub/.git/config.worktree");
  fs::remove(project_ / "sub/.git/hooks");
  fs::create_symlink("../..", project_ / "sub/.git/hooks");
  handle();
  for (const char* path : {"config", "commondir", "config.worktree", "hooks"})
    EXPECT_FALSE(fs::exists(fs::symlink_status(project_ / "sub/.git" / path))) << path;
  EXPECT_EQ(read("evil"), kEvil);
  EXPECT_EQ(defused_.size(), 4U);
}

TEST_F(GitlinkGuardTest, TakesAConfigurationThatIsTooLargeAwayAsAWhole) {
  name({"sub"});
  start();
  git_directory("sub/.git");
  write("sub/.git/config", std::string(std::size_t{2} << 20, '\n') + kEvil);
  handle();
  EXPECT_FALSE(fs::exists(project_ / "sub/.git/config"));
}

TEST_F(GitlinkGuardTest, TakesAFloodOfHooksAwayAsAWhole) {
  name({"sub"});
  start();
  git_directory("sub/.git");
  for (int i = 0; i < 200; ++i) write("sub/.git/hooks/h" + std::to_string(i), "x");
  handle();
  EXPECT_FALSE(fs::exists(project_ / "sub/.git/hooks"));
  EXPECT_TRUE(fs::exists(project_ / "sub/.git/hooks.mino-quarantined"));
  EXPECT_EQ(defused_.size(), 1U);
}

TEST_F(GitlinkGuardTest, FollowsAPointerInTheProjectOnly) {
  const fs::path outside = project_.parent_path() / "outside";
  fs::create_directories(outside / "hooks");
  std::ofstream(outside / "config") << kEvil;
  name({"sub", "other"});
  start();
  write("sub/.git", "gitdir: " + outside.native() + "\n");
  write("other/.git", "gitdir: ../real/g\n");
  git_directory("real/g");
  write("real/g/config", kEvil);
  handle();
  EXPECT_THAT(defused_, ElementsAre("real/g/config: core.fsmonitor"));
  std::ifstream file(outside / "config");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), kEvil);
}

TEST_F(GitlinkGuardTest, SurvivesIndexesThatNameThemselvesAndWhatIsOutside) {
  start();
  git_directory("sub/.git");
  write("sub/.git/config", kEvil);
  name({".", "..", "", "../sub", "../../outside", "/etc", "deep"}, "sub/.git");
  name({"sub", "./sub", "sub/../sub", ".git/x"});
  handle();
  git_directory("sub/deep/.git");
  write("sub/deep/.git/config", kEvil);
  git_directory(".git/x/.git");
  write(".git/x/.git/config", kEvil);
  handle();
  EXPECT_THAT(defused_,
              ElementsAre("sub/.git/config: core.fsmonitor", ".git/x/.git/config: core.fsmonitor",
                          "sub/deep/.git/config: core.fsmonitor"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(GitlinkGuardTest, SaysWhenThereAreTooManyAndTakesThoseThatAreThere) {
  start();
  git_directory("z/.git");
  write("z/.git/config", kEvil);
  std::vector<std::string> names{"z"};
  for (int i = 0; i < 1500; ++i) names.push_back("n" + std::to_string(i));
  name(names);
  handle();
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("more than 1000 submodules")));
  EXPECT_EQ(read("z/.git/config"), kDefused);
}

TEST_F(GitlinkGuardTest, FindsWhatIsWrittenThroughMemory) {
  name({"sub"});
  start();
  git_directory("sub/.git");
  write("sub/.git/config", "[core]\n\t;smonitor = touch x\n");
  handle();
  std::fstream file(project_ / "sub/.git/config", std::ios::in | std::ios::out);
  file.seekp(8);
  file << "f" << std::flush;
  static_cast<void>(watch_->take_changes());  // as if nothing had been told
  ASSERT_TRUE(guard_->needs_looks());
  guard_->look_for_silent_writes();
  EXPECT_EQ(read("sub/.git/config"), kDefused);
}

TEST_F(GitlinkGuardTest, ReadsAnIndexAsLongAsSomebodyMayWriteIt) {
  name({"a"});
  start();
  git_directory("b/.git");
  write("b/.git/config", kEvil);
  {
    std::fstream file(project_ / ".git/index", std::ios::in | std::ios::out);
    file.seekp(12 + 62);
    file << "b" << std::flush;
    static_cast<void>(watch_->take_changes());
    guard_->look_for_silent_writes();
  }
  EXPECT_EQ(read("b/.git/config"), kDefused);
}

}  // namespace
}  // namespace mino::linux
