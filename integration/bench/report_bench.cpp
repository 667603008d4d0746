#include "integration/bench/benches.hpp"
#include "integration/bench/large_project.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <utility>

namespace mino::bench {

namespace {

namespace fs = std::filesystem;

constexpr Target kQuickTarget{Target::Kind::kAtMost, 0.3};
constexpr Target kFullTarget{Target::Kind::kAtMost, 0.8};
constexpr int kNewFiles = 100;

/// A session that ended without a report, as after a kill: it is looked for when asked.
Command report_command(const Workspace& workspace, const fs::path& project, const std::string& name,
                       std::vector<std::string> flags) {
  const fs::path sessions = workspace.state() / "mino" / "sessions";
  fs::create_directories(sessions);
  fs::permissions(workspace.state() / "mino", fs::perms::owner_all);
  fs::permissions(sessions, fs::perms::owner_all);
  const std::string now = fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::time(nullptr)));
  std::ofstream(sessions / (name + ".json")) << fmt::format(
      R"({{"schema": 1, "id": "d049250c-0911-4824-ab1c-000000000001", "name": "{}",
  "project_dir": "{}", "status": "stopped", "created_at": "{}", "updated_at": "{}"}}
)",
      name, project.string(), now, now);
  std::vector<std::string> words{"report", name, "--json"};
  words.insert(words.end(), flags.begin(), flags.end());
  return workspace.mino(std::move(words));
}

}  // namespace

void bench_report(const Workspace& workspace, Effort effort, Report& report) {
  const fs::path project = make_large_project(workspace);
  // The report counts what changed since a second before the session.
  pause_for(milliseconds(2500));
  const std::string name = workspace.name("report");
  const Command quick = report_command(workspace, project, name, {});
  const Command full = report_command(workspace, project, name, {"--full"});
  for (int i = 0; i < kNewFiles; ++i)
    std::ofstream(project / fmt::format("part-0/module-{}/new_{}.sh", i % 10, i)) << "true\n";
  const Outcome shown = run(quick);
  if (shown.code != 0 || shown.out.find("10 executables") == std::string::npos)
    throw Failure("mino report does not find what is there: " + shown.out + shown.err);
  const Command status{.argv = {"git", "status", "--porcelain"}, .directory = project.string()};

  std::vector<Contestant> contestants;
  contestants.push_back({"mino report, 100000 files", [&] { return time_of(quick); }});
  contestants.push_back({"git status, 100000 files", [&] { return time_of(status); }});
  interleave(contestants, effort.pairs);
  report.add_ratios("mino report, 100000 files", contestants, kQuickTarget);

  contestants.front() = {"mino report --full, 100000 files", [&] { return time_of(full); }};
  contestants.back().seconds.clear();
  interleave(contestants, effort.pairs);
  report.add_ratios("mino report --full, 100000 files", contestants, kFullTarget);
}

}  // namespace mino::bench
