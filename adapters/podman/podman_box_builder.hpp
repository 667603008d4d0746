#pragma once

#include "adapters/podman/podman_environment.hpp"
#include "adapters/posix/box_builder.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"

#include <memory>
#include <string>

namespace mino::podman {

/// Builds boxes with `podman run`. One process, which has left by the time the agent runs. The
/// session's runtime directory has to be there; podman writes the container's id into it
/// (kContainerIdFileName).
class PodmanBoxBuilder final : public posix::BoxBuilder {
 public:
  /// Borrows `files`. `version` is mino's own.
  PodmanBoxBuilder(const FileSystem& files, const Environment& environment, std::string version);

  [[nodiscard]] Result<std::unique_ptr<posix::BoxBuild>> start(const RunPlan& plan,
                                                               posix::UniqueFd lifeline) override;

 private:
  const FileSystem& files_;
  Variables variables_;
  std::string version_;
};

}  // namespace mino::podman
