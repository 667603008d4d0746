#include "adapters/podman/box_remover.hpp"

#include "adapters/podman/podman_error.hpp"

#include <fmt/format.h>

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace mino::podman {
namespace {

using std::chrono::milliseconds;

constexpr int kAttempts = 3;
/// A podman that still builds the box ends within a fraction of a second, and leaves less behind
/// than a killed one.
constexpr milliseconds kGrace{3000};
constexpr milliseconds kAfterKill{1000};

/// Podman has the files of such a container, but not the container: it was killed between making
/// the one and the other.
bool is_lost(const ListedContainer& container) { return container.state == "storage"; }

bool matches(const ListedContainer& container, const BoxTrace& trace) {
  if (!trace.container_id.empty() && container.id == trace.container_id) return true;
  if (!trace.container_name.empty())
    return std::ranges::find(container.names, trace.container_name) != container.names.end();
  // The name of a session may have been given to a new one meanwhile; that of a container is never
  // used twice.
  return trace.container_id.empty() && !trace.session.empty() && container.session == trace.session;
}

void add_id(std::vector<std::string>& ids, const std::string& id) {
  if (is_container_id(id) && std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
}

std::vector<std::string> ids_of(const BoxTrace& trace) {
  std::vector<std::string> ids;
  add_id(ids, trace.container_id);
  return ids;
}

std::string label_of(const BoxTrace& trace) {
  if (!trace.container_name.empty()) return trace.container_name;
  return trace.container_id.empty() ? trace.session : trace.container_id;
}

bool says_gone(const std::string& errors) {
  return errors.find("no such container") != std::string::npos ||
         errors.find("no container with") != std::string::npos;
}

}  // namespace

BoxRemover::BoxRemover(const PodmanCommand& podman, const FileSystem& files,
                       ProcessTable& processes, std::string oci_runtime)
    : podman_(podman), files_(files), processes_(processes), oci_runtime_(std::move(oci_runtime)) {}

Result<std::vector<ListedContainer>> BoxRemover::list_containers(const BoxTrace& trace) const {
  MINO_ASSIGN(const JsonValue json, podman_.json("listing containers", {"ps", "--all", "--external",
                                                                        "--format", "json"}));
  MINO_ASSIGN(std::vector<ListedContainer> containers, containers_from_ps(json));
  std::erase_if(containers,
                [&](const ListedContainer& container) { return !matches(container, trace); });
  return containers;
}

Result<BoxRemover::Remains> BoxRemover::find(const BoxTrace& trace) const {
  Remains remains;
  remains.ids = ids_of(trace);
  MINO_ASSIGN(remains.containers, list_containers(trace));
  for (const ListedContainer& container : remains.containers) add_id(remains.ids, container.id);
  MINO_ASSIGN(remains.processes, find_box_processes(files_, trace.container_name, remains.ids));
  std::erase_if(remains.processes,
                [&](const BoxProcess& process) { return !processes_.alive(process.identity); });
  for (const BoxProcess& process : remains.processes) add_id(remains.ids, process.container_id);
  return remains;
}

Result<BoxState> BoxRemover::state(const BoxTrace& trace) const {
  MINO_ASSIGN(const Remains remains, find(trace));
  if (std::ranges::any_of(remains.containers, [](const ListedContainer& container) {
        return container.state == "running";
      })) {
    return BoxState::kRunning;
  }
  if (!remains.processes.empty()) return BoxState::kRunning;
  for (const std::string& id : remains.ids) {
    if (podman_.succeeds({oci_runtime_, "state", id})) return BoxState::kRunning;
  }
  return remains.containers.empty() ? BoxState::kGone : BoxState::kStopped;
}

Result<void> BoxRemover::remove(const BoxTrace& trace) const {
  end_processes(trace, ids_of(trace),
                [](const BoxProcess& process) { return process.program == "podman"; });
  Result<void> removed;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // What a killed podman leaves half done may make the next one fail once.
    auto found = find(trace);
    if (!found.ok()) {
      removed = std::move(found).error();
      if (removed.error().code() == ErrorCode::kTimeout) return removed;
      continue;
    }
    // Before podman: it would refuse, or forget a container that the runtime still has.
    for (const std::string& id : found->ids)
      static_cast<void>(podman_.succeeds({oci_runtime_, "delete", "--force", id}));
    if (found->empty()) return {};
    // Podman 4.3 refuses a container that lost its conmon, but notes that it is stopping, and takes
    // the next call. One that hangs would hang again.
    removed = remove_found(trace, *found);
    if (!removed.ok() && removed.error().code() == ErrorCode::kTimeout) return removed;
  }
  MINO_ASSIGN(const Remains remains, find(trace));
  if (remains.empty()) return {};
  MINO_TRY(std::move(removed));
  return Error(ErrorCode::kInternal,
               fmt::format("something of the container {} is still there", label_of(trace)))
      .set_hint("podman ps --all --external shows it");
}

Result<void> BoxRemover::remove_found(const BoxTrace& trace, const Remains& remains) const {
  std::vector<ListedContainer> lost = remains.containers;
  std::erase_if(lost, [](const ListedContainer& container) { return !is_lost(container); });
  std::vector<ListedVolume> before;
  if (!lost.empty()) {
    MINO_ASSIGN(before, unused_fresh_volumes());
  }
  for (const ListedContainer& container : remains.containers) MINO_TRY(remove_container(container));
  end_processes(trace, remains.ids, [](const BoxProcess&) { return true; });
  if (lost.empty()) return {};
  return remove_volumes_of(lost, before);
}

Result<void> BoxRemover::remove_container(const ListedContainer& container) const {
  MINO_ASSIGN(const ProcessOutput result,
              podman_.run({"rm", "--force", "--volumes", "--time", "0", container.id}));
  if (result.succeeded() || says_gone(result.errors)) return {};
  return reworded({.action = fmt::format("removing the container {}", container.id.substr(0, 12)),
                   .image = {},
                   .exit_code = result.exit_code},
                  result.errors);
}

Result<std::vector<ListedVolume>> BoxRemover::unused_fresh_volumes() const {
  MINO_ASSIGN(const JsonValue json,
              podman_.json("listing volumes",
                           {"volume", "ls", "--filter", "dangling=true", "--format", "json"}));
  MINO_ASSIGN(std::vector<ListedVolume> volumes, volumes_from_ls(json));
  std::erase_if(volumes,
                [](const ListedVolume& volume) { return !volume.anonymous || !volume.created; });
  return volumes;
}

Result<void> BoxRemover::remove_volumes_of(const std::vector<ListedContainer>& lost,
                                           const std::vector<ListedVolume>& before) const {
  // Nothing says which container a volume was made for. Those of a lost one are unnamed, unused, as
  // old as it is, and were so a while ago already, which tells them from those of a container that
  // is being made just now.
  constexpr std::chrono::seconds kBetween{5};
  MINO_ASSIGN(const std::vector<ListedVolume> after, unused_fresh_volumes());
  for (const ListedVolume& volume : after) {
    if (std::ranges::find(before, volume) == before.end()) continue;
    const bool as_old = std::ranges::any_of(lost, [&](const ListedContainer& container) {
      const Timestamp made{std::chrono::seconds(container.created_seconds)};
      return *volume.created >= made - kBetween && *volume.created <= made + kBetween;
    });
    // Without --force, so one that is used after all stays.
    if (as_old) MINO_TRY(podman_.run({"volume", "rm", volume.name}));
  }
  return {};
}

void BoxRemover::end_processes(const BoxTrace& trace, const std::vector<std::string>& ids,
                               const std::function<bool(const BoxProcess&)>& which) const {
  const Result<std::vector<BoxProcess>> found =
      find_box_processes(files_, trace.container_name, ids);
  // What cannot be looked at now is looked at again by the caller.
  if (!found.ok()) return;
  for (const BoxProcess& process : *found) {
    if (!which(process) ||
        processes_.wait_gone(process.identity, kGrace) == ProcessTable::Wait::kGone)
      continue;
    static_cast<void>(processes_.signal(process.identity, SIGKILL));
    static_cast<void>(processes_.wait_gone(process.identity, kAfterKill));
  }
}

}  // namespace mino::podman
