// What an allow-list costs: the start of a session, and the rate of a download through the gateway.
#include "integration/bench/benches.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace mino::bench {

namespace {

constexpr Target kStartTarget{Target::Kind::kAtMost, 0.8};
constexpr std::uint64_t kBytes = std::uint64_t{1} << 30;
constexpr int kPort = 18931;
constexpr int kDownloads = 7;

/// Sends kBytes from a sparse file to whoever connects.
constexpr std::string_view kServer = R"(
import socket, sys, threading
def serve(client):
    with client, open(sys.argv[2], "rb") as file:
        client.sendfile(file)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=64)
print("up", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
)";

std::function<Seconds()> timed(Command command) {
  return [command = std::move(command)] { return time_of(command); };
}

Command allowed_run(const Workspace& workspace, const std::string& rule,
                    std::vector<std::string> words) {
  std::vector<std::string> all{"run", "--image", workspace.image(), "--network-allow", rule, "--"};
  all.insert(all.end(), words.begin(), words.end());
  return workspace.mino(std::move(all));
}

std::string download_from(const std::string& host) {
  return fmt::format("nc {} {} </dev/null >/dev/null", host, kPort);
}

}  // namespace

void bench_network(const Workspace& workspace, Effort effort, Report& report) {
  std::vector<Contestant> starts;
  starts.push_back({"mino run --network-allow -- true",
                    timed(allowed_run(workspace, "example.com:443", {"true"}))});
  starts.push_back({"podman run --rm (its default network)",
                    timed(workspace.podman({"run", "--rm", workspace.image(), "true"}))});
  interleave(starts, effort.pairs);
  report.add_ratios("allow-list run", starts, kStartTarget);
}

void bench_download(const Workspace& workspace, Effort /*effort*/, Report& report) {
  const std::string script = (workspace.root() / "server.py").string();
  const std::string payload = (workspace.root() / "payload").string();
  std::ofstream(script) << kServer;
  std::ofstream(payload) << "";
  std::filesystem::resize_file(payload, kBytes);
  const Child server({.argv = {"python3", script, std::to_string(kPort), payload}}, {});
  pause_for(milliseconds(1000));
  std::vector<Contestant> downloads;
  downloads.push_back({"1 GiB through the gateway",
                       timed(allowed_run(workspace, fmt::format("host.mino.internal:{}", kPort),
                                         {"sh", "-c", download_from("host.mino.internal")}))});
  downloads.push_back(
      {"1 GiB through slirp4netns",
       timed(workspace.podman({"run", "--rm", "--network", "slirp4netns:allow_host_loopback=true",
                               workspace.image(), "sh", "-c", download_from("10.0.2.2")}))});
  downloads.push_back(
      {"1 GiB over loopback, directly",
       timed(workspace.podman({"run", "--rm", "--network", "host", workspace.image(), "sh", "-c",
                               download_from("127.0.0.1")}))});
  interleave(downloads, kDownloads);
  // Times: twice the rate of slirp4netns, and 0.6 of the rate of a direct transfer.
  report.add_ratios("download", {downloads[0], downloads[1]}, {Target::Kind::kAtMost, 0.5});
  report.add_ratios("download", {downloads[0], downloads[2]}, {Target::Kind::kAtMost, 1 / 0.6});
}

}  // namespace mino::bench
