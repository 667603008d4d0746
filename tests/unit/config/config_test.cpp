#include "domain/config/config.hpp"

#include <gtest/gtest.h>

namespace mino {
namespace {

ConfigEntry entry(std::string_view path, ConfigValue value,
                  OriginKind kind = OriginKind::kGlobalFile, std::string item = {}) {
  return {find_config_key(path), std::move(item), std::move(value), Origin{kind, "f", 3, 5}};
}

TEST(Config, BeginsWithTheDefaults) {
  const Config config;
  EXPECT_EQ(config.text("container.image"), "fedora:43");
  EXPECT_EQ(config.origin("container.image"), Origin{});
  EXPECT_EQ(config.text("session.shell"), std::nullopt);
  EXPECT_EQ(config.find("session.shell"), nullptr);
  EXPECT_EQ(config.integer("container.pids"), 4096);
  EXPECT_TRUE(config.boolean("home.enabled"));
  EXPECT_TRUE(config.list("container.volumes").empty());
  EXPECT_TRUE(config.table("sandbox.env").empty());
}

TEST(Config, ALaterLayerReplacesScalarsAndLists) {
  Config config;
  config.apply({entry("container.image", std::string("a")),
                entry("container.volumes", ConfigList{"/a:/a", "/b:/b"})});
  config.apply({entry("container.image", std::string("b"), OriginKind::kFlag),
                entry("container.volumes", ConfigList{"/c:/c"})});
  EXPECT_EQ(config.text("container.image"), "b");
  EXPECT_EQ(config.origin("container.image").kind, OriginKind::kFlag);
  EXPECT_EQ(config.list("container.volumes"), (std::vector<std::string>{"/c:/c"}));
}

TEST(Config, TablesGainEntriesAndEachKeepsItsOrigin) {
  Config config;
  config.apply({entry("container.env", std::string("1"), OriginKind::kGlobalFile, "A"),
                entry("container.env", std::string("2"), OriginKind::kGlobalFile, "B")});
  config.apply({entry("container.env", std::string("3"), OriginKind::kProjectFile, "B")});
  EXPECT_EQ(config.table("container.env"),
            (std::map<std::string, std::string>{{"A", "1"}, {"B", "3"}}));
  const Setting* setting = config.find("container.env");
  EXPECT_EQ(setting->item_origins.at("A").kind, OriginKind::kGlobalFile);
  EXPECT_EQ(setting->item_origins.at("B").kind, OriginKind::kProjectFile);
}

TEST(Config, ChoosingANetworkDropsAListFromBelow) {
  Config config;
  config.apply({entry("container.network", std::string("bridge")),
                entry("container.network_allow", ConfigList{"a:1"})});
  EXPECT_EQ(config.list("container.network_allow"), ConfigList{"a:1"});
  config.apply({entry("container.network", std::string("none"), OriginKind::kFlag)});
  EXPECT_EQ(config.text("container.network"), "none");
  EXPECT_TRUE(config.list("container.network_allow").empty());
}

TEST(Config, AListDropsTheModeAndThePresetFromBelow) {
  Config config;
  config.apply({entry("container.network", std::string("none"))});
  config.apply({entry("container.network_preset", std::string("dev"))});
  EXPECT_EQ(config.text("container.network"), "bridge");
  config.apply({entry("container.network_allow", ConfigList{"a:1"})});
  EXPECT_EQ(config.text("container.network_preset"), std::nullopt);
}

TEST(Config, AnEmptyListOfDestinationsSaysNothing) {
  Config config;
  config.apply({entry("container.network_allow", ConfigList{"a:1"})});
  config.apply({entry("container.network_allow", ConfigList{})});
  EXPECT_EQ(config.list("container.network_allow"), ConfigList{"a:1"});
}

TEST(Config, TheTwoNetworkChoicesAreApart) {
  Config config;
  config.apply({entry("container.network_allow", ConfigList{"a:1"})});
  config.apply({entry("sandbox.network", std::string("none"))});
  EXPECT_EQ(config.list("container.network_allow"), ConfigList{"a:1"});
  EXPECT_EQ(config.text("sandbox.network"), "none");
}

TEST(ConfigDeathTest, AnUnknownKeyOrAnotherTypeIsABug) {
  const Config config;
  EXPECT_DEATH(static_cast<void>(config.find("container.imge")), "bug");
  EXPECT_DEATH(static_cast<void>(config.boolean("container.image")), "bug");
}

TEST(Origin, SaysWhereAValueComesFrom) {
  EXPECT_EQ(to_string(Origin{}), "default");
  EXPECT_EQ(to_string(Origin{OriginKind::kProjectFile, "/p/.mino.toml", 3, 1}),
            "/p/.mino.toml:3:1");
  EXPECT_EQ(to_string(Origin{OriginKind::kEnvironment, "MINO_X"}), "environment MINO_X");
  EXPECT_EQ(to_string(Origin{OriginKind::kFlag, "--image"}), "flag --image");
}

}  // namespace
}  // namespace mino
