// `mino selftest` on real boxes: what it says where everything stands, where the user's own
// configuration takes walls away, where podman does, and where the probe cannot say anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "integration/support/box_test.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class SelfTestBox : public BoxTest {
 protected:
  void TearDown() override {
    if (root_.empty()) return BoxTest::TearDown();
    EXPECT_FALSE(fs::exists(state_ / "mino-selftest")) << "a scratch project is left";
    EXPECT_TRUE(eventually([this] { return boxes().empty(); }, seconds(15))) << boxes();
    EXPECT_EQ(run_mino({"list", "--all"}).out.find("selftest-"), std::string::npos);
    BoxTest::TearDown();
  }

  [[nodiscard]] ProgramSpec self_test(std::vector<std::string> options) const {
    const bool names_image = std::find(options.begin(), options.end(), "--image") != options.end();
    if (!names_image) options.insert(options.begin(), {"--image", image_});
    options.insert(options.begin(), "selftest");
    return mino(std::move(options));
  }

  /// The state of each wall by its id, from --json.
  struct Report {
    ProgramResult result;
    bool passed = false;
    std::map<std::string, std::string> states;
    std::map<std::string, std::string> reasons;
  };
  [[nodiscard]] Report report(std::vector<std::string> options,
                              std::map<std::string, std::string> environment = {}) const {
    options.emplace_back("--json");
    ProgramSpec spec = self_test(std::move(options));
    spec.environment.merge(environment);
    Report report{.result = run(spec)};
    const auto json = json::RapidJsonCodec().parse(report.result.out);
    EXPECT_TRUE(json.ok()) << report.result.out << report.result.err;
    if (!json.ok() || json->find("walls") == nullptr) return report;
    EXPECT_EQ(*json->find("schema")->integer(), 1);
    report.passed = *json->find("passed")->boolean();
    for (const JsonValue& wall : *json->find("walls")->array()) {
      const std::string& id = *wall.find_string("id");
      report.states[id] = *wall.find_string("state");
      report.reasons[id] = *wall.find_string("reason");
    }
    return report;
  }

  [[nodiscard]] static std::vector<std::string> with(const Report& report,
                                                     const std::string& state) {
    std::vector<std::string> ids;
    for (const auto& [id, each] : report.states) {
      if (each == state) ids.push_back(id);
    }
    return ids;
  }

  /// Whether a program that lies over the probe has written its file `up`.
  [[nodiscard]] bool probe_is_up() const {
    const fs::path scratch = state_ / "mino-selftest";
    if (!fs::exists(scratch)) return false;
    for (const auto& each : fs::directory_iterator(scratch)) {
      if (fs::exists(each.path() / "mino-selftest/up")) return true;
    }
    return false;
  }

  /// Containers of self-tests of this test's state directory.
  [[nodiscard]] std::string boxes() const {
    return run({.argv = {"podman", "ps", "-a", "--external", "--format", "{{.Names}} {{.Labels}}"},
                .environment = {},
                .directory = {},
                .input = {}})
                       .out.find((state_ / "mino-selftest").string()) == std::string::npos
               ? ""
               : "a container is left";
  }

  /// An environment whose podman is the real one with other words: `body`, in bash, appends to
  /// `words` what becomes of each `word`.
  [[nodiscard]] std::map<std::string, std::string> with_podman(const std::string& body) const {
    const fs::path directory = root_ / "bin";
    fs::create_directories(directory);
    const std::string path = ::getenv("PATH");
    std::ofstream(directory / "podman")
        << "#!/bin/bash\nPATH='" << path << "'\nwords=()\nfor word; do\n"
        << body << "\ndone\nexec podman \"${words[@]}\"\n";
    fs::permissions(directory / "podman", fs::perms(0755));
    return {{"PATH", directory.string() + ":" + path}};
  }
};

