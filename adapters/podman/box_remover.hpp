#pragma once

#include "adapters/podman/box_processes.hpp"
#include "adapters/podman/podman_command.hpp"
#include "adapters/podman/podman_json.hpp"
#include "ports/container_engine.hpp"
#include "ports/file_system.hpp"
#include "ports/process_table.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mino::podman {

/// Finds and removes what is left of one box, wherever its podman was killed: a container that
/// podman knows, one of which only the files are there, one that only the OCI runtime still has,
/// conmon with `crun create`, a podman at work, and fresh volumes that belong to nobody. Borrows
/// what it is given.
class BoxRemover {
 public:
  /// `oci_runtime` is the program that removes a container that podman lost.
  BoxRemover(const PodmanCommand& podman, const FileSystem& files, ProcessTable& processes,
             std::string oci_runtime);

  [[nodiscard]] Result<BoxState> state(const BoxTrace& trace) const;
  /// Idempotent.
  [[nodiscard]] Result<void> remove(const BoxTrace& trace) const;

 private:
  struct Remains {
    std::vector<ListedContainer> containers;
    std::vector<BoxProcess> processes;
    std::vector<std::string> ids;
    [[nodiscard]] bool empty() const { return containers.empty() && processes.empty(); }
  };

  [[nodiscard]] Result<Remains> find(const BoxTrace& trace) const;
  [[nodiscard]] Result<std::vector<ListedContainer>> list_containers(const BoxTrace& trace) const;
  [[nodiscard]] Result<void> remove_found(const BoxTrace& trace, const Remains& remains) const;
  [[nodiscard]] Result<void> remove_container(const ListedContainer& container) const;
  [[nodiscard]] Result<std::vector<ListedVolume>> unused_fresh_volumes() const;
  [[nodiscard]] Result<void> remove_volumes_of(const std::vector<ListedContainer>& lost,
                                               const std::vector<ListedVolume>& before) const;
  /// Gives the box's processes that `which` accepts time to end by themselves, then kills them.
  void end_processes(const BoxTrace& trace, const std::vector<std::string>& ids,
                     const std::function<bool(const BoxProcess&)>& which) const;

  const PodmanCommand& podman_;
  const FileSystem& files_;
  ProcessTable& processes_;
  std::string oci_runtime_;
};

}  // namespace mino::podman
