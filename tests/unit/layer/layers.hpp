#pragma once

#include <string>
#include <utility>

#include "domain/layer/layer.hpp"

namespace mino::testing_support {

/// A layer with nothing but a name and a script.
inline Layer plain_layer(std::string name) {
  Layer layer;
  layer.manifest.name = std::move(name);
  layer.manifest.description = "a layer";
  layer.manifest.version = "1";
  layer.script = "#!/bin/sh\ntrue\n";
  layer.place = "built-in";
  return layer;
}

/// One that uses everything that there is.
inline Layer full_layer() {
  Layer layer = plain_layer("go");
  layer.source = LayerSource::kUser;
  layer.place = "/home/ann/.config/mino/layers/go";
  LayerManifest& manifest = layer.manifest;
  manifest.environment = {
      {"GOPATH", "/cache/go"}, {"HARD", "a $HOME \"q\" \\ 'x' # `id`\t\xC3\xBC"}, {"SHARED", "go"}};
  manifest.path_prepend = {"/usr/local/go/bin", "/odd $dir \"x\""};
  manifest.cache_paths = {"/cache/go", "/cache/npm"};
  manifest.packages = {"make"};
  manifest.apt_packages = {"g++"};
  manifest.dnf_packages = {"gcc-c++"};
  manifest.user_install = {.runtime = UserInstall::Runtime::kUv,
                           .version = "1",
                           .npm_globals = {"@a/b"},
                           .cargo_tools = {"bacon"},
                           .uv_tools = {"ruff"}};
  return layer;
}

}  // namespace mino::testing_support
