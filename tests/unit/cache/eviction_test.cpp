#include "domain/cache/eviction.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace mino {
namespace {

using Kind = CollectableVolume::Kind;
using std::chrono::hours;

constexpr std::uint64_t kMebibyte = 1 << 20;
const Timestamp kNow{std::chrono::seconds{1773057600}};

CollectableVolume cache(std::string name, int days_unused, std::uint64_t mebibytes = 0) {
  return {.name = std::move(name),
          .kind = Kind::kCache,
          .created_at = kNow - hours(24 * 100),
          .last_used_at = kNow - hours(24 * days_unused),
          .size_bytes = mebibytes * kMebibyte};
}

std::vector<std::string> names(const std::vector<Eviction>& evictions) {
  std::vector<std::string> result;
  for (const Eviction& eviction : evictions)
    result.push_back(eviction.volume + ":" + std::string(to_string(eviction.reason)));
  return result;
}

using Names = std::vector<std::string>;

TEST(Eviction, GoesByLastUse) {
  const std::vector<CollectableVolume> volumes{cache("old", 31), cache("at", 30), cache("new", 29)};
  EXPECT_EQ(names(decide_evictions(volumes, {.days = 30}, kNow)),
            (Names{"old:unused", "at:unused"}));
  EXPECT_TRUE(decide_evictions(volumes, {.days = 0}, kNow).empty());
}

TEST(Eviction, TimeThatGoesBackwardsCostsNothing) {
  EXPECT_TRUE(decide_evictions({cache("tomorrow", -1)}, {.days = 1}, kNow).empty());
  CollectableVolume strange = cache("far", 0);
  strange.last_used_at = Timestamp::max();
  EXPECT_TRUE(decide_evictions({strange}, {.days = 1}, kNow).empty());
  strange.last_used_at = Timestamp::min();
  EXPECT_EQ(decide_evictions({strange}, {.days = 1}, kNow).size(), 1U);
}

TEST(Eviction, TakesNothingThatIsInUse) {
  std::vector<CollectableVolume> volumes{cache("old", 99, 100), cache("replaced", 0, 100),
                                         cache("gone", 0, 100)};
  volumes[1].replaced = true;
  volumes[2].project_gone = true;
  const CollectionPolicy policy{.days = 30, .limit_bytes = kMebibyte};
  EXPECT_EQ(decide_evictions(volumes, policy, kNow).size(), 3U);
  for (CollectableVolume& volume : volumes) volume.in_use = true;
  EXPECT_TRUE(decide_evictions(volumes, policy, kNow).empty());
}

TEST(Eviction, HomesGoOnlyWithTheirProjects) {
  CollectableVolume home = cache("home", 5000, 5000);
  home.kind = Kind::kHome;
  const CollectionPolicy policy{.days = 1, .limit_bytes = 1};
  EXPECT_TRUE(decide_evictions({home}, policy, kNow).empty());
  home.project_gone = true;
  EXPECT_EQ(names(decide_evictions({home}, {}, kNow)), Names{"home:project-gone"})
      << "even when no cache is old and there is no limit";
}

TEST(Eviction, TheLeastRecentlyUsedGoBeyondTheLimit) {
  std::vector<CollectableVolume> volumes{cache("a", 1, 40), cache("b", 3, 40), cache("c", 2, 40)};
  const auto beyond = [&volumes](std::uint64_t mebibytes) {
    return names(decide_evictions(volumes, {.limit_bytes = mebibytes * kMebibyte}, kNow));
  };
  EXPECT_EQ(beyond(120), Names{});
  EXPECT_EQ(beyond(119), Names{"b:over-limit"});
  EXPECT_EQ(beyond(41), (Names{"b:over-limit", "c:over-limit"}));
  volumes[1].in_use = true;
  EXPECT_EQ(beyond(119), Names{"c:over-limit"}) << "what is held counts and stays";
}

TEST(Eviction, WhatGoesAnywayMakesRoom) {
  std::vector<CollectableVolume> volumes{cache("old", 40, 100), cache("new", 1, 50)};
  EXPECT_EQ(names(decide_evictions(volumes, {.days = 30, .limit_bytes = 60 * kMebibyte}, kNow)),
            Names{"old:unused"});
}

TEST(Eviction, WhatWasNeverMeasuredIsNoRoomToBeMade) {
  std::vector<CollectableVolume> volumes{cache("unknown", 9), cache("large", 1, 100)};
  volumes[0].size_bytes.reset();
  EXPECT_EQ(names(decide_evictions(volumes, {.limit_bytes = kMebibyte}, kNow)),
            Names{"large:over-limit"});
}

TEST(CacheUsage, WarnsAtFourFifths) {
  EXPECT_EQ(usage_of(79, 100), CacheUsage::kWithin);
  EXPECT_EQ(usage_of(80, 100), CacheUsage::kNear);
  EXPECT_EQ(usage_of(99, 100), CacheUsage::kNear);
  EXPECT_EQ(usage_of(100, 100), CacheUsage::kOver);
  EXPECT_EQ(usage_of(UINT64_MAX, 0), CacheUsage::kWithin);
  EXPECT_EQ(usage_percent(80, 100), 80);
  EXPECT_EQ(usage_percent(5, 0), 0);
}

}  // namespace
}  // namespace mino
