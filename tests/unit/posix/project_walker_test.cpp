#include "adapters/posix/project_walker.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace mino::posix {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using testing_support::TempDir;

constexpr Timestamp kLongAgo{std::chrono::seconds{1}};

class ProjectWalkerTest : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text = "x", mode_t mode = 0644) {
    const fs::path file = directory_ / path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
    ::chmod(file.c_str(), mode);
  }
  void link(const std::string& path, const std::string& target) {
    fs::create_directories((directory_ / path).parent_path());
    fs::create_symlink(target, directory_ / path);
  }
  ProjectWalk walk(Timestamp since = kLongAgo, WalkExtent extent = WalkExtent::kQuick) {
    auto result = walker_.walk({.project = directory_.path(),
                                .since = since,
                                .extent = extent,
                                .patience = std::chrono::seconds(60)});
    EXPECT_TRUE(result.ok());
    return result.ok() ? std::move(result).value() : ProjectWalk();
  }
  /// "hook a/.git/hooks/x" of each.
  static std::vector<std::string> found(const ProjectWalk& walk) {
    std::vector<std::string> lines;
    for (const WalkedEntry& entry : walk.entries)
      lines.push_back(std::string(to_string(entry.what)) + " " + entry.path);
    return lines;
  }
  /// A moment that everything there is lies before, and everything to come behind.
  Timestamp next_moment() {
    const auto change_time = [this] {
      std::ofstream(directory_ / "clock") << "x";
      struct stat status {};
      EXPECT_EQ(::stat((directory_ / "clock").c_str(), &status), 0);
      return std::chrono::seconds(status.st_ctim.tv_sec) +
             std::chrono::nanoseconds(status.st_ctim.tv_nsec);
    };
    const auto before = change_time();
    auto now = before;
    while (now == before) now = change_time();
    fs::remove(directory_ / "clock");
    return Timestamp(std::chrono::duration_cast<Timestamp::duration>(now));
  }

  TempDir directory_;
  PosixProjectWalker walker_;
};

TEST_F(ProjectWalkerTest, FindsEachClass) {
  write("a/.git/hooks/pre-commit", "x", 0755);
  write("a/.git/config");
  write("a/.git/objects/aa/hooks/x", "x", 0755);
  write("a/.git/info/attributes");
  write("b/.git", "gitdir: x");
  write("suid", "x", 04755);
  write(".envrc");
  write(".vscode/tasks.json");
  fs::create_directories(directory_ / ".GIT");
  link("out", "/etc");
  link("in", "a");
  write("package.json");
  write("node_modules/x/package.json");
  write("node_modules/x/.git/hooks/pre-push", "x", 0755);
  write("Makefile");
  write(".github/workflows/a.yml");
  write("tool", "x", 0755);
  write("s.sh");
  write("main.cpp");
  const ProjectWalk result = walk();
  EXPECT_THAT(
      found(result),
      UnorderedElementsAre(
          "hook a/.git/hooks/pre-commit", "hook node_modules/x/.git/hooks/pre-push",
          "git-config a/.git/config", "git-file a/.git/info/attributes", "git-file b/.git",
          "setuid suid", "protected-name .envrc", "protected-name .vscode/tasks.json",
          "look-alike .GIT", "link out", "package-scripts package.json", "build-file Makefile",
          "ci .github/workflows/a.yml", "executable tool", "executable s.sh"));
  EXPECT_THAT(result.not_looked_at, IsEmpty());
}

TEST_F(ProjectWalkerTest, KnowsGitDirectoriesByWhatTheyHold) {
  write("bare/HEAD");
  write("bare/config");
  write("bare/hooks/update", "x", 0755);
  write("bare/refs/x");
  write("bare/objects/x");
  write(".git/worktrees/w/HEAD");
  write(".git/worktrees/w/commondir");
  write(".git/worktrees/w/config.worktree");
  write("not/config");
  write("not/hooks/update");
  EXPECT_THAT(found(walk()),
              UnorderedElementsAre("git-config bare/config", "hook bare/hooks/update",
                                   "git-file .git/worktrees/w/commondir",
                                   "git-config .git/worktrees/w/config.worktree"));
}

