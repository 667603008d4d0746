#include "domain/layer/skeleton.hpp"

namespace mino {

std::string skeleton_manifest(const std::string& name) {
  return R"(# A layer is built into an image on top of the base image; use it with: mino run --layers )" +
         name + R"(
[layer]
name = ")" +
         name + R"("
description = "What it brings"
version = "1"            # raise it to have the image made again

# Variables of the box.
[env]
# GOPATH = "/cache/go"

# Directories put before PATH.
[env.path_prepend]
# dirs = ["/usr/local/go/bin"]

# Directories below /cache that are kept for the project.
[cache]
# paths = ["/cache/go"]

# Packages of the distribution, installed before install.sh runs.
[root_install]
# packages = ["make"]
[root_install.apt]       # where the base is a Debian or Ubuntu
# packages = ["g++"]
[root_install.dnf]       # where the base is a Fedora
# packages = ["gcc-c++"]

# What is installed into the home directory when a box starts for the first time.
[user_install]
# runtime = "uv"         # node, rustup or uv
# runtime_version = "22" # of node or rust
# npm_globals = ["typescript"]
# cargo_tools = ["cargo-nextest"]
# uv_tools = ["ruff"]
)";
}

std::string skeleton_script(const std::string& name) {
  return R"(#!/usr/bin/env bash
# Runs as root while the image of the layer )" +
         name + R"( is built, after the packages of layer.toml are there.
# The network is open then. Delete this file if there is nothing to do.
set -euo pipefail

# curl -fsSL https://go.dev/dl/go1.24.1.linux-amd64.tar.gz -o /tmp/go.tar.gz
# echo "<the checksum that go.dev/dl prints>  /tmp/go.tar.gz" | sha256sum -c
# tar -C /usr/local -xzf /tmp/go.tar.gz && rm /tmp/go.tar.gz
)";
}

}  // namespace mino