TEST_F(SelfTestBox, EveryWallOfAClosedBoxStands) {
  for (const std::string& image : {image_, user_image_, std::string("host")}) {
    SCOPED_TRACE(image);
    const Report closed = report({"--image", image, "--network", "none"});
    EXPECT_EQ(closed.result.code, 0) << closed.result.err;
    EXPECT_TRUE(closed.passed);
    EXPECT_THAT(with(closed, "missing"), IsEmpty());
    EXPECT_THAT(with(closed, "not testable"), IsEmpty());
    EXPECT_THAT(with(closed, "off"), ElementsAre("ssh-agent"));
    EXPECT_GT(closed.states.size(), 20U);
    EXPECT_EQ(closed.result.err, "");
  }
}

TEST_F(SelfTestBox, AForwardedSshAgentIsNotChanged) {
  const std::string socket = (root_ / "agent.sock").string();
  const std::string key = (root_ / "key").string();
  const Background agent({.argv = {"ssh-agent", "-D", "-a", socket}, .deadline = seconds(120)});
  ASSERT_TRUE(eventually([&] { return fs::exists(socket); })) << agent.err();
  const auto with_agent = [&](std::vector<std::string> words) {
    return run({.argv = std::move(words), .environment = {{"SSH_AUTH_SOCK", socket}}});
  };
  ASSERT_EQ(with_agent({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key}).code, 0);
  ASSERT_EQ(with_agent({"ssh-add", "-q", key}).code, 0);
  const std::string before = with_agent({"ssh-add", "-l"}).out;
  for (const std::string& image : {image_, std::string("host")}) {
    const Report closed =
        report({"--image", image, "--network", "none"}, {{"SSH_AUTH_SOCK", socket}});
    EXPECT_EQ(closed.result.code, 0) << closed.result.out << closed.result.err;
    EXPECT_EQ(closed.states.at("ssh-agent"), "stands") << closed.reasons.at("ssh-agent");
    EXPECT_THAT(with(closed, "off"), IsEmpty());
    EXPECT_EQ(closed.result.err, "");
  }
  EXPECT_EQ(with_agent({"ssh-add", "-l"}).out, before);
  // What the attempts come to on the agent itself, which they leave as it was in the end.
  const std::string probe =
      std::string(fs::path(::getenv("MINO_BIN")).parent_path() / "mino-probe");
  EXPECT_EQ(
      with_agent({probe, "agent_add=" + socket, "agent_remove=" + socket, "agent_lock=" + socket})
          .out,
      "agent_add ok\nagent_remove ok\nagent_lock ok\n");
  EXPECT_EQ(with_agent({"ssh-add", "-l"}).out, before);
}

TEST_F(SelfTestBox, AtTheDefaultsOnlyTheNetworkIsOpen) {
  const Report open = report({});
  EXPECT_EQ(open.result.code, 0) << open.result.err;
  EXPECT_EQ(with(open, "off"),
            (std::vector<std::string>{"metadata", "names", "network", "ssh-agent"}));
  EXPECT_THAT(open.reasons.at("network"), HasSubstr("container.network = bridge (default)"));
  EXPECT_EQ(open.states.at("host-loopback"), "stands");
}

TEST_F(SelfTestBox, AnAllowListKeepsTheRestOut) {
  const Report gateway = report({"--network-allow", "example.com:443"});
  EXPECT_EQ(gateway.result.code, 0) << gateway.result.out;
  EXPECT_THAT(with(gateway, "off"), ElementsAre("ssh-agent"));
  EXPECT_EQ(gateway.result.err, "") << "what is refused on purpose is no news";

  const Report rules =
      report({"--network-allow", "192.0.2.99:443", "--network-engine", "iptables"});
  EXPECT_EQ(rules.result.code, 0) << rules.result.out;
  EXPECT_THAT(with(rules, "off"), ElementsAre("ssh-agent"));
}

