#include "integration/support/layers_fixture.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace mino::integration {
namespace fs = std::filesystem;
namespace {

void write_program(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  ::chmod(path.c_str(), 0755);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::string podman_says(std::vector<std::string> words) {
  words.insert(words.begin(), "podman");
  const ProgramResult result = run({.argv = words, .deadline = seconds(120)});
  EXPECT_EQ(result.code, 0) << words[1] << ": " << result.err;
  return result.out;
}

void LayersTest::SetUp() {
  BoxTest::SetUp();
  if (root_.empty()) return;
  layers_ = root_ / "layers";
  write_config("[container]\nnetwork = \"none\"\nlayer_base = \"" + user_image_ + "\"\n");
  write_program(root_ / "bin/podman", "#!/bin/sh\necho \"$*\" >>" + (root_ / "calls").string() +
                                          "\nexec /usr/bin/podman \"$@\"\n");
}

void LayersTest::TearDown() {
  if (root_.empty()) return;
  EXPECT_EQ(build_remains(), "");
  EXPECT_TRUE(eventually([this] { return containers().empty(); }, seconds(15)));
  for (const std::string& image : composed_images())
    static_cast<void>(run({.argv = {"podman", "rmi", image}}));
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(state_ / "mino/homes", none))
    static_cast<void>(run({.argv = {"podman", "volume", "rm", entry.path().filename().string()}}));
  BoxTest::TearDown();
}

ProgramSpec LayersTest::watched(std::vector<std::string> words) const {
  ProgramSpec spec = mino(std::move(words));
  spec.environment["PATH"] = (root_ / "bin").string() + ":" + ::getenv("PATH");
  spec.deadline = seconds(120);
  return spec;
}

ProgramSpec LayersTest::layered(const std::string& layer, std::vector<std::string> command) const {
  std::vector<std::string> words{"run", "--layers", layer, "--"};
  words.insert(words.end(), command.begin(), command.end());
  return watched(std::move(words));
}

std::string LayersTest::layer_name(const std::string& stem) const { return name("-" + stem); }

std::string LayersTest::image_name(const std::string& stem) const {
  std::string image = name("-" + stem) + ":latest";
  std::ranges::transform(image, image.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return image;
}

void LayersTest::write_layer(const std::string& name, const std::string& rest,
                             const std::string& script) const {
  write_layer_in(layers_, name, rest, script);
}

void LayersTest::write_layer_in(const fs::path& directory, const std::string& name,
                                const std::string& rest, const std::string& script) {
  const fs::path place = directory / name;
  fs::create_directories(place);
  std::ofstream(place / "layer.toml", std::ios::binary)
      << "[layer]\nname = \"" << name << "\"\ndescription = \"of a test\"\nversion = \"1\"\n"
      << rest;
  if (!script.empty()) write_program(place / "install.sh", "#!/bin/sh\nset -eu\n" + script);
}

std::vector<std::string> LayersTest::podman_calls() const {
  std::vector<std::string> calls;
  for (const std::string& line : lines_of(slurp(root_ / "calls")))
    calls.push_back(line.substr(0, line.find(' ')));
  fs::remove(root_ / "calls");
  return calls;
}

std::vector<std::string> LayersTest::composed_images() const {
  std::vector<std::string> images;
  const std::string mine = name();
  for (const std::string& line : lines_of(
           podman_says({"images", "--filter", "label=io.mino.layers=true", "--format",
                        "{{.Repository}}:{{.Tag}} {{index .Labels \"io.mino.layers.names\"}}"}))) {
    const std::size_t space = line.find(' ');
    if (line.find(mine, space) != std::string::npos) images.push_back(line.substr(0, space));
  }
  return images;
}

std::string LayersTest::build_remains() const {
  std::string found;
  const fs::path builds = state_ / "mino/builds";
  std::error_code none;
  for (const auto& key : fs::directory_iterator(builds, none)) {
    if (!key.is_directory()) continue;
    for (const auto& build : fs::directory_iterator(key.path())) {
      const std::string name = "mino-build-" + build.path().filename().string();
      found += "files of " + name + "\n";
      if (!podman_says({"ps", "-a", "--external", "-q", "--filter", "name=" + name}).empty())
        found += "a container of " + name + "\n";
      if (run({.argv = {"podman", "image", "exists", "localhost/" + name}}).code == 0)
        found += "the tag of " + name + "\n";
    }
  }
  return found;
}

}  // namespace mino::integration
