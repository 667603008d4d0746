#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "ports/cache_store.hpp"

namespace mino::contract {

class CacheStoreHarness {
 public:
  virtual ~CacheStoreHarness() = default;
  virtual CacheStore& store() = 0;
  /// Another store over the same records, as another process has it.
  virtual CacheStore& other() = 0;
  /// Makes the record of that volume unreadable; it has to be there.
  virtual void spoil(const std::string& volume) = 0;
  /// An owner that lives until it is ended.
  virtual ProcessIdentity start_owner() = 0;
  virtual void end_owner(const ProcessIdentity& owner) = 0;
};

using CacheStoreFactory = std::unique_ptr<CacheStoreHarness> (*)();

class CacheStoreContract : public ::testing::TestWithParam<CacheStoreFactory> {
 protected:
  static constexpr char kNpm[] = "mino-cache-npm-0123456789ab";
  static constexpr char kGo[] = "mino-cache-go-0123456789ab";

  static CacheRecord wanted(const std::string& volume, std::int64_t generation = 0) {
    return new_cache_record(*parse_cache_name(volume), generation, std::nullopt, kNow);
  }
  CacheHolder holder(const std::string& session) {
    return {"id-" + session, session, world().start_owner()};
  }
  /// The record; it has to be there.
  CacheRecord record(const std::string& volume) {
    const auto listing = world().other().list();
    if (!listing.ok()) throw std::runtime_error(listing.error().text());
    const auto found = std::ranges::find(listing->records, volume, &CacheRecord::volume);
    if (found == listing->records.end()) throw std::runtime_error("no record of " + volume);
    return *found;
  }
  bool has(const std::string& volume) {
    const auto listing = world().other().list();
    return std::ranges::find(listing->records, volume, &CacheRecord::volume) !=
           listing->records.end();
  }
  /// Held and made by a session that has ended.
  void use(const std::string& volume, CacheUse how = CacheUse::kFinished) {
    ASSERT_TRUE(world().store().hold(holder("used"), {wanted(volume)}, kNow).ok());
    ASSERT_TRUE(world().store().made({volume}, kNow).ok());
    ASSERT_TRUE(world().store().release("id-used", {volume}, how, kNow).ok());
  }
  CacheStoreHarness& world() { return *harness_; }

  static inline const Timestamp kNow{std::chrono::seconds{1773057600}};
  static inline const Timestamp kLater = kNow + std::chrono::hours(5);

