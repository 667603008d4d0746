#include "adapters/podman/podman_json.hpp"

#include "tests/unit/podman/recorded.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino::podman {
namespace {

using testing_support::recorded_json;

JsonValue parse(const std::string& text) { return json::RapidJsonCodec().parse(text).value(); }

TEST(PodmanJson, ReadsWhatPodmanSaysOfItself) {
  const Result<EngineFacts> facts = engine_facts_from_info(recorded_json("info.json"));
  ASSERT_TRUE(facts.ok()) << facts.error().text();
  EXPECT_EQ(facts->version, "4.3.1");
  EXPECT_TRUE(facts->rootless);
  EXPECT_EQ(facts->graph_root, "/home/ann/.local/share/containers/storage");
  EXPECT_EQ(facts->run_root, "/run/user/1001/containers");
  EXPECT_EQ(facts->storage_driver, "overlay");
  EXPECT_EQ(facts->network_backend, "netavark");
  EXPECT_EQ(facts->rootless_network, "slirp4netns");
  EXPECT_EQ(facts->cgroup_version, "v2");
  EXPECT_EQ(facts->cgroup_controllers, std::vector<std::string>{"hugetlb"});
  EXPECT_EQ(facts->oci_runtime, "crun");
  EXPECT_EQ(facts->oci_runtime_path, "/usr/bin/crun");
  EXPECT_FALSE(facts->selinux_enabled);
}

TEST(PodmanJson, KnowsTheNetworkProgramOfPodman5) {
  JsonValue info = recorded_json("info.json");
  for (auto& [name, value] : *info.object()) {
    if (name == "host") value.set("rootlessNetworkCmd", "pasta");
  }
  EXPECT_EQ(engine_facts_from_info(info)->rootless_network, "pasta");
}

TEST(PodmanJson, RefusesFactsWithoutAVersionOrARoot) {
  for (const char* text : {"{}", "[]", "null", R"({"version":{"Version":"4.3.1"}})",
                           R"({"version":{"Version":4},"store":{"graphRoot":"/g"}})"}) {
    const Result<EngineFacts> facts = engine_facts_from_info(parse(text));
    ASSERT_FALSE(facts.ok()) << text;
    EXPECT_EQ(facts.error().code(), ErrorCode::kCorrupt);
  }
}

TEST(PodmanJson, ReadsAnImage) {
  const Result<ImageFacts> user = image_facts_from_inspect(recorded_json("image.json"));
  ASSERT_TRUE(user.ok());
  EXPECT_EQ(user->user, "developer");
  EXPECT_EQ(user->working_directory, "/home/developer");
  EXPECT_EQ(user->id.size(), 64U);
  EXPECT_TRUE(user->entrypoint.empty());
  const Result<ImageFacts> entrypoint =
      image_facts_from_inspect(recorded_json("image-entrypoint.json"));
  ASSERT_TRUE(entrypoint.ok());
  EXPECT_EQ(entrypoint->user, "");
  EXPECT_EQ(entrypoint->entrypoint, std::vector<std::string>{"/bin/entrypoint"});
}

TEST(PodmanJson, RefusesAnImageWithoutAnId) {
  for (const char* text : {"[]", "{}", "[{}]", R"([{"Id":7}])", "[1]"})
    EXPECT_FALSE(image_facts_from_inspect(parse(text)).ok()) << text;
}

TEST(PodmanJson, ReadsContainers) {
  const auto containers = containers_from_ps(recorded_json("ps.json"));
  ASSERT_TRUE(containers.ok());
  ASSERT_EQ(containers->size(), 4U);
  const ListedContainer& box = containers->front();
  EXPECT_EQ(box.state, "running");
  EXPECT_EQ(box.session, "calm-otter");
  EXPECT_EQ(box.names, std::vector<std::string>{"pmcap"});
  EXPECT_GT(box.created_seconds, 0);
  const ListedContainer& lost = containers->back();
  EXPECT_EQ(lost.state, "storage");
  EXPECT_EQ(lost.session, "");
}

TEST(PodmanJson, ReadsAListOfNothing) {
  EXPECT_TRUE(containers_from_ps(parse("null"))->empty());
  EXPECT_TRUE(containers_from_ps(parse("[]"))->empty());
  EXPECT_TRUE(volumes_from_ls(parse("[]"))->empty());
  EXPECT_FALSE(containers_from_ps(parse("{}")).ok());
  EXPECT_FALSE(containers_from_ps(parse("[{}]")).ok());
  EXPECT_FALSE(volumes_from_ls(parse("[null]")).ok());
}

TEST(PodmanJson, ReadsVolumes) {
  const auto volumes = volumes_from_ls(recorded_json("volumes.json"));
  ASSERT_TRUE(volumes.ok());
  ASSERT_EQ(volumes->size(), 2U);
  EXPECT_EQ((*volumes)[0].name, "capv");
  EXPECT_FALSE((*volumes)[0].anonymous);
  EXPECT_TRUE((*volumes)[1].anonymous);
  EXPECT_TRUE((*volumes)[1].created.has_value());
}

TEST(PodmanJson, KeepsFactsInTheCache) {
  const EngineFacts engine = *engine_facts_from_info(recorded_json("info.json"));
  EXPECT_EQ(engine_facts_from_json(to_json(engine)), engine);
  ImageFacts image = *image_facts_from_inspect(recorded_json("image-entrypoint.json"));
  image.user_id = 4294967295;
  image.group_id = 7;
  image.home = "/h";
  EXPECT_EQ(image_facts_from_json(to_json(image)), image);
  EXPECT_FALSE(engine_facts_from_json(parse("{}")).has_value());
  EXPECT_FALSE(image_facts_from_json(parse(R"({"id":"x","user_id":-1,"group_id":0})")).has_value());
  EXPECT_FALSE(
      image_facts_from_json(parse(R"({"id":"x","user_id":0,"group_id":4294967296})")).has_value());
}

TEST(PodmanJson, ComparesVersions) {
  EXPECT_TRUE(is_at_least("4.3.1", 4, 3));
  EXPECT_TRUE(is_at_least("4.10.0", 4, 3));
  EXPECT_TRUE(is_at_least("5.0.0-dev", 4, 3));
  EXPECT_FALSE(is_at_least("4.2.9", 4, 3));
  EXPECT_FALSE(is_at_least("3.9.0", 4, 3));
  EXPECT_FALSE(is_at_least("", 4, 3));
  EXPECT_FALSE(is_at_least("4", 4, 3));
  EXPECT_FALSE(is_at_least("four.3", 4, 3));
}

}  // namespace
}  // namespace mino::podman
