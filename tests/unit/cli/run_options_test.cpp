#include "cli/run_options.hpp"

#include "cli/parse.hpp"
#include "tests/fakes/fake_environment.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace mino::cli {
namespace {

using Words = std::vector<std::string>;

Result<RunOptions> options_of(const Words& words) {
  Words all = {"run"};
  all.insert(all.end(), words.begin(), words.end());
  Result<Invocation> invocation = parse(all, fakes::FakeEnvironment());
  if (!invocation.ok()) return std::move(invocation).error();
  return run_options(invocation->args);
}

/// What the flags set a key to.
std::optional<ConfigValue> override_of(const RunOptions& options, const std::string& key) {
  for (const ConfigOverride& each : options.overrides)
    if (each.key == key) return each.value;
  return std::nullopt;
}

TEST(RunOptions, NothingTypedOverridesNothing) { EXPECT_TRUE(options_of({})->overrides.empty()); }

TEST(RunOptions, RulesOfAllOccurrencesAddUp) {
  const auto options = options_of(
      {"--network-allow", "a.example:443, b.example:*", "--network-allow=*.c.example:22"});
  ASSERT_TRUE(options.ok()) << options.error().text();
  EXPECT_EQ(override_of(*options, "container.network_allow"),
            ConfigValue(ConfigList{"a.example:443", "b.example:*", "*.c.example:22"}));
  EXPECT_EQ(options->overrides.front().flag, "--network-allow");
}

TEST(RunOptions, AnEmptyRuleIsRefused) {
  for (const char* text :
       {",", "a.example:443,", ",a.example:443", "a.example:443, ,b.example:80", " "}) {
    const auto options = options_of({"--network-allow", text});
    ASSERT_FALSE(options.ok()) << text;
    EXPECT_EQ(options.error().code(), ErrorCode::kUsage);
    EXPECT_NE(options.error().text().find("--network-allow"), std::string::npos);
  }
  EXPECT_EQ(options_of({"--network-allow="}).error().code(), ErrorCode::kUsage);
}

TEST(RunOptions, TheOtherFlagsOfTheNetworkStandForTheirKeys) {
  const auto options = options_of(
      {"--network-preset", "dev", "--network-allow-private", "--network-engine", "iptables"});
  ASSERT_TRUE(options.ok()) << options.error().text();
  EXPECT_EQ(override_of(*options, "container.network_preset"), ConfigValue(std::string("dev")));
  EXPECT_EQ(override_of(*options, "container.network_allow_private"), ConfigValue(true));
  EXPECT_EQ(override_of(*options, "container.network_engine"),
            ConfigValue(std::string("iptables")));
  EXPECT_FALSE(override_of(*options, "container.network_allow"));
}

TEST(RunOptions, CredentialFlagsStandForTheirKeys) {
  const auto options = options_of({"--aws", "--no-github", "--strict-credentials"});
  ASSERT_TRUE(options.ok()) << options.error().text();
  EXPECT_EQ(override_of(*options, "credentials.aws.enabled"), ConfigValue(true));
  EXPECT_EQ(override_of(*options, "credentials.github.enabled"), ConfigValue(false));
  EXPECT_FALSE(override_of(*options, "credentials.gcp.enabled"));
  EXPECT_EQ(options->request.strict_credentials, Switch::kOn);
  EXPECT_TRUE(options->ineffective.empty());
}

TEST(RunOptions, AllCloudsAreThree) {
  const auto options = options_of({"--all-clouds", "--gcp", "--github"});
  ASSERT_TRUE(options.ok()) << options.error().text();
  std::vector<std::string> set;
  for (const ConfigOverride& each : options->overrides) set.push_back(each.key + " " + each.flag);
  EXPECT_EQ(set, (Words{"credentials.aws.enabled --all-clouds", "credentials.gcp.enabled --gcp",
                        "credentials.azure.enabled --all-clouds",
                        "credentials.github.enabled --github"}));
}

TEST(RunOptions, ASelfTestGetsNone) {
  const auto overrides = without_credentials("selftest");
  EXPECT_EQ(overrides.size(), 4U);
  EXPECT_TRUE(layer_from_flags(overrides).ok());
  for (const ConfigOverride& each : overrides) EXPECT_EQ(each.value, ConfigValue(false));
}

TEST(RunOptions, EveryOverrideIsAKeyOfTheSchema) {
  const auto options = options_of(
      {"--image", "a", "--network", "bridge", "--network-allow", "a.example:443",
       "--network-allow-private", "--network-engine", "auto", "--memory", "1g", "--cpus", "1",
       "--pids", "9", "--read-only", "--allow-nested-sandbox", "--all-clouds", "--github"});
  ASSERT_TRUE(options.ok()) << options.error().text();
  for (const ConfigOverride& each : options->overrides)
    EXPECT_NE(find_config_key(each.key), nullptr) << each.key;
  EXPECT_TRUE(layer_from_flags(options->overrides).ok());
}

}  // namespace
}  // namespace mino::cli
