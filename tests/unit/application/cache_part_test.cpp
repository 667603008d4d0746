#include "application/cache_part.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/application/session_world.hpp"

namespace mino::application {
namespace {

using testing_support::SessionWorld;

constexpr char kNpm[] = "mino-cache-npm-0123456789ab";
constexpr char kProject[] = "mino-cache-project-aabbccddeeff";

class CachePartTest : public ::testing::Test {
 protected:
  CachePartTest() { plan_.home_volume.reset(); }

  void run() {
    const auto outcome = world_.run(plan_);
    ASSERT_TRUE(outcome.ok()) << outcome.error().text();
  }
  [[nodiscard]] long made() const {
    return std::ranges::count(world_.engine.calls, "ensure_volume");
  }
  [[nodiscard]] const CacheRecord& record(const std::string& volume) const {
    return world_.caches.records.at(volume);
  }

  SessionWorld world_;
  RunPlan plan_ = SessionWorld::plan();
};

TEST_F(CachePartTest, MakesUnknownVolumesWithLabels) {
  run();
  EXPECT_EQ(world_.engine.volumes.at(kNpm).at("io.mino.cache"), "true");
  EXPECT_EQ(world_.engine.volumes.at(kNpm).at("io.mino.cache.hash"), "0123456789ab");
  EXPECT_EQ(world_.engine.volumes.at(kProject).at("io.mino.cache.project"), "/src/app");
  EXPECT_EQ(record(kProject).project, "/src/app");
}

TEST_F(CachePartTest, TheProjectsVolumeHasEveryDirectoryFromTheStart) {
  run();
  EXPECT_TRUE(world_.storage.directories.at(kProject).contains("xdg"));
  EXPECT_TRUE(world_.storage.directories.at(kProject).contains("npm"));
  EXPECT_FALSE(world_.storage.directories.contains(kNpm));
}

TEST_F(CachePartTest, KnownVolumesCostNoCallOfTheEngine) {
  run();
  world_.engine.calls.clear();
  run();
  EXPECT_EQ(made(), 0);
  EXPECT_EQ(world_.storage.processes, 0);
}

TEST_F(CachePartTest, AVolumeThatWasDeletedBehindOurBackIsMadeAgainWithLabels) {
  run();
  world_.engine.volumes.erase(kNpm);
  world_.runner.end = {AgentEnd::Kind::kExited, 1, false};
  run();
  EXPECT_EQ(world_.engine.volumes.at(kNpm).at("io.mino.cache"), "true");
  EXPECT_EQ(record(kNpm).state, CacheState::kBuilding) << "an empty cache is not complete";
}

TEST_F(CachePartTest, ASessionThatEndsWellCompletesThem) {
  run();
  EXPECT_EQ(record(kNpm).state, CacheState::kComplete);
  EXPECT_TRUE(record(kNpm).holders.empty());
}

TEST_F(CachePartTest, ADetachedOneToo) {
  plan_.attachment = Attachment::kDetached;
  run();
  EXPECT_EQ(record(kNpm).state, CacheState::kComplete);
}

TEST_F(CachePartTest, OneThatFailsDoesNot) {
  for (const AgentEnd& end : {AgentEnd{AgentEnd::Kind::kExited, 1, false},
                              AgentEnd{AgentEnd::Kind::kSignalled, 15, true}}) {
    world_.runner.end = end;
    run();
    EXPECT_EQ(record(kNpm).state, CacheState::kBuilding);
    EXPECT_TRUE(record(kNpm).holders.empty());
  }
}

TEST_F(CachePartTest, OneThatNeverRanDoesNot) {
  world_.runner.course = fakes::FakeBoxRunner::Course::kRefused;
  EXPECT_FALSE(world_.run(plan_).ok());
  EXPECT_EQ(record(kNpm).state, CacheState::kBuilding);
  EXPECT_TRUE(record(kNpm).holders.empty());
}

TEST_F(CachePartTest, AFailedOneDoesNotUndoAnEarlierOne) {
  run();
  world_.runner.end = {AgentEnd::Kind::kExited, 1, false};
  run();
  EXPECT_EQ(record(kNpm).state, CacheState::kComplete);
}

TEST_F(CachePartTest, APlanWithoutCachesLeavesNoTrace) {
  plan_.caches.clear();
  run();
  EXPECT_TRUE(world_.caches.records.empty());
  EXPECT_EQ(made(), 0);
}

TEST_F(CachePartTest, VariablesOfCachesAreNoSecrets) {
  plan_.command.words = {"ls", "/cache/npm"};
  ASSERT_TRUE(world_.run(plan_, {{"npm_config_cache", Secret("/cache/npm")}}).ok());
  EXPECT_EQ(world_.record(plan_)->command, plan_.command.words);
}

}  // namespace
}  // namespace mino::application
