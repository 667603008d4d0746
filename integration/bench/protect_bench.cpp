// What the protected paths of a large project cost at the start of a session.
#include <filesystem>
#include <utility>
#include <vector>

#include "integration/bench/benches.hpp"
#include "integration/bench/large_project.hpp"

namespace mino::bench {

namespace {

constexpr Target kTarget{Target::Kind::kAtMost, 1.3};

Command run_in(const Workspace& workspace, const std::filesystem::path& project,
               std::vector<std::string> options) {
  std::vector<std::string> words{"--project", project.string(), "--no-home"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {"--", "true"});
  return workspace.mino_run(std::move(words));
}

}  // namespace

void bench_protect(const Workspace& workspace, Effort effort, Report& report) {
  const std::filesystem::path empty = workspace.root() / "empty";
  std::filesystem::create_directories(empty);
  const Command in_large = run_in(workspace, make_large_project(workspace), {});
  const Command in_empty = run_in(workspace, empty, {});
  const Command unprotected = run_in(workspace, empty, {"--protect", "off"});

  std::vector<Contestant> contestants;
  contestants.push_back(
      {"run in 100000 files, 50 repositories", [&] { return time_of(in_large); }});
  contestants.push_back({"run in an empty project", [&] { return time_of(in_empty); }});
  contestants.push_back({"the same unprotected", [&] { return time_of(unprotected); }});
  interleave(contestants, effort.pairs);
  report.add_ratios("protected run", {contestants[0], contestants[1]}, kTarget);
  report.add_ratios("protected run", {contestants[1], contestants[2]}, kTarget);
}

}  // namespace mino::bench
