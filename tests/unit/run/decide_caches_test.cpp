#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using namespace std::string_literals;
using testing_support::decision_on;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::host_image_inputs;
using testing_support::mount_at;
using testing_support::plain_inputs;
using testing_support::plan_of;
using testing_support::set_config;

constexpr char kHash[] = "0123456789ab";

RunInputs with_lockfiles(RunInputs inputs = plain_inputs()) {
  inputs.caches.lockfiles = {{"npm", "package-lock.json", kHash}, {"cargo", "Cargo.lock", kHash}};
  inputs.caches.fresh_suffix = "cafe0123";
  return inputs;
}

std::string value_of(const RunPlan& plan, const RunInputs& inputs, const std::string& name) {
  const auto settings = planned_settings(plan, inputs);
  const auto values = variable_values(*settings, [](std::string_view) { return std::nullopt; });
  const auto found = values.find(name);
  return found == values.end() ? "" : std::string(found->second.reveal());
}

std::string origin_of_variable(const RunPlan& plan, const std::string& name) {
  const auto found = std::ranges::find(plan.environment, name, &PlannedVariable::name);
  return found == plan.environment.end() ? "" : found->origin;
}

TEST(DecideCaches, SeveralLockfilesHaveAVolumeAndAPlaceEach) {
  const RunPlan plan = plan_of(with_lockfiles());
  EXPECT_EQ(mount_at(plan, "/cache/npm")->source, "mino-cache-npm-0123456789ab");
  EXPECT_EQ(mount_at(plan, "/cache/cargo")->source, "mino-cache-cargo-0123456789ab");
  EXPECT_EQ(mount_at(plan, "/cache")->source, "mino-cache-project-aabbccddeeff");
  for (const char* target : {"/cache", "/cache/npm", "/cache/cargo"}) {
    EXPECT_EQ(mount_at(plan, target)->kind, MountKind::kVolume);
    EXPECT_EQ(mount_at(plan, target)->access, MountAccess::kReadWrite);
  }
  const auto place = [&plan](const char* target) {
    return std::ranges::find(plan.mounts, target, &Mount::target);
  };
  EXPECT_LT(place("/cache"), place("/cache/npm")) << "the one below comes after the one above";
  EXPECT_EQ(plan.caches.size(), 3U);
}

TEST(DecideCaches, VariablesLeadToThem) {
  const RunInputs inputs = with_lockfiles();
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(value_of(plan, inputs, "npm_config_cache"), "/cache/npm");
  EXPECT_EQ(value_of(plan, inputs, "CARGO_HOME"), "/cache/cargo");
  EXPECT_EQ(value_of(plan, inputs, "SCCACHE_DIR"), "/cache/sccache");
  EXPECT_EQ(value_of(plan, inputs, "XDG_CACHE_HOME"), "/cache/xdg");
  EXPECT_EQ(value_of(plan, inputs, "PIP_CACHE_DIR"), "");
  EXPECT_EQ(origin_of_variable(plan, "CARGO_HOME"), "cache");
}

TEST(DecideCaches, ConfiguredVariablesAreBelowAndFlagsAbove) {
  RunInputs inputs = with_lockfiles();
  set_config(inputs.config, "container.env",
             std::map<std::string, std::string>{{"CARGO_HOME", "/mine"}}, file_origin(3));
  inputs.request.variables = {"npm_config_cache=/also-mine"};
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(value_of(plan, inputs, "CARGO_HOME"), "/cache/cargo");
  EXPECT_EQ(value_of(plan, inputs, "npm_config_cache"), "/also-mine");
  EXPECT_EQ(value_of(plan, inputs, "XDG_CACHE_HOME"), "/cache/xdg");
}

TEST(DecideCaches, AProjectWithoutLockfilesHasNone) {
  const RunPlan plan = plan_of(plain_inputs());
  EXPECT_EQ(mount_at(plan, "/cache"), nullptr);
  EXPECT_TRUE(plan.caches.empty());
  EXPECT_EQ(origin_of_variable(plan, "XDG_CACHE_HOME"), "");
}

TEST(DecideCaches, LayersWithCachesHaveTheProjectsVolume) {
  RunInputs inputs = plain_inputs();
  inputs.layer_cache_paths = {"/cache/go"};
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(mount_at(plan, "/cache")->source, "mino-cache-project-aabbccddeeff");
  EXPECT_EQ(plan.caches.size(), 1U);
  EXPECT_EQ(origin_of_variable(plan, "XDG_CACHE_HOME"), "");
}

