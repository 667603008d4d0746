#include "adapters/state/json_facts_cache.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::state {
namespace {

class JsonFactsCacheFile : public ::testing::Test {
 protected:
  void put(std::string_view bytes) { std::ofstream(file_) << bytes; }

  testing_support::TempDir directory_;
  std::filesystem::path file_ = directory_ / "host_facts.json";
  posix::PosixFileSystem files_;
  json::RapidJsonCodec codec_;
  JsonFactsCache cache_{files_, codec_, file_};
};

TEST_F(JsonFactsCacheFile, IsSharedAndPrivate) {
  ASSERT_TRUE(cache_.put("podman", "key", JsonValue("value")).ok());
  EXPECT_EQ(JsonFactsCache(files_, codec_, file_).get("podman", "key"), JsonValue("value"));
  EXPECT_EQ((*files_.info(file_, FollowLinks::kNo))->mode, 0600U);
}

TEST_F(JsonFactsCacheFile, IsEmptyWhenItCannotBeUnderstood) {
  for (const std::string_view bytes :
       {"", "{", "[]", "{\"podman\": 1}", "{\"podman\": [\"key\"]}"}) {
    put(bytes);
    EXPECT_EQ(cache_.get("podman", "key"), std::nullopt) << bytes;
    ASSERT_TRUE(cache_.put("podman", "key", JsonValue(1)).ok()) << bytes;
    EXPECT_EQ(cache_.get("podman", "key"), JsonValue(1)) << bytes;
  }
}

TEST_F(JsonFactsCacheFile, OfANewerMinoIsLeftAlone) {
  const std::string newer = R"({"schema":2,"podman":{"key":"x"}})";
  put(newer);
  EXPECT_EQ(cache_.get("podman", "key"), std::nullopt);
  EXPECT_TRUE(cache_.put("podman", "key", JsonValue(1)).ok());
  EXPECT_EQ(**files_.read(file_, 1000), newer);
}

TEST_F(JsonFactsCacheFile, ForgetsWhatWasPutLongestAgo) {
  constexpr int kMost = JsonFactsCache::kMostFactsOfASection;
  for (int number = 0; number < kMost; ++number)
    ASSERT_TRUE(cache_.put("image", std::to_string(number), JsonValue(number)).ok());
  ASSERT_TRUE(cache_.put("image", "0", JsonValue("again")).ok());
  ASSERT_TRUE(cache_.put("image", "new", JsonValue("new")).ok());
  EXPECT_EQ(cache_.get("image", "0"), JsonValue("again"));
  EXPECT_EQ(cache_.get("image", "1"), std::nullopt);
  EXPECT_EQ(cache_.get("image", "2"), JsonValue(2));
  EXPECT_EQ(cache_.get("image", "new"), JsonValue("new"));
}

TEST_F(JsonFactsCacheFile, ReportsThatNothingCanBeKept) {
  std::filesystem::create_directory(file_);
  EXPECT_FALSE(cache_.put("podman", "key", JsonValue(1)).ok());
  EXPECT_EQ(cache_.get("podman", "key"), std::nullopt);
}

}  // namespace
}  // namespace mino::state
