#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ports/file_system.hpp"

namespace mino::contract {

/// A file system with an empty directory to work in.
class FileSystemHarness {
 public:
  virtual ~FileSystemHarness() = default;
  virtual FileSystem& files() = 0;
  virtual std::filesystem::path root() = 0;
  virtual void make_symlink(const std::filesystem::path& path,
                            const std::filesystem::path& target) = 0;
};

using FileSystemFactory = std::unique_ptr<FileSystemHarness> (*)();

class FileSystemContract : public ::testing::TestWithParam<FileSystemFactory> {
 protected:
  static constexpr std::size_t kPlenty = 1024;

  FileSystem& files() { return harness_->files(); }
  std::filesystem::path at(const std::string& name) { return harness_->root() / name; }
  void write(const std::string& name, std::string_view bytes, std::uint32_t mode = 0600) {
    const Result<void> written = files().write_atomic(at(name), bytes, mode, Durability::kRename);
    ASSERT_TRUE(written.ok()) << written.error().text();
  }
  void make_directory(const std::string& name, std::uint32_t mode = 0700) {
    ASSERT_TRUE(files().make_directories(at(name), mode).ok());
  }
  std::string content(const std::string& name) {
    const auto bytes = files().read(at(name), kPlenty);
    return bytes.ok() && *bytes ? **bytes : "(none)";
  }

  std::unique_ptr<FileSystemHarness> harness_ = GetParam()();
};

TEST_P(FileSystemContract, ReadsWhatWasWritten) {
  using namespace std::literals;
  write("file", "a\0b\n"sv);
  EXPECT_EQ(content("file"), "a\0b\n"s);
  write("file", "");
  EXPECT_EQ(content("file"), "");
}

TEST_P(FileSystemContract, MissingIsNotAnError) {
  for (const std::string name : {"missing", "missing/below"}) {
    const auto bytes = files().read(at(name), kPlenty);
    ASSERT_TRUE(bytes.ok());
    EXPECT_FALSE(bytes->has_value());
    const auto info = files().info(at(name), FollowLinks::kYes);
    ASSERT_TRUE(info.ok());
    EXPECT_FALSE(info->has_value());
    const auto canonical = files().canonical(at(name));
    ASSERT_TRUE(canonical.ok());
    EXPECT_FALSE(canonical->has_value());
    const auto names = files().list(at(name));
    ASSERT_TRUE(names.ok());
    EXPECT_FALSE(names->has_value());
    EXPECT_TRUE(files().remove(at(name)).ok());
    EXPECT_TRUE(files().remove_tree(at(name)).ok());
  }
}

TEST_P(FileSystemContract, BelowAFileIsMissing) {
  write("file", "x");
  const auto bytes = files().read(at("file/below"), kPlenty);
  ASSERT_TRUE(bytes.ok());
  EXPECT_FALSE(bytes->has_value());
}

TEST_P(FileSystemContract, RefusesToReadMoreThanAllowed) {
  write("file", "12345");
  EXPECT_TRUE(files().read(at("file"), 5).ok());
  const auto bytes = files().read(at("file"), 4);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code(), ErrorCode::kCorrupt);
}

TEST_P(FileSystemContract, RefusesToReadADirectory) {
  make_directory("directory");
  const auto bytes = files().read(at("directory"), kPlenty);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code(), ErrorCode::kCorrupt);
}

TEST_P(FileSystemContract, GivesTheModeThatWasAskedFor) {
  write("private", "x", 0600);
  write("open", "x", 0666);
  make_directory("directory", 0777);
  EXPECT_EQ((*files().info(at("private"), FollowLinks::kYes))->mode, 0600U);
  EXPECT_EQ((*files().info(at("open"), FollowLinks::kYes))->mode, 0666U);
  EXPECT_EQ((*files().info(at("directory"), FollowLinks::kYes))->mode, 0777U);
}

TEST_P(FileSystemContract, DescribesFiles) {
  write("file", "12345");
  make_directory("directory");
  harness_->make_symlink(at("link"), at("file"));
  const auto file = *files().info(at("file"), FollowLinks::kYes);
  EXPECT_EQ(file->kind, FileKind::kRegular);
  EXPECT_EQ(file->size_bytes, 5U);
  EXPECT_EQ((*files().info(at("directory"), FollowLinks::kYes))->kind, FileKind::kDirectory);
  EXPECT_EQ((*files().info(at("link"), FollowLinks::kNo))->kind, FileKind::kSymlink);
  EXPECT_EQ(*files().info(at("link"), FollowLinks::kYes), file);
}

TEST_P(FileSystemContract, ReplacingMakesANewFile) {
  write("file", "old", 0644);
  const auto before = *files().info(at("file"), FollowLinks::kYes);
  write("file", "new", 0600);
  const auto after = *files().info(at("file"), FollowLinks::kYes);
  EXPECT_NE(before->inode, after->inode);
  EXPECT_EQ(after->mode, 0600U);
  EXPECT_EQ(content("file"), "new");
}

