// PodmanEngine over a podman that is played from what a real one printed.
#include "adapters/podman/podman_engine.hpp"

#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_facts_cache.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_process_runner.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/unit/podman/recorded.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mino::podman {
namespace {

using testing_support::recorded;
using testing_support::recorded_json;

constexpr char kPodman[] = "/usr/bin/podman";
const std::string kContainerId = std::string(63, 'c') + "1";

class PodmanEngineTest : public ::testing::Test {
 protected:
  PodmanEngineTest() {
    files_.add_file(kPodman, "program", 0755);
    files_.add_file("/home/ann/.local/share/containers/storage/overlay-images/images.json", "[]");
    environment_.variables = {{"PATH", "/usr/bin:/bin"},
                              {"HOME", "/home/ann"},
                              {"LD_PRELOAD", "/evil.so"},
                              {"API_TOKEN", "planted"},
                              {"HTTPS_PROXY", "http://user:planted@proxy"}};
    prints({"info"}, recorded("info.json"));
    prints({"image", "inspect"}, recorded("image.json"));
    prints({"ps"}, "[]");
    prints({"volume", "ls"}, "[]");
    prints({"create"}, kContainerId + "\n");
    prints({"cp"}, recorded("passwd.tar"));
    prints({"rm"}, "");
    runner_.define_output({"/usr/bin/crun"}, "", 1, "no such container");
  }

  void prints(std::vector<std::string> words, const std::string& output, int code = 0,
              const std::string& errors = "") {
    words.insert(words.begin(), kPodman);
    runner_.define_output(std::move(words), output, code, errors);
  }
  PodmanEngine engine() {
    return PodmanEngine({.files = files_,
                         .environment = environment_,
                         .runner = runner_,
                         .processes = processes_,
                         .cache = cache_,
                         .json = json_,
                         .notices = notices_});
  }
  /// The commands that were run, without the program: "image inspect --format json -- x".
  std::vector<std::string> commands() const {
    std::vector<std::string> lines;
    for (const ProcessSpec& spec : runner_.runs) {
      std::string line;
      for (std::size_t at = spec.argv.front() == kPodman ? 1 : 0; at < spec.argv.size(); ++at)
        line += (line.empty() ? "" : " ") + spec.argv[at];
      lines.push_back(line);
    }
    return lines;
  }
  bool ran(const std::string& beginning) const {
    return std::ranges::any_of(
        commands(), [&](const std::string& line) { return line.starts_with(beginning); });
  }