 private:
  std::unique_ptr<CacheStoreHarness> harness_ = GetParam()();
};

TEST_P(CacheStoreContract, BeginsEmpty) {
  EXPECT_FALSE(*world().store().exists());
  EXPECT_TRUE(world().store().list()->records.empty());
  EXPECT_TRUE(world().store().made({kNpm}, kNow).ok());
  EXPECT_TRUE(world().store().release("id-a", {kNpm}, CacheUse::kFinished, kNow).ok());
  EXPECT_TRUE(world().store().measured({{kNpm, 1}}, kNow).ok());
  EXPECT_FALSE(has(kNpm)) << "none of these makes a record";
}

TEST_P(CacheStoreContract, ACacheGoesFromMissToComplete) {
  const auto held = world().store().hold(holder("a"), {wanted(kNpm), wanted(kGo)}, kNow);
  ASSERT_TRUE(held.ok()) << held.error().text();
  ASSERT_EQ(held->size(), 2U);
  EXPECT_EQ(held->front().state, CacheState::kMiss);
  EXPECT_TRUE(*world().other().exists());
  ASSERT_TRUE(world().store().made({kNpm}, kNow).ok());
  EXPECT_EQ(record(kNpm).state, CacheState::kBuilding);
  EXPECT_EQ(record(kGo).state, CacheState::kMiss);
  ASSERT_TRUE(world().other().release("id-a", {kNpm, kGo}, CacheUse::kFinished, kLater).ok());
  EXPECT_EQ(record(kNpm).state, CacheState::kComplete);
  EXPECT_EQ(record(kGo).state, CacheState::kMiss) << "what was never made is not complete";
  EXPECT_EQ(record(kNpm).last_used_at, kLater);
}

TEST_P(CacheStoreContract, AnUnfinishedOneIsTriedAgain) {
  use(kNpm, CacheUse::kUnfinished);
  EXPECT_EQ(record(kNpm).state, CacheState::kBuilding);
  use(kNpm, CacheUse::kFinished);
  EXPECT_EQ(record(kNpm).state, CacheState::kComplete);
}

TEST_P(CacheStoreContract, ACompleteOneStaysCompleteUntilItIsMadeAnew) {
  use(kNpm);
  ASSERT_TRUE(world().store().hold(holder("b"), {wanted(kNpm)}, kLater).ok());
  ASSERT_TRUE(world().store().release("id-b", {kNpm}, CacheUse::kUnfinished, kLater).ok());
  EXPECT_EQ(record(kNpm).state, CacheState::kComplete);
  ASSERT_TRUE(world().store().measured({{kNpm, 7}}, kLater).ok());
  ASSERT_TRUE(world().store().made({kNpm}, kLater).ok());
  EXPECT_EQ(record(kNpm).state, CacheState::kBuilding);
  EXPECT_FALSE(record(kNpm).size_bytes.has_value());
}

TEST_P(CacheStoreContract, KnowsWhoHoldsIt) {
  const CacheHolder a = holder("a");
  const CacheHolder b = holder("b");
  ASSERT_TRUE(world().store().hold(a, {wanted(kNpm)}, kNow).ok());
  ASSERT_TRUE(world().store().hold(a, {wanted(kNpm)}, kNow).ok());
  ASSERT_TRUE(world().other().hold(b, {wanted(kNpm)}, kNow).ok());
  EXPECT_EQ(record(kNpm).holders, (std::vector<CacheHolder>{a, b}));
  world().end_owner(a.owner);
  EXPECT_EQ(record(kNpm).holders, std::vector<CacheHolder>{b}) << "the dead hold nothing";
  ASSERT_TRUE(world().store().release(b.session_id, {kNpm}, CacheUse::kFinished, kNow).ok());
  EXPECT_TRUE(record(kNpm).holders.empty());
}

TEST_P(CacheStoreContract, EvictsWhatNobodyHolds) {
  use(kNpm);
  int calls = 0;
  const auto remove = [&calls] {
    ++calls;
    return Result<void>();
  };
  const CacheHolder holding = holder("a");
  ASSERT_TRUE(world().other().hold(holding, {wanted(kNpm)}, kNow).ok());
  const auto busy = world().store().evict(kNpm, remove);
  ASSERT_FALSE(busy.ok());
  EXPECT_EQ(busy.error().code(), ErrorCode::kBusy);
  EXPECT_EQ(calls, 0);
  world().end_owner(holding.owner);
  ASSERT_TRUE(world().store().evict(kNpm, remove).ok());
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(has(kNpm));
}

TEST_P(CacheStoreContract, AnEvictionThatFailsForgetsNothing) {
  use(kNpm);
  const auto failed = world().store().evict(
      kNpm, [] { return Result<void>(Error(ErrorCode::kBusy, "a container has it")); });
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(record(kNpm).state, CacheState::kComplete);
  const auto held = world().store().hold(holder("a"), {wanted(kNpm)}, kNow);
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(held->front().state, CacheState::kComplete);
}

TEST_P(CacheStoreContract, EvictsWhatHasNoRecord) {
  bool called = false;
  ASSERT_TRUE(world()
                  .store()
                  .evict(kNpm,
                         [&called] {
                           called = true;
                           return Result<void>();
                         })
                  .ok());
  EXPECT_TRUE(called);
  EXPECT_FALSE(has(kNpm));
}

TEST_P(CacheStoreContract, FindsTheGenerationsOfACache) {
  const std::string second = std::string(kNpm) + "-00112233";
  ASSERT_TRUE(
      world().store().hold(holder("a"), {wanted(kNpm), wanted(second, 1), wanted(kGo)}, kNow).ok());
  const auto found = world().store().generations({{"npm", "0123456789ab", ""}});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->records.size(), 2U);
  EXPECT_EQ(current_generation(found->records, "npm", "0123456789ab")->volume, second);
}

TEST_P(CacheStoreContract, AnUnreadableRecordIsSaidAndNoLossOfItsVolume) {
  use(kNpm);
  use(kGo);
  world().spoil(kNpm);
  const auto listing = world().store().list();
  ASSERT_TRUE(listing.ok());
  EXPECT_EQ(listing->unreadable.size(), 1U);
  EXPECT_EQ(record(kNpm).state, CacheState::kBuilding);
  EXPECT_EQ(record(kGo).state, CacheState::kComplete);
  // Unknown: it is made again, which an existing volume survives.
  const auto held = world().store().hold(holder("a"), {wanted(kNpm)}, kNow);
  ASSERT_TRUE(held.ok()) << held.error().text();
  EXPECT_EQ(held->front().state, CacheState::kMiss);
  EXPECT_TRUE(world().store().list()->unreadable.empty());
}

TEST_P(CacheStoreContract, RemembersSizes) {
  use(kNpm);
  ASSERT_TRUE(world().store().measured({{kNpm, 4096}, {kGo, 1}}, kLater).ok());
  EXPECT_EQ(record(kNpm).size_bytes, 4096U);
  EXPECT_EQ(record(kNpm).measured_at, kLater);
  EXPECT_EQ(record(kNpm).last_used_at, kNow) << "measuring is no use";
  EXPECT_FALSE(has(kGo));
}

TEST_P(CacheStoreContract, AdoptsOnlyWhatIsUnknown) {
  use(kNpm);
  CacheRecord npm = wanted(kNpm);
  CacheRecord go = wanted(kGo);
  npm.state = CacheState::kBuilding;
  go.state = CacheState::kBuilding;
  ASSERT_TRUE(world().store().adopt({npm, go}).ok());
  EXPECT_EQ(record(kNpm).state, CacheState::kComplete);
  EXPECT_EQ(record(kGo).state, CacheState::kBuilding);
}

TEST_P(CacheStoreContract, AdoptingNothingIsRemembered) {
  ASSERT_TRUE(world().store().adopt({}).ok());
  EXPECT_TRUE(*world().other().exists());
}

}  // namespace mino::contract
