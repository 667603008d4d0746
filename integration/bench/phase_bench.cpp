#include "integration/bench/benches.hpp"
#include "integration/bench/podman_stopwatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <sstream>
#include <utility>

namespace mino::bench {

namespace {

constexpr Target kOnePodman{Target::Kind::kAtMost, 1};

/// Seconds of the wall clock in `2026-03-09T12:00:00.123Z`.
double parse_time(const std::string& text) {
  std::tm parts{};
  double seconds = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%lfZ", &parts.tm_year, &parts.tm_mon,
                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &seconds) != 6) {
    throw Failure("a time of the audit log cannot be read: " + text);
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return static_cast<double>(::timegm(&parts)) + seconds;
}

std::string member(const std::string& line, const std::string& name) {
  const std::string head = "\"" + name + "\":\"";
  const std::size_t at = line.find(head);
  if (at == std::string::npos) return {};
  const std::size_t start = at + head.size();
  return line.substr(start, line.find('"', start) - start);
}

/// When the events of one session were recorded.
std::map<std::string, double> events_of(const Workspace& workspace, const std::string& session) {
  std::map<std::string, double> events;
  std::istringstream lines(slurp(workspace.state() / "mino" / "audit.log"));
  for (std::string line; std::getline(lines, line);) {
    if (member(line, "name") == session)
      events[member(line, "event")] = parse_time(member(line, "timestamp"));
  }
  for (const char* event : {"session.created", "session.started", "session.stopped"}) {
    if (!events.contains(event))
      throw Failure(fmt::format("the audit log does not hold {} of {}", event, session));
  }
  return events;
}

double now() { return Seconds(std::chrono::system_clock::now().time_since_epoch()).count(); }

}  // namespace

void bench_phases(const Workspace& workspace, Effort effort, Report& report) {
  const PodmanStopwatch stopwatch(workspace);
  const std::vector<std::string> names{"mino starts, decides, writes the record",
                                       "the files of the session, podman is started",
                                       "podman and crun build the box, the agent starts",
                                       "the agent runs and ends (on record)",
                                       "mino writes the end, podman returns, mino ends",
                                       "all of it"};
  std::map<std::string, std::vector<double>> phases;
  std::vector<double> podman_returns;
  std::size_t most_podmans = 0;
  const int rounds = std::max(effort.pairs / 2, 3);
  for (int round = -1; round < rounds; ++round) {
    const std::string session = workspace.name(fmt::format("phase{}", round + 1));
    const double start = now();
    static_cast<void>(
        time_of(stopwatch.watched(workspace.mino_run({"--name", session, "--", "true"}))));
    const double end = now();
    const std::vector<PodmanCall> calls = stopwatch.take_calls();
    if (round < 0) continue;  // asks podman for the facts that are remembered afterwards
    const auto events = events_of(workspace, session);
    if (calls.empty()) throw Failure("podman was not seen");
    most_podmans = std::max(most_podmans, calls.size());
    const std::vector<double> times{start,
                                    events.at("session.created"),
                                    calls.back().started,
                                    events.at("session.started"),
                                    events.at("session.stopped"),
                                    end};
    for (std::size_t i = 1; i < times.size(); ++i)
      phases[names[i - 1]].push_back(times[i] - times[i - 1]);
    phases[names.back()].push_back(end - start);
    podman_returns.push_back(calls.back().ended - calls.back().started);
  }
  report.add({.name = "podman processes of a run",
              .measured = static_cast<double>(most_podmans),
              .unit = "",
              .target = kOnePodman});
  constexpr double kMilliseconds = 1000;
  for (const std::string& name : names)
    report.add(
        {.name = "run: " + name, .measured = median(phases[name]) * kMilliseconds, .unit = " ms"});
  report.add({.name = "run: podman from start to return",
              .measured = median(podman_returns) * kMilliseconds,
              .unit = " ms"});
}

}  // namespace mino::bench
