#include "adapters/state/json_credential_cache.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::state {
namespace {

namespace fs = std::filesystem;

constexpr Timestamp kNow{std::chrono::hours(24 * 20'000)};
constexpr CredentialProvider kAws = CredentialProvider::kAws;

class CredentialFiles : public ::testing::Test {
 protected:
  static IssuedCredential credential() {
    IssuedCredential issued{
        .credential = {.values = {}, .expires_at = kNow + std::chrono::hours(1)},
        .issued_at = kNow};
    issued.credential.values.emplace(kAwsAccessKeyId, Secret("id"));
    issued.credential.values.emplace(kAwsSecretAccessKey, Secret("key"));
    issued.credential.values.emplace(kAwsSessionToken, Secret("session"));
    return issued;
  }
  void store() { ASSERT_TRUE(cache_.store(kAws, "ab12", credential(), kNow).ok()); }
  [[nodiscard]] static std::uint32_t mode(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }
  void expect_complaint(std::string_view about) {
    const CachedCredential cached = cache_.load(kAws, "ab12");
    EXPECT_FALSE(cached.credential.has_value());
    EXPECT_NE(cached.complaint.find(about), std::string::npos) << cached.complaint;
  }

  testing_support::TempDir root_;
  fs::path directory_ = root_ / "mino/credentials";
  fs::path file_ = directory_ / "ab12.json";
  posix::PosixFileSystem files_;
  json::RapidJsonCodec codec_;
  JsonCredentialCache cache_{files_, codec_, directory_, ::geteuid()};
};

TEST_F(CredentialFiles, AreTheUsersOnlyWhateverTheUmask) {
  const mode_t before = ::umask(0);
  store();
  const auto lock = cache_.lock({"ab12"}, std::chrono::milliseconds(0));
  ::umask(before);
  EXPECT_EQ(mode(file_), 0600U);
  EXPECT_EQ(mode(directory_), 0700U);
  EXPECT_EQ(mode(directory_ / "lock-a"), 0600U);
}

TEST_F(CredentialFiles, ThatOthersMayReadAreNotUsedAndAreReplaced) {
  store();
  fs::permissions(file_, fs::perms(0644));
  expect_complaint("open to other users");
  store();
  EXPECT_EQ(mode(file_), 0600U);
  EXPECT_TRUE(cache_.load(kAws, "ab12").credential.has_value());
}

TEST_F(CredentialFiles, OfAnotherUserAreNotUsed) {
  store();
  const JsonCredentialCache other(files_, codec_, directory_, ::geteuid() + 1);
  EXPECT_NE(other.load(kAws, "ab12").complaint.find("another user"), std::string::npos);
}

TEST_F(CredentialFiles, InAnOpenDirectoryAreNeitherUsedNorWritten) {
  store();
  fs::permissions(directory_, fs::perms(0777));
  expect_complaint("open to other users");
  const auto stored = cache_.store(kAws, "cd34", credential(), kNow);
  ASSERT_FALSE(stored.ok());
  EXPECT_EQ(stored.error().code(), ErrorCode::kPermission);
  EXPECT_NE(stored.error().hint().find("chmod 700"), std::string::npos);
  EXPECT_FALSE(fs::exists(directory_ / "cd34.json"));
}

TEST_F(CredentialFiles, ThatAreDamagedAreReplaced) {
  store();
  std::ifstream stored(file_);
  const std::string whole{std::istreambuf_iterator<char>(stored), {}};
  for (const std::string& text :
       {std::string(), std::string("{"), whole.substr(0, whole.size() / 2), std::string("[]"),
        std::string(R"({"schema": 2})"), std::string(1 << 20, ' '),
        std::string(R"({"schema":1,"provider":"aws","issued_at":"2026-01-01T00:00:00Z",)"
                    R"("expires_at":"soon","values":{}})"),
        std::string(R"({"schema":1,"provider":"aws","issued_at":"2026-01-01T00:00:00Z",)"
                    R"("expires_at":null,"values":{"access_key_id":"x"}})")}) {
    std::ofstream(file_, std::ios::trunc) << text;
    const CachedCredential cached = cache_.load(kAws, "ab12");
    EXPECT_FALSE(cached.credential.has_value()) << text;
    EXPECT_NE(cached.complaint, "") << text;
    EXPECT_EQ(cached.complaint.find("access_key_id"), std::string::npos);
    store();
    EXPECT_TRUE(cache_.load(kAws, "ab12").credential.has_value());
  }
}

TEST_F(CredentialFiles, ThatAreLinksAreNotFollowed) {
  store();
  fs::rename(file_, directory_ / "elsewhere");
  fs::create_symlink(directory_ / "elsewhere", file_);
  expect_complaint("of another kind");
  store();
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(file_)));
}

TEST_F(CredentialFiles, HalfWrittenOnesOfAKilledProcessGo) {
  store();
  const fs::path half = directory_ / ".mino-tmp-0011223344556677";
  std::ofstream(half) << "secret";
  const Timestamp tomorrow = std::chrono::system_clock::now() + std::chrono::hours(24);
  ASSERT_TRUE(cache_.store(kAws, "cd34", credential(), kNow).ok());
  EXPECT_TRUE(fs::exists(half)) << "somebody may be writing it";
  ASSERT_TRUE(cache_.store(kAws, "cd34", credential(), tomorrow).ok());
  EXPECT_FALSE(fs::exists(half));
}

}  // namespace
}  // namespace mino::state