TEST_F(SelfTestBox, SaysWhatTheUserTookAwayAndDoesNotFailForIt) {
  write_config("[container]\nprotect = \"off\"\nnetwork = \"host\"\nvolumes = [\"" +
               root_.string() + ":/data\"]\n");
  const Report off = report({"--allow-nested-sandbox"});
  EXPECT_EQ(off.result.code, 0) << off.result.out;
  EXPECT_EQ(with(off, "off"),
            (std::vector<std::string>{"git-config", "git-directory", "git-hooks", "granted",
                                      "host-loopback", "metadata", "mino-config", "names",
                                      "network", "project-tools", "ssh-agent", "user-namespaces"}));
  EXPECT_THAT(off.reasons.at("git-hooks"),
              HasSubstr("container.protect = off (" + config_.string() + ":2:"));
  EXPECT_THAT(off.reasons.at("network"), HasSubstr(config_.string() + ":3:"));
  EXPECT_THAT(off.reasons.at("granted"), HasSubstr(root_.string() + " at /data"));
  EXPECT_THAT(off.reasons.at("user-namespaces"), HasSubstr("flag --allow-nested-sandbox"));
}

TEST_F(SelfTestBox, RelativeVolumesOfTheConfigurationAreTheProjects) {
  fs::create_directory(project_ / "data");
  write_config("[container]\nvolumes = [\"./data:/data:ro\"]\n");
  const Report granted = report({"--network", "none"});
  EXPECT_EQ(granted.result.code, 0) << granted.result.err;
  EXPECT_THAT(granted.reasons.at("granted"), HasSubstr((project_ / "data").string()));
}

TEST_F(SelfTestBox, APodmanThatKeepsCapabilitiesIsFoundOut) {
  const Report capable = report(
      {"--network", "none"},
      with_podman("  case $word in --cap-drop=*) continue ;; --security-opt=*) continue ;; esac\n"
                  "  words+=(\"$word\")"));
  EXPECT_EQ(capable.result.code, 1) << capable.result.out << capable.result.err;
  EXPECT_FALSE(capable.passed);
  EXPECT_EQ(capable.states.at("capabilities"), "missing") << capable.result.out;
  EXPECT_THAT(capable.reasons.at("capabilities"), HasSubstr("status:CapBnd is "));
}

TEST_F(SelfTestBox, APodmanThatSharesTheNetworkIsFoundOut) {
  const Report shared =
      report({"--network", "none"},
             with_podman("  case $word in --network=none) word=--network=host ;; esac\n"
                         "  words+=(\"$word\")"));
  EXPECT_EQ(shared.result.code, 1) << shared.result.out << shared.result.err;
  for (const char* wall : {"network", "host-loopback"})
    EXPECT_EQ(shared.states.at(wall), "missing") << shared.result.out;
}

TEST_F(SelfTestBox, APodmanThatMountsMoreIsFoundOut) {
  const std::string state = state_.string();
  const Report more =
      report({"--network", "none"},
             with_podman("  words+=(\"$word\")\n  if [[ $word == run ]]; then words+=(\"--volume=" +
                         state + ":" + state + "\" --volume=/dev/zero:/dev/planted); fi"));
  EXPECT_EQ(more.result.code, 1) << more.result.out << more.result.err;
  for (const char* wall : {"host-writes", "host-files", "devices"})
    EXPECT_EQ(more.states.at(wall), "missing") << more.result.out;
}

TEST_F(SelfTestBox, AVariableOfTheHostIsFoundOut) {
  auto environment = with_podman(
      "  words+=(\"$word\")\n"
      "  if [[ $word == run ]]; then words+=(--env=LEAKED=a-secret); fi");
  environment["LEAKED"] = "a-secret";
  const Report leaky = report({"--network", "none"}, environment);
  EXPECT_EQ(leaky.result.code, 1) << leaky.result.out << leaky.result.err;
  EXPECT_EQ(leaky.states.at("environment"), "missing");
  EXPECT_THAT(leaky.reasons.at("environment"), HasSubstr("LEAKED"));
  EXPECT_THAT(leaky.result.out, Not(HasSubstr("a-secret")));
}