TEST(DecideCaches, CanBeOff) {
  RunInputs inputs = with_lockfiles();
  set_config(inputs.config, "cache.enabled", false, flag_origin("--no-cache"));
  const RunPlan plan = plan_of(inputs);
  EXPECT_TRUE(plan.caches.empty());
  EXPECT_EQ(mount_at(plan, "/cache"), nullptr);
  EXPECT_EQ(origin_of_variable(plan, "CARGO_HOME"), "");
  EXPECT_EQ(decision_on(plan, "cache")->origin, "flag --no-cache");
}

TEST(DecideCaches, KnownOnesKeepTheirGenerationAndState) {
  RunInputs inputs = with_lockfiles();
  CacheRecord old = new_cache_record({"npm", kHash, ""}, 0, std::nullopt, {});
  CacheRecord current = new_cache_record({"npm", kHash, "00112233"}, 4, std::nullopt, {});
  current.state = CacheState::kComplete;
  inputs.caches.records = {old, current};
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(mount_at(plan, "/cache/npm")->source, "mino-cache-npm-0123456789ab-00112233");
  const auto planned = std::ranges::find(plan.caches, "/cache/npm", &PlannedCache::target);
  EXPECT_EQ(planned->generation, 4);
  EXPECT_EQ(planned->state, CacheState::kComplete);
  EXPECT_NE(decision_on(plan, "cache npm")->value.find("complete"), std::string::npos);
}

TEST(DecideCaches, FreshOnesAreNoneThatWereThere) {
  RunInputs inputs = with_lockfiles();
  CacheRecord current = new_cache_record({"npm", kHash, "00112233"}, 4, std::nullopt, {});
  inputs.caches.records = {current};
  inputs.request.fresh_caches = Switch::kOn;
  const RunPlan plan = plan_of(inputs);
  for (const PlannedCache& cache : plan.caches) {
    EXPECT_EQ(cache.name.suffix, "cafe0123") << cache.target;
    EXPECT_EQ(cache.state, CacheState::kMiss);
    EXPECT_EQ(cache.generation, cache.name.ecosystem == "npm" ? 5 : 1);
  }
  EXPECT_EQ(mount_at(plan, "/cache")->source, "mino-cache-project-aabbccddeeff-cafe0123");
  EXPECT_EQ(decision_on(plan, "cache npm")->origin, "flag --cache-fresh");
}

TEST(DecideCaches, AMountOfTheUsersBelowKeepsItsPlace) {
  RunInputs inputs = with_lockfiles();
  inputs.request.volumes = {"/data/npm:/cache/npm"};
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(mount_at(plan, "/cache/npm")->source, "/data/npm");
  EXPECT_EQ(mount_at(plan, "/cache/cargo")->source, "mino-cache-cargo-0123456789ab");
  EXPECT_EQ(plan.caches.size(), 2U);
  EXPECT_NE(decision_on(plan, "cache npm")->reason, "");
}

TEST(DecideCaches, AMountOfTheUsersDeeperIsNoConflict) {
  RunInputs inputs = with_lockfiles();
  inputs.request.volumes = {"/data/x:/cache/npm/_cacache"};
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(plan.caches.size(), 3U);
  EXPECT_NE(mount_at(plan, "/cache/npm/_cacache"), nullptr);
}

TEST(DecideCaches, AMountOfTheUsersAtTheRootIsLeftAlone) {
  RunInputs inputs = with_lockfiles();
  inputs.request.volumes = {"/data/cache:/cache"};
  const RunPlan plan = plan_of(inputs);
  EXPECT_TRUE(plan.caches.empty());
  EXPECT_EQ(mount_at(plan, "/cache")->source, "/data/cache");
  EXPECT_EQ(value_of(plan, inputs, "CARGO_HOME"), "/cache/cargo");
  inputs.request.volumes = {"/data/cache:/cache:ro"};
  EXPECT_EQ(value_of(plan_of(inputs), inputs, "CARGO_HOME"), "");
}

TEST(DecideCaches, AProjectThereHasNone) {
  RunInputs inputs = with_lockfiles();
  set_config(inputs.config, "container.workdir", "/cache/project"s, file_origin(2));
  const RunPlan plan = plan_of(inputs);
  EXPECT_TRUE(plan.caches.empty());
  EXPECT_EQ(decision_on(plan, "cache")->value, "off");
}

TEST(DecideCaches, WorksWithoutAnImageToo) {
  const RunPlan plan = plan_of(with_lockfiles(host_image_inputs()));
  EXPECT_NE(mount_at(plan, "/cache/npm"), nullptr);
}

TEST(DecideCaches, SaysWhatIsWrongWithALockfile) {
  RunInputs inputs = plain_inputs();
  inputs.caches.warnings = {"no npm cache: package-lock.json is no regular file"};
  const RunPlan plan = plan_of(inputs);
  EXPECT_NE(std::ranges::find(plan.warnings, inputs.caches.warnings.front()), plan.warnings.end());
}

}  // namespace
}  // namespace mino
