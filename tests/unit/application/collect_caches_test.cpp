#include "application/collect_caches.hpp"

#include <gtest/gtest.h>

#include "application/schedule_collection.hpp"
#include "tests/fakes/fake_background.hpp"
#include "tests/fakes/faulty_caches.hpp"
#include "tests/unit/application/cache_world.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using testing_support::CacheWorld;
using testing_support::flag_origin;
using testing_support::set_config;

constexpr std::uint64_t kMebibyte = 1 << 20;

class CollectCachesTest : public ::testing::Test {
 protected:
  std::vector<std::string> collect(CollectionPolicy policy = {.days = 30},
                                   CollectCaches::Mode mode = CollectCaches::Mode::kCollect) {
    const auto collected =
        collector().execute({.policy = policy, .mode = mode, .user_id = CacheWorld::kUser});
    EXPECT_TRUE(collected.ok()) << collected.error().text();
    std::vector<std::string> names;
    if (!collected.ok()) return names;
    for (const Eviction& eviction : collected->evictions) names.push_back(eviction.volume);
    total_ = collected->total_bytes;
    return names;
  }
  CollectCaches collector() {
    return CollectCaches({.store = world_.store,
                          .storage = world_.storage,
                          .files = world_.files,
                          .clock = world_.clock,
                          .notices = world_.notices},
                         world_.inventory, world_.remover);
  }

  CacheWorld world_;
  std::uint64_t total_ = 0;
};

using Names = std::vector<std::string>;

TEST_F(CollectCachesTest, RemovesWhatWasNotUsedAndForgetsIt) {
  world_.add_cache(CacheWorld::kNpm, 31);
  world_.add_cache(CacheWorld::kGo, 1);
  EXPECT_EQ(collect(), Names{CacheWorld::kNpm});
  EXPECT_FALSE(world_.has(CacheWorld::kNpm));
  EXPECT_FALSE(world_.store.records.contains(CacheWorld::kNpm));
  EXPECT_TRUE(world_.has(CacheWorld::kGo));
  ASSERT_EQ(world_.audit.names(), std::vector<std::string>{"cache.evicted"});
  EXPECT_EQ(*world_.audit.events.front().data.find_string("reason"), "unused");
}

TEST_F(CollectCachesTest, ShowsWithoutChangingAnything) {
  world_.add_cache(CacheWorld::kNpm, 31, 5);
  const auto before = world_.store.records;
  EXPECT_EQ(collect({.days = 30, .limit_bytes = kMebibyte}, CollectCaches::Mode::kShow),
            Names{CacheWorld::kNpm});
  EXPECT_TRUE(world_.has(CacheWorld::kNpm));
  EXPECT_EQ(world_.store.records, before);
  EXPECT_TRUE(world_.audit.events.empty());
}

TEST_F(CollectCachesTest, TakesNothingFromASession) {
  world_.add_cache(CacheWorld::kNpm, 31);
  world_.hold(CacheWorld::kNpm);
  EXPECT_EQ(collect(), Names{});
  EXPECT_EQ(collect({.days = 30}, CollectCaches::Mode::kShow), Names{});
  world_.processes.end(world_.store.records.at(CacheWorld::kNpm).holders.front().owner);
  EXPECT_EQ(collect(), Names{CacheWorld::kNpm}) << "a killed session holds nothing";
}

TEST_F(CollectCachesTest, TakesNothingFromAContainer) {
  world_.add_cache(CacheWorld::kNpm, 31);
  world_.storage.in_use = {CacheWorld::kNpm};
  EXPECT_EQ(collect(), Names{});
  EXPECT_TRUE(world_.store.records.contains(CacheWorld::kNpm));
}

