#include "domain/config/layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "adapters/toml/toml_config_source.hpp"

namespace mino {
namespace {

using ::testing::HasSubstr;

Result<ConfigLayer> read(const std::string& text) {
  auto document = toml::TomlConfigSource().parse("f.toml", text);
  if (!document.ok()) return document.error();
  return layer_from_document(*document, OriginKind::kProjectFile);
}

std::string error_of(const std::string& text) {
  const auto layer = read(text);
  EXPECT_FALSE(layer.ok()) << text;
  if (layer.ok()) return {};
  EXPECT_EQ(layer.error().code(), ErrorCode::kConfig);
  return layer.error().message();
}

TEST(LayerFromDocument, TakesEveryTypeWithItsPlace) {
  const auto layer = read(
      "[general]\nverbose = true\n[container]\npids = 10\nimage = \"x\"\n  volumes = "
      "[\"/a:/b\"]\nenv = { A = \"1\" }\n"
      "[container.nothing]\n");
  EXPECT_FALSE(layer.ok());
  const auto good = read(
      "[general]\nverbose = true\n[container]\npids = 10\nimage = \"x\"\n  volumes = "
      "[\"/a:/b\"]\nenv = { A = \"1\" }\n[session]\n");
  ASSERT_TRUE(good.ok()) << good.error().text();
  ASSERT_EQ(good->size(), 5U);
  EXPECT_EQ(good->at(0).path(), "general.verbose");
  EXPECT_EQ(good->at(3).value, ConfigValue(ConfigList{"/a:/b"}));
  EXPECT_EQ(good->at(3).origin, (Origin{OriginKind::kProjectFile, "f.toml", 6, 3}));
  EXPECT_EQ(good->at(4).path(), "container.env.A");
}

TEST(LayerFromDocument, SizesAndProcessorsMayBeBareNumbers) {
  const auto layer = read("[container]\nmemory = 1048576\ncpus = 1.5\n");
  ASSERT_TRUE(layer.ok()) << layer.error().text();
  EXPECT_EQ(layer->at(0).value, ConfigValue(std::string("1048576")));
  EXPECT_EQ(layer->at(1).value, ConfigValue(std::string("1.5")));
}

TEST(LayerFromDocument, NamesAnUnknownKeyAndTheNearest) {
  const auto layer = read("[container]\n\nimge = \"x\"\n");
  ASSERT_FALSE(layer.ok());
  EXPECT_EQ(layer.error().message(), "f.toml:3:1: unknown key container.imge");
  EXPECT_EQ(layer.error().hint(), "did you mean container.image?");
  EXPECT_EQ(error_of("[contaner]\n"), "f.toml:1:1: unknown key contaner");
  EXPECT_EQ(error_of("\"bad\\u001B[2J\" = 1\n"), "f.toml:1:1: unknown key \"bad\\u001B[2J\"");
}

TEST(LayerFromDocument, NamesAWrongType) {
  EXPECT_EQ(error_of("container.image = 3"), "f.toml:1:1: container.image must be a string");
  EXPECT_EQ(error_of("container.pids = \"3\""), "f.toml:1:1: container.pids must be an integer");
  EXPECT_EQ(error_of("container.volumes = [1]"),
            "f.toml:1:1: container.volumes must be a list of strings");
  EXPECT_EQ(error_of("container.volumes = \"a\""),
            "f.toml:1:1: container.volumes must be a list of strings");
  EXPECT_EQ(error_of("container.env = \"a\""),
            "f.toml:1:1: container.env must be a table of strings");
  EXPECT_EQ(error_of("container.env.A = 1"), "f.toml:1:1: container.env.A must be a string");
  EXPECT_EQ(error_of("container.env.A.B = \"1\""),
            "f.toml:1:1: container.env must be a table of strings");
  EXPECT_EQ(error_of("container.image.name = \"x\""),
            "f.toml:1:1: container.image must be a string");
  EXPECT_EQ(error_of("container = 1"), "f.toml:1:1: container must be a table");
  EXPECT_EQ(error_of("[[container]]\nimage = \"x\""), "f.toml:1:1: container must be a table");
  EXPECT_EQ(error_of("general.verbose = 1979-05-27"),
            "f.toml:1:1: general.verbose must be a boolean");
}

TEST(LayerFromDocument, ChecksRangesAndFormats) {
  EXPECT_THAT(
      error_of("credentials.aws.session_duration_secs = 60"),
      HasSubstr("f.toml:1:1: credentials.aws.session_duration_secs must be between 900 and 43200"));
  EXPECT_THAT(error_of("container.pids = 99999999999999999999"),
              HasSubstr("container.pids must be between"));
  EXPECT_THAT(error_of("container.network_allow = [\"github.com\"]"),
              HasSubstr("f.toml:1:1: container.network_allow holds a rule that cannot be read"));
  EXPECT_THAT(error_of("container.env.\"A B\" = \"1\""),
              HasSubstr("not the name of an environment variable"));
  EXPECT_THAT(error_of("container.env.\"\" = \"1\""), HasSubstr("must be a string"));
}

TEST(LayerFromDocument, RefusesConflicts) {
  EXPECT_EQ(error_of("[container]\nnetwork = \"none\"\nnetwork_allow = [\"a:1\"]\n"),
            "f.toml:3:1: Config conflict: container.network_allow conflicts with "
            "container.network = \"none\" (f.toml:2:1)");
  EXPECT_THAT(error_of("[container]\nnetwork = \"host\"\nnetwork_preset = \"dev\"\n"),
              HasSubstr("conflicts with container.network = \"host\""));
  EXPECT_THAT(error_of("[container]\nnetwork_allow = [\"a:1\"]\nnetwork_preset = \"dev\"\n"),
              HasSubstr("container.network_preset conflicts with container.network_allow"));
  EXPECT_TRUE(read("[container]\nnetwork = \"none\"\nnetwork_allow = []\n").ok());
  EXPECT_TRUE(read("[container]\nnetwork = \"bridge\"\nnetwork_allow = [\"a:1\"]\n").ok());
}

TEST(LayerFromEnvironment, SetsScalarsOnly) {
  const std::map<std::string, std::string, std::less<>> variables{
      {"MINO_CONTAINER_IMAGE", "x"},
      {"MINO_CONTAINER_PIDS", "7"},
      {"MINO_GENERAL_VERBOSE", "yes"},
      {"MINO_CONTAINER_VOLUMES", "/a:/b"},
      {"MINO_SESSION_SHELL", ""}};
  const auto layer =
      layer_from_environment([&variables](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
      });
  ASSERT_TRUE(layer.ok());
  ASSERT_EQ(layer->size(), 3U);
  EXPECT_EQ(layer->at(0).path(), "general.verbose");
  EXPECT_EQ(layer->at(1).origin, (Origin{OriginKind::kEnvironment, "MINO_CONTAINER_IMAGE"}));
  EXPECT_EQ(layer->at(2).value, ConfigValue(std::int64_t{7}));
}

TEST(LayerFromEnvironment, EveryScalarCanBeSet) {
  std::size_t asked = 0;
  const auto layer =
      layer_from_environment([&asked](std::string_view) -> std::optional<std::string> {
        ++asked;
        return std::nullopt;
      });
  ASSERT_TRUE(layer.ok());
  EXPECT_EQ(asked, static_cast<std::size_t>(
                       std::ranges::count_if(config_schema(), &ConfigKey::is_scalar)));
}

TEST(LayerFromEnvironment, NamesTheVariable) {
  const auto layer = layer_from_environment([](std::string_view name) {
    return name == "MINO_CONTAINER_PIDS" ? std::optional<std::string>("many") : std::nullopt;
  });
  ASSERT_FALSE(layer.ok());
  EXPECT_EQ(layer.error().message(), "MINO_CONTAINER_PIDS: container.pids must be an integer");
}

TEST(LayerFromFlags, NamesTheFlagAndIsAUsageError) {
  const auto layer = layer_from_flags({{"container.network", std::string("bride"), "--network"}});
  ASSERT_FALSE(layer.ok());
  EXPECT_EQ(layer.error().code(), ErrorCode::kUsage);
  EXPECT_THAT(layer.error().message(), HasSubstr("--network: container.network must be"));
  const auto both =
      layer_from_flags({{"container.network", std::string("none"), "--network"},
                        {"container.network_allow", ConfigList{"a:1"}, "--network-allow"}});
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.error().code(), ErrorCode::kUsage);
  EXPECT_EQ(both.error().message(), "Cannot combine --network-allow with --network none");
}

TEST(LayerFromFlags, AnAllowListStandsBesideBridgeAndHostOnly) {
  const ConfigOverride allow{"container.network_allow", ConfigList{"a:1"}, "--network-allow"};
  const ConfigOverride preset{"container.network_preset", std::string("dev"), "--network-preset"};
  const auto network = [](const char* mode) {
    return ConfigOverride{"container.network", std::string(mode), "--network"};
  };
  for (const ConfigOverride& list : {allow, preset}) {
    EXPECT_TRUE(layer_from_flags({list, network("bridge")}).ok());
    EXPECT_TRUE(layer_from_flags({list, network("host")}).ok());
    EXPECT_EQ(layer_from_flags({list, network("none")}).error().message(),
              "Cannot combine " + list.flag + " with --network none");
  }
  const auto both = layer_from_flags({allow, preset});
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.error().code(), ErrorCode::kUsage);
  EXPECT_EQ(both.error().message(), "Cannot combine --network-preset with --network-allow");
}

TEST(LayerFromFlags, ARuleThatCannotBeReadKeepsItsHint) {
  const auto layer = layer_from_flags(
      {{"container.network_allow", ConfigList{"127.0.0.1:80"}, "--network-allow"}});
  ASSERT_FALSE(layer.ok());
  EXPECT_EQ(layer.error().code(), ErrorCode::kUsage);
  EXPECT_THAT(layer.error().message(), HasSubstr("--network-allow"));
  EXPECT_THAT(layer.error().hint(), HasSubstr("host.mino.internal"));
}

}  // namespace
}  // namespace mino
