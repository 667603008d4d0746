#include "integration/support/cache_test.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "integration/support/leftovers.hpp"

namespace mino::integration {

namespace fs = std::filesystem;

namespace {

std::string real_podman() { return run({.argv = {"sh", "-c", "command -v podman"}}).out; }

/// Keeps to the volumes that this test's records, markers and plants name.
constexpr char kScript[] = R"sh(#!/bin/sh
echo "$*" >> "$root/calls"
{ ls "$root/state/mino/cache" "$root/state/mino/homes"; cat "$root/known"; } 2>/dev/null |
  sed -n 's/\.json$//; /^[a-zA-Z0-9]/p' | grep -v '/' | sort -u > "$root/known.$$"
mv "$root/known.$$" "$root/known"
refuse() { echo "Error: $1 is not of this test" >&2; exit 99; }
case "$1 $2" in
  'volume rm') grep -qx -- "$4" "$root/known" || refuse "$4" ;;
  'rmi --no-prune') grep -qx -- "$4" "$root/images" || refuse "$4" ;;
  'images --format') set -- "$@" --filter "label=io.mino.test=$root" ;;
esac
filter="name=^($(tr '\n' '|' < "$root/known")none)\$"
for word; do
  shift
  [ "$word" = 'name=^mino-' ] && word=$filter
  set -- "$@" "$word"
done
exec "$podman" "$@"
)sh";

}  // namespace

void CacheTest::SetUp() {
  AgentTest::SetUp();
  if (root_.empty()) return;
  fs::create_directories(root_ / "bin");
  std::string podman = real_podman();
  podman.erase(podman.find_last_not_of('\n') + 1);
  const fs::path program = root_ / "bin/podman";
  std::string script = kScript;
  script.insert(script.find('\n') + 1, "root='" + root_.string() + "'\npodman='" + podman + "'\n");
  std::ofstream(program) << script;
  ::chmod(program.c_str(), 0755);
}

void CacheTest::TearDown() {
  const std::vector<std::string> images =
      root_.empty() ? std::vector<std::string>() : lines_of("images");
  for (const std::string& image : images)
    static_cast<void>(run({.argv = {"podman", "rmi", "--no-prune", image}}));
  if (!root_.empty()) {
    // Notes what the last session made.
    static_cast<void>(run(with_own_podman({.argv = {"podman", "version"}})));
  }
  const std::vector<std::string> volumes =
      root_.empty() ? std::vector<std::string>() : lines_of("known");
  AgentTest::TearDown();
  for (const std::string& volume : volumes) {
    EXPECT_TRUE(eventually(
        [&volume] {
          return !exists(volume) || run({.argv = {"podman", "volume", "rm", volume}}).code == 0;
        },
        seconds(20)))
        << volume;
  }
}

ProgramSpec CacheTest::with_own_podman(ProgramSpec spec) const {
  spec.environment["PATH"] = (root_ / "bin").string() + ":" + ::getenv("PATH");
  return spec;
}

ProgramResult CacheTest::cache(std::vector<std::string> words) const {
  words.insert(words.begin(), "cache");
  return run(with_own_podman(mino(std::move(words))));
}

ProgramResult CacheTest::session(const std::string& script, std::vector<std::string> flags) const {
  return run(with_own_podman(agent({"sh", "-c", script}, std::move(flags))));
}

std::string CacheTest::sleeper(const std::string& suffix, std::vector<std::string> flags) const {
  flags.insert(flags.end(), {"-d", "-n", name(suffix)});
  const ProgramResult started = session("exec sleep 1000", std::move(flags));
  EXPECT_EQ(started.code, 0) << started.err;
  return name(suffix);
}

void CacheTest::put(const std::string& file, const std::string& content) const {
  fs::remove_all(project_ / file);
  std::ofstream(project_ / file, std::ios::binary) << content;
}

void CacheTest::put_lockfile(const std::string& file, const std::string& content) const {
  put(file, root_.string() + content + "\n");
}

std::vector<std::string> CacheTest::lines_of(const std::string& file) const {
  std::istringstream text(slurp(root_ / file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> CacheTest::volumes_of(const std::string& ecosystem) const {
  std::vector<std::string> volumes;
  std::error_code absent;
  for (fs::directory_iterator entry(state_ / "mino/cache", absent), end; !absent && entry != end;
       entry.increment(absent)) {
    const std::string name = entry->path().stem().string();
    if (name.starts_with("mino-cache-" + ecosystem + "-")) volumes.push_back(name);
  }
  return volumes;
}

std::string CacheTest::volume_of(const std::string& ecosystem) const {
  const std::vector<std::string> volumes = volumes_of(ecosystem);
  return volumes.size() == 1 ? volumes.front() : "";
}

std::string CacheTest::record_of(const std::string& volume) const {
  return slurp(state_ / "mino/cache" / (volume + ".json"));
}

std::string CacheTest::state_of(const std::string& volume) const {
  return json_member(record_of(volume), "state");
}

void CacheTest::age(const std::string& volume) const {
  const std::string aged =
      std::regex_replace(record_of(volume), std::regex("\"last_used_at\": \"[^\"]*\""),
                         "\"last_used_at\": \"2020-01-01T00:00:00.000Z\"");
  std::ofstream(state_ / "mino/cache" / (volume + ".json")) << aged;
}

bool CacheTest::exists(const std::string& volume) {
  return run({.argv = {"podman", "volume", "exists", volume}}).code == 0;
}

std::string CacheTest::label(const std::string& volume, const std::string& name) {
  std::string value = run({.argv = {"podman", "volume", "inspect", "--format",
                                    "{{index .Labels \"" + name + "\"}}", volume}})
                          .out;
  value.erase(value.find_last_not_of('\n') + 1);
  return value;
}

void CacheTest::plant_volume(const std::string& volume,
                             const std::vector<std::string>& labels) const {
  std::vector<std::string> words{"podman", "volume", "create"};
  for (const std::string& text : labels) words.insert(words.end(), {"--label", text});
  words.push_back(volume);
  ASSERT_EQ(run({.argv = words}).code, 0) << volume;
  std::ofstream(root_ / "known", std::ios::app) << volume << '\n';
}

void CacheTest::plant_image(const std::string& image,
                            const std::vector<std::string>& labels) const {
  std::string file = "FROM localhost/mino-test:latest\nLABEL io.mino.test=" + root_.string() + '\n';
  for (const std::string& text : labels) file += "LABEL " + text + '\n';
  const fs::path recipe = root_ / "Containerfile";
  std::ofstream(recipe) << file;
  const ProgramResult built =
      run({.argv = {"podman", "build", "-q", "-t", image, "-f", recipe.string(), root_ / "bin"}});
  ASSERT_EQ(built.code, 0) << built.err;
  std::ofstream(root_ / "images", std::ios::app) << image << '\n';
}

bool CacheTest::has_image(const std::string& image) {
  return run({.argv = {"podman", "image", "exists", image}}).code == 0;
}

std::vector<std::string> CacheTest::take_calls() const {
  std::vector<std::string> calls = lines_of("calls");
  fs::remove(root_ / "calls");
  return calls;
}

}  // namespace mino::integration