TEST_P(FileSystemContract, WritingReplacesALinkAndNotItsTarget) {
  write("target", "target");
  harness_->make_symlink(at("link"), at("target"));
  write("link", "new");
  EXPECT_EQ(content("target"), "target");
  EXPECT_EQ((*files().info(at("link"), FollowLinks::kNo))->kind, FileKind::kRegular);
}

TEST_P(FileSystemContract, WritingNeedsTheParent) {
  const Result<void> written =
      files().write_atomic(at("missing/file"), "x", 0600, Durability::kRename);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code(), ErrorCode::kNotFound);
}

TEST_P(FileSystemContract, AFailedWriteLeavesNothing) {
  make_directory("directory/below");
  EXPECT_FALSE(files().write_atomic(at("directory"), "x", 0600, Durability::kSync).ok());
  EXPECT_EQ(**files().list(harness_->root()), std::vector<std::string>{"directory"});
  EXPECT_EQ(**files().list(at("directory")), std::vector<std::string>{"below"});
}

TEST_P(FileSystemContract, ListsNamesInOrder) {
  make_directory("directory/b");
  write("directory/c", "x");
  write("directory/a", "x");
  write("directory/b/below", "x");
  EXPECT_EQ(**files().list(at("directory")), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE((*files().list(at("directory/b")))->size() == 1);
}

TEST_P(FileSystemContract, ListingAFileFails) {
  write("file", "x");
  EXPECT_FALSE(files().list(at("file")).ok());
}

TEST_P(FileSystemContract, MakesMissingParentsAndLeavesOthersAlone) {
  make_directory("a", 0755);
  make_directory("a/b/c", 0700);
  EXPECT_EQ((*files().info(at("a"), FollowLinks::kYes))->mode, 0755U);
  EXPECT_EQ((*files().info(at("a/b"), FollowLinks::kYes))->mode, 0700U);
  EXPECT_TRUE(files().make_directories(at("a/b/c/"), 0700).ok());
}

TEST_P(FileSystemContract, MakesNoDirectoryOverAFile) {
  write("file", "x");
  EXPECT_FALSE(files().make_directories(at("file"), 0700).ok());
  EXPECT_FALSE(files().make_directories(at("file/below"), 0700).ok());
  EXPECT_EQ(content("file"), "x");
}

TEST_P(FileSystemContract, ResolvesLinksAndDots) {
  make_directory("real/below");
  harness_->make_symlink(at("link"), at("real"));
  harness_->make_symlink(at("relative"), "real/below");
  harness_->make_symlink(at("loop"), at("loop"));
  const std::filesystem::path root = **files().canonical(harness_->root());
  EXPECT_EQ(**files().canonical(at("link/below/..")), root / "real");
  EXPECT_EQ(**files().canonical(at("./link/./below")), root / "real/below");
  EXPECT_EQ(**files().canonical(at("relative")), root / "real/below");
  harness_->make_symlink(at("dangling"), at("missing"));
  EXPECT_FALSE((*files().canonical(at("dangling"))).has_value());
}

TEST_P(FileSystemContract, RemovesFilesAndEmptyDirectories) {
  write("file", "x");
  make_directory("directory/below");
  EXPECT_TRUE(files().remove(at("file")).ok());
  EXPECT_FALSE(files().remove(at("directory")).ok());
  EXPECT_TRUE(files().remove(at("directory/below")).ok());
  EXPECT_TRUE(files().remove(at("directory")).ok());
  EXPECT_TRUE((*files().list(harness_->root()))->empty());
}

TEST_P(FileSystemContract, RemovingATreeFollowsNoLink) {
  write("outside", "x");
  make_directory("other");
  write("other/kept", "x");
  make_directory("tree/a/b");
  write("tree/a/b/file", "x");
  harness_->make_symlink(at("tree/link"), at("other"));
  harness_->make_symlink(at("tree/a/link"), at("outside"));
  EXPECT_TRUE(files().remove_tree(at("tree")).ok());
  EXPECT_EQ(**files().list(harness_->root()), (std::vector<std::string>{"other", "outside"}));
  EXPECT_EQ(content("other/kept"), "x");
}

TEST_P(FileSystemContract, MakesALinkOnceAndReplacesNothing) {
  write("file", "old");
  ASSERT_TRUE(files().make_link("file", at("link")).ok());
  EXPECT_EQ(content("link"), "old");
  EXPECT_EQ((*files().info(at("link"), FollowLinks::kNo))->kind, FileKind::kSymlink);
  EXPECT_TRUE(files().make_link("file", at("link")).ok()) << "it is that link already";
  for (const std::string name : {"link", "file"}) {
    const Result<void> made = files().make_link("elsewhere", at(name));
    ASSERT_FALSE(made.ok()) << name;
    EXPECT_EQ(made.error().code(), ErrorCode::kAlreadyExists) << name;
  }
  EXPECT_EQ(content("link"), "old");
  EXPECT_TRUE(files().make_link("nowhere", at("dangling")).ok());
  EXPECT_EQ(files().make_link("x", at("missing/link")).error().code(), ErrorCode::kNotFound);
}

}  // namespace mino::contract
