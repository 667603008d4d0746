#include "integration/bench/benches.hpp"
#include "integration/bench/inspectable.hpp"
#include "integration/bench/podman_stopwatch.hpp"

#include <fmt/format.h>

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mino::bench {

namespace {

constexpr char kHelp[] =
    R"(Measures mino against podman in the same run. Prints ratios; a busy machine makes both slower.

Usage: mino_bench [OPTIONS]

Options:
  --only <NAMES>   Of run,exec,help,list,memory,bulk,phases,network,download,connections,latency,held,
                   protect,report,cache,install,ssh,credentials, with commas between [default: all]
  --pairs <N>      How often the two sides of a comparison are timed in turn [default: 30]
  --image <IMAGE>  A local image with true, cat, sh and sleep [default: localhost/mino-test]
  --json           Print JSON instead of a table
  -h, --help       Show help

MINO_BIN names the program.
)";

struct Bench {
  std::string_view name;
  void (*measure)(const Workspace&, Effort, Report&);
};

constexpr std::array kBenches{
    Bench{"run", bench_run},
    Bench{"exec", bench_exec},
    Bench{"help", bench_help},
    Bench{"list", bench_list},
    Bench{"bulk", bench_bulk},
    Bench{"memory", bench_memory},
    Bench{"phases", bench_phases},
    Bench{"network", bench_network},
    Bench{"download", bench_download},
    Bench{"connections", bench_connections},
    Bench{"latency", bench_latency},
    Bench{"held", bench_held},
    Bench{"protect", bench_protect},
    Bench{"report", bench_report},
    Bench{"credentials", bench_credentials},
    Bench{"cache", bench_cache},
    Bench{"install", bench_install},
    Bench{"ssh", bench_ssh},
};

enum class Output { kTable, kJson, kHelpText };

struct Options {
  std::vector<std::string> only;
  Effort effort;
  std::string image = "localhost/mino-test";
  Output output = Output::kTable;
};

std::vector<std::string> split_names(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view name = list.substr(0, end);
    if (std::ranges::find(kBenches, name, &Bench::name) == kBenches.end())
      throw Failure(fmt::format("there is no benchmark {}", name));
    names.emplace_back(name);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

Options parse(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    const auto value = [&]() -> const std::string& {
      if (i + 1 >= arguments.size()) throw Failure(name + " needs a value");
      return arguments[++i];
    };
    if (name == "--json") {
      options.output = Output::kJson;
    } else if (name == "-h" || name == "--help") {
      options.output = Output::kHelpText;
    } else if (name == "--only") {
      options.only = split_names(value());
    } else if (name == "--image") {
      options.image = value();
    } else if (name == "--pairs") {
      const std::string& text = value();
      const auto [end, error] =
          std::from_chars(text.data(), text.data() + text.size(), options.effort.pairs);
      if (error != std::errc() || end != text.data() + text.size() || options.effort.pairs < 1)
        throw Failure("--pairs needs a number");
    } else {
      throw Failure("unknown option " + name);
    }
  }
  return options;
}

/// Says what stands in the way before anything is timed.
std::string program_under_test(const std::string& image) {
  const char* program = ::getenv("MINO_BIN");
  if (program == nullptr) throw Failure("MINO_BIN does not name the program to be measured");
  if (::geteuid() == 0) throw Failure("rootless podman needs an unprivileged user");
  const Outcome found = run({.argv = {"podman", "image", "exists", image}});
  if (found.code != 0)
    throw Failure(
        fmt::format("podman has no image {}; make it with integration/env/make-images", image));
  return std::filesystem::absolute(program).string();
}

int measure(const Options& options) {
  const Workspace workspace(program_under_test(options.image), options.image);
  Report report;
  for (const Bench& bench : kBenches) {
    if (!options.only.empty() && std::ranges::find(options.only, bench.name) == options.only.end())
      continue;
    fmt::print(stderr, "measuring {} ...\n", bench.name);
    try {
      bench.measure(workspace, options.effort, report);
    } catch (const Failure& failure) {
      report.add_failure(std::string(bench.name), failure.what());
      if (was_interrupted()) break;
    }
  }
  fmt::print("{}", options.output == Output::kJson ? report.json() : report.text());
  return report.complete() ? 0 : 1;
}

int run_main(const std::vector<std::string>& arguments) {
  const Options options = parse(arguments);
  if (options.output == Output::kHelpText) {
    fmt::print("{}", kHelp);
    return 0;
  }
  catch_interrupts();
  return measure(options);
}

}  // namespace

}  // namespace mino::bench

int main(int argc, char** argv) {
  using namespace mino::bench;
  if (is_inspectable_start(argc, argv)) return start_inspectable(argv);
  if (argc > 0 && is_podman_stand_in(argv[0])) return stand_in_for_podman(argv);
  try {
    return run_main(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 2;
  }
}
