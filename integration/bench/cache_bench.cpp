// What caches cost a run, and what it costs to list many of them.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "integration/bench/benches.hpp"

namespace mino::bench {

namespace {

namespace fs = std::filesystem;

constexpr Target kRunTarget{Target::Kind::kAtMost, 1.05};
constexpr Target kListTarget{Target::Kind::kAtMost, 1.2};
constexpr int kVolumesOfARun = 20;
constexpr int kVolumesOfAList = 200;

constexpr char kWriteEverywhere[] =
    "for d in npm yarn pnpm cargo sccache pip poetry uv go/mod go/build xdg; do\n"
    "  mkdir -p /cache/$d && echo x > /cache/$d/file || exit 1\n"
    "done";

/// Volumes with caches and their records, for as long as this lives; those that runs make meanwhile
/// go with them.
class CacheVolumes {
 public:
  CacheVolumes(const Workspace& workspace, int count) : workspace_(workspace) {
    for (int number = 0; number < count; ++number) {
      const std::string hash = fmt::format("{:08x}{:04x}", ::getpid(), number);
      const std::string name = "mino-cache-npm-" + hash;
      const Outcome made = run(workspace.podman(
          {"volume", "create", "--label", "io.mino.cache=true", "--label",
           "io.mino.cache.ecosystem=npm", "--label", "io.mino.cache.hash=" + hash, name}));
      if (made.code != 0) throw Failure("creating a volume: " + made.err);
      names_.push_back(name);
      write_record(name, hash, number);
    }
  }
  ~CacheVolumes() {
    std::error_code absent;
    for (fs::directory_iterator entry(records(), absent), end; !absent && entry != end;
         entry.increment(absent)) {
      const std::string name = entry->path().stem().string();
      if (name.starts_with("mino-cache-")) names_.push_back(name);
    }
    std::vector<std::string> words{"volume", "rm"};
    words.insert(words.end(), names_.begin(), names_.end());
    try {
      static_cast<void>(run(workspace_.podman(std::move(words))));
    } catch (const std::exception& error) {
      fmt::print(stderr, "volumes may be left: {}\n", error.what());
    }
    fs::remove_all(records(), absent);
  }
  CacheVolumes(const CacheVolumes&) = delete;
  CacheVolumes& operator=(const CacheVolumes&) = delete;

 private:
  [[nodiscard]] fs::path records() const { return workspace_.state() / "mino/cache"; }
  void write_record(const std::string& name, const std::string& hash, int number) const {
    fs::create_directories(records());
    fs::permissions(workspace_.state() / "mino", fs::perms::owner_all);
    fs::permissions(records(), fs::perms::owner_all);
    std::ofstream(records() / (name + ".json")) << fmt::format(
        R"({{
  "schema": 1,
  "volume_name": "{}",
  "ecosystem": "npm",
  "hash": "{}",
  "generation": 0,
  "state": "complete",
  "project": null,
  "created_at": "2026-03-09T12:00:00.000Z",
  "updated_at": "2026-03-09T12:00:00.000Z",
  "last_used_at": "2026-03-09T12:{:02}:00.000Z",
  "holders": [],
  "size_bytes": {},
  "measured_at": "2026-03-09T13:00:00.000Z"
}}
)",
        name, hash, number % 60, number * 4096);
  }

  const Workspace& workspace_;
  std::vector<std::string> names_;
};

Command run_in(const Workspace& workspace, const fs::path& project,
               std::vector<std::string> command) {
  std::vector<std::string> words{"--project", project.string(), "--no-home", "--"};
  words.insert(words.end(), command.begin(), command.end());
  return workspace.mino_run(std::move(words));
}

void bench_warm_run(const Workspace& workspace, Effort effort, Report& report) {
  const CacheVolumes volumes(workspace, kVolumesOfARun);
  const fs::path plain = workspace.root() / "plain";
  const fs::path locked = workspace.root() / "locked";
  fs::create_directories(plain);
  fs::create_directories(locked);
  for (const char* file :
       {"package-lock.json", "Cargo.lock", "requirements.txt", "poetry.lock", "go.sum"})
    std::ofstream(locked / file) << workspace.root().string();
  static_cast<void>(time_of(run_in(workspace, locked, {"sh", "-c", kWriteEverywhere})));
  const Command with = run_in(workspace, locked, {"true"});
  const Command without = run_in(workspace, plain, {"true"});
  std::vector<Contestant> runs;
  runs.push_back({"run with five lockfiles", [&] { return time_of(with); }});
  runs.push_back({"run without a lockfile", [&] { return time_of(without); }});
  interleave(runs, effort.pairs);
  report.add_ratios("warm run with caches", runs, kRunTarget);
}

void bench_list_of_caches(const Workspace& workspace, Effort effort, Report& report) {
  const CacheVolumes volumes(workspace, kVolumesOfAList);
  const Command list = workspace.mino({"cache", "list"});
  const Command podman = workspace.podman({"volume", "ls"});
  const Outcome shown = run(list);
  if (shown.code != 0 || shown.out.find("784.0 KiB") == std::string::npos)
    throw Failure("mino cache list does not show the volumes: " + shown.err);
  std::vector<Contestant> lists;
  lists.push_back({"mino cache list, 200 volumes", [&] { return time_of(list); }});
  lists.push_back({"podman volume ls", [&] { return time_of(podman); }});
  interleave(lists, effort.pairs);
  report.add_ratios("mino cache list, 200 volumes", lists, kListTarget);
}

}  // namespace

void bench_cache(const Workspace& workspace, Effort effort, Report& report) {
  bench_warm_run(workspace, effort, report);
  bench_list_of_caches(workspace, effort, report);
}

}  // namespace mino::bench