TEST_F(CollectCachesTest, WhatIsTakenIntoUseMeanwhileStays) {
  world_.add_cache(CacheWorld::kNpm, 31);
  fakes::Faults faults;
  fakes::FaultyEngineStorage storage(faults, world_.storage);
  VolumeRemover remover({.store = world_.store,
                         .storage = storage,
                         .files = world_.files,
                         .audit = world_.audit,
                         .notices = world_.notices},
                        "/state/mino/homes");
  faults.fail_call(1);  // podman refuses
  CollectCaches collector({.store = world_.store,
                           .storage = world_.storage,
                           .files = world_.files,
                           .clock = world_.clock,
                           .notices = world_.notices},
                          world_.inventory, remover);
  const auto collected = collector.execute({.policy = {.days = 30}, .user_id = CacheWorld::kUser});
  ASSERT_TRUE(collected.ok());
  EXPECT_TRUE(collected->evictions.empty());
  EXPECT_TRUE(world_.store.records.contains(CacheWorld::kNpm));
  EXPECT_TRUE(world_.audit.events.empty());
}

TEST_F(CollectCachesTest, MeasuresRemembersAndEvictsTheLeastRecentlyUsed) {
  world_.add_cache(CacheWorld::kNpm, 3, 3 * kMebibyte);
  world_.add_cache(CacheWorld::kGo, 1, 2 * kMebibyte);
  EXPECT_EQ(collect({.limit_bytes = 4 * kMebibyte}), Names{CacheWorld::kNpm});
  EXPECT_EQ(world_.store.records.at(CacheWorld::kGo).size_bytes, 2 * kMebibyte);
  EXPECT_EQ(world_.store.records.at(CacheWorld::kGo).measured_at, world_.clock.now());
  EXPECT_EQ(total_, 2 * kMebibyte);
}

TEST_F(CollectCachesTest, ReplacedGenerationsGoAsSoonAsNobodyHoldsThem) {
  world_.add_cache(CacheWorld::kNpm);
  world_.add_cache(std::string(CacheWorld::kNpm) + "-00112233", 0, 0, 1);
  world_.hold(CacheWorld::kNpm);
  EXPECT_EQ(collect(), Names{});
  world_.store.records.at(CacheWorld::kNpm).holders.clear();
  EXPECT_EQ(collect(), Names{CacheWorld::kNpm});
}

TEST_F(CollectCachesTest, HomesOfProjectsThatAreGoneGoEvenIfNoCacheIsOld) {
  world_.files.add_directory("/home/ann/src/there");
  world_.add_home(CacheWorld::kHome, "/home/ann/src/gone");
  world_.add_home("mino-home-aaaaaaaaaaaa", "/home/ann/src/there");
  EXPECT_EQ(collect(), Names{CacheWorld::kHome});
  EXPECT_FALSE(world_.files.exists(std::string("/state/mino/homes/") + CacheWorld::kHome))
      << "the next session of such a project makes a volume with labels";
  EXPECT_TRUE(world_.has("mino-home-aaaaaaaaaaaa"));
}

TEST_F(CollectCachesTest, AProjectOnADiskThatIsNotMountedIsNotGone) {
  world_.files.add_directory("/mnt/usb");
  world_.files.set_owner("/mnt/usb", 0);
  world_.add_home(CacheWorld::kHome, "/mnt/usb/src/app");
  EXPECT_EQ(collect(), Names{});
  world_.add_home(CacheWorld::kHome, "relative");
  EXPECT_EQ(collect(), Names{});
}

TEST_F(CollectCachesTest, CachesOfAProjectGoWithIt) {
  world_.files.add_directory("/home/ann/src");
  const std::string volume = "mino-cache-project-0123456789ab";
  world_.add_cache(volume).project = "/home/ann/src/gone";
  EXPECT_EQ(collect(), Names{volume});
}

TEST_F(CollectCachesTest, LeavesLookAlikesAlone) {
  for (const char* name : {"mino-cachex", "mino-cache-foo", "mino-cache-npm-ffffffffffff",
                           "mino-home-mine", "mino-home-ffffffffffff", "data"})
    world_.engine.volumes[name] = {};
  world_.engine.volumes["mino-cache-mine"] = {{"io.mino.cache", "true"}};
  const auto before = world_.engine.volumes;
  EXPECT_EQ(collect({.days = 1, .limit_bytes = 1}), Names{});
  EXPECT_EQ(world_.engine.volumes, before);
  EXPECT_TRUE(world_.store.records.empty());
}

