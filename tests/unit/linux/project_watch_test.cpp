#include "adapters/linux/project_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST_F(ProjectWatchTest, ADirectoryThatIsNotThereIsNoError) {
  EXPECT_TRUE(watch_.watch("no/such/config").ok());
  EXPECT_TRUE(watch_.watch(".git/config/below-a-file").ok());
}

}  // namespace
}  // namespace mino::linux
