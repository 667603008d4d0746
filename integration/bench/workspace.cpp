#include "integration/bench/workspace.hpp"

#include <fmt/format.h>

#include <stdlib.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>
#include <utility>

namespace mino::bench {

namespace fs = std::filesystem;

Workspace::Workspace(std::string program, std::string image)
    : program_(std::move(program)), image_(std::move(image)) {
  std::string pattern = (fs::temp_directory_path() / "mino-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw Failure("cannot make a temporary directory");
  root_ = pattern;
  id_ = "bench" + root_.filename().string().substr(sizeof "mino-bench-" - 1);
  state_ = root_ / "state";
  project_ = root_ / "app";
  config_ = root_ / "config.toml";
  fs::create_directory(state_);
  fs::create_directory(project_);
  std::ofstream{config_};
}

Workspace::~Workspace() {
  try {
    std::istringstream names(
        run(podman({"ps", "-a", "--external", "--filter",
                    "label=io.mino.project=" + project_.string(), "--format", "{{.Names}}"}))
            .out);
    for (std::string name; std::getline(names, name);)
      static_cast<void>(run(podman({"rm", "-f", "-t", "0", name})));
  } catch (const std::exception& error) {
    fmt::print(stderr, "containers of {} may be left: {}\n", project_.string(), error.what());
  }
  std::error_code failed;
  fs::remove_all(root_, failed);
  if (failed) fmt::print(stderr, "{} could not be removed: {}\n", root_.string(), failed.message());
}

Command Workspace::mino(std::vector<std::string> words) const {
  words.insert(words.begin(), program_);
  return {.argv = std::move(words),
          .environment = {{"XDG_STATE_HOME", state_.string()},
                          {"MINO_CONFIG", config_.string()},
                          // No collection in the background while something is timed.
                          {"MINO_CACHE_GC_DAYS", "0"},
                          {"MINO_CACHE_MAX_TOTAL_GB", "0"}},
          .directory = project_.string()};
}

Command Workspace::mino_run(std::vector<std::string> words) const {
  std::vector<std::string> all{"run", "--network", "none", "--image", image_};
  all.insert(all.end(), words.begin(), words.end());
  return mino(std::move(all));
}

Command Workspace::podman(std::vector<std::string> words) const {
  words.insert(words.begin(), "podman");
  return {.argv = std::move(words), .directory = project_.string()};
}

IdleBox::IdleBox(const Command& start, Command stop) : stop_(std::move(stop)) {
  static_cast<void>(time_of(start));
}

IdleBox::~IdleBox() {
  try {
    static_cast<void>(time_of(stop_));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
  }
}

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace mino::bench
