#include "application/clear_caches.hpp"

#include <gtest/gtest.h>

#include "tests/unit/application/cache_world.hpp"

namespace mino::application {
namespace {

using testing_support::CacheWorld;
using Target = ClearCaches::Target;

const std::vector<Target> kAll{Target::kVolumes, Target::kHomes, Target::kImages};

class ClearCachesTest : public ::testing::Test {
 protected:
  ClearCachesTest() {
    world_.add_cache(CacheWorld::kNpm);
    world_.add_home(CacheWorld::kHome, "/src/app");
    const std::map<std::string, std::string> labels{{"io.mino.layers", "true"},
                                                    {"io.mino.base", "true"}};
    world_.storage.stored_images = {
        {"base", {"localhost/mino-base:latest"}, {{"io.mino.base", "true"}}, 10},
        {"composed", {kComposed, "localhost/mine:1"}, labels, 20},
        {"derived", {"localhost/derived:latest"}, labels, 30},
        {"nameless", {}, labels, 40},
        {"plain", {"localhost/mino-composed-aaaaaaaaaaaa:latest"}, {}, 50}};
  }

  ClearCaches use_case() {
    return ClearCaches(
        {.storage = world_.storage, .audit = world_.audit, .notices = world_.notices},
        world_.inventory, world_.remover);
  }
  std::vector<std::string> planned(const std::vector<Target>& targets) {
    const auto items = use_case().plan(targets);
    EXPECT_TRUE(items.ok());
    std::vector<std::string> names;
    for (const ClearCaches::Item& item : *items) names.push_back(item.name);
    return names;
  }
  std::vector<ClearCaches::Outcome> clear(const std::vector<Target>& targets) {
    ClearCaches clearing = use_case();
    return clearing.execute(*clearing.plan(targets));
  }

  static constexpr char kComposed[] = "localhost/mino-composed-0123456789ab:latest";
  CacheWorld world_;
};

using Names = std::vector<std::string>;

TEST_F(ClearCachesTest, PlansWhatIsAskedFor) {
  EXPECT_EQ(planned({Target::kVolumes}), Names{CacheWorld::kNpm});
  EXPECT_EQ(planned({Target::kHomes}), Names{CacheWorld::kHome});
  EXPECT_EQ(planned({Target::kImages}), (Names{kComposed, "localhost/mino-base:latest"}));
  EXPECT_EQ(planned(kAll).size(), 4U);
  EXPECT_TRUE(world_.has(CacheWorld::kNpm)) << "planning removes nothing";
}

TEST_F(ClearCachesTest, RemovesThatAndNothingElse) {
  for (const char* name : {"mino-cachex", "mino-cache-foo", "mino-cache-npm-ffffffffffff",
                           "mino-home-ffffffffffff", "mino-home-mine", "data"})
    world_.engine.volumes[name] = {};
  for (const ClearCaches::Outcome& outcome : clear(kAll)) EXPECT_FALSE(outcome.error.has_value());
  EXPECT_FALSE(world_.has(CacheWorld::kNpm));
  EXPECT_FALSE(world_.has(CacheWorld::kHome));
  EXPECT_TRUE(world_.store.records.empty());
  EXPECT_EQ(world_.engine.volumes.size(), 6U);
  Names left;
  for (const StoredImage& image : world_.storage.stored_images) left.push_back(image.id);
  EXPECT_EQ(left, (Names{"composed", "derived", "plain"})) << "the user's own name keeps an image";
  EXPECT_EQ(world_.audit.events.size(), 4U);
}

TEST_F(ClearCachesTest, AHomeThatOnlyItsMarkerTellsOfIsOurs) {
  world_.engine.volumes["mino-home-aaaaaaaaaaaa"] = {};
  world_.files.add_file("/state/mino/homes/mino-home-aaaaaaaaaaaa", "/src/other\n");
  EXPECT_EQ(planned({Target::kHomes}), (Names{CacheWorld::kHome, "mino-home-aaaaaaaaaaaa"}));
}

TEST_F(ClearCachesTest, WhatIsInUseStays) {
  world_.hold(CacheWorld::kNpm);
  world_.storage.in_use = {CacheWorld::kHome};
  world_.storage.images_in_use = {kComposed};
  const auto outcomes = clear(kAll);
  ASSERT_EQ(outcomes.size(), 2U) << "only what nobody is known to use is tried";
  EXPECT_EQ(outcomes[0].error->code(), ErrorCode::kBusy);
  EXPECT_FALSE(outcomes[1].error.has_value());
  EXPECT_TRUE(world_.has(CacheWorld::kNpm));
  EXPECT_TRUE(world_.has(CacheWorld::kHome));
}

TEST_F(ClearCachesTest, SaysWhoUsesIt) {
  world_.hold(CacheWorld::kNpm);
  EXPECT_EQ(use_case().plan({Target::kVolumes})->front().in_use_by, "the session calm-otter");
}

TEST_F(ClearCachesTest, AHomeOfALivingSessionIsInUse) {
  SessionRecord session{.id = "1", .name = *SessionName::parse("calm-otter")};
  session.status = SessionStatus::kRunning;
  session.home_volume = CacheWorld::kHome;
  session.supervisor = world_.processes.start();
  ASSERT_TRUE(world_.sessions.create(session).ok());
  EXPECT_EQ(use_case().plan({Target::kHomes})->front().in_use_by, "the session calm-otter");
  world_.processes.end(session.supervisor);
  EXPECT_EQ(use_case().plan({Target::kHomes})->front().in_use_by, "");
}

}  // namespace
}  // namespace mino::application
