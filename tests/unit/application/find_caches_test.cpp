#include "application/find_caches.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "application/project_caches.hpp"
#include "tests/unit/application/cache_world.hpp"

namespace mino::application {
namespace {

using testing_support::CacheWorld;

constexpr char kProject[] = "/src/app";
const std::string kDigest(64, 'd');

class FindCachesTest : public ::testing::Test {
 protected:
  CacheFacts find(FindCaches::Adopt adopt = FindCaches::Adopt::kYes) {
    return world_.find.execute(kProject, kDigest, adopt);
  }
  std::string hash(const std::string& content) const {
    return world_.digest.sha256_hex(content).substr(0, 12);
  }

  CacheWorld world_;
};

TEST_F(FindCachesTest, FindsOneLockfileAnEcosystem) {
  world_.lockfiles.files = {{"/src/app/npm-shrinkwrap.json", "b"},
                            {"/src/app/package-lock.json", "a"},
                            {"/src/app/Pipfile.lock", "c"},
                            {"/src/app/sub/Cargo.lock", "d"}};
  EXPECT_EQ(find().lockfiles, (std::vector<Lockfile>{{"npm", "package-lock.json", hash("a")},
                                                     {"pip", "Pipfile.lock", hash("c")}}));
}

TEST_F(FindCachesTest, WhatCannotBeReadIsAWarningAndNoMore) {
  world_.lockfiles.files = {{"/src/app/go.sum", "a"}};
  world_.lockfiles.failures.emplace("/src/app/Cargo.lock",
                                    Error(ErrorCode::kCorrupt, "Cargo.lock is no regular file"));
  const CacheFacts facts = find();
  EXPECT_EQ(facts.lockfiles.size(), 1U);
  ASSERT_EQ(facts.warnings.size(), 1U);
  EXPECT_EQ(facts.warnings.front(), "no cargo cache: Cargo.lock is no regular file");
}

TEST_F(FindCachesTest, AnotherLockfileOfTheEcosystemStandsIn) {
  world_.lockfiles.files = {{"/src/app/npm-shrinkwrap.json", "b"}};
  world_.lockfiles.failures.emplace("/src/app/package-lock.json",
                                    Error(ErrorCode::kPermission, "no"));
  const CacheFacts facts = find();
  ASSERT_EQ(facts.lockfiles.size(), 1U);
  EXPECT_EQ(facts.lockfiles.front().file, "npm-shrinkwrap.json");
  EXPECT_TRUE(facts.warnings.empty());
}

TEST_F(FindCachesTest, BringsWhatIsKnownOfThem) {
  world_.lockfiles.files = {{"/src/app/go.sum", "a"}};
  world_.add_cache("mino-cache-go-" + hash("a"));
  world_.add_cache(CacheWorld::kNpm);
  world_.add_cache("mino-cache-project-dddddddddddd");
  const CacheFacts facts = find();
  EXPECT_EQ(facts.records.size(), 2U);
  EXPECT_EQ(world_.storage.processes, 0) << "a known state costs no process";
}

TEST_F(FindCachesTest, AStateThatWasLostIsMadeAgainFromLabels) {
  world_.lockfiles.files = {{"/src/app/go.sum", "a"}};
  const std::string volume = "mino-cache-go-" + hash("a");
  world_.add_cache(volume + "-00112233", 9, 0, 3);
  world_.store.records.clear();
  world_.engine.volumes["mino-cache-npm-ffffffffffff"] = {};  // nobody's
  EXPECT_TRUE(find(FindCaches::Adopt::kNo).records.empty());
  EXPECT_EQ(world_.storage.processes, 0) << "showing changes nothing";
  const CacheFacts facts = find();
  ASSERT_EQ(facts.records.size(), 1U);
  EXPECT_EQ(facts.records.front().volume, volume + "-00112233");
  EXPECT_EQ(facts.records.front().generation, 3);
  EXPECT_EQ(world_.store.records.size(), 1U);
}

TEST_F(FindCachesTest, AdoptsOnceAndOnlyForALockfile) {
  static_cast<void>(find());
  EXPECT_EQ(world_.storage.processes, 0);
  world_.lockfiles.files = {{"/src/app/go.sum", "a"}};
  static_cast<void>(find());
  static_cast<void>(find());
  EXPECT_EQ(world_.storage.processes, 1);
}

TEST_F(FindCachesTest, SaysWhichRecordIsUnreadable) {
  world_.lockfiles.files = {{"/src/app/go.sum", "a"}};
  const std::string volume = "mino-cache-go-" + hash("a");
  world_.add_cache(volume);
  world_.store.unreadable.insert(volume);
  EXPECT_EQ(find().records.size(), 1U) << "its name still tells of it";
  EXPECT_TRUE(world_.notices.warned(volume));
}

TEST_F(FindCachesTest, EachFreshSuffixIsAnother) {
  const std::string first = find().fresh_suffix;
  EXPECT_TRUE(parse_cache_name("mino-cache-go-0123456789ab-" + first).has_value()) << first;
  EXPECT_NE(find().fresh_suffix, first);
}

// ---- what `cache info` shows

TEST_F(FindCachesTest, ShowsAProjectsCaches) {
  world_.lockfiles.files = {{"/src/app/go.sum", "a"}, {"/src/app/uv.lock", "b"}};
  const std::string go = "mino-cache-go-" + hash("a");
  world_.add_cache(go).size_bytes = 77;
  world_.add_cache(CacheWorld::kNpm).size_bytes = 23;
  const auto shown =
      ProjectCaches(world_.find, world_.store, world_.storage, world_.digest).execute(kProject);
  ASSERT_TRUE(shown.ok()) << shown.error().text();
  ASSERT_EQ(shown->items.size(), 3U);
  const auto item = [&shown](const std::string& ecosystem) {
    return *std::ranges::find(shown->items, ecosystem, &ProjectCaches::Item::ecosystem);
  };
  EXPECT_EQ(item("go").state, CacheState::kComplete);
  EXPECT_EQ(item("go").volume, go);
  EXPECT_EQ(item("go").target, "/cache/go");
  EXPECT_EQ(item("uv").state, CacheState::kMiss);
  EXPECT_EQ(item("project").target, "/cache");
  EXPECT_EQ(shown->total_bytes, 100U);
  world_.engine.volumes.erase(go);
  const auto again =
      ProjectCaches(world_.find, world_.store, world_.storage, world_.digest).execute(kProject);
  EXPECT_EQ(std::ranges::find(again->items, "go", &ProjectCaches::Item::ecosystem)->state,
            CacheState::kMiss)
      << "its volume was deleted behind our back";
}

}  // namespace
}  // namespace mino::application
