#include "domain/cache/mino_image.hpp"

#include <gtest/gtest.h>

namespace mino {
namespace {

const std::map<std::string, std::string> kLayers{{"io.mino.layers", "true"},
                                                 {"io.mino.base", "true"}};

TEST(MinoImage, TakesLabelAndName) {
  EXPECT_EQ(mino_image("localhost/mino-composed-0123456789ab:latest", kLayers),
            MinoImage::kComposed);
  EXPECT_EQ(mino_image("localhost/mino-base:latest", {{"io.mino.base", "true"}}), MinoImage::kBase);
}

TEST(MinoImage, IsNoneOfTheUsers) {
  EXPECT_FALSE(mino_image("localhost/mino-composed-0123456789ab:latest", {}).has_value());
  EXPECT_FALSE(mino_image("localhost/mine:latest", kLayers).has_value());
  EXPECT_FALSE(mino_image("localhost/mino-composed-mine:latest", kLayers).has_value());
  EXPECT_FALSE(mino_image("docker.io/mino-composed-0123456789ab:latest", kLayers).has_value());
  EXPECT_FALSE(mino_image("ghcr.io/dean0x/mino-base:latest", kLayers).has_value());
  EXPECT_FALSE(mino_image("localhost/mino-base-mine:latest", kLayers).has_value());
  EXPECT_FALSE(mino_image("localhost/mino-base:latest", {{"io.mino.base", "false"}}).has_value());
  EXPECT_FALSE(mino_image("", kLayers).has_value());
}

}  // namespace
}  // namespace mino