TEST_F(SelfTestBox, WithoutTheProbesWordNothingStands) {
  std::ofstream(root_ / "broken") << "#!/bin/sh\nexit 0\n";
  fs::permissions(root_ / "broken", fs::perms(0755));
  // Lies over the probe.
  const Report silent = report({"--network", "none", "--volume",
                                (root_ / "broken").string() + ":/mino-selftest/mino-probe:ro"});
  EXPECT_EQ(silent.result.code, 1);
  EXPECT_FALSE(silent.passed);
  EXPECT_THAT(with(silent, "stands"), IsEmpty());
  EXPECT_THAT(with(silent, "missing"), IsEmpty());
  EXPECT_THAT(silent.reasons.at("capabilities"), HasSubstr("the probe died in the box"));
}

TEST_F(SelfTestBox, AProbeThatCannotBeExecutedIsAnError) {
  std::ofstream(root_ / "broken") << "nothing";
  fs::permissions(root_ / "broken", fs::perms(0644));
  const ProgramResult result =
      run(self_test({"--network", "none", "--volume",
                     (root_ / "broken").string() + ":/mino-selftest/mino-probe:ro"}));
  EXPECT_EQ(result.code, 125);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("error: the probe cannot be executed in the box"));
}

TEST_F(SelfTestBox, ABoxThatCannotBeBuiltIsAnError) {
  const ProgramResult result = run(self_test({"--image", "localhost/no-such-image:latest"}));
  EXPECT_EQ(result.code, 125);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("error: "));
  EXPECT_EQ(run(self_test({"--network", "sideways"})).code, 2);
}

TEST_F(SelfTestBox, TheTextEndsWithASummary) {
  const ProgramResult result = run(self_test({"--network", "none"}));
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("stands        the box cannot write git hooks\n"));
  EXPECT_THAT(result.out, HasSubstr("\nEvery wall stands that the configuration asks for ("));
  EXPECT_EQ(result.err, "");
}

TEST_F(SelfTestBox, CtrlCEndsItAndLeavesNothing) {
  std::ofstream(root_ / "slow") << "#!/bin/sh\necho up >up\nexec sleep 60\n";
  fs::permissions(root_ / "slow", fs::perms(0755));
  Background running(self_test({"--network", "none", "--volume",
                                (root_ / "slow").string() + ":/mino-selftest/mino-probe:ro"}));
  ASSERT_TRUE(eventually([this] { return probe_is_up(); }, seconds(30))) << running.err();
  running.signal(SIGINT);
  EXPECT_EQ(running.wait(seconds(30)), 128 + SIGINT);
  EXPECT_EQ(running.out(), "");
  EXPECT_THAT(running.err(), HasSubstr("interrupted"));
}

TEST_F(SelfTestBox, WhatAKilledOneLeftGoesWithTheNext) {
  std::ofstream(root_ / "slow") << "#!/bin/sh\necho up >up\nexec sleep 60\n";
  fs::permissions(root_ / "slow", fs::perms(0755));
  Background running(self_test({"--network", "none", "--volume",
                                (root_ / "slow").string() + ":/mino-selftest/mino-probe:ro"}));
  ASSERT_TRUE(eventually([this] { return probe_is_up(); }, seconds(30))) << running.err();
  running.signal(SIGKILL);
  static_cast<void>(running.wait(seconds(5)));
  EXPECT_TRUE(fs::exists(state_ / "mino-selftest"));
  const Report next = report({"--network", "none"});
  EXPECT_EQ(next.result.code, 0) << next.result.out << next.result.err;
}

TEST_F(SelfTestBox, WhatIsHiddenIsTried) {
  write_config("[container]\nhide = [\".env\", \"keys/id\"]\n");
  const Report hidden = report({"--network", "none"});
  EXPECT_EQ(hidden.states.at("hidden"), "stands") << hidden.result.out << hidden.result.err;
}

}  // namespace
}  // namespace mino::integration
