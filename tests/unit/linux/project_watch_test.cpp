#include "adapters/linux/project_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temp_dir.hpp"

namespace mino::linux {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A change has been reported by the time the call that made it returns (inotify(7)).
class ProjectWatchTest : public ::testing::Test {
 protected:
  ProjectWatchTest() : watch_(ProjectWatch::make(directory_.path().native()).value()) {
    fs::create_directories(directory_ / ".git");
    write(".git/config", "old");
  }
  void write(const fs::path& path, const std::string& text) const {
    std::ofstream(directory_ / path) << text;
  }

  testing_support::TempDir directory_;
  ProjectWatch watch_;
};

TEST_F(ProjectWatchTest, TellsOfAFileThatIsReplacedByRename) {
  ASSERT_TRUE(watch_.watch(".git/config").ok());
  write(".git/config.lock", "new");
  EXPECT_THAT(watch_.take_changes(), IsEmpty());
  fs::rename(directory_ / ".git/config.lock", directory_ / ".git/config");
  EXPECT_THAT(watch_.take_changes(), ElementsAre(".git/config"));
  EXPECT_THAT(watch_.take_changes(), IsEmpty());
}

TEST_F(ProjectWatchTest, TellsOfNamesThatComeAndGo) {
  ASSERT_TRUE(watch_.watch(".envrc").ok());
  ASSERT_TRUE(watch_.watch(".vscode").ok());
  write(".envrc", "x");
  fs::create_directory(directory_ / ".vscode");
  write("other", "x");
  EXPECT_THAT(watch_.take_changes(), ElementsAre(".envrc", ".vscode"));
  fs::remove(directory_ / ".vscode");
  EXPECT_THAT(watch_.take_changes(), ElementsAre(".vscode"));
}

TEST_F(ProjectWatchTest, WatchesADirectoryThatTookAnothersPlace) {
  ASSERT_TRUE(watch_.watch(".git").ok());
  ASSERT_TRUE(watch_.watch(".git/config").ok());
  fs::rename(directory_ / ".git", directory_ / "moved");
  fs::create_directory(directory_ / ".git");
  EXPECT_THAT(watch_.take_changes(), ElementsAre(".git"));
  ASSERT_TRUE(watch_.watch_anew(".git/config").ok());
  write(".git/config", "new");
  EXPECT_THAT(watch_.take_changes(), ElementsAre(".git/config"));
}

TEST_F(ProjectWatchTest, TellsOfWhatIsWrittenWhereThatIsWanted) {
  write(".git/index", "old");
  ASSERT_TRUE(watch_.watch(".git/config").ok());
  ASSERT_TRUE(watch_.watch_file(".git/index").ok());
  write(".git/HEAD", "x");
  EXPECT_THAT(watch_.take_changes(), IsEmpty());
  std::ofstream file(directory_ / ".git/index");
  file << "new" << std::flush;
  EXPECT_THAT(watch_.take_changes(), ElementsAre(".git/index")) << "before it is closed";
  file.close();
  static_cast<void>(watch_.take_changes());
  ASSERT_TRUE(watch_.watch_anew(".git/config").ok());
  write(".git/index", "newer");
  EXPECT_THAT(watch_.take_changes(), ElementsAre(".git/index"));
}

TEST_F(ProjectWatchTest, TellsOfEverythingInADirectory) {
  ASSERT_TRUE(watch_.watch_contents(".git").ok());
  write(".git/any", "x");
  fs::permissions(directory_ / ".git/config", fs::perms(0700));
  EXPECT_THAT(watch_.take_changes(), ElementsAre(".git/any", ".git/config"));
}

TEST_F(ProjectWatchTest, MakesADirectoryReadableThatHidesWhatIsInIt) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read it";
  fs::permissions(directory_ / ".git", fs::perms(0300));
  ASSERT_TRUE(watch_.watch_contents(".git").ok());
  write(".git/any", "x");
  EXPECT_THAT(watch_.take_changes(), ElementsAre(".git/any"));
}

TEST_F(ProjectWatchTest, FollowsDirectoriesThatChangePlaces) {
  for (const char* name : {"one", "two"}) {
    fs::create_directory(directory_ / name);
    ASSERT_TRUE(watch_.watch(name).ok());
    ASSERT_TRUE(watch_.watch(std::string(name) + "/x").ok());
  }
  fs::rename(directory_ / "one", directory_ / "three");
  fs::rename(directory_ / "two", directory_ / "one");
  fs::rename(directory_ / "three", directory_ / "two");
  EXPECT_THAT(watch_.take_changes(), ElementsAre("one", "two"));
  for (const char* path : {"one/x", "two/x"}) ASSERT_TRUE(watch_.watch_anew(path).ok());
  write("one/x", "");
  EXPECT_THAT(watch_.take_changes(), ElementsAre("one/x"));
  write("two/x", "");
  EXPECT_THAT(watch_.take_changes(), ElementsAre("two/x"));
}

TEST_F(ProjectWatchTest, ADirectoryThatIsNotThereIsNoError) {
  EXPECT_TRUE(watch_.watch("no/such/config").ok());
  EXPECT_TRUE(watch_.watch(".git/config/below-a-file").ok());
}

}  // namespace
}  // namespace mino::linux
