// What an allow-list costs: the start of a session, the rate of a download, new connections and
// connections that are held.
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "integration/bench/benches.hpp"
#include "integration/bench/inspectable.hpp"
#include "integration/bench/load.hpp"
#include "integration/bench/proc_memory.hpp"

namespace mino::bench {

namespace {

constexpr Target kStartTarget{Target::Kind::kAtMost, 0.8};
constexpr Target kOverSlirp{Target::Kind::kAtLeast, 2};
constexpr Target kOverLoopback{Target::Kind::kAtLeast, 0.6};
constexpr Target kOverTinyproxy{Target::Kind::kAtLeast, 2};
constexpr Target kHeldTarget{Target::Kind::kAtMost, 64};

constexpr int kRounds = 7;
constexpr int kConnections = 3000;
/// Each of its several lines a connection is synced to the disk.
constexpr int kLoggedConnections = 200;
constexpr int kLanes = 8;
constexpr int kTimedConnections = 500;
constexpr int kHeld = 1000;
constexpr milliseconds kPatience{60000};

using Words = std::vector<std::string>;

std::function<Seconds()> timed(Command command) {
  return [command = std::move(command)] { return time_of(command); };
}

/// How much faster the first is.
void add_rate(Report& report, const std::string& name, const Contestant& first,
              const Contestant& other, Target target) {
  report.add({.name = fmt::format("{} / {}", name, other.name),
              .measured = other.median_seconds() / first.median_seconds(),
              .unit = "×",
              .target = target});
}

/// How a client gets to the host's loopback.
struct Way {
  std::string network;
  std::string host;
};

Way as_the_host() { return {"host", "127.0.0.1"}; }
Way by_slirp() { return {"slirp4netns:allow_host_loopback=true", "10.0.2.2"}; }

/// Something that tells the time of one of many new connections through tinyproxy.
std::function<Seconds()> through_tinyproxy(const Workspace& workspace, Way way, int count,
                                           std::string settings) {
  return [&workspace, way = std::move(way), count, settings = std::move(settings)] {
    const LoadServer server(workspace);
    const Proxy proxy(workspace, settings);
    const Words words{"connections",          "127.0.0.1", server.port(), std::to_string(count),
                      std::to_string(kLanes), way.host,    proxy.port()};
    return told_by(load_in_container(workspace, way.network, words)) / count;
  };
}

/// The gateway's processes, of the helper that lies in the workspace's state.
struct Helpers {
  long pss_kib = 0;
  int count = 0;
};

Helpers helpers_of(const Workspace& workspace) {
  Helpers helpers;
  for (const auto& process : processes()) {
    if (!slurp(process / "cmdline").starts_with(workspace.state().string())) continue;
    const long pss = pss_of(process);
    if (pss == 0) throw Failure("the memory of the gateway cannot be looked at");
    helpers.pss_kib += pss;
    ++helpers.count;
  }
  if (helpers.count == 0) throw Failure("the gateway is not among the processes");
  return helpers;
}

}  // namespace

void bench_network(const Workspace& workspace, Effort effort, Report& report) {
  std::vector<Contestant> starts;
  starts.push_back({"mino run --network-allow -- true",
                    timed(workspace.mino({"run", "--image", workspace.image(), "--network-allow",
                                          "example.com:443", "--", "true"}))});
  starts.push_back({"podman run --rm (its default network)",
                    timed(workspace.podman({"run", "--rm", workspace.image(), "true"}))});
  interleave(starts, effort.pairs);
  report.add_ratios("allow-list run", starts, kStartTarget);
}

void bench_download(const Workspace& workspace, Effort /*effort*/, Report& report) {
  std::vector<Contestant> downloads;
  downloads.push_back({"1 GiB through the gateway", [&workspace] {
                         const LoadServer server(workspace);
                         return told_by(load_in_box(workspace, server, "download", {}));
                       }});
  const auto in_container = [&workspace](const Way& way) {
    return [&workspace, way] {
      const LoadServer server(workspace);
      return told_by(
          load_in_container(workspace, way.network, {"download", way.host, server.port()}));
    };
  };
  downloads.push_back({"1 GiB through slirp4netns", in_container(by_slirp())});
  downloads.push_back({"1 GiB over loopback, directly", in_container(as_the_host())});
  interleave(downloads, kRounds);
  for (const Contestant& download : downloads) report.add_raw(download);
  add_rate(report, "download, rate", downloads[0], downloads[1], kOverSlirp);
  add_rate(report, "download, rate", downloads[0], downloads[2], kOverLoopback);
}

void bench_connections(const Workspace& workspace, Effort /*effort*/, Report& report) {
  const std::string log = (workspace.root() / "tinyproxy.log").string();
  std::vector<Contestant> rates;
  rates.push_back(
      {"a new connection, 8 at once, through the gateway", [&workspace] {
         const LoadServer server(workspace);
         return told_by(load_in_box(workspace, server, "connections",
                                    {std::to_string(kConnections), std::to_string(kLanes)})) /
                kConnections;
       }});
  rates.push_back(
      {"tinyproxy as packaged", through_tinyproxy(workspace, as_the_host(), kLoggedConnections,
                                                  "LogLevel Info\nLogFile \"" + log + "\"")});
  const std::string silent = "LogLevel Critical";
  rates.push_back({"tinyproxy without a log, from a container by slirp4netns",
                   through_tinyproxy(workspace, by_slirp(), kConnections, silent)});
  rates.push_back({"tinyproxy without a log, from outside any container",
                   through_tinyproxy(workspace, as_the_host(), kConnections, silent)});
  interleave(rates, kRounds);
  for (const Contestant& rate : rates) report.add_raw(rate);
  for (std::size_t i = 1; i < rates.size(); ++i)
    add_rate(report, "new connections, rate", rates[0], rates[i], kOverTinyproxy);
}

void bench_latency(const Workspace& workspace, Effort /*effort*/, Report& report) {
  const std::string count = std::to_string(kTimedConnections);
  std::vector<Contestant> connections;
  connections.push_back({"connect and one byte back, through the gateway", [&] {
                           const LoadServer server(workspace);
                           return told_by(load_in_box(workspace, server, "latency", {count}));
                         }});
  connections.push_back({"connect and one byte back, directly", [&] {
                           const LoadServer server(workspace);
                           return told_by(load_in_container(
                               workspace, "host", {"latency", "127.0.0.1", server.port(), count}));
                         }});
  interleave(connections, kRounds);
  for (const Contestant& connection : connections) report.add_raw(connection);
  constexpr double kMilliseconds = 1000;
  report.add({.name = "latency that the gateway adds to a connection",
              .measured = kMilliseconds *
                          (connections[0].median_seconds() - connections[1].median_seconds()),
              .unit = " ms"});
}

void bench_held(const Workspace& workspace, Effort /*effort*/, Report& report) {
  const LoadServer server(workspace);
  Talker session(inspectable(load_in_box(workspace, server, "hold", {std::to_string(kHeld)})));
  static_cast<void>(session.line());
  const Helpers helpers = helpers_of(workspace);
  session.end_input();
  if (session.child().wait(kPatience) != 0) throw Failure("a held connection has ended");
  report.add({.name = fmt::format("PSS of the gateway with {} connections ({} processes)", kHeld,
                                  helpers.count),
              .measured = static_cast<double>(helpers.pss_kib) / kKibPerMib,
              .unit = " MiB",
              .target = kHeldTarget});
}

}  // namespace mino::bench
