#include "cli/render/cache.hpp"

#include <gtest/gtest.h>

#include "adapters/json/rapid_json_codec.hpp"
#include "tests/unit/cli/golden.hpp"

namespace mino::cli {
namespace {

using application::CacheEntry;
using application::CacheInventory;
using application::HomeEntry;
using application::ProjectCaches;
using testing_support::expect_golden;

const Timestamp kNow = *parse_rfc3339("2026-03-09T12:00:00Z");
constexpr std::uint64_t kGibibyte = std::uint64_t{1} << 30U;

CacheEntry entry(const std::string& volume, std::int64_t generation = 0) {
  CacheEntry entry{.record = new_cache_record(*parse_cache_name(volume), generation, std::nullopt,
                                              kNow - std::chrono::hours(30))};
  entry.record.state = CacheState::kComplete;
  entry.volume = StoredVolume{volume, {}, kNow, "/v"};
  return entry;
}

CacheInventory inventory() {
  CacheInventory all;
  all.caches = {entry("mino-cache-npm-0123456789ab"), entry("mino-cache-go-0123456789ab-00112233"),
                entry("mino-cache-project-ffffffffffff"), entry("mino-cache-uv-0123456789ab")};
  all.caches[0].record.size_bytes = 3 * kGibibyte / 2;
  all.caches[0].record.measured_at = kNow;
  all.caches[0].record.holders = {{"1", "calm-otter", {}}, {"2", "fix\x1b[2J", {}}};
  all.caches[1].generation = CacheEntry::Generation::kReplaced;
  all.caches[2].record.project = "/src/app";
  all.caches[3].volume.reset();
  HomeEntry home;
  home.volume = {"mino-home-0123456789ab", {}, kNow - std::chrono::hours(49), "/h"};
  home.project = "/src/\x1b[31mapp";
  all.homes = {home};
  return all;
}

std::string written(const JsonValue& json) {
  return json::RapidJsonCodec().write(json, JsonLayout::kPretty) + "\n";
}

TEST(RenderCaches, TableJsonAndNames) {
  const CacheInventory all = inventory();
  expect_golden("cache/list.txt", cache_tables(all, kNow));
  expect_golden("cache/list.json", written(cache_json(all, 50 * kGibibyte)));
  expect_golden("cache/list-plain.txt", cache_names(all));
  EXPECT_EQ(cache_tables(all, kNow).find('\x1b'), std::string::npos);
}

TEST(RenderCaches, EveryMemberIsThereWhenThereIsNothing) {
  EXPECT_EQ(cache_tables({}, kNow), "");
  expect_golden("cache/list-empty.json", written(cache_json({}, 0)));
}

TEST(RenderCaches, OfAProject) {
  ProjectCaches::Response caches;
  caches.items = {
      {"npm", "package-lock.json", "0123456789ab", "mino-cache-npm-0123456789ab", "/cache/npm",
       CacheState::kComplete, entry("mino-cache-npm-0123456789ab").record},
      {"project", "", "ffffffffffff", "mino-cache-project-ffffffffffff", "/cache",
       CacheState::kMiss, std::nullopt}};
  caches.items[0].record->size_bytes = 4096;
  caches.total_bytes = 9000;
  expect_golden("cache/info.txt", project_cache_table(caches, kNow));
  expect_golden("cache/info.json", written(project_cache_json("/src/app", caches, 0)));
}

TEST(RenderCaches, UsageAndReasons) {
  EXPECT_EQ(usage_text(3 * kGibibyte / 2, 50 * kGibibyte), "1.5 GiB of 50.0 GiB (3 %)");
  EXPECT_EQ(usage_text(1024, 0), "1.0 KiB");
  const CollectionPolicy policy{.days = 7, .limit_bytes = kGibibyte};
  EXPECT_EQ(eviction_text({"v", EvictionReason::kUnused, {}}, policy), "not used for 7 days");
  EXPECT_EQ(eviction_text({"v", EvictionReason::kOverLimit, {}}, policy),
            "least recently used, beyond 1.0 GiB");
}

}  // namespace
}  // namespace mino::cli
