#include "domain/config/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

namespace mino {
namespace {

using ::testing::HasSubstr;

const ConfigKey& key(std::string_view path) {
  const ConfigKey* found = find_config_key(path);
  EXPECT_NE(found, nullptr) << path;
  return *found;
}

TEST(Schema, HoldsEveryKeyThatUsersWerePromised) {
  for (const std::string_view path : {"general.verbose",
                                      "general.log_format",
                                      "general.audit_log",
                                      "general.update_check",
                                      "general.runtime",
                                      "vm.name",
                                      "vm.distro",
                                      "container.image",
                                      "container.workdir",
                                      "container.network",
                                      "container.network_preset",
                                      "container.network_allow",
                                      "container.env",
                                      "container.volumes",
                                      "container.layers",
                                      "container.read_only",
                                      "credentials.aws.enabled",
                                      "credentials.aws.session_duration_secs",
                                      "credentials.aws.role_arn",
                                      "credentials.aws.external_id",
                                      "credentials.aws.profile",
                                      "credentials.aws.region",
                                      "credentials.gcp.enabled",
                                      "credentials.gcp.project",
                                      "credentials.gcp.service_account",
                                      "credentials.azure.enabled",
                                      "credentials.azure.subscription",
                                      "credentials.azure.tenant",
                                      "credentials.github.enabled",
                                      "credentials.github.host",
                                      "session.shell",
                                      "session.auto_cleanup_hours",
                                      "session.default_project_dir",
                                      "cache.enabled",
                                      "cache.gc_days",
                                      "cache.max_total_gb",
                                      "home.enabled",
                                      "sandbox.sandbox_user",
                                      "sandbox.max_memory_mb",
                                      "sandbox.max_processes",
                                      "sandbox.max_cpu_seconds",
                                      "sandbox.max_file_size_mb",
                                      "sandbox.cache_mode",
                                      "sandbox.allow_sensitive",
                                      "sandbox.allow_sensitive_paths",
                                      "sandbox.network",
                                      "sandbox.network_allow",
                                      "sandbox.network_preset",
                                      "sandbox.env",
                                      "sandbox.env_passthrough",
                                      "sandbox.passthrough_paths",
                                      "sandbox.writable_paths",
                                      "sandbox.dotfiles",
                                      "sandbox.auto_passthrough_dirs",
                                      "sandbox.auto_copy_dirs"})
    EXPECT_NE(find_config_key(path), nullptr) << path;
}

TEST(Schema, PathsAreUniqueLowerCaseAndNoneIsAPrefixOfAnother) {
  std::set<std::string_view> paths;
  for (const ConfigKey& each : config_schema()) {
    EXPECT_TRUE(paths.insert(each.path).second) << each.path;
    EXPECT_EQ(each.path.find_first_not_of("abcdefghijklmnopqrstuvwxyz_."), std::string_view::npos)
        << each.path;
    EXPECT_NE(each.path.find('.'), std::string_view::npos) << each.path;
  }
  for (const std::string_view path : paths)
    for (const std::string_view other : paths)
      EXPECT_FALSE(other.starts_with(std::string(path) + ".")) << path << " " << other;
}

TEST(Schema, EveryDefaultAndExampleIsValid) {
  for (const ConfigKey& each : config_schema()) {
    if (each.default_text) {
      EXPECT_TRUE(parse_config_text(each, *each.default_text).ok()) << each.path;
    }
    EXPECT_TRUE(each.default_text.has_value() || !each.example.empty())
        << each.path << " shows neither a default nor an example";
    EXPECT_FALSE(each.doc.empty()) << each.path;
    EXPECT_FALSE(each.doc.ends_with('.')) << each.path;
    EXPECT_LE(each.min, each.max) << each.path;
  }
}

TEST(Schema, IntegersAreBoundedOnBothSides) {
  for (const ConfigKey& each : config_schema()) {
    if (each.type != ValueType::kInteger) continue;
    EXPECT_GE(each.min, 0) << each.path;
    EXPECT_LT(each.max, std::numeric_limits<std::int64_t>::max()) << each.path;
  }
}

TEST(Schema, NarrowingRulesFitTheTypes) {
  for (const ConfigKey& each : config_schema()) {
    switch (each.narrowing) {
      case Narrowing::kOnlyTrue:
      case Narrowing::kOnlyFalse:
        EXPECT_EQ(each.type, ValueType::kBoolean) << each.path;
        break;
      case Narrowing::kLower:
        EXPECT_TRUE(each.type == ValueType::kInteger || each.format == ValueFormat::kSize ||
                    each.format == ValueFormat::kCpus)
            << each.path;
        break;
      case Narrowing::kLowerZeroIsNone:
        EXPECT_EQ(each.type, ValueType::kInteger) << each.path;
        break;
      case Narrowing::kStricterChoice:
        EXPECT_FALSE(each.choices.empty()) << each.path;
        break;
      case Narrowing::kLongerList:
        EXPECT_EQ(each.type, ValueType::kStringList) << each.path;
        break;
      case Narrowing::kNever:
      case Narrowing::kAlways:
        break;
    }
  }
}

TEST(Schema, EnvironmentVariablesAreUniqueAndLeaveOtherVariablesAlone) {
  std::set<std::string> names{"MINO_CONFIG", "MINO_TRUST_LOCAL", "MINO_LAYERS"};
  for (const ConfigKey& each : config_schema())
    EXPECT_TRUE(names.insert(environment_variable(each)).second) << each.path;
  EXPECT_EQ(environment_variable(key("credentials.aws.role_arn")), "MINO_CREDENTIALS_AWS_ROLE_ARN");
}

TEST(Schema, DefaultsAreThoseOfTheManual) {
  EXPECT_EQ(default_value(key("container.image")), ConfigValue(std::string("fedora:43")));
  EXPECT_EQ(default_value(key("container.pids")), ConfigValue(std::int64_t{4096}));
  EXPECT_EQ(default_value(key("session.shell")), std::nullopt);
  EXPECT_EQ(default_value(key("container.volumes")), ConfigValue(ConfigList{}));
  EXPECT_EQ(default_value(key("sandbox.env_passthrough")),
            ConfigValue(ConfigList{"ANTHROPIC_API_KEY", "LANG", "LC_ALL", "TZ", "TERM"}));
}

TEST(Schema, TheKeysOfTheNetworkHaveAnEffect) {
  for (const char* path :
       {"container.network", "container.network_allow", "container.network_preset",
        "container.network_engine", "container.network_allow_private", "network.deny_at"})
    EXPECT_EQ(key(path).effect, Effect::kNow) << path;
}

TEST(Schema, FindsTheNearestKey) {
  EXPECT_EQ(nearest_config_key("container.imge"), "container.image");
  EXPECT_EQ(nearest_config_key("contaner.image"), "container.image");
  EXPECT_EQ(nearest_config_key("image"), "container.image");
  EXPECT_EQ(nearest_config_key("nothing.like.it"), std::nullopt);
  EXPECT_EQ(nearest_config_key(std::string(100'000, 'a')), std::nullopt);
}

TEST(ParseConfigText, TakesBooleansInManyWords) {
  for (const std::string_view yes : {"true", "YES", "On", "1"})
    EXPECT_EQ(*parse_config_text(key("general.verbose"), yes), ConfigValue(true));
  for (const std::string_view no : {"false", "No", "OFF", "0"})
    EXPECT_EQ(*parse_config_text(key("general.verbose"), no), ConfigValue(false));
  EXPECT_EQ(parse_config_text(key("general.verbose"), "maybe").error().message(),
            "general.verbose must be a boolean");
}

TEST(ParseConfigText, ChecksIntegersAndTheirRange) {
  EXPECT_EQ(*parse_config_text(key("container.pids"), "100"), ConfigValue(std::int64_t{100}));
  EXPECT_FALSE(parse_config_text(key("container.pids"), "0").ok());
  EXPECT_FALSE(parse_config_text(key("container.pids"), "12x").ok());
  EXPECT_FALSE(parse_config_text(key("container.pids"), "99999999999999999999").ok());
  const ConfigKey& duration = key("credentials.aws.session_duration_secs");
  EXPECT_TRUE(parse_config_text(duration, "900").ok());
  EXPECT_TRUE(parse_config_text(duration, "43200").ok());
  EXPECT_THAT(parse_config_text(duration, "899").error().message(),
              HasSubstr("between 900 and 43200"));
  EXPECT_FALSE(parse_config_text(duration, "43201").ok());
}

TEST(ParseConfigText, ANumberGivenToATextKeyStaysText) {
  EXPECT_EQ(*parse_config_text(key("vm.name"), "123"), ConfigValue(std::string("123")));
}

TEST(ParseConfigText, ChecksChoicesAndFormats) {
  EXPECT_THAT(parse_config_text(key("container.network"), "bride").error().message(),
              HasSubstr("\"host\", \"bridge\" or \"none\""));
  EXPECT_FALSE(parse_config_text(key("container.workdir"), "relative").ok());
  EXPECT_FALSE(parse_config_text(key("container.image"), "").ok());
  EXPECT_FALSE(parse_config_text(key("container.image"), "a\nb").ok());
  EXPECT_TRUE(parse_config_text(key("container.memory"), "512m").ok());
  EXPECT_FALSE(parse_config_text(key("container.memory"), "512x").ok());
  EXPECT_TRUE(parse_config_text(key("container.cpus"), "0.5").ok());
  EXPECT_FALSE(parse_config_text(key("container.cpus"), "0").ok());
}

TEST(ParseConfigText, ReadsNetworkRules) {
  for (const char* path : {"container.network_allow", "sandbox.network_allow"}) {
    const ConfigKey& allow = key(path);
    EXPECT_TRUE(parse_config_text(allow, "github.com:443,*.example.com:*,10.0.0.0/8:22").ok());
    EXPECT_TRUE(parse_config_text(allow, "").ok());
    // Whether another alphabet makes a name is known where its A-labels are made.
    EXPECT_TRUE(parse_config_text(allow,
                                  "b\xC3\xBC"
                                  "cher.example:443")
                    .ok());
    for (const char* rule : {"github.com", "github.com:0", "*:443", "[::1]:80", "a b:1"}) {
      const auto value = parse_config_text(allow, rule);
      ASSERT_FALSE(value.ok()) << rule;
      EXPECT_EQ(value.error().code(), ErrorCode::kConfig);
      EXPECT_THAT(value.error().message(), HasSubstr(path));
    }
  }
  EXPECT_THAT(parse_config_text(key("container.network_allow"), "github.com").error().message(),
              HasSubstr("host:port"));
}

TEST(ParseConfigText, SplitsLists) {
  const ConfigKey& volumes = key("container.volumes");
  EXPECT_EQ(*parse_config_text(volumes, " /a:/b , /c:/d,, "),
            ConfigValue(ConfigList{"/a:/b", "/c:/d"}));
  EXPECT_EQ(*parse_config_text(volumes, "[\"/a,b:/c\", '/d:/e',]"),
            ConfigValue(ConfigList{"/a,b:/c", "/d:/e"}));
  EXPECT_EQ(*parse_config_text(volumes, R"(["a \"b\" \\"])"),
            ConfigValue(ConfigList{"a \"b\" \\"}));
  EXPECT_EQ(*parse_config_text(volumes, "[]"), ConfigValue(ConfigList{}));
  EXPECT_EQ(*parse_config_text(volumes, ""), ConfigValue(ConfigList{}));
  EXPECT_EQ(*parse_config_text(key("container.network_allow"), "[2001:db8::1]:443,a:1"),
            ConfigValue(ConfigList{"[2001:db8::1]:443", "a:1"}));
  for (const std::string_view broken : {"[\"a", "[\"a\" \"b\"]", "[\"a\"] x", "[\"\\q\"]", "['a"})
    EXPECT_FALSE(parse_config_text(volumes, broken).ok()) << broken;
}

TEST(ParseConfigText, ReadsTables) {
  const ConfigKey& env = key("container.env");
  EXPECT_EQ(*parse_config_text(env, "A=1,B=x=y"),
            ConfigValue(ConfigTable{{"A", "1"}, {"B", "x=y"}}));
  EXPECT_FALSE(parse_config_text(env, "A").ok());
  EXPECT_THAT(parse_config_text(env, "1A=x").error().message(), HasSubstr("\"1A\""));
}

TEST(ConfigValueText, IsTomlThatATerminalMayShow) {
  EXPECT_EQ(to_toml(true), "true");
  EXPECT_EQ(to_toml(std::int64_t{-3}), "-3");
  EXPECT_EQ(to_toml(std::string("a\"\\\x1b\n\x7f\xc3\xa9")),
            "\"a\\\"\\\\\\u001B\\n\\u007F\xc3\xa9\"");
  EXPECT_EQ(to_toml(ConfigList{"a", "b"}), "[\"a\", \"b\"]");
  EXPECT_EQ(to_toml(ConfigTable{{"A", "1"}, {"b c", "2"}}), "{ A = \"1\", \"b c\" = \"2\" }");
  EXPECT_EQ(to_toml(ConfigTable{}), "{}");
}

TEST(ConfigValueText, ShowsInvisibleCharactersAsEscapes) {
  EXPECT_EQ(to_toml_string("\xe2\x80\xae"), "\"\\u202E\"");  // right-to-left override
  EXPECT_EQ(to_toml_string("\xc2\x9b"), "\"\\u009B\"");      // control sequence introducer
  EXPECT_EQ(to_toml_string("\xe2\x82\xac"), "\"\xe2\x82\xac\"");
}

TEST(Sizes, AreReadExactly) {
  EXPECT_EQ(parse_size_bytes("1"), 1);
  EXPECT_EQ(parse_size_bytes("2K"), 2048);
  EXPECT_EQ(parse_size_bytes("4g"), std::int64_t{4} << 30U);
  for (const std::string_view wrong :
       {"", "g", "0", "-1", "1.5g", "1gb", "9223372036854775807k", "1 g"})
    EXPECT_EQ(parse_size_bytes(wrong), std::nullopt) << wrong;
  EXPECT_EQ(parse_cpus_milli("2"), 2000);
  EXPECT_EQ(parse_cpus_milli("0.25"), 250);
  for (const std::string_view wrong :
       {"", ".", "0", "0.0", "1.", ".5", "1.2345", "-1", "1e3", "99999999999999999999"})
    EXPECT_EQ(parse_cpus_milli(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace mino
