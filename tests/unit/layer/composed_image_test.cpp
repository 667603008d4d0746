#include "domain/layer/composed_image.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "tests/unit/cli/golden.hpp"
#include "tests/unit/layer/layers.hpp"

namespace mino {
namespace {

using namespace std::string_literals;
using testing_support::expect_golden;
using testing_support::full_layer;
using testing_support::plain_layer;

const LayerBase kBase{"localhost/base:latest", std::string(64, 'a'), "developer"};

std::string text_of(const std::vector<Layer>& layers, const LayerBase& base = kBase) {
  const std::vector<std::string> digests(layers.size(), "d1");
  const Composition made = compose(base, layers, digests, "d0");
  std::string text = containerfile_text(made.steps);
  for (const BuildFile& file : made.files) {
    text += "---- " + file.path + (file.mode == 0755 ? " (program)" : "") + "\n" + file.bytes;
  }
  return text;
}

TEST(ComposedImage, Containerfiles) {
  Layer quiet = plain_layer("quiet");
  quiet.script.reset();
  expect_golden("layers/full.txt", text_of({full_layer(), plain_layer("rust")}));
  expect_golden("layers/nothing-to-do.txt", text_of({quiet}));
  expect_golden("layers/root-base.txt",
                text_of({plain_layer("rust")}, {"fedora:43", std::string(64, 'b'), ""}));
}

TEST(ComposedImage, LaterLayersWinAndDirectoriesStandOnce) {
  Layer second = plain_layer("second");
  second.manifest.environment = {{"SHARED", "second"}};
  second.manifest.path_prepend = {"/x", "/usr/local/go/bin"};
  second.manifest.cache_paths = {"/cache/npm", "/cache/x"};
  const std::vector<Layer> layers{full_layer(), second};
  const auto variables = layer_environment(layers);
  ASSERT_EQ(variables.size(), 3U);
  EXPECT_EQ(variables[2], (LayerVariable{"SHARED", "second", "second"}));
  EXPECT_EQ(layer_path(layers), (std::vector{"/usr/local/go/bin"s, "/odd $dir \"x\""s, "/x"s}));
  EXPECT_EQ(layer_cache_paths(layers), (std::vector{"/cache/go"s, "/cache/npm"s, "/cache/x"s}));
}

TEST(ComposedImage, EverythingThatGoesIntoTheImageIsInItsDigest) {
  using Change = std::function<void(LayerBase&, std::vector<Layer>&)>;
  const Change changes[] = {
      [](LayerBase&, std::vector<Layer>&) {},
      [](LayerBase& base, std::vector<Layer>&) { base.reference += "2"; },
      [](LayerBase& base, std::vector<Layer>&) { base.id.back() = 'b'; },
      [](LayerBase& base, std::vector<Layer>&) { base.user = "root"; },
      [](LayerBase&, std::vector<Layer>& layers) { std::swap(layers[0], layers[1]); },
      [](LayerBase&, std::vector<Layer>& layers) { layers.pop_back(); },
      [](LayerBase&, std::vector<Layer>& layers) { layers[0].manifest.name = "g"; },
      [](LayerBase&, std::vector<Layer>& layers) { layers[0].manifest.version = "2"; },
      [](LayerBase&, std::vector<Layer>& layers) { *layers[0].script += "#"; },
      [](LayerBase&, std::vector<Layer>& layers) { layers[0].script.reset(); },
      [](LayerBase&, std::vector<Layer>& layers) { layers[0].script = ""; },
      [](LayerBase&, std::vector<Layer>& layers) { layers[0].manifest.environment["A"] = "1"; },
      [](LayerBase&, std::vector<Layer>& layers) {
        layers[0].manifest.environment["GOPATH"] = "/cache/g";
      },
      [](LayerBase&, std::vector<Layer>& layers) { layers[0].manifest.path_prepend.pop_back(); },
      [](LayerBase&, std::vector<Layer>& layers) { layers[0].manifest.cache_paths.pop_back(); },
      [](LayerBase&, std::vector<Layer>& layers) { layers[0].manifest.packages.pop_back(); },
      [](LayerBase&, std::vector<Layer>& layers) {
        std::swap(layers[0].manifest.apt_packages, layers[0].manifest.dnf_packages);
      },
      [](LayerBase&, std::vector<Layer>& layers) {
        layers[0].manifest.user_install.runtime = UserInstall::Runtime::kNone;
      },
      [](LayerBase&, std::vector<Layer>& layers) { layers[0].manifest.user_install.version = "2"; },
      [](LayerBase&, std::vector<Layer>& layers) {
        layers[0].manifest.user_install.npm_globals = {"@a/b", "c"};
      },
      [](LayerBase&, std::vector<Layer>& layers) {
        std::swap(layers[0].manifest.user_install.cargo_tools,
                  layers[0].manifest.user_install.uv_tools);
      }};
  std::set<std::string> seen;
  for (const Change& change : changes) {
    LayerBase base = kBase;
    std::vector<Layer> layers{full_layer(), plain_layer("rust")};
    change(base, layers);
    EXPECT_TRUE(seen.insert(composed_bytes(base, layers)).second) << seen.size();
  }
  // Where it was found is no part of what it is.
  Layer moved = full_layer();
  moved.place = "elsewhere";
  moved.source = LayerSource::kProject;
  EXPECT_EQ(layer_bytes(moved), layer_bytes(full_layer()));
}

TEST(ComposedImage, NeighbouringItemsCannotBeMistakenForEachOther) {
  Layer one = plain_layer("x");
  Layer other = plain_layer("x");
  one.manifest.packages = {"ab", "c"};
  other.manifest.packages = {"a", "bc"};
  EXPECT_NE(layer_bytes(one), layer_bytes(other));
  one.manifest.packages = {"a"};
  other.manifest.packages = {};
  other.manifest.apt_packages = {"a"};
  EXPECT_NE(layer_bytes(one), layer_bytes(other));
}

TEST(ComposedImage, ValuesAreQuotedForGood) {
  EXPECT_EQ(containerfile_quoted("a"), "\"a\"");
  EXPECT_EQ(containerfile_quoted("$HOME ${X} \"q\" \\"), "\"\\$HOME \\${X} \\\"q\\\" \\\\\"");
  const std::vector<BuildStep> steps = compose(kBase, {full_layer()}, {"d1"}, "d0").steps;
  for (const BuildStep& step : steps) {
    EXPECT_EQ(step.instruction.find('\n'), std::string::npos);
    EXPECT_FALSE(step.instruction.ends_with('\\'));
  }
}

TEST(ComposedImage, ABaseThatCouldSayMoreThanItsNameIsRefused) {
  EXPECT_TRUE(check_layer_base({"ghcr.io/dean0x/mino-base:latest", "", "developer"}).ok());
  EXPECT_TRUE(check_layer_base({"h:5000/a/b@sha256:00", "", "1000:1000"}).ok());
  for (const char* reference : {"", "-x", "a b", "a\nRUN id", "$X", "a\\"})
    EXPECT_FALSE(check_layer_base({reference, "", ""}).ok()) << reference;
  for (const char* user : {"a b", "a\nRUN id", "$(id)", "\""})
    EXPECT_FALSE(check_layer_base({"a", "", user}).ok()) << user;
}

TEST(ComposedImage, IsNamedAfterItsDigest) {
  EXPECT_EQ(composed_reference(std::string(64, 'e')),
            "localhost/mino-composed-eeeeeeeeeeee:latest");
}

TEST(Layer, AScriptOfCommentsDoesNothing) {
  EXPECT_FALSE(does_something(""));
  EXPECT_FALSE(does_something("#!/bin/sh\n\n  # later\n\t\n"));
  EXPECT_TRUE(does_something("#!/bin/sh\n  true"));
}

}  // namespace
}  // namespace mino
