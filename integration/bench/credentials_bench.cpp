#include "integration/bench/benches.hpp"

#include <fmt/format.h>

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

namespace mino::bench {

namespace {

namespace fs = std::filesystem;

constexpr Target kWarmTarget{Target::Kind::kAtMost, 1.02};
constexpr Target kTogetherTarget{Target::Kind::kAtMost, 1.1};
constexpr int kSlowPairs = 5;

/// Stands in for a provider's program: sleeps as long as the real one needs at least, and prints
/// what it prints.
void make_program(const fs::path& directory, const std::string& name, const char* seconds,
                  const std::string& output) {
  const fs::path file = directory / name;
  std::ofstream(file) << fmt::format("#!/bin/sh\nsleep {}\ncat <<'END'\n{}\nEND\n", seconds,
                                     output);
  fs::permissions(file, fs::perms::owner_all);
}

/// A directory with the four programs; the slowest is az.
fs::path make_programs(const Workspace& workspace) {
  fs::path directory = workspace.root() / "providers";
  fs::create_directories(directory / "gh-config");
  make_program(directory, "aws", "1",
               R"({"Credentials": {"AccessKeyId": "ASIA", "SecretAccessKey": "key", )"
               R"("SessionToken": "session", "Expiration": "2200-01-01T00:00:00Z"}})");
  make_program(directory, "gcloud", "1", "ya29.token");
  make_program(directory, "az", "2", R"({"accessToken": "token", "expires_on": 7000000000})");
  make_program(directory, "gh", "0.2", "gho_token");
  std::ofstream(directory / "gh-config/hosts.yml") << "github.com:\n    oauth_token: gho_token\n";
  return directory;
}

Command run_with(const Workspace& workspace, const fs::path& programs,
                 std::vector<std::string> options) {
  options.insert(options.end(), {"--", "true"});
  Command command = workspace.mino_run(std::move(options));
  command.environment["PATH"] = programs.string() + ":" + ::getenv("PATH");
  command.environment["GH_CONFIG_DIR"] = (programs / "gh-config").string();
  return command;
}

}  // namespace

void bench_credentials(const Workspace& workspace, Effort effort, Report& report) {
  const fs::path programs = make_programs(workspace);
  const Command all = run_with(workspace, programs, {"--all-clouds", "--github"});
  const Command slowest = run_with(workspace, programs, {"--azure"});
  const Command none = run_with(workspace, programs, {});
  Command brokered = all;
  const fs::path with_broker = programs / "broker.toml";
  std::ofstream(with_broker) << "[credentials]\ndelivery = \"broker\"\n";
  brokered.environment["MINO_CONFIG"] = with_broker.string();
  const fs::path cache = workspace.state() / "mino/credentials";

  std::vector<Contestant> warm;
  warm.push_back({"run, four credentials in the cache", [&] { return time_of(all); }});
  warm.push_back({"run without credentials", [&] { return time_of(none); }});
  interleave(warm, effort.pairs);
  report.add_ratios("warm credentials", warm, kWarmTarget);

  std::vector<Contestant> served;
  served.push_back({"run, four credentials behind the broker", [&] { return time_of(brokered); }});
  served.push_back({"run without credentials", [&] { return time_of(none); }});
  interleave(served, effort.pairs);
  report.add_ratios("warm credentials behind the broker", served, kWarmTarget);

  const auto cold = [&cache](const Command& command) {
    fs::remove_all(cache);
    return time_of(command);
  };
  std::vector<Contestant> together;
  together.push_back({"run, four providers asked", [&] { return cold(all); }});
  together.push_back({"run, the slowest one asked", [&] { return cold(slowest); }});
  interleave(together, std::min(effort.pairs, kSlowPairs));
  report.add_ratios("cold credentials", together, kTogetherTarget);
}

}  // namespace mino::bench
