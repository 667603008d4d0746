#include "domain/layer/skeleton.hpp"

#include <gtest/gtest.h>

#include <string>

#include "adapters/toml/toml_config_source.hpp"
#include "domain/layer/layer.hpp"
#include "domain/layer/manifest.hpp"

namespace mino {
namespace {

Result<LayerManifest> read(const std::string& text) {
  MINO_ASSIGN(const ConfigDocument document, toml::TomlConfigSource().parse("layer.toml", text));
  return manifest_from_document(document);
}

TEST(LayerSkeleton, IsAValidLayerThatDoesNothing) {
  const auto manifest = read(skeleton_manifest("my-tools"));
  ASSERT_TRUE(manifest.ok()) << manifest.error().text();
  EXPECT_EQ(manifest->name, "my-tools");
  EXPECT_TRUE(manifest->user_install.empty());
  EXPECT_FALSE(manifest->has_packages());
}

TEST(LayerSkeleton, EachExampleInItIsValidToo) {
  std::string text = skeleton_manifest("my-tools");
  for (std::size_t at = text.find("\n# "); at != std::string::npos;
       at = text.find("\n# ", at + 1)) {
    const std::string line = text.substr(at + 3, text.find('\n', at + 1) - at - 3);
    if (line.find(" = ") != std::string::npos) text.erase(at + 1, 2);
  }
  const auto manifest = read(text);
  ASSERT_TRUE(manifest.ok()) << manifest.error().text() << text;
  EXPECT_TRUE(manifest->has_packages());
  EXPECT_FALSE(manifest->user_install.empty());
  EXPECT_FALSE(manifest->cache_paths.empty());
}

}  // namespace
}  // namespace mino