  fakes::FakeFileSystem files_;
  fakes::FakeEnvironment environment_;
  fakes::FakeProcessRunner runner_;
  fakes::FakeProcessTable processes_;
  fakes::FakeFactsCache cache_;
  fakes::FakeNotices notices_;
  json::RapidJsonCodec json_;
};

TEST_F(PodmanEngineTest, KnowsAnImageByItsIdWhenTheListChangesOtherwise) {
  const std::string list = "/home/ann/.local/share/containers/storage/overlay-images/images.json";
  const std::string id = *recorded_json("image.json").array()->front().find_string("Id");
  files_.add_file(list, R"([{"id":")" + id + R"(","names":["localhost/own:1"]}])");
  ASSERT_TRUE(engine().image("localhost/own:1").ok());
  runner_.runs.clear();
  files_.add_file(list,
                  R"([{"id":")" + id + R"(","names":["localhost/own:1"],"mapped-layers":[]}])");
  const auto known = engine().image("localhost/own:1");
  ASSERT_TRUE(known.ok() && known->has_value());
  EXPECT_EQ((*known)->id, id);
  EXPECT_TRUE(runner_.runs.empty());
  files_.add_file(list, R"([{"id":"another","names":["localhost/own:1"]}])");
  ASSERT_TRUE(engine().image("localhost/own:1").ok());
  EXPECT_TRUE(ran("image inspect"));
}

TEST_F(PodmanEngineTest, AsksPodmanOnceForItself) {
  ASSERT_TRUE(engine().facts().ok());
  EXPECT_EQ(engine().facts()->version, "4.3.1");
  EXPECT_EQ(commands(), std::vector<std::string>{"info --format json"});
}

TEST_F(PodmanEngineTest, AsksAgainWhenPodmanOrItsConfigurationHasChanged) {
  ASSERT_TRUE(engine().facts().ok());
  files_.add_file(kPodman, "a newer program", 0755);
  ASSERT_TRUE(engine().facts().ok());
  EXPECT_EQ(commands().size(), 2U);
  files_.add_file("/home/ann/.config/containers/containers.conf", "[engine]");
  ASSERT_TRUE(engine().facts().ok());
  EXPECT_EQ(commands().size(), 3U);
  environment_.variables["CONTAINERS_CONF"] = "/home/ann/c.conf";
  ASSERT_TRUE(engine().facts().ok());
  EXPECT_EQ(commands().size(), 4U);
  files_.add_file("/home/ann/c.conf", "[engine]");
  ASSERT_TRUE(engine().facts().ok());
  EXPECT_EQ(commands().size(), 5U);
  ASSERT_TRUE(engine().facts().ok());
  EXPECT_EQ(commands().size(), 5U);
}

TEST_F(PodmanEngineTest, WorksWithoutACache) {
  cache_.failure = Error(ErrorCode::kInternal, "the disk is full");
  EXPECT_TRUE(engine().facts().ok());
  EXPECT_TRUE(engine().image("localhost/mino-test-user").ok());
}

TEST_F(PodmanEngineTest, SaysThatThereIsNoPodman) {
  ASSERT_TRUE(files_.remove(kPodman).ok());
  const Result<EngineFacts> facts = engine().facts();
  ASSERT_FALSE(facts.ok());
  EXPECT_EQ(facts.error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(facts.error().hint().find("install podman"), std::string::npos);
  files_.add_file(kPodman, "not executable", 0644);
  EXPECT_FALSE(engine().facts().ok());
}

TEST_F(PodmanEngineTest, RefusesAnOldPodmanAndForgetsIt) {
  std::string old = recorded("info.json");
  const std::string version = "\"Version\": \"4.3.1\"";
  old.replace(old.find(version), version.size(), "\"Version\": \"3.4.4\"");
  prints({"info"}, old);
  const Result<EngineFacts> facts = engine().facts();
  ASSERT_FALSE(facts.ok());
  EXPECT_EQ(facts.error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(facts.error().text().find("3.4.4 is too old"), std::string::npos);
  EXPECT_TRUE(cache_.facts.empty());
}

TEST_F(PodmanEngineTest, RefusesARootfulPodman) {
  std::string rootful = recorded("info.json");
  const std::string rootless = "\"rootless\": true";
  rootful.replace(rootful.find(rootless), rootless.size(), "\"rootless\": false");
  prints({"info"}, rootful);
  const Result<EngineFacts> facts = engine().facts();
  ASSERT_FALSE(facts.ok());
  EXPECT_EQ(facts.error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(facts.error().hint().find("ordinary user"), std::string::npos);
}

TEST_F(PodmanEngineTest, ReportsABrokenPodman) {
  prints({"info"}, "", 125, "Error: opening database /g/bolt_state.db: invalid database\n");
  const Result<EngineFacts> facts = engine().facts();
  ASSERT_FALSE(facts.ok());
  EXPECT_EQ(facts.error().code(), ErrorCode::kUnavailable);
  prints({"info"}, "{ truncated");
  EXPECT_EQ(engine().facts().error().code(), ErrorCode::kCorrupt);
}

TEST_F(PodmanEngineTest, GivesPodmanOnlyTheVariablesItNeeds) {
  ASSERT_TRUE(engine().facts().ok());
  for (const auto& [name, value] : runner_.runs.front().environment) {
    EXPECT_EQ(value.find("planted"), std::string::npos) << name;
    EXPECT_FALSE(name.starts_with("LD_")) << name;
  }
}

TEST_F(PodmanEngineTest, LooksUpTheUserOfAnImageOnce) {
  const auto first = engine().image("localhost/mino-test-user");
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ((*first)->user_id, 1000U);
  EXPECT_EQ((*first)->home, "/home/developer");
  EXPECT_TRUE(ran("rm --force " + kContainerId));
  const std::size_t before = commands().size();
  EXPECT_EQ(*engine().image("localhost/mino-test-user"), *first);
  EXPECT_EQ(commands().size(), before);
}

TEST_F(PodmanEngineTest, AnotherImageMeansOnlyOneMoreLook) {
  ASSERT_TRUE(engine().image("localhost/mino-test-user").ok());
  const std::size_t before = commands().size();
  files_.add_file("/home/ann/.local/share/containers/storage/overlay-images/images.json",
                  "[one more]");
  ASSERT_TRUE(engine().image("localhost/mino-test-user").ok());
  ASSERT_EQ(commands().size(), before + 1);
  EXPECT_TRUE(commands().back().starts_with("image inspect"));
}

TEST_F(PodmanEngineTest, AnImageThatRunsAsRootNeedsNoContainer) {
  prints({"image", "inspect"}, recorded("image-entrypoint.json"));
  const auto facts = engine().image("localhost/mino-test-entrypoint");
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ((*facts)->home, "/root");
  EXPECT_FALSE(ran("create"));
}

TEST_F(PodmanEngineTest, AnAbsentImageIsNotRemembered) {
  prints({"image", "inspect"}, "[]\n", 125, "Error: inspecting object: x: image not known\n");
  const auto facts = engine().image("x");
  ASSERT_TRUE(facts.ok()) << facts.error().text();
  EXPECT_FALSE(facts->has_value());
  prints({"image", "inspect"}, recorded("image.json"));
  EXPECT_TRUE(engine().image("x")->has_value());
}

TEST_F(PodmanEngineTest, RemovesTheContainerWhenItsFilesCannotBeRead) {
  prints({"cp"}, "", 125, "Error: it could not be found\n");
  const auto facts = engine().image("localhost/mino-test-user");
  ASSERT_FALSE(facts.ok());
  EXPECT_EQ(facts.error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(ran("rm --force " + kContainerId));
}

TEST_F(PodmanEngineTest, AReferenceCannotBeAnOption) {
  static_cast<void>(engine().image("--help"));
  EXPECT_TRUE(ran("image inspect --format json -- --help"));
}

TEST_F(PodmanEngineTest, AVolumeThatExistsIsFine) {
  prints({"volume", "create"}, "", 125,
         "Error: volume with name v already exists: volume already exists\n");
  EXPECT_TRUE(engine().ensure_volume("v", {{"io.mino.project", "/a b"}}).ok());
  EXPECT_TRUE(ran("volume create --label=io.mino.project=/a b -- v"));
  prints({"volume", "create"}, "", 125, "Error: no space left on device\n");
  EXPECT_FALSE(engine().ensure_volume("v", {}).ok());
}

TEST_F(PodmanEngineTest, RemovesWhatPodmanKnows) {
  prints({"ps"}, recorded("ps.json"));
  const auto boxes = engine().list_boxes();
  ASSERT_TRUE(boxes.ok());
  const BoxTrace box = boxes->front();
  EXPECT_EQ(box.session, "calm-otter");
  EXPECT_EQ(*engine().box_state(box), BoxState::kRunning);
  runner_.define({kPodman, "rm"}, [this](const ProcessSpec&) -> Result<ProcessOutput> {
    prints({"ps"}, "[]");
    return ProcessOutput{.exit_code = 0, .signal = {}, .output = {}, .errors = {}};
  });
  ASSERT_TRUE(engine().remove_box(box).ok());
  EXPECT_TRUE(ran("/usr/bin/crun delete --force " + box.container_id));
  EXPECT_TRUE(ran("rm --force --volumes --time 0 " + box.container_id));
  EXPECT_EQ(*engine().box_state(box), BoxState::kGone);
}

TEST_F(PodmanEngineTest, SaysWhatCannotBeRemoved) {
  prints({"ps"}, recorded("ps.json"));
  const BoxTrace box{.container_id = {}, .container_name = "pmcap", .session = {}};
  const Result<void> still_there = engine().remove_box(box);
  ASSERT_FALSE(still_there.ok());
  EXPECT_NE(still_there.error().text().find("pmcap"), std::string::npos);
  prints({"rm"}, "", 125, "Error: layer not known\n");
  EXPECT_EQ(engine().remove_box(box).error().code(), ErrorCode::kUnavailable);
}

TEST_F(PodmanEngineTest, TriesAgainWhatPodmanRefusesAtFirst) {
  prints({"ps"}, recorded("ps.json"));
  int calls = 0;
  runner_.define({kPodman, "rm"}, [&, this](const ProcessSpec&) -> Result<ProcessOutput> {
    if (++calls == 1) {
      return ProcessOutput{
          .exit_code = 2, .signal = {}, .output = {}, .errors = "Error: container state improper"};
    }
    prints({"ps"}, "[]");
    return ProcessOutput{.exit_code = 0, .signal = {}, .output = {}, .errors = {}};
  });
  EXPECT_TRUE(
      engine().remove_box({.container_id = {}, .container_name = "pmcap", .session = {}}).ok());
  EXPECT_EQ(calls, 2);
}

TEST_F(PodmanEngineTest, SettlesABoxWhoseMonitorIsGoneAlone) {
  const BoxTrace box{
      .container_id = kContainerId, .container_name = "mino-calm-otter-0a1b", .session = {}};
  PodmanEngine podman = engine();
  const std::string run_root = podman.facts()->run_root;
  runner_.runs.clear();
  // Podman has removed the container already.
  ASSERT_TRUE(podman.settle_box(box).ok());
  files_.add_file(run_root + "/overlay-containers/" + kContainerId + "/userdata/conmon.pid", "77");
  files_.add_file("/proc/77/cmdline", std::string("conmon\0-c\0", 10) + kContainerId + '\0');
  ASSERT_TRUE(podman.settle_box(box).ok());
  EXPECT_TRUE(runner_.runs.empty());
  // The number is another process's by now.
  files_.add_file("/proc/77/cmdline", std::string("vim\0", 4));
  ASSERT_TRUE(podman.settle_box(box).ok());
  EXPECT_TRUE(ran("/usr/bin/crun delete --force " + kContainerId));
}

TEST_F(PodmanEngineTest, EndsTheProcessesOfALostContainer) {
  const std::string name = "mino-calm-otter-0a1b";
  const ProcessIdentity conmon =
      processes_.start(fakes::FakeProcessTable::Conduct::kIgnoresSignals);
  const std::string directory = "/proc/" + std::to_string(conmon.pid);
  files_.add_file(directory + "/cmdline", std::string("conmon\0-c\0", 10) + kContainerId +
                                              std::string("\0-n\0", 4) + name + '\0');
  files_.add_file(directory + "/stat", "7 (conmon) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 " +
                                           std::to_string(conmon.start_time) + " 1");
  const BoxTrace box{.container_id = {}, .container_name = name, .session = "calm-otter"};
  EXPECT_EQ(*engine().box_state(box), BoxState::kRunning);
  ASSERT_TRUE(engine().remove_box(box).ok());
  EXPECT_FALSE(processes_.alive(conmon));
  EXPECT_TRUE(ran("/usr/bin/crun delete --force " + kContainerId));
}

TEST_F(PodmanEngineTest, RemovesTheFreshVolumesOfALostContainerOnly) {
  prints({"ps"}, recorded("ps.json"));
  const std::string made = "2026-11-24T06:48:40.5Z";  // the second of the lost container
  const auto volume = [](const std::string& volume_name, const std::string& created,
                         const std::string& anonymous) {
    return R"({"Name":")" + volume_name + R"(","CreatedAt":")" + created + R"(","Anonymous":)" +
           anonymous + "}";
  };
  const std::string volumes = "[" + volume("fresh", made, "true") + "," +
                              volume("named", made, "false") + "," +
                              volume("older", "2026-11-24T06:40:00Z", "true") + "]";
  prints({"volume", "ls"}, volumes);
  prints({"volume", "rm"}, "");
  runner_.define({kPodman, "rm"}, [&, this](const ProcessSpec&) -> Result<ProcessOutput> {
    prints({"ps"}, "[]");
    // One that another podman makes meanwhile.
    prints({"volume", "ls"},
           volumes.substr(0, volumes.size() - 1) + "," + volume("new", made, "true") + "]");
    return ProcessOutput{.exit_code = 0, .signal = {}, .output = {}, .errors = {}};
  });
  ASSERT_TRUE(
      engine()
          .remove_box({.container_id = {}, .container_name = "mino-lost-0a1b", .session = {}})
          .ok());
  EXPECT_TRUE(ran("volume rm fresh"));
  EXPECT_FALSE(ran("volume rm named"));
  EXPECT_FALSE(ran("volume rm older"));
  EXPECT_FALSE(ran("volume rm new"));
}

TEST_F(PodmanEngineTest, PassesNoStrangeIdToAProgram) {
  ASSERT_TRUE(engine()
                  .remove_box({.container_id = "--all", .container_name = "mino-x", .session = {}})
                  .ok());
  EXPECT_FALSE(ran("/usr/bin/crun"));
}

TEST_F(PodmanEngineTest, SaysThatPodmanHangs) {
  runner_.define({kPodman, "ps"}, [](const ProcessSpec&) -> Result<ProcessOutput> {
    return Error(ErrorCode::kTimeout, "podman did not end");
  });
  const auto boxes = engine().list_boxes();
  ASSERT_FALSE(boxes.ok());
  EXPECT_EQ(boxes.error().code(), ErrorCode::kTimeout);
  EXPECT_FALSE(boxes.error().hint().empty());
}

}  // namespace
}  // namespace mino::podman
