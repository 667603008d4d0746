// What the protected paths of a large project cost at the start of a session.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "integration/bench/benches.hpp"
#include "integration/bench/large_project.hpp"

namespace mino::bench {

namespace {

constexpr Target kTarget{Target::Kind::kAtMost, 1.3};

Command run_in(const Workspace& workspace, const std::filesystem::path& project,
               const std::vector<std::string>& options, std::vector<std::string> command) {
  std::vector<std::string> words{"--project", project.string(), "--no-home"};
  words.insert(words.end(), options.begin(), options.end());
  words.emplace_back("--");
  words.insert(words.end(), command.begin(), command.end());
  return workspace.mino_run(std::move(words));
}

/// Until the agent runs; what comes afterwards is not counted.
Seconds start_of(const Workspace& workspace, const std::filesystem::path& project) {
  const std::string name = workspace.name("start");
  const Seconds taken =
      time_of(run_in(workspace, project, {"--detach", "--name", name}, {"sleep", "1000"}));
  const Outcome stopped = run(workspace.mino({"stop", "--time", "0", name}));
  if (stopped.code != 0) throw Failure("stopping a session: " + stopped.err);
  return taken;
}

}  // namespace

void bench_protect(const Workspace& workspace, Effort effort, Report& report) {
  const std::filesystem::path empty = workspace.root() / "empty";
  std::filesystem::create_directories(empty);
  const std::filesystem::path large = make_large_project(workspace);

  std::vector<Contestant> starts;
  starts.push_back(
      {"start in 100000 files, 50 repositories", [&] { return start_of(workspace, large); }});
  starts.push_back({"start in an empty project", [&] { return start_of(workspace, empty); }});
  interleave(starts, effort.pairs);
  report.add_ratios("protected start", starts, kTarget);

  const Command in_large = run_in(workspace, large, {}, {"true"});
  const Command in_empty = run_in(workspace, empty, {}, {"true"});
  const Command unprotected = run_in(workspace, empty, {"--protect", "off"}, {"true"});
  std::vector<Contestant> runs;
  runs.push_back({"run in 100000 files, 50 repositories", [&] { return time_of(in_large); }});
  runs.push_back({"run in an empty project", [&] { return time_of(in_empty); }});
  runs.push_back({"the same unprotected", [&] { return time_of(unprotected); }});
  interleave(runs, effort.pairs);
  report.add_ratios("protected run", {runs[0], runs[1]}, kTarget);
  report.add_ratios("protected run", {runs[1], runs[2]}, kTarget);
}

}  // namespace mino::bench
