#include "domain/selftest/walls.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using namespace std::string_literals;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::host_image_inputs;
using testing_support::plain_inputs;
using testing_support::plan_of;
using testing_support::set_config;

SelfTestPlaces places() {
  return {.planted = "/home/ann/.local/state/mino-selftest/x/planted",
          .state = "/home/ann/.local/state/mino",
          .hidden = {},
          .sockets = HostSockets{40001, 40002, "0002a"}};
}

const Wall& wall_named(const std::vector<Wall>& walls, std::string_view id) {
  const auto found = std::ranges::find(walls, id, &Wall::id);
  if (found == walls.end()) throw std::runtime_error("no such wall: " + std::string(id));
  return *found;
}

bool tries(const Wall& wall, std::string_view attempt) {
  return std::ranges::find(wall.attempts, attempt, &Expectation::attempt) != wall.attempts.end();
}

std::vector<std::string> off_in(const std::vector<Wall>& walls) {
  std::vector<std::string> ids;
  for (const Wall& wall : walls) {
    if (!wall.off.empty()) ids.push_back(wall.id);
  }
  return ids;
}

std::vector<Wall> walls_with(std::string_view key, ConfigValue value, Origin origin) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, key, std::move(value), std::move(origin));
  return walls_of(plan_of(inputs), places());
}

TEST(Walls, EachHasAnIdOfItsOwnAndAttempts) {
  for (const RunInputs& inputs : {plain_inputs(), host_image_inputs()}) {
    std::set<std::string> ids;
    for (const Wall& wall : walls_of(plan_of(inputs), places())) {
      EXPECT_TRUE(ids.insert(wall.id).second) << wall.id;
      EXPECT_FALSE(wall.attempts.empty()) << wall.id;
      for (const Expectation& expected : wall.attempts)
        EXPECT_EQ(expected.attempt.find_first_of(" =\n"), std::string::npos) << expected.attempt;
    }
  }
}

TEST(Walls, AtTheDefaultsOnlyTheNetworkIsOff) {
  const auto walls = walls_of(plan_of(plain_inputs()), places());
  EXPECT_EQ(off_in(walls), (std::vector<std::string>{"ssh-agent", "network", "names", "metadata"}));
  EXPECT_EQ(wall_named(walls, "network").off, "container.network = bridge (default)");
}

TEST(Walls, AClosedNetworkHasNoWayOutAtAll) {
  const auto walls = walls_with("container.network", "none"s, flag_origin("--network"));
  EXPECT_EQ(off_in(walls), (std::vector<std::string>{"ssh-agent"}));
  const Wall& network = wall_named(walls, "network");
  for (const char* attempt : {"interfaces", "connect:203.0.113.7:443", "connect:2001:db8::7:443",
                              "datagram:203.0.113.7:443", "ping:2001:db8::7"})
    EXPECT_TRUE(tries(network, attempt)) << attempt;
}

TEST(Walls, WhatARuleAllowsIsNotTried) {
  const auto walls = walls_with("container.network_allow",
                                std::vector<std::string>{"203.0.113.0/24:443", "169.254.0.0/16:*"},
                                flag_origin("--network-allow"));
  const Wall& network = wall_named(walls, "network");
  EXPECT_FALSE(tries(network, "connect:203.0.113.7:443"));
  EXPECT_TRUE(tries(network, "connect:203.0.113.7:80"));
  EXPECT_EQ(off_in(walls), (std::vector<std::string>{"ssh-agent", "metadata"}));
}

TEST(Walls, PacketRulesLeaveTheInterface) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.network_allow", std::vector<std::string>{"192.0.2.1:443"},
             flag_origin("--network-allow"));
  set_config(inputs.config, "container.network_engine", "iptables"s,
             flag_origin("--network-engine"));
  EXPECT_FALSE(tries(wall_named(walls_of(plan_of(inputs), places()), "network"), "interfaces"));
}

TEST(Walls, TheHostsNetworkTakesItsLoopbackToo) {
  const auto walls = walls_with("container.network", "host"s, file_origin(3));
  EXPECT_EQ(off_in(walls), (std::vector<std::string>{"ssh-agent", "network", "names", "metadata",
                                                     "host-loopback"}));
  EXPECT_EQ(wall_named(walls, "host-loopback").off,
            "container.network = host (/home/ann/.config/mino/config.toml:3:1)");
}

TEST(Walls, WithoutSocketsTheLoopbackIsUntested) {
  SelfTestPlaces without = places();
  without.sockets.reset();
  const auto walls = walls_of(plan_of(plain_inputs()), without);
  EXPECT_FALSE(wall_named(walls, "host-loopback").untested.empty());
}

TEST(Walls, ProtectionByLevel) {
  const auto git = walls_with("container.protect", "git"s, flag_origin("--protect"));
  EXPECT_TRUE(wall_named(git, "git-hooks").off.empty());
  EXPECT_EQ(wall_named(git, "project-tools").off, "container.protect = git (flag --protect)");
  const auto off = walls_with("container.protect", "off"s, flag_origin("--protect"));
  for (const char* id :
       {"git-hooks", "git-config", "git-directory", "mino-config", "project-tools"})
    EXPECT_EQ(wall_named(off, id).off, "container.protect = off (flag --protect)") << id;
}