TEST_F(ProjectWalkerTest, FindsOnlyWhatChangedSince) {
  write("old/.git/hooks/pre-commit", "x", 0755);
  write("old/Makefile");
  write("old/tool", "x", 0755);
  write("other/Makefile");
  const Timestamp since = next_moment();
  EXPECT_THAT(found(walk(since)), IsEmpty());
  EXPECT_THAT(found(walk(since, WalkExtent::kFull)), IsEmpty());
  write("other/Makefile", "changed");
  write("new/tool", "x", 0755);
  EXPECT_THAT(found(walk(since)),
              UnorderedElementsAre("build-file other/Makefile", "executable new/tool"));
}

TEST_F(ProjectWalkerTest, AnOldModificationTimeDoesNotHide) {
  write("Makefile");
  const Timestamp since = next_moment();
  write("Makefile", "all:");
  const timespec times[2]{{1, 0}, {1, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (directory_ / "Makefile").c_str(), times, 0), 0);
  EXPECT_THAT(found(walk(since)), UnorderedElementsAre("build-file Makefile"));
}

TEST_F(ProjectWalkerTest, SaysWhetherAFileIsNew) {
  write("a/Makefile");
  const Timestamp since = next_moment();
  write("a/Makefile", "changed");
  write("b/Makefile");
  std::map<std::string, Change> changes;
  for (const WalkedEntry& entry : walk(since).entries) changes[entry.path] = entry.change;
  EXPECT_EQ(changes, (std::map<std::string, Change>{{"a/Makefile", Change::kChanged},
                                                    {"b/Makefile", Change::kNew}}));
}

TEST_F(ProjectWalkerTest, OnlyAFullWalkSeesAnOldFileMadeExecutable) {
  write("a/tool");
  write("a/suid");
  const Timestamp since = next_moment();
  ASSERT_EQ(::chmod((directory_ / "a/tool").c_str(), 0755), 0);
  ASSERT_EQ(::chmod((directory_ / "a/suid").c_str(), 04755), 0);
  EXPECT_THAT(found(walk(since)), IsEmpty());
  EXPECT_THAT(found(walk(since, WalkExtent::kFull)),
              UnorderedElementsAre("executable a/tool", "setuid a/suid"));
}

TEST_F(ProjectWalkerTest, SeesOldFilesOfADirectoryThatWasMovedToItsName) {
  write("plain/hooks/pre-commit", "x", 0755);
  write("plain/config");
  write("settings/tasks.json");
  write("r/.git/config");
  write("r/other/post-merge", "x", 0755);
  const Timestamp since = next_moment();
  fs::rename(directory_ / "plain", directory_ / ".git");
  fs::rename(directory_ / "settings", directory_ / ".vscode");
  fs::rename(directory_ / "r/other", directory_ / "r/.git/hooks");
  EXPECT_THAT(
      found(walk(since)),
      UnorderedElementsAre("hook .git/hooks/pre-commit", "git-config .git/config",
                           "protected-name .vscode/tasks.json", "hook r/.git/hooks/post-merge"));
}

TEST_F(ProjectWalkerTest, OrdinaryWorkOfGitIsNothing) {
  write(".git/hooks/pre-commit", "x", 0755);
  write(".git/config");
  write(".git/info/attributes");
  const Timestamp since = next_moment();
  write(".git/index");
  write(".git/info/exclude");
  write(".git/refs/heads/main");
  EXPECT_THAT(found(walk(since)), IsEmpty());
}

TEST_F(ProjectWalkerTest, FollowsNoLink) {
  TempDir outside;
  std::ofstream(outside / "Makefile") << "x";
  fs::create_directories(directory_ / "a");
  fs::create_symlink(outside.path(), directory_ / "a/outside");
  link("loop", ".");
  link("a/loop1", "loop2");
  link("a/loop2", "loop1");
  EXPECT_THAT(found(walk()), UnorderedElementsAre("link a/outside"));
}

TEST_F(ProjectWalkerTest, SeesThroughALinkByAnotherLink) {
  fs::create_directories(directory_ / "d/e");
  link("d/top", "..");
  link("d/e/sly", "../top/../x");
  EXPECT_THAT(found(walk()), UnorderedElementsAre("link d/e/sly"));
}

TEST_F(ProjectWalkerTest, AnAbsoluteLinkIntoTheProjectStays) {
  link("in", (directory_ / "x").string());
  link("out", directory_.path().string() + "x");
  EXPECT_THAT(found(walk()), UnorderedElementsAre("link out"));
}

