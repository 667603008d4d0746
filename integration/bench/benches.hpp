#pragma once

#include "integration/bench/report.hpp"
#include "integration/bench/workspace.hpp"

namespace mino::bench {

/// How often each contestant is timed.
struct Effort {
  int pairs = 30;
};

// Each measures one thing and adds its rows; Failure when it cannot.
/// `run -- true` against podman doing the same, plainly and confined as the plan confines.
void bench_run(const Workspace& workspace, Effort effort, Report& report);
/// `exec -- true` against `podman exec`.
void bench_exec(const Workspace& workspace, Effort effort, Report& report);
/// The start of the program itself.
void bench_help(const Workspace& workspace, Effort effort, Report& report);
/// `list` with many records.
void bench_list(const Workspace& workspace, Effort effort, Report& report);
/// What mino keeps in memory while a session runs.
void bench_memory(const Workspace& workspace, Effort effort, Report& report);
/// One GiB through the relay.
void bench_bulk(const Workspace& workspace, Effort effort, Report& report);
/// `run --network-allow … -- true` against podman with its default network.
void bench_network(const Workspace& workspace, Effort effort, Report& report);
/// One GiB from the host's loopback through the gateway, through slirp4netns, and directly.
void bench_download(const Workspace& workspace, Effort effort, Report& report);
/// New connections in a second through the gateway, against tinyproxy.
void bench_connections(const Workspace& workspace, Effort effort, Report& report);
/// What the gateway adds to the time from a connection's start to its first byte.
void bench_latency(const Workspace& workspace, Effort effort, Report& report);
/// What the gateway keeps in memory for a thousand open connections.
void bench_held(const Workspace& workspace, Effort effort, Report& report);
/// `run -- true` in a project of 100 000 files and 50 repositories against one in an empty project.
void bench_protect(const Workspace& workspace, Effort effort, Report& report);
/// `report` of a project of 100 000 files against `git status` of it.
void bench_report(const Workspace& workspace, Effort effort, Report& report);
/// `run -- true` with five lockfiles against one without, and `cache list` against `podman volume
/// ls`.
void bench_cache(const Workspace& workspace, Effort effort, Report& report);
/// `pip install` and `npm ci` from the package registries in a box, with a warm cache and a cold
/// one.
void bench_install(const Workspace& workspace, Effort effort, Report& report);
/// A thousand signatures of the SSH agent in a box against the same straight from the agent.
void bench_ssh(const Workspace& workspace, Effort effort, Report& report);
/// `run -- true` with credentials against one without, and with all providers against the slowest.
void bench_credentials(const Workspace& workspace, Effort effort, Report& report);
/// What the time of a run is spent on, and how many podman processes it takes.
void bench_phases(const Workspace& workspace, Effort effort, Report& report);

}  // namespace mino::bench
