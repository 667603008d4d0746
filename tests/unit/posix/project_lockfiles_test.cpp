#include "adapters/posix/project_lockfiles.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "adapters/crypto/openssl_digest.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::posix {
namespace {

namespace fs = std::filesystem;

class ProjectLockfilesTest : public ::testing::Test {
 protected:
  ProjectLockfilesTest() { fs::create_directories(project_); }

  void put(const fs::path& path, std::string_view content) const {
    std::ofstream(path, std::ios::binary) << content;
  }
  Result<std::optional<std::string>> digest(const std::string& name = "Cargo.lock") const {
    return reader_.digest(project_, name);
  }
  ErrorCode refusal(const std::string& name = "Cargo.lock") const {
    const auto result = digest(name);
    EXPECT_FALSE(result.ok());
    return result.ok() ? ErrorCode::kInternal : result.error().code();
  }

  testing_support::TempDir directory_;
  fs::path project_ = directory_ / "project";
  fs::path file_ = project_ / "Cargo.lock";
  crypto::OpensslDigest digest_;
  ProjectLockfiles reader_{digest_};
};

TEST_F(ProjectLockfilesTest, IsTheDigestOfTheBytes) {
  put(file_, "abc");
  EXPECT_EQ(*digest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string large(3'000'000, 'x');
  put(file_, large);
  EXPECT_EQ(*digest(), digest_.sha256_hex(large)) << "also of what is read in pieces";
  put(file_, "");
  EXPECT_EQ(*digest(), digest_.sha256_hex(""));
}

TEST_F(ProjectLockfilesTest, NoFileIsNone) {
  EXPECT_FALSE(digest()->has_value());
  fs::create_symlink("nowhere", file_);
  EXPECT_FALSE(digest()->has_value());
}

TEST_F(ProjectLockfilesTest, FollowsALinkWithinTheProject) {
  fs::create_directories(project_ / "sub");
  put(project_ / "sub/lock", "abc");
  fs::create_symlink("sub/../sub/lock", file_);
  EXPECT_EQ(*digest(), digest_.sha256_hex("abc"));
}

TEST_F(ProjectLockfilesTest, FollowsNoLinkOutOfTheProject) {
  put(directory_ / "secret", "abc");
  for (const fs::path& target : {fs::path("../secret"), directory_ / "secret",
                                 fs::path("/dev/zero"), fs::path("/etc/hostname")}) {
    fs::remove(file_);
    fs::create_symlink(target, file_);
    EXPECT_EQ(refusal(), ErrorCode::kPermission) << target;
  }
  fs::remove(file_);
  fs::create_symlink("Cargo.lock", file_);
  EXPECT_EQ(refusal(), ErrorCode::kCorrupt);
}

TEST_F(ProjectLockfilesTest, NeverWaitsForWhatIsNoFile) {
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  EXPECT_EQ(refusal(), ErrorCode::kCorrupt);
  fs::create_directories(project_ / "go.sum");
  EXPECT_EQ(refusal("go.sum"), ErrorCode::kCorrupt);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (project_ / "uv.lock").native();
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(refusal("uv.lock"), ErrorCode::kCorrupt);
  ::close(socket);
}

TEST_F(ProjectLockfilesTest, RefusesABinaryFile) {
  put(file_, std::string("version = 3\n\0\1\2", 15));
  EXPECT_EQ(refusal(), ErrorCode::kCorrupt);
}

TEST_F(ProjectLockfilesTest, RefusesAHugeFileWithoutReadingIt) {
  put(file_, "x");
  fs::resize_file(file_, LockfileReader::kMaxBytes + 1);
  EXPECT_EQ(refusal(), ErrorCode::kCorrupt);
}

TEST_F(ProjectLockfilesTest, SaysWhatMayNotBeRead) {
  put(file_, "x");
  fs::permissions(file_, fs::perms::none);
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  EXPECT_EQ(refusal(), ErrorCode::kPermission);
}

}  // namespace
}  // namespace mino::posix
