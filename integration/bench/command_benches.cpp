#include "integration/bench/benches.hpp"

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <utility>

namespace mino::bench {

namespace {

constexpr Target kRunTarget{Target::Kind::kAtMost, 0.75};
constexpr Target kExecTarget{Target::Kind::kAtMost, 0.1};
constexpr Target kHelpTarget{Target::Kind::kAtMost, 0.3};

std::function<Seconds()> timed(Command command) {
  return [command = std::move(command)] { return time_of(command); };
}

/// `podman run` with all that the plan of the same run asks for, attached as podman attaches. Each
/// run has a new name, as mino's have.
Command confined_podman(const Workspace& workspace, int number) {
  const auto file = [&](const char* name) { return (workspace.root() / name).string(); };
  return workspace.podman(
      {"run",
       "--rm",
       "--pull=never",
       "--name=" + workspace.name(fmt::format("bare{}", number)),
       "--label=io.mino.project=" + workspace.project().string(),
       "--hostname=bench",
       "--network=none",
       "--workdir=/app",
       "--cap-drop=ALL",
       "--security-opt=no-new-privileges",
       "--pids-limit=4096",
       "--init",
       "--log-driver=none",
       "--no-healthcheck",
       "--http-proxy=false",
       "--systemd=false",
       "--mount=type=bind,src=" + workspace.project().string() + ",dst=/app",
       "--mount=type=bind,src=" + file("hosts") + ",dst=/etc/hosts,ro=true",
       "--mount=type=bind,src=" + file("resolv.conf") + ",dst=/etc/resolv.conf,ro=true",
       workspace.image(),
       "true"});
}

}  // namespace

void bench_run(const Workspace& workspace, Effort effort, Report& report) {
  std::ofstream(workspace.root() / "hosts") << "127.0.0.1 localhost\n";
  std::ofstream(workspace.root() / "resolv.conf") << "# none\n";
  std::vector<Contestant> contestants;
  contestants.push_back({"mino run -- true", timed(workspace.mino_run({"--", "true"}))});
  contestants.push_back(
      {"podman run --rm --network none",
       timed(workspace.podman({"run", "--rm", "--network", "none", workspace.image(), "true"}))});
  contestants.push_back({"podman run with the plan's flags", [&workspace, number = 0]() mutable {
                           return time_of(confined_podman(workspace, number++));
                         }});
  interleave(contestants, effort.pairs);
  report.add_ratios("mino run", contestants, kRunTarget);
}

void bench_exec(const Workspace& workspace, Effort effort, Report& report) {
  const std::string session = workspace.name("exec");
  const std::string container = workspace.name("podman-exec");
  const IdleBox ours(workspace.mino_run({"-d", "--name", session, "--", "sleep", "100000"}),
                     workspace.mino({"stop", "--force", session}));
  const IdleBox theirs(
      workspace.podman({"run", "-d", "--rm", "--network", "none",
                        "--label=io.mino.project=" + workspace.project().string(), "--name",
                        container, workspace.image(), "sleep", "100000"}),
      workspace.podman({"rm", "-f", "-t", "0", container}));
  std::vector<Contestant> contestants;
  contestants.push_back(
      {"mino exec -- true", timed(workspace.mino({"exec", session, "--", "true"}))});
  contestants.push_back({"podman exec", timed(workspace.podman({"exec", container, "true"}))});
  interleave(contestants, effort.pairs);
  report.add_ratios("mino exec", contestants, kExecTarget);
}

void bench_help(const Workspace& workspace, Effort effort, Report& report) {
  std::vector<Contestant> contestants;
  contestants.push_back({"mino --help", timed(workspace.mino({"--help"}))});
  contestants.push_back({"podman --version", timed(workspace.podman({"--version"}))});
  interleave(contestants, effort.pairs);
  report.add_ratios("mino --help", contestants, kHelpTarget);
}

}  // namespace mino::bench
