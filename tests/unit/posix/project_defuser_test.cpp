#include "adapters/posix/project_defuser.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/temp_dir.hpp"

namespace mino::posix {
namespace {

namespace fs = std::filesystem;
using testing_support::TempDir;

class ProjectDefuserTest : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text, mode_t mode) {
    const fs::path file = project_ / path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
    ::chmod(file.c_str(), mode);
  }
  static std::string bytes(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static mode_t mode(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }

  TempDir project_;
  TempDir quarantine_;
  PosixProjectDefuser defuser_;
};

TEST_F(ProjectDefuserTest, RenamesAHookAndTakesItsBits) {
  write("a/.git/hooks/x", "text", 04755);
  const auto name = defuser_.rename_beside(project_.path(), "a/.git/hooks/x");
  ASSERT_TRUE(name.ok()) << name.error().text();
  EXPECT_EQ(*name, "a/.git/hooks/x.mino-quarantined");
  EXPECT_FALSE(fs::exists(project_ / "a/.git/hooks/x"));
  EXPECT_EQ(bytes(project_ / *name), "text");
  EXPECT_EQ(mode(project_ / *name), 0644U);
}

TEST_F(ProjectDefuserTest, ReplacesNothingWhenItRenames) {
  write("x", "1", 0755);
  ASSERT_TRUE(defuser_.rename_beside(project_.path(), "x").ok());
  write("x", "2", 0755);
  EXPECT_EQ(*defuser_.rename_beside(project_.path(), "x"), "x.2.mino-quarantined");
  EXPECT_EQ(bytes(project_ / "x.mino-quarantined"), "1");
}

TEST_F(ProjectDefuserTest, RenamesALinkAndLeavesItsTargetAlone) {
  write("target", "text", 0755);
  fs::create_symlink("target", project_ / "x");
  ASSERT_TRUE(defuser_.rename_beside(project_.path(), "x").ok());
  EXPECT_TRUE(fs::is_symlink(project_ / "x.mino-quarantined"));
  EXPECT_EQ(mode(project_ / "target"), 0755U);
}

TEST_F(ProjectDefuserTest, GoesThroughNoLinkOnItsWay) {
  TempDir outside;
  std::ofstream(outside / "x") << "text";
  ::chmod((outside / "x").c_str(), 04755);
  fs::create_directory_symlink(outside.path(), project_ / "way");
  EXPECT_FALSE(defuser_.rename_beside(project_.path(), "way/x").ok());
  EXPECT_FALSE(defuser_.drop_set_ids(project_.path(), "way/x").ok());
  EXPECT_FALSE(defuser_.replace(project_.path(), "way/x", "text", "").ok());
  EXPECT_FALSE(defuser_.move_out(project_.path(), "way/x", quarantine_.path()).ok());
  EXPECT_FALSE(defuser_.rename_beside(project_.path(), "../x").ok());
  EXPECT_EQ(bytes(outside / "x"), "text");
  EXPECT_EQ(mode(outside / "x"), 04755U);
}

TEST_F(ProjectDefuserTest, ReplacesAFileAndKeepsItsMode) {
  write("config", "old", 0640);
  ASSERT_TRUE(defuser_.replace(project_.path(), "config", "old", "new").ok());
  EXPECT_EQ(bytes(project_ / "config"), "new");
  EXPECT_EQ(mode(project_ / "config"), 0640U);
  const auto again = defuser_.replace(project_.path(), "config", "old", "x");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code(), ErrorCode::kBusy);
  EXPECT_EQ(std::distance(fs::directory_iterator(project_.path()), {}), 1);
}

TEST_F(ProjectDefuserTest, MovesFilesAndLinksOut) {
  write("a/b/.envrc", "text", 0755);
  fs::create_symlink("/etc/passwd", project_ / "a/link");
  ASSERT_TRUE(defuser_.move_out(project_.path(), "a/b/.envrc", quarantine_.path()).ok());
  ASSERT_TRUE(defuser_.move_out(project_.path(), "a/link", quarantine_.path()).ok());
  EXPECT_FALSE(fs::exists(project_ / "a/b/.envrc"));
  EXPECT_FALSE(fs::is_symlink(project_ / "a/link"));
  EXPECT_EQ(bytes(quarantine_ / "a/b/.envrc"), "text");
  EXPECT_EQ(mode(quarantine_ / "a/b/.envrc"), 0600U);
  EXPECT_EQ(fs::read_symlink(quarantine_ / "a/link"), "/etc/passwd");
}

TEST_F(ProjectDefuserTest, MovesAcrossFileSystems) {
  const fs::path memory = "/dev/shm";
  struct stat here {};
  struct stat there {};
  if (::stat(memory.c_str(), &there) != 0 || ::stat(project_.path().c_str(), &here) != 0 ||
      here.st_dev == there.st_dev)
    GTEST_SKIP() << "one file system";
  std::string pattern = memory / "mino-test-XXXXXX";
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  write(".envrc", "text", 0755);
  fs::create_symlink("/etc/passwd", project_ / "link");
  EXPECT_TRUE(defuser_.move_out(project_.path(), ".envrc", pattern).ok());
  EXPECT_TRUE(defuser_.move_out(project_.path(), "link", pattern).ok());
  EXPECT_TRUE(fs::is_empty(project_.path()));
  EXPECT_EQ(bytes(fs::path(pattern) / ".envrc"), "text");
  EXPECT_EQ(mode(fs::path(pattern) / ".envrc"), 0600U);
  EXPECT_EQ(fs::read_symlink(fs::path(pattern) / "link"), "/etc/passwd");
  fs::remove_all(pattern);
}

TEST_F(ProjectDefuserTest, MovingAgainReplacesNothing) {
  write(".envrc", "1", 0644);
  ASSERT_TRUE(defuser_.move_out(project_.path(), ".envrc", quarantine_.path()).ok());
  write(".envrc", "2", 0644);
  ASSERT_TRUE(defuser_.move_out(project_.path(), ".envrc", quarantine_.path()).ok());
  EXPECT_EQ(bytes(quarantine_ / ".envrc"), "1");
  EXPECT_EQ(bytes(quarantine_ / ".envrc.2"), "2");
}

TEST_F(ProjectDefuserTest, DropsSetIdBits) {
  write("x", "text", 06755);
  ASSERT_TRUE(defuser_.drop_set_ids(project_.path(), "x").ok());
  EXPECT_EQ(mode(project_ / "x"), 0755U);
  fs::create_symlink("x", project_ / "link");
  EXPECT_FALSE(defuser_.drop_set_ids(project_.path(), "link").ok());
}

TEST_F(ProjectDefuserTest, RemovesEmptyDirectoriesOnly) {
  fs::create_directories(project_ / "empty");
  write("full/x", "", 0644);
  EXPECT_TRUE(defuser_.remove_if_empty(project_.path(), "empty").ok());
  EXPECT_TRUE(defuser_.remove_if_empty(project_.path(), "full").ok());
  EXPECT_FALSE(fs::exists(project_ / "empty"));
  EXPECT_TRUE(fs::exists(project_ / "full/x"));
}

TEST_F(ProjectDefuserTest, WhatIsGoneIsNotFound) {
  EXPECT_EQ(defuser_.rename_beside(project_.path(), "gone").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(defuser_.move_out(project_.path(), "a/gone", quarantine_.path()).error().code(),
            ErrorCode::kNotFound);
}

}  // namespace
}  // namespace mino::posix
