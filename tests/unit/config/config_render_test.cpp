#include "cli/render/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mino::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Config configured() {
  const auto entry = [](std::string_view path, ConfigValue value, std::string item = {}) {
    return ConfigEntry{find_config_key(path), std::move(item), std::move(value),
                       Origin{OriginKind::kProjectFile, "/p/.mino.toml", 3, 1}};
  };
  Config config;
  config.apply({entry("container.image", std::string("a\x1b[2J")),
                entry("container.volumes", ConfigList{"/a:/b", "/c:/d"}),
                entry("container.env", std::string("1"), "A"),
                entry("container.env", std::string("2"), "B"), entry("ssh.hosts", ConfigList{"go"}),
                entry("vm.name", std::string("box"))});
  return config;
}

std::string get(const std::string& key) {
  const auto value = value_of(configured(), parse_config_key(key).value());
  return value ? lines_of(*value) : "(none)";
}

TEST(ConfigGet, PrintsValuesForPrograms) {
  EXPECT_EQ(get("container.volumes"), "/a:/b\n/c:/d\n");
  EXPECT_EQ(get("container.env"), "A=1\nB=2\n");
  EXPECT_EQ(get("container.env.B"), "2\n");
  EXPECT_EQ(get("container.pids"), "4096\n");
  EXPECT_EQ(get("container.read_only"), "false\n");
  EXPECT_EQ(get("container.hide"), "");
  EXPECT_EQ(get("container.env.C"), "(none)");
  EXPECT_EQ(get("session.shell"), "(none)");
}

TEST(ConfigShow, ListsEveryValueWithItsOrigin) {
  const std::string table = table_of(configured());
  EXPECT_THAT(table, HasSubstr("container.env.B "));
  EXPECT_THAT(table, HasSubstr("/p/.mino.toml:3:1\n"));
  EXPECT_THAT(table, HasSubstr("\"a\\u001B[2J\""));
  EXPECT_THAT(table, HasSubstr("[\"go\"]"));
  EXPECT_THAT(table, HasSubstr("/p/.mino.toml:3:1 (no effect in this version)"));
  EXPECT_THAT(table, Not(HasSubstr("session.shell")));
  EXPECT_THAT(table, Not(HasSubstr("default (no effect")));
}

TEST(ConfigShow, PlainIsToml) {
  EXPECT_THAT(plain_of(configured()), HasSubstr("container.env.A = \"1\"\n"));
  EXPECT_THAT(plain_of(configured()), HasSubstr("container.volumes = [\"/a:/b\", \"/c:/d\"]\n"));
}

TEST(ConfigShow, JsonHasASchemaAndOrigins) {
  const JsonValue json = json_of(configured());
  EXPECT_EQ(*json.find("schema")->integer(), 1);
  for (const JsonValue& setting : *json.find("settings")->array()) {
    if (*setting.find_string("key") != "container.image") continue;
    const JsonValue* origin = setting.find("origin");
    EXPECT_EQ(*origin->find_string("kind"), "project_file");
    EXPECT_EQ(*origin->find_string("name"), "/p/.mino.toml");
    EXPECT_EQ(*origin->find("line")->integer(), 3);
    EXPECT_TRUE(*setting.find("effective")->boolean());
    return;
  }
  FAIL() << "container.image is missing";
}

TEST(ConfigKeyRef, NamesKeysAndEntries) {
  EXPECT_EQ(parse_config_key("credentials.aws.region")->path(),
            (std::vector<std::string>{"credentials", "aws", "region"}));
  EXPECT_EQ(parse_config_key("container.env.A.B")->path(),
            (std::vector<std::string>{"container", "env", "A.B"}));
  EXPECT_FALSE(parse_config_key("container.env.").ok());
  EXPECT_FALSE(parse_config_key("container").ok());
  EXPECT_EQ(parse_config_key("container.imge").error().hint(), "did you mean container.image?");
  EXPECT_FALSE(parse_config_text(*parse_config_key("container.env.A.B"), "x").ok());
}

}  // namespace
}  // namespace mino::cli
