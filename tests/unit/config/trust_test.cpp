#include "domain/config/trust.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace mino {
namespace {

ConfigEntry entry(std::string_view path, ConfigValue value, std::string item = {}) {
  return {find_config_key(path), std::move(item), std::move(value),
          Origin{OriginKind::kProjectFile, ".mino.toml", 1, 1}};
}

Config with(std::string_view path, ConfigValue value) {
  Config config;
  config.apply({entry(path, std::move(value))});
  return config;
}

/// Some values that are valid for the key, among them narrower and wider ones than any default.
std::vector<ConfigEntry> samples(const ConfigKey& key) {
  std::vector<ConfigEntry> all;
  const auto add = [&all, &key](ConfigValue value) {
    if (check_config_value(key, value).ok()) all.push_back(entry(key.path, std::move(value)));
  };
  switch (key.type) {
    case ValueType::kBoolean:
      add(true);
      add(false);
      break;
    case ValueType::kInteger:
      for (const std::int64_t value :
           {std::int64_t{0}, std::int64_t{1}, std::int64_t{901}, key.min, key.max})
        add(value);
      break;
    case ValueType::kString:
      for (const std::string_view choice : key.choices) add(std::string(choice));
      for (const char* value : {"odd", "/odd", "1g", "1000t", "3"}) add(std::string(value));
      break;
    case ValueType::kStringList:
      add(ConfigList{"odd"});
      add(ConfigList{"/odd"});
      add(ConfigList{"odd.example:443"});
      break;
    case ValueType::kStringTable:
      all.push_back(entry(key.path, std::string("value"), "ODD"));
      break;
  }
  return all;
}

TEST(TrustGate, EveryKeyIsGatedUnlessListedHere) {
  const std::set<std::string_view> may_narrow{"general.verbose",
                                              "general.audit_log",
                                              "container.network",
                                              "container.network_allow_private",
                                              "container.read_only",
                                              "container.memory",
                                              "container.cpus",
                                              "container.pids",
                                              "container.protect",
                                              "container.hide",
                                              "container.allow_nested_sandbox",
                                              "credentials.aws.enabled",
                                              "credentials.aws.session_duration_secs",
                                              "credentials.gcp.enabled",
                                              "credentials.azure.enabled",
                                              "credentials.github.enabled",
                                              "ssh.confirm",
                                              "ssh.sign",
                                              "ssh.forward",
                                              "session.log_max_mb",
                                              "session.log_terminal",
                                              "home.enabled",
                                              "cache.enabled",
                                              "sandbox.max_memory_mb",
                                              "sandbox.max_processes",
                                              "sandbox.max_cpu_seconds",
                                              "sandbox.max_file_size_mb",
                                              "sandbox.cache_mode",
                                              "sandbox.allow_sensitive",
                                              "sandbox.network"};
  const Config below;
  for (const ConfigKey& key : config_schema()) {
    const std::vector<ConfigEntry> entries = samples(key);
    ASSERT_FALSE(entries.empty()) << key.path;
    if (may_narrow.contains(key.path)) continue;
    for (const ConfigEntry& each : entries) {
      const Setting* setting = below.find(key.path);
      const bool changes = setting == nullptr || setting->value != each.value;
      EXPECT_EQ(is_narrowing(each, below), !changes) << each.path() << " = " << to_toml(each.value);
    }
  }
}

TEST(TrustGate, NothingThatGrantsAccessPasses) {
  const Config below;
  for (const auto& [path, value] : std::vector<std::pair<std::string_view, ConfigValue>>{
           {"container.image", std::string("evil")},
           {"container.workdir", std::string("/x")},
           {"container.volumes", ConfigList{"/:/host"}},
           {"container.layers", ConfigList{"evil"}},
           {"container.network", std::string("host")},
           {"container.network_allow", ConfigList{"evil:443"}},
           {"container.network_preset", std::string("dev")},
           {"container.network_allow_private", true},
           {"container.host_path", ConfigList{"/home/me/.ssh"}},
           {"container.protect", std::string("off")},
           {"container.protect", std::string("git")},
           {"container.allow_nested_sandbox", true},
           {"container.memory", std::string("1t")},
           {"container.pids", std::int64_t{5000}},
           {"credentials.aws.enabled", true},
           {"credentials.github.host", std::string("evil.example")},
           {"general.runtime", std::string("native")},
           {"general.audit_log", false},
           {"session.shell", std::string("/bin/evil")},
           {"session.log_terminal", true},
           {"home.enabled", true},
           {"ssh.forward", true},
           {"sandbox.allow_sensitive", true},
           {"sandbox.env_passthrough", ConfigList{"SECRET"}},
           {"sandbox.max_memory_mb", std::int64_t{0}},
           {"sandbox.cache_mode", std::string("read-write")},
       }) {
    const bool harmless = path == "home.enabled" || path == "container.memory";
    EXPECT_EQ(is_narrowing(entry(path, value), below), harmless) << path;
  }
  EXPECT_FALSE(is_narrowing(entry("container.env", std::string("x"), "LD_PRELOAD"), below));
}

TEST(TrustGate, NarrowingPasses) {
  const Config below;
  EXPECT_TRUE(is_narrowing(entry("container.network", std::string("none")), below));
  EXPECT_TRUE(is_narrowing(entry("container.read_only", true), below));
  EXPECT_TRUE(is_narrowing(entry("container.pids", std::int64_t{100}), below));
  EXPECT_TRUE(is_narrowing(entry("container.memory", std::string("1g")), below));
  EXPECT_TRUE(is_narrowing(entry("sandbox.max_cpu_seconds", std::int64_t{5}), below));
  EXPECT_TRUE(is_narrowing(entry("sandbox.network", std::string("none")), below));
  EXPECT_TRUE(is_narrowing(entry("container.hide", ConfigList{".env"}), below));
  EXPECT_TRUE(is_narrowing(entry("general.verbose", true), below));
}

TEST(TrustGate, LimitsAreComparedWithTheEffectiveOnes) {
  EXPECT_TRUE(is_narrowing(entry("container.memory", std::string("1g")),
                           with("container.memory", std::string("2g"))));
  EXPECT_FALSE(is_narrowing(entry("container.memory", std::string("3000m")),
                            with("container.memory", std::string("2g"))));
  EXPECT_FALSE(is_narrowing(entry("container.pids", std::int64_t{100}),
                            with("container.pids", std::int64_t{50})));
  EXPECT_FALSE(is_narrowing(entry("sandbox.max_cpu_seconds", std::int64_t{0}),
                            with("sandbox.max_cpu_seconds", std::int64_t{9})));
  EXPECT_FALSE(is_narrowing(entry("container.hide", ConfigList{"a"}),
                            with("container.hide", ConfigList{"b"})));
  EXPECT_TRUE(is_narrowing(entry("container.protect", std::string("git")),
                           with("container.protect", std::string("off"))));
  EXPECT_TRUE(is_narrowing(entry("container.network", std::string("bridge")),
                           with("container.network", std::string("host"))));
}

TEST(TrustGate, SayingBridgeAgainMustNotDropAnAllowList) {
  const Config below = with("container.network_allow", ConfigList{"a:1"});
  EXPECT_TRUE(is_narrowing(entry("container.network", std::string("bridge")), Config()));
  EXPECT_FALSE(is_narrowing(entry("container.network", std::string("bridge")), below));
  EXPECT_TRUE(is_narrowing(entry("container.network", std::string("none")), below));
}

TEST(TrustGate, AValueThatChangesNothingPasses) {
  EXPECT_TRUE(is_narrowing(entry("container.image", std::string("fedora:43")), Config()));
  Config below;
  below.apply({entry("container.env", std::string("1"), "A")});
  EXPECT_TRUE(is_narrowing(entry("container.env", std::string("1"), "A"), below));
  EXPECT_FALSE(is_narrowing(entry("container.env", std::string("2"), "A"), below));
}

TEST(TrustGate, SortsALayer) {
  const GatedLayer sorted = sort_by_trust(
      {entry("container.image", std::string("x")), entry("container.network", std::string("none"))},
      Config());
  ASSERT_EQ(sorted.gated.size(), 1U);
  EXPECT_EQ(sorted.gated[0].path(), "container.image");
  ASSERT_EQ(sorted.narrowing.size(), 1U);
  EXPECT_EQ(sorted.narrowing[0].path(), "container.network");
}

TEST(ApprovalBytes, BindFileAndLayersAndCannotBeShifted) {
  const std::string one = approval_bytes("file", {{"a/x", "1"}, {"b/y", "2"}});
  EXPECT_EQ(one, approval_bytes("file", {{"b/y", "2"}, {"a/x", "1"}}));
  EXPECT_NE(one, approval_bytes("file ", {{"a/x", "1"}, {"b/y", "2"}}));
  EXPECT_NE(one, approval_bytes("file", {{"a/x", "1"}}));
  EXPECT_NE(one, approval_bytes("file", {{"a/x", "1b/y"}, {"", "2"}}));
  EXPECT_NE(one, approval_bytes("file", {{"a/x1", ""}, {"b/y", "2"}}));
}

TEST(DescribeGated, ShowsAtMostFiveItems) {
  ConfigLayer layer{entry("container.volumes", ConfigList{"1", "2", "3", "4", "5", "6", "7"}),
                    entry("container.image", std::string("\x1b[2J"))};
  for (const char* name : {"A", "B", "C", "D", "E", "F"})
    layer.push_back(entry("container.env", std::string("x"), name));
  const std::vector<std::string> lines = describe_gated(layer);
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_EQ(lines[0], "container.volumes = [\"1\", \"2\", \"3\", \"4\", \"5\", and 2 more]");
  EXPECT_EQ(lines[1], "container.image = \"\\u001B[2J\"");
  EXPECT_EQ(lines[6], "container.env.E = \"x\"");
  EXPECT_EQ(lines[7], "container.env: and 1 more");
}

}  // namespace
}  // namespace mino
