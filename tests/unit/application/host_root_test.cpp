#include "application/host_root.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_file_system.hpp"

namespace mino::application {
namespace {

namespace fs = std::filesystem;

class HostRootTest : public testing::Test {
 protected:
  fakes::FakeFileSystem files;
  fakes::FakeDigest digest;
  HostRoot roots{files, digest, "/state/host-root"};
  std::vector<SkeletonEntry> skeleton =
      host_image_skeleton(std::vector<ProgramDirectory>{{"bin", "usr/bin"}});
};

TEST_F(HostRootTest, WritesEveryEntry) {
  const fs::path root = roots.ensure(skeleton).value();
  EXPECT_EQ(root, roots.path(skeleton));
  for (const SkeletonEntry& entry : skeleton) {
    const auto info = files.info(root / entry.path, FollowLinks::kNo);
    ASSERT_TRUE(info.ok() && *info) << entry.path;
    switch (entry.kind) {
      case SkeletonEntry::Kind::kDirectory:
        EXPECT_EQ((*info)->kind, FileKind::kDirectory) << entry.path;
        EXPECT_EQ((*info)->mode, entry.mode) << entry.path;
        break;
      case SkeletonEntry::Kind::kLink:
        EXPECT_EQ((*info)->kind, FileKind::kSymlink) << entry.path;
        break;
      case SkeletonEntry::Kind::kFile:
        EXPECT_EQ(files.bytes(root / entry.path), entry.content);
        break;
    }
  }
  EXPECT_EQ((*files.info("/state/host-root", FollowLinks::kNo))->mode, 0700U);
}

TEST_F(HostRootTest, LeavesACompleteOneAlone) {
  const fs::path root = roots.ensure(skeleton).value();
  for (const SkeletonEntry& entry : skeleton) files.fail(root / entry.path, EACCES);
  EXPECT_TRUE(roots.ensure(skeleton).ok()) << "none of its entries is touched";
}

TEST_F(HostRootTest, CompletesWhatAKilledProcessLeft) {
  const fs::path root = roots.path(skeleton);
  files.fail(root / "etc/group", ENOSPC);
  EXPECT_FALSE(roots.ensure(skeleton).ok());
  EXPECT_TRUE(files.exists(root / "etc/passwd"));
  const auto passwd = files.info(root / "etc/passwd", FollowLinks::kNo);
  files.fail(root / "etc/group", 0);
  ASSERT_TRUE(roots.ensure(skeleton).ok());
  EXPECT_TRUE(files.exists(root / "etc/group"));
  EXPECT_EQ(files.info(root / "etc/passwd", FollowLinks::kNo).value(), passwd.value())
      << "a file that is right is not replaced";
}

TEST_F(HostRootTest, RebuildsARootThatIsGoneThoughItsMarkerIsThere) {
  const fs::path root = roots.ensure(skeleton).value();
  ASSERT_TRUE(files.remove_tree(root).ok());
  ASSERT_TRUE(roots.ensure(skeleton).ok());
  EXPECT_TRUE(files.exists(root / "etc/passwd"));
}

TEST_F(HostRootTest, AnotherSkeletonLiesElsewhere) {
  const std::vector<SkeletonEntry> other = host_image_skeleton({});
  EXPECT_NE(roots.path(skeleton), roots.path(other));
}

}  // namespace
}  // namespace mino::application
