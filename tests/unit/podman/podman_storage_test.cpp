// PodmanStorage over a podman that is played from what a real one printed.
#include "adapters/podman/podman_storage.hpp"

#include <gtest/gtest.h>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/podman/podman_json.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_process_runner.hpp"

namespace mino::podman {
namespace {

constexpr char kPodman[] = "/usr/bin/podman";
constexpr char kVolumes[] = R"([{"Name": "mino-cache-npm-0123456789ab", "Driver": "local",
  "Mountpoint": "/volumes/mino-cache-npm-0123456789ab/_data",
  "CreatedAt": "2026-11-24T19:46:40.976303147Z",
  "Labels": {"io.mino.cache": "true", "n": 1}, "Scope": "local", "Options": {}}])";

class PodmanStorageTest : public ::testing::Test {
 protected:
  PodmanStorageTest() {
    files_.add_file(kPodman, "program", 0755);
    environment_.variables = {{"PATH", "/usr/bin"}};
    engine_.engine_facts.volume_path = "/volumes";
  }
  void prints(std::vector<std::string> words, const std::string& output, int code = 0,
              const std::string& errors = "") {
    words.insert(words.begin(), kPodman);
    runner_.define_output(std::move(words), output, code, errors);
  }

  fakes::FakeFileSystem files_;
  fakes::FakeEnvironment environment_;
  fakes::FakeProcessRunner runner_;
  fakes::FakeContainerEngine engine_;
  json::RapidJsonCodec json_;
  PodmanStorage storage_{{.files = files_,
                          .environment = environment_,
                          .runner = runner_,
                          .engine = engine_,
                          .json = json_}};
};

TEST_F(PodmanStorageTest, ReadsVolumes) {
  prints({"volume", "ls"}, kVolumes);
  const auto volumes = storage_.volumes();
  ASSERT_TRUE(volumes.ok()) << volumes.error().text();
  ASSERT_EQ(volumes->size(), 1U);
  EXPECT_EQ(volumes->front().labels,
            (std::map<std::string, std::string>{{"io.mino.cache", "true"}}));
  EXPECT_EQ(volumes->front().mount_point, "/volumes/mino-cache-npm-0123456789ab/_data");
}

TEST_F(PodmanStorageTest, ReadsNoVolumesAtAll) {
  for (const char* nothing : {"null", "[]"}) {
    prints({"volume", "ls"}, nothing);
    EXPECT_TRUE(storage_.volumes()->empty());
  }
  prints({"volume", "ls"}, "a\nb\n");
  EXPECT_EQ(*storage_.volumes_in_use(), (std::set<std::string>{"a", "b"}));
}

TEST_F(PodmanStorageTest, NamesNoVolumeAsAnOption) {
  prints({"volume", "rm", "--", "--all"}, "");
  EXPECT_TRUE(storage_.remove_volume("--all").ok());
}

TEST_F(PodmanStorageTest, TellsWhyAVolumeStays) {
  prints({"volume", "rm"}, "", 2, "Error: volume x is being used by the following container(s)");
  EXPECT_EQ(storage_.remove_volume("x").error().code(), ErrorCode::kBusy);
  prints({"volume", "rm"}, "", 1, "Error: no volume with name \"x\" found: no such volume");
  EXPECT_TRUE(storage_.remove_volume("x").ok());
  prints({"volume", "rm"}, "", 1, "Error: the disk is gone");
  EXPECT_FALSE(storage_.remove_volume("x").ok());
}

TEST_F(PodmanStorageTest, CannotTellWhatIsMissingWhereNobodySaysWhereVolumesLie) {
  EXPECT_TRUE(storage_.missing_volumes({"x"})->empty()) << "there is no such directory";
  files_.add_directory("/volumes/there");
  EXPECT_EQ(*storage_.missing_volumes({"there", "x"}), std::vector<std::string>{"x"});
  engine_.engine_facts.volume_path.clear();
  EXPECT_TRUE(storage_.missing_volumes({"x"})->empty());
  EXPECT_TRUE(storage_.make_directories("x", {"npm"}).ok());
}

TEST_F(PodmanStorageTest, MakesNoDirectoryThroughALinkOfABox) {
  files_.add_directory("/volumes/v/_data");
  files_.add_directory("/etc");
  files_.add_symlink("/volumes/v/_data/npm", "/etc");
  ASSERT_TRUE(storage_.make_directories("v", {"npm", "xdg"}).ok());
  EXPECT_TRUE(files_.exists("/volumes/v/_data/xdg"));
}

TEST(SizesFromDu, ReadsWhatItCan) {
  EXPECT_EQ(sizes_from_du("12\t/a\n0\t/b c\n"),
            (std::map<std::string, std::uint64_t>{{"/a", 12288}, {"/b c", 0}}));
  EXPECT_TRUE(sizes_from_du("").empty());
  EXPECT_TRUE(sizes_from_du("du: cannot read\n-1\t/a\n99999999999999999999\t/b\n1 /c\n").empty());
  EXPECT_TRUE(sizes_from_du("18446744073709551615\t/a\n").empty()) << "too many to count";
}

TEST(ImagesFromLs, ReadsNamesAndLabels) {
  const json::RapidJsonCodec json;
  const auto images = images_from_ls(*json.parse(
      R"([{"Id": "a", "Names": ["localhost/x:1"], "Size": 5, "Labels": {"k": "v"}},
          {"Id": "b", "RepoTags": null, "Labels": null, "Size": -5}])"));
  ASSERT_TRUE(images.ok());
  ASSERT_EQ(images->size(), 2U);
  EXPECT_EQ(images->front().names, std::vector<std::string>{"localhost/x:1"});
  EXPECT_EQ(images->front().size_bytes, 5U);
  EXPECT_TRUE(images->back().names.empty());
  EXPECT_EQ(images->back().size_bytes, 0U);
  EXPECT_FALSE(images_from_ls(JsonValue("x")).ok());
  EXPECT_FALSE(images_from_ls(*json.parse("[{}]")).ok());
  EXPECT_TRUE(images_from_ls(JsonValue())->empty());
}

}  // namespace
}  // namespace mino::podman