TEST(Walls, EveryProtectedNameIsTried) {
  const auto walls = walls_of(plan_of(plain_inputs()), places());
  const std::vector<std::string> words = probe_words(walls);
  for (const ProtectedName& name : protected_project_names()) {
    EXPECT_NE(std::ranges::find(words, "move:" + std::string(name.name)), words.end()) << name.name;
  }
  for (const ProtectedName& name : protected_git_names()) {
    const std::string path = ".git/" + std::string(name.name);
    EXPECT_TRUE(std::ranges::any_of(words, [&path](const std::string& word) {
      return word.starts_with("write:" + path);
    })) << path;
  }
}

TEST(Walls, NestedSandboxes) {
  const auto walls =
      walls_with("container.allow_nested_sandbox", true, flag_origin("--allow-nested-sandbox"));
  EXPECT_FALSE(wall_named(walls, "user-namespaces").off.empty());
  EXPECT_TRUE(wall_named(walls, "system-calls").off.empty());
}

TEST(Walls, WhatIsGrantedIsNamedWithItsOrigin) {
  RunInputs inputs = plain_inputs();
  inputs.request.volumes = {"/srv/data:/data"};
  inputs.request.variables = {"TOKEN", "PLAIN=x"};
  const auto walls = walls_of(plan_of(inputs), places());
  std::vector<std::string> granted;
  for (const Wall& wall : walls) {
    if (wall.id == "granted") granted.push_back(wall.off);
  }
  ASSERT_EQ(granted.size(), 2U);
  EXPECT_NE(granted[0].find("/srv/data at /data"), std::string::npos);
  EXPECT_NE(granted[0].find("(flag --volume)"), std::string::npos);
  EXPECT_NE(granted[1].find("TOKEN"), std::string::npos);
  EXPECT_NE(granted[1].find("(flag --env)"), std::string::npos);
  EXPECT_EQ(wall_named(walls, "environment").attempts.front().argument,
            "GIT_CONFIG_SYSTEM\nPLAIN\nTOKEN");
  EXPECT_NE(wall_named(walls, "host-writes").attempts.front().argument.find("\n/data"),
            std::string::npos);
}

TEST(Walls, WhatAMountShowsAtItsOwnPlaceIsNotLookedFor) {
  RunInputs inputs = plain_inputs();
  inputs.request.volumes = {"/home/ann/.local:/home/ann/.local:ro", "/run/user:/run/user"};
  const auto walls = walls_of(plan_of(inputs), places());
  const Wall& files = wall_named(walls, "host-files");
  for (const char* attempt : {"see:planted", "see:state", "see:runtime", "read:link"})
    EXPECT_FALSE(tries(files, attempt)) << attempt;
  EXPECT_TRUE(tries(files, "read:../planted"));
  EXPECT_FALSE(wall_named(walls, "host-services").off.empty());
}

TEST(Walls, OfTheSshAgentTakeItsOwnNo) {
  RunInputs inputs = plain_inputs();
  EXPECT_EQ(wall_named(walls_of(plan_of(inputs), places()), "ssh-agent").off,
            "the SSH agent is not forwarded");
  inputs.host.ssh_agent = {SshAgentFacts::State::kUsable, "/run/user/1001/agent"};
  const auto walls = walls_of(plan_of(inputs), places());
  EXPECT_EQ(wall_named(walls, "host-services").attempts.front().argument,
            "/run/mino/ssh/agent.sock");
  const Wall& agent = wall_named(walls, "ssh-agent");
  EXPECT_EQ(agent.off, "");
  ProbeReport report{.outcomes = {}, .is_whole = true};
  const auto judged = [&](const std::string& how, const std::string& detail) {
    for (const Expectation& attempt : agent.attempts)
      report.outcomes.insert_or_assign(attempt.attempt, AttemptOutcome{how, detail});
    return judge(agent, report).state;
  };
  EXPECT_EQ(judged("is", "refused"), WallState::kStands);
  EXPECT_EQ(judged("ok", ""), WallState::kMissing);
  EXPECT_EQ(judged("is", "answered with 14"), WallState::kMissing);
  for (const char* silence : {"ENOENT", "ECONNREFUSED", "ETIMEDOUT", "ECONNRESET"})
    EXPECT_EQ(judged(silence, ""), WallState::kNotTestable) << silence;
}

TEST(Walls, OfTheHostsOwnSystem) {
  const auto walls = walls_of(plan_of(host_image_inputs()), places());
  EXPECT_TRUE(tries(wall_named(walls, "host-accounts"), "see:/etc/shadow"));
  EXPECT_TRUE(tries(wall_named(walls, "host-writes"), "write:/usr/planted"));
}

TEST(Walls, AReadOnlyRoot) {
  const auto walls = walls_with("container.read_only", true, flag_origin("--read-only"));
  EXPECT_TRUE(tries(wall_named(walls, "host-writes"), "write:/planted"));
}

}  // namespace
}  // namespace mino
