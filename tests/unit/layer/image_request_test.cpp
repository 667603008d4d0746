#include "domain/layer/image_request.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using namespace std::string_literals;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::set_config;

ImageRequest request(const Config& config, const std::optional<std::string>& variable = {}) {
  auto wanted = requested_image(config, variable);
  if (!wanted.ok()) throw std::runtime_error(wanted.error().text());
  return *std::move(wanted);
}

TEST(ImageRequest, TheFirstThatSaysSomethingCounts) {
  Config config;
  EXPECT_EQ(request(config).image, "fedora:43");

  set_config(config, "container.image", "rust"s, file_origin(1));
  EXPECT_EQ(request(config).layers, std::vector{"rust"s});
  EXPECT_EQ(request(config).reason, "rust stands for the layer rust");

  set_config(config, "container.layers", ConfigList{"go", "ts"}, file_origin(2));
  EXPECT_EQ(request(config).layers, (std::vector{"go"s, "typescript"s}));
  EXPECT_EQ(to_string(request(config).origin), "/home/ann/.config/mino/config.toml:2:1");

  EXPECT_EQ(request(config, " py , ,rust ").layers, (std::vector{"python"s, "rust"s}));
  EXPECT_EQ(to_string(request(config, "py").origin), "environment MINO_LAYERS");
  EXPECT_EQ(request(config, " , ").layers, (std::vector{"go"s, "typescript"s}));

  set_config(config, "container.image", "ubuntu:22.04"s, flag_origin("--image"));
  EXPECT_EQ(request(config, "py").image, "ubuntu:22.04");
  EXPECT_TRUE(request(config, "py").layers.empty());

  set_config(config, "container.layers", ConfigList{"rust"}, flag_origin("--layers"));
  EXPECT_EQ(request(config, "py").layers, std::vector{"rust"s});
}

TEST(ImageRequest, AFlagsAliasMayStandForALayer) {
  Config config;
  set_config(config, "container.layers", ConfigList{"go"}, file_origin(2));
  set_config(config, "container.image", "node"s, flag_origin("--image"));
  EXPECT_EQ(request(config).layers, std::vector{"typescript"s});
}

TEST(ImageRequest, BaseIsTheConfiguredBase) {
  Config config;
  set_config(config, "container.image", "base"s, flag_origin("--image"));
  EXPECT_EQ(request(config).image, "ghcr.io/dean0x/mino-base:latest");
  set_config(config, "container.layer_base", "localhost/x:1"s, file_origin(3));
  EXPECT_EQ(request(config).image, "localhost/x:1");
}

TEST(ImageRequest, EachLayerOnceInTheOrderOfTheNames) {
  EXPECT_EQ(request(Config(), "b,ts,b,node,a").layers, (std::vector{"b"s, "typescript"s, "a"s}));
}

TEST(ImageRequest, NamesThatAreNoneAreRefused) {
  Config config;
  set_config(config, "container.layers", ConfigList{"../x"}, flag_origin("--layers"));
  auto wanted = requested_image(config, std::nullopt);
  ASSERT_FALSE(wanted.ok());
  EXPECT_EQ(wanted.error().code(), ErrorCode::kUsage);
  EXPECT_NE(wanted.error().text().find("--layers"), std::string::npos);
  wanted = requested_image(Config(), "a b");
  ASSERT_FALSE(wanted.ok());
  EXPECT_EQ(wanted.error().code(), ErrorCode::kConfig);
  wanted = requested_image(Config(), "base");
  ASSERT_FALSE(wanted.ok());
  EXPECT_NE(wanted.error().hint().find("--image base"), std::string::npos);
}

}  // namespace
}  // namespace mino
