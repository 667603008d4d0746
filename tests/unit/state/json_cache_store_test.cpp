// What the real store does beyond its contract: files, modes, locks, an eviction that was killed.
#include "adapters/state/json_cache_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/state/json_collection_schedule.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::state {
namespace {

namespace fs = std::filesystem;

constexpr char kNpm[] = "mino-cache-npm-0123456789ab";
const Timestamp kNow{std::chrono::seconds{1773057600}};

class JsonCacheStoreTest : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path file() const {
    return directory_ / "cache" / (std::string(kNpm) + ".json");
  }
  static CacheRecord wanted() {
    return new_cache_record(*parse_cache_name(kNpm), 0, std::nullopt, kNow);
  }
  CacheHolder holder(const std::string& session) { return {session, session, processes_.start()}; }

  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec json_;
  fakes::FakeProcessTable processes_;
  JsonCacheStore store_{{.files = files_, .json = json_, .processes = processes_},
                        directory_ / "cache"};
};

TEST_F(JsonCacheStoreTest, KeepsItsFilesToTheUser) {
  ASSERT_TRUE(store_.hold(holder("a"), {wanted()}, kNow).ok());
  struct stat info {};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  ASSERT_EQ(::stat((directory_ / "cache").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
}

TEST_F(JsonCacheStoreTest, AnEvictionThatWasKilledKeepsNobodyWaiting) {
  CacheRecord record = wanted();
  record.state = CacheState::kComplete;
  record.evicting = true;
  ASSERT_TRUE(store_.adopt({record}).ok());
  const auto held = store_.hold(holder("a"), {wanted()}, kNow);
  ASSERT_TRUE(held.ok()) << held.error().text();
  ASSERT_EQ(held->size(), 1U);
  EXPECT_FALSE(held->front().evicting);
}

/// Says when a file was read.
class WatchedFiles final : public FileSystem {
 public:
  WatchedFiles(FileSystem& inner, std::promise<void> read)
      : inner_(inner), read_(std::move(read)) {}
  Result<std::optional<std::string>> read(const fs::path& path, std::size_t max) const override {
    auto bytes = inner_.read(path, max);
    if (!said_.exchange(true)) read_.set_value();
    return bytes;
  }
  Result<std::optional<FileInfo>> info(const fs::path& path, FollowLinks follow) const override {
    return inner_.info(path, follow);
  }
  Result<std::optional<fs::path>> canonical(const fs::path& path) const override {
    return inner_.canonical(path);
  }
  Result<std::optional<std::vector<std::string>>> list(const fs::path& path) const override {
    return inner_.list(path);
  }
  Result<void> write_atomic(const fs::path& path, std::string_view bytes, std::uint32_t mode,
                            Durability durability) override {
    return inner_.write_atomic(path, bytes, mode, durability);
  }
  Result<void> make_directories(const fs::path& path, std::uint32_t mode) override {
    return inner_.make_directories(path, mode);
  }
  Result<void> make_link(const fs::path& target, const fs::path& path) override {
    return inner_.make_link(target, path);
  }
  Result<void> remove(const fs::path& path) override { return inner_.remove(path); }
  Result<void> remove_tree(const fs::path& path) override { return inner_.remove_tree(path); }

 private:
  FileSystem& inner_;
  mutable std::promise<void> read_;
  mutable std::atomic<bool> said_ = false;
};

TEST_F(JsonCacheStoreTest, WhoWantsAVolumeThatIsBeingRemovedGetsANewOne) {
  CacheRecord record = wanted();
  record.state = CacheState::kComplete;
  ASSERT_TRUE(store_.adopt({record}).ok());
  std::promise<void> read;
  std::future<void> was_read = read.get_future();
  WatchedFiles watched(files_, std::move(read));
  JsonCacheStore other({.files = watched, .json = json_, .processes = processes_},
                       directory_ / "cache");
  const CacheHolder wanting = holder("a");
  std::thread session;
  const auto evicted = store_.evict(kNpm, [&] {
    session = std::thread([&] {
      const auto held = other.hold(wanting, {wanted()}, kNow);
      ASSERT_TRUE(held.ok()) << held.error().text();
      EXPECT_EQ(held->front().state, CacheState::kMiss) << "it has to be made anew";
    });
    // The session has looked at the record while the volume is being removed.
    EXPECT_EQ(was_read.wait_for(std::chrono::seconds(30)), std::future_status::ready);
    return Result<void>();
  });
  ASSERT_TRUE(evicted.ok()) << evicted.error().text();
  session.join();
  ASSERT_EQ(store_.list()->records.size(), 1U);
  EXPECT_EQ(store_.list()->records.front().holders.size(), 1U);
}

TEST_F(JsonCacheStoreTest, LosesNoHolderOfTwoThatComeAtOnce) {
  constexpr int kRounds = 50;
  JsonCacheStore other({.files = files_, .json = json_, .processes = processes_},
                       directory_ / "cache");
  const CacheHolder a = holder("a");
  const CacheHolder b = holder("b");
  for (int round = 0; round < kRounds; ++round) {
    std::thread one([&] { EXPECT_TRUE(store_.hold(a, {wanted()}, kNow).ok()); });
    EXPECT_TRUE(other.hold(b, {wanted()}, kNow).ok());
    one.join();
    ASSERT_EQ(store_.list()->records.front().holders.size(), 2U);
    EXPECT_TRUE(store_.release("a", {kNpm}, CacheUse::kFinished, kNow).ok());
    EXPECT_TRUE(store_.release("b", {kNpm}, CacheUse::kFinished, kNow).ok());
  }
}

TEST_F(JsonCacheStoreTest, LeavesForeignFilesAlone) {
  fs::create_directories(directory_ / "cache");
  std::ofstream(directory_ / "cache" / "notes.json") << "mine";
  std::ofstream(directory_ / "cache" / "mino-cache-foo.json") << "mine";
  const auto listing = store_.list();
  ASSERT_TRUE(listing.ok());
  EXPECT_TRUE(listing->records.empty());
  EXPECT_TRUE(listing->unreadable.empty());
}

TEST_F(JsonCacheStoreTest, AFullDiskIsAnErrorThatLeavesTheOldRecord) {
  ASSERT_TRUE(store_.hold(holder("a"), {wanted()}, kNow).ok());
  fs::permissions(directory_ / "cache", fs::perms::owner_read | fs::perms::owner_exec);
  const auto held = store_.hold(holder("b"), {wanted()}, kNow);
  fs::permissions(directory_ / "cache", fs::perms::owner_all);
  if (::geteuid() != 0) {
    EXPECT_FALSE(held.ok());
  }
  EXPECT_FALSE(store_.list()->records.front().holders.empty());
}

class JsonCollectionScheduleTest : public ::testing::Test {
 protected:
  static constexpr std::chrono::hours kDay{24};
  Result<JsonValue> work() {
    ++works_;
    return JsonValue("done");
  }
  Result<CollectionSchedule::Outcome> once(Timestamp now) {
    return schedule_.once(now, kDay, [this] { return work(); });
  }

  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec json_;
  JsonCollectionSchedule schedule_{files_, json_, directory_ / "state/cache-gc.json"};
  int works_ = 0;
};

TEST_F(JsonCollectionScheduleTest, HappensOnceADay) {
  EXPECT_TRUE(schedule_.due(kNow, kDay));
  EXPECT_EQ(*once(kNow), CollectionSchedule::Outcome::kDone);
  EXPECT_FALSE(schedule_.due(kNow, kDay));
  EXPECT_EQ(*once(kNow + kDay - std::chrono::seconds(1)), CollectionSchedule::Outcome::kNotDue);
  EXPECT_EQ(works_, 1);
  EXPECT_EQ(*once(kNow + kDay), CollectionSchedule::Outcome::kDone);
  EXPECT_EQ(works_, 2);
}

TEST_F(JsonCollectionScheduleTest, IsDueWhenTheClockWentBack) {
  EXPECT_EQ(*once(kNow), CollectionSchedule::Outcome::kDone);
  EXPECT_TRUE(schedule_.due(kNow - kDay * 400, kDay));
}

TEST_F(JsonCollectionScheduleTest, HappensOnceAtATime) {
  const auto outer = schedule_.once(kNow, kDay, [this] {
    EXPECT_EQ(*once(kNow + kDay * 2), CollectionSchedule::Outcome::kBusy);
    return work();
  });
  EXPECT_EQ(*outer, CollectionSchedule::Outcome::kDone);
  EXPECT_EQ(works_, 1);
}

TEST_F(JsonCollectionScheduleTest, OneThatFailsIsNotTriedAgainAtOnce) {
  const auto failed = schedule_.once(
      kNow, kDay, [] { return Result<JsonValue>(Error(ErrorCode::kUnavailable, "no podman")); });
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(*once(kNow), CollectionSchedule::Outcome::kNotDue);
}

TEST_F(JsonCollectionScheduleTest, NotesThatCannotBeReadAreNone) {
  EXPECT_EQ(*once(kNow), CollectionSchedule::Outcome::kDone);
  std::ofstream(directory_ / "state/cache-gc.json") << "{";
  EXPECT_TRUE(schedule_.due(kNow, kDay));
}

}  // namespace
}  // namespace mino::state
