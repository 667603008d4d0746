#include "domain/layer/manifest.hpp"

#include <gtest/gtest.h>

#include <string>

#include "adapters/toml/toml_config_source.hpp"

namespace mino {
namespace {

using namespace std::string_literals;

Result<LayerManifest> read(const std::string& text) {
  MINO_ASSIGN(const ConfigDocument document, toml::TomlConfigSource().parse("layer.toml", text));
  return manifest_from_document(document);
}

const std::string kHead = "[layer]\nname = \"go\"\ndescription = \"Go\"\nversion = \"1\"\n";

std::string refused(const std::string& rest) {
  const auto manifest = read(kHead + rest);
  EXPECT_FALSE(manifest.ok()) << rest;
  if (manifest.ok()) return {};
  EXPECT_EQ(manifest.error().code(), ErrorCode::kConfig);
  return manifest.error().text() + "|" + manifest.error().hint();
}

TEST(Manifest, ReadsEveryKey) {
  const auto manifest = read(kHead +
                             "[env]\nGOPATH = \"/cache/go\"\nempty = \"\"\n"
                             "[env.path_prepend]\ndirs = [\"/usr/local/go/bin\", \"/a b\"]\n"
                             "[cache]\npaths = [\"/cache/go\"]\n"
                             "[root_install]\npackages = [\"make\", \"make\"]\n"
                             "[root_install.apt]\npackages = [\"g++\"]\n"
                             "[root_install.dnf]\npackages = [\"gcc-c++\"]\n"
                             "[user_install]\nruntime = \"nvm\"\nruntime_version = \"22\"\n"
                             "npm_globals = [\"@biomejs/biome\", \"tsx@4\"]\n"
                             "cargo_tools = [\"bacon\"]\nuv_tools = [\"ruff==0.5\"]\n");
  ASSERT_TRUE(manifest.ok()) << manifest.error().text();
  EXPECT_EQ(manifest->name, "go");
  EXPECT_EQ(manifest->environment.at("GOPATH"), "/cache/go");
  EXPECT_EQ(manifest->environment.at("empty"), "");
  EXPECT_EQ(manifest->path_prepend, (std::vector{"/usr/local/go/bin"s, "/a b"s}));
  EXPECT_EQ(manifest->cache_paths, std::vector{"/cache/go"s});
  EXPECT_EQ(manifest->packages, std::vector{"make"s});
  EXPECT_EQ(manifest->apt_packages, std::vector{"g++"s});
  EXPECT_EQ(manifest->dnf_packages, std::vector{"gcc-c++"s});
  EXPECT_EQ(manifest->user_install.runtime, UserInstall::Runtime::kNode);
  EXPECT_EQ(manifest->user_install.version, "22");
  EXPECT_EQ(manifest->user_install.npm_globals, (std::vector{"@biomejs/biome"s, "tsx@4"s}));
  EXPECT_EQ(manifest->user_install.uv_tools, std::vector{"ruff==0.5"s});
}

TEST(Manifest, AnUnknownKeyIsAnErrorWithItsPlaceAndTheNearestOne) {
  const std::string text = refused("[root_install]\npackage = [\"make\"]\n");
  EXPECT_EQ(text,
            "layer.toml:6:1: unknown key root_install.package|did you mean root_install.packages?");
  EXPECT_NE(refused("[user_instal]\n").find("did you mean user_install?"), std::string::npos);
  EXPECT_NE(refused("x = 1\n").find("unknown key layer.x"), std::string::npos);
}

TEST(Manifest, AWrongTypeIsAnErrorAndNothingIsDroppedInSilence) {
  EXPECT_NE(refused("[env]\nA = 1\n").find("6:1: env.A must be a string"), std::string::npos);
  EXPECT_NE(refused("[cache]\npaths = \"/cache/x\"\n").find("must be a list"), std::string::npos);
  EXPECT_NE(refused("[root_install]\npackages = [1]\n").find("must be a list"), std::string::npos);
  EXPECT_NE(refused("[user_install]\nruntime = \"pip\"\n").find("must be \"node\""),
            std::string::npos);
  const auto missing = read("[layer]\nname = \"go\"\nversion = \"1\"\n");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().text(), "layer.toml: layer.description is missing");
}

TEST(Manifest, HostileNamesAndValuesAreRefused) {
  const std::string rows[] = {"[root_install]\npackages = [\"-y\"]\n",
                              "[root_install]\npackages = [\"--allow-unauthenticated\"]\n",
                              "[root_install]\npackages = [\"sudo-\"]\n",
                              "[root_install]\npackages = [\"a b\"]\n",
                              "[root_install]\npackages = [\"a;reboot\"]\n",
                              "[root_install]\npackages = [\"a\\nCOPY / /\"]\n",
                              "[root_install]\npackages = [\"$(id)\"]\n",
                              "[root_install.apt]\npackages = [\"/etc/x.deb\"]\n",
                              "[root_install.dnf]\npackages = [\"@group\"]\n",
                              "[root_install]\npackages = [\"\xC3\xBC\"]\n",
                              "[env]\nPATH = \"/evil\"\n",
                              "[env]\nMINO_BASE = \"x\"\n",
                              "[env]\n\"A B\" = \"x\"\n",
                              "[env]\n\"A\\nUSER root\" = \"x\"\n",
                              "[env]\nA = \"x\\nUSER root\"\n",
                              "[env]\nA = \"x\\u0000\"\n",
                              "[env]\nA = \"x\\r\"\n",
                              "[env]\nA = \"\\u0085\"\n",
                              "[env.path_prepend]\ndirs = [\"relative\"]\n",
                              "[env.path_prepend]\ndirs = [\"/a:/b\"]\n",
                              "[env.path_prepend]\ndirs = [\"/a/../b\"]\n",
                              "[env.path_prepend]\ndirs = [\"/a\\n/b\"]\n",
                              "[cache]\npaths = [\"/etc\"]\n",
                              "[cache]\npaths = [\"/cache\"]\n",
                              "[cache]\npaths = [\"/cache/../etc\"]\n",
                              "[user_install]\nnpm_globals = [\"--global-style\"]\n",
                              "[user_install]\nnpm_globals = [\"../x\"]\n",
                              "[user_install]\nnpm_globals = [\"git+ssh://x/y\"]\n",
                              "[user_install]\nuv_tools = [\"a\\nb\"]\n",
                              "[user_install]\ncargo_tools = [\"/x\"]\n",
                              "[user_install]\nruntime_version = \"22; id\"\n"};
  for (const std::string& row : rows) {
    const std::string text = refused(row);
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
  for (const char* name : {"../x", "a/b", "", "-x", "a\\nb"})
    EXPECT_FALSE(
        read("[layer]\nname = \""s + name + "\"\ndescription = \"d\"\nversion = \"1\"\n").ok())
        << name;
}

TEST(Manifest, HoldsAtMostSoManyItems) {
  std::string list = "[root_install]\npackages = [";
  for (std::size_t i = 0; i <= LayerManifest::kMaxItems; ++i)
    list += "\"p" + std::to_string(i) + "\",";
  EXPECT_NE(refused(list + "]\n").find("more than 256"), std::string::npos);
}

}  // namespace
}  // namespace mino