TEST_F(CollectCachesTest, AdoptsLabelledOnesAsIfTheyHadBeenUsedNow) {
  world_.add_cache(CacheWorld::kNpm, 500);
  world_.store.records.clear();
  EXPECT_EQ(collect(), Names{});
  EXPECT_TRUE(world_.store.records.contains(CacheWorld::kNpm));
}

TEST_F(CollectCachesTest, ForgetsWhatIsNotThereAnyMore) {
  world_.add_cache(CacheWorld::kNpm);
  world_.add_cache(CacheWorld::kGo);
  world_.hold(CacheWorld::kGo);
  world_.engine.volumes.clear();
  EXPECT_EQ(collect(), Names{});
  EXPECT_FALSE(world_.store.records.contains(CacheWorld::kNpm));
  EXPECT_TRUE(world_.store.records.contains(CacheWorld::kGo)) << "a session makes it just now";
}

TEST_F(CollectCachesTest, AnUnreadableRecordIsSaidAndItsVolumeStays) {
  world_.add_cache(CacheWorld::kNpm, 9);
  world_.store.unreadable.insert(CacheWorld::kNpm);
  EXPECT_EQ(collect({.days = 1}), Names{});
  EXPECT_TRUE(world_.notices.warned(CacheWorld::kNpm));
  EXPECT_TRUE(world_.has(CacheWorld::kNpm));
}

// ---- in the background

class ScheduleCollectionTest : public ::testing::Test {
 protected:
  void run_ended() {
    ScheduleCollection({.schedule = schedule_,
                        .background = background_,
                        .files = files_,
                        .clock = clock_,
                        .notices = notices_},
                       {.caches = "/state/mino/cache",
                        .homes = "/state/mino/homes",
                        .log = "/state/mino/cache-gc.log"})
        .execute(config_, config_file_);
  }
  [[nodiscard]] std::size_t started() const { return background_.started.size(); }

  fakes::FakeCollectionSchedule schedule_;
  fakes::FakeBackgroundStarter background_;
  fakes::FakeFileSystem files_;
  fakes::FakeClock clock_;
  fakes::FakeNotices notices_;
  Config config_;
  std::optional<std::string> config_file_;
};

TEST_F(ScheduleCollectionTest, StartsOnceADay) {
  files_.add_directory("/state/mino/cache");
  run_ended();
  ASSERT_EQ(started(), 1U);
  EXPECT_EQ(background_.started.front(), (std::vector<std::string>{"cache", "gc", "--auto"}));
  EXPECT_EQ(background_.logs.front(), "/state/mino/cache-gc.log");
  schedule_.last = clock_.now();
  run_ended();
  EXPECT_EQ(started(), 1U);
  clock_.advance(std::chrono::hours(24));
  run_ended();
  EXPECT_EQ(started(), 2U);
}

TEST_F(ScheduleCollectionTest, NamesTheConfigurationThatWasNamed) {
  files_.add_directory("/state/mino/homes");
  config_file_ = "/etc/mino.toml";
  run_ended();
  EXPECT_EQ(background_.started.front(),
            (std::vector<std::string>{"cache", "gc", "--auto", "--config", "/etc/mino.toml"}));
}

TEST_F(ScheduleCollectionTest, StartsNothingWhereNothingCanGo) {
  run_ended();
  EXPECT_EQ(started(), 0U) << "nothing was ever made";
  files_.add_directory("/state/mino/cache");
  set_config(config_, "cache.gc_days", std::int64_t{0}, flag_origin("x"));
  run_ended();
  EXPECT_EQ(started(), 1U) << "there is a limit";
  set_config(config_, "cache.max_total_gb", std::int64_t{0}, flag_origin("x"));
  run_ended();
  EXPECT_EQ(started(), 1U);
}

TEST_F(ScheduleCollectionTest, AFailureIsNoWarning) {
  files_.add_directory("/state/mino/cache");
  background_.failure = Error(ErrorCode::kInternal, "no process");
  run_ended();
  EXPECT_TRUE(notices_.warnings.empty());
}

}  // namespace
}  // namespace mino::application
