#include "integration/bench/benches.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace mino::bench {

namespace {

namespace fs = std::filesystem;

constexpr Target kListTarget{Target::Kind::kAtMost, 0.2};
/// Ten times as long for ten times the records, and a fifth more because they fit no cache of the
/// processor any more.
constexpr Target kLinearTarget{Target::Kind::kAtMost, 12};

/// When this process was started, in the kernel's ticks: with the pid it tells the owner of a
/// session.
std::string own_start_time() {
  const std::string stat = slurp("/proc/self/stat");
  std::istringstream rest(stat.substr(stat.rfind(')') + 2));
  constexpr int kStartTimeField = 19;  // the 22nd, counted from the third
  std::string field;
  for (int i = 0; i <= kStartTimeField; ++i) rest >> field;
  return field;
}

/// A running session whose owner is this process, so that reconciliation finds nothing to do.
std::string record_text(const std::string& name, std::size_t number,
                        const std::string& start_time) {
  return fmt::format(R"({{
  "schema": 1,
  "id": "d049250c-0911-4824-ab1c-{:012x}",
  "name": "{}",
  "project_dir": "/home/user/projects/{}",
  "command": ["make", "-j2", "test"],
  "container_id": "{:064x}",
  "status": "running",
  "created_at": "2026-03-09T12:{:02}:{:02}.{:03}Z",
  "updated_at": "2026-03-09T13:00:00.000Z",
  "cloud_providers": [],
  "home_volume": null,
  "runtime_mode": "container",
  "log_file": null,
  "supervisor": {{"pid": {}, "start_time": {}}},
  "container_name": "mino-{}-0a1b",
  "image": "fedora:43",
  "network": "bridge",
  "runtime_dir": "",
  "detached": true,
  "terminal": false,
  "keep": false,
  "exit_code": null,
  "reason": null
}}
)",
                     number, name, name, number, number / 1000 % 60, number / 17 % 60,
                     number % 1000, ::getpid(), start_time, name);
}

/// A state directory with that many running sessions.
fs::path make_state(const Workspace& workspace, std::size_t count) {
  const fs::path state = workspace.root() / fmt::format("list-{}", count);
  const fs::path sessions = state / "mino" / "sessions";
  fs::create_directories(sessions);
  fs::permissions(state / "mino", fs::perms::owner_all);
  fs::permissions(sessions, fs::perms::owner_all);
  const std::string start_time = own_start_time();
  for (std::size_t number = 0; number < count; ++number) {
    const std::string name = fmt::format("session-{}", number);
    std::ofstream(sessions / (name + ".json")) << record_text(name, number, start_time);
  }
  return state;
}

Command list_command(const Workspace& workspace, std::size_t count) {
  Command command = workspace.mino({"list"});
  command.environment["XDG_STATE_HOME"] = make_state(workspace, count).string();
  const Outcome outcome = run(command);
  std::size_t lines = 0;
  for (const char byte : outcome.out) lines += byte == '\n' ? 1 : 0;
  if (outcome.code != 0 || lines != count + 1) {
    throw Failure(
        fmt::format("mino list shows {} lines for {} sessions: {}", lines, count, outcome.err));
  }
  return command;
}

}  // namespace

void bench_list(const Workspace& workspace, Effort effort, Report& report) {
  const auto list = [&workspace](std::size_t count) {
    return Contestant{fmt::format("mino list, {} sessions", count),
                      [command = list_command(workspace, count)] { return time_of(command); }};
  };
  std::vector<Contestant> against_podman;
  against_podman.push_back(list(100));
  against_podman.push_back(
      {"podman ps", [&workspace] { return time_of(workspace.podman({"ps"})); }});
  interleave(against_podman, effort.pairs);
  report.add_ratios("mino list, 100 sessions", against_podman, kListTarget);

  std::vector<Contestant> growth;
  growth.push_back(list(10000));
  growth.push_back(list(1000));
  interleave(growth, std::max(effort.pairs / 3, 3));
  report.add_ratios("mino list, 10000 sessions", growth, kLinearTarget);
}

}  // namespace mino::bench