TEST_F(ProjectWalkerTest, TakesNoFifoForAFileAndDoesNotBlock) {
  ASSERT_EQ(::mkfifo((directory_ / "package.json").c_str(), 0644), 0);
  fs::create_directories(directory_ / ".git/hooks");
  ASSERT_EQ(::mkfifo((directory_ / ".git/config").c_str(), 0644), 0);
  EXPECT_THAT(found(walk()), UnorderedElementsAre("git-config .git/config"));
  const auto read = walker_.read(directory_.path(), ".git/config", 100);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code(), ErrorCode::kCorrupt);
}

TEST_F(ProjectWalkerTest, GoesAsDeepAsThePathIsTooLongForTheKernel) {
  constexpr int kDepth = 3000;
  int at = ::open(directory_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  std::string path;
  for (int i = 0; i < kDepth; ++i) {
    ASSERT_EQ(::mkdirat(at, "d", 0755), 0);
    const int next = ::openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::close(at);
    at = next;
    path += "d/";
  }
  const int file = ::openat(at, "Makefile", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  ASSERT_EQ(::write(file, "x", 1), 1);
  ::close(file);
  ::close(at);
  EXPECT_THAT(found(walk()), UnorderedElementsAre("build-file " + path + "Makefile"));
  const auto read = walker_.read(directory_.path(), path + "Makefile", 100);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(*read, "x");
}

TEST_F(ProjectWalkerTest, ManyDirectoriesSideBySideAtEveryDepthAreNoTrouble) {
  std::string path;
  for (int i = 0; i < 700; ++i) {
    fs::create_directories(directory_ / (path + "a"));
    write(path + "b/Makefile");
    path += "a/";
  }
  EXPECT_EQ(walk().entries.size(), 700U);
}

TEST_F(ProjectWalkerTest, KeepsSoManyOfAClassAndCountsTheRest) {
  constexpr std::size_t kHooks = ProjectWalk::kMaxOfClass + 5;
  fs::create_directories(directory_ / ".husky");
  for (std::size_t i = 0; i < kHooks; ++i) std::ofstream(directory_ / ".husky" / std::to_string(i));
  write("suid", "x", 04755);
  const ProjectWalk result = walk();
  EXPECT_EQ(result.entries.size(), ProjectWalk::kMaxOfClass + 1);
  EXPECT_EQ(result.left_out[HandoffClass::kHook], 5U);
}

TEST_F(ProjectWalkerTest, SaysWhichChangedDirectoriesCannotBeRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  fs::create_directories(directory_ / "old");
  ::chmod((directory_ / "old").c_str(), 0);
  const Timestamp since = next_moment();
  EXPECT_THAT(walk(since).not_looked_at, IsEmpty());
  fs::create_directories(directory_ / "new\n");
  ::chmod((directory_ / "new\n").c_str(), 0);
  EXPECT_THAT(walk(since).not_looked_at,
              UnorderedElementsAre("a directory that may not be read: new\\x0a"));
  ::chmod((directory_ / "new\n").c_str(), 0700);
  ::chmod((directory_ / "old").c_str(), 0700);
}

TEST_F(ProjectWalkerTest, EndsWhenItsTimeIsOver) {
  write("Makefile");
  const auto result = walker_.walk({.project = directory_.path(), .since = kLongAgo});
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result->not_looked_at, ::testing::SizeIs(1));
}

TEST_F(ProjectWalkerTest, AProjectThatIsGoneIsAnError) {
  const auto result = walker_.walk({.project = directory_ / "gone", .since = kLongAgo});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kNotFound);
}

TEST_F(ProjectWalkerTest, ReadsRegularFilesThroughNoLink) {
  write("a/file", "text");
  link("link", "a/file");
  link("b", "a");
  EXPECT_EQ(*walker_.read(directory_.path(), "a/file", 4), "text");
  EXPECT_EQ(walker_.read(directory_.path(), "a/file", 3).error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(walker_.read(directory_.path(), "link", 100).error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(*walker_.read(directory_.path(), "b/file", 100), std::nullopt);
  EXPECT_EQ(*walker_.read(directory_.path(), "none", 100), std::nullopt);
  EXPECT_FALSE(walker_.read(directory_.path(), "../x", 100).ok());
  EXPECT_FALSE(walker_.read(directory_.path(), "a", 100).ok());
}

}  // namespace
}  // namespace mino::posix
