#pragma once

#include "adapters/podman/build_output.hpp"
#include "adapters/podman/build_remains.hpp"
#include "adapters/podman/podman_command.hpp"
#include "adapters/posix/file_lock.hpp"
#include "adapters/posix/watched_process.hpp"
#include "ports/container_engine.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"
#include "ports/image_builder.hpp"
#include "ports/json_codec.hpp"
#include "ports/notices.hpp"
#include "ports/process_runner.hpp"
#include "ports/process_table.hpp"
#include "ports/random_source.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mino::podman {

/// ImageBuilder over `podman build`. The build talks to the network as podman's builds do: by the
/// user's own proxy variables where there are any, and with no secret of the environment beside.
class PodmanImageBuilder final : public ImageBuilder {
 public:
  /// Borrowed: each outlives the builder.
  struct Ports {
    FileSystem& files;
    const Environment& environment;
    ProcessRunner& runner;
    ProcessTable& processes;
    const JsonCodec& json;
    RandomSource& random;
    ContainerEngine& engine;
    Notices& notices;
  };

  /// `builds` is a directory of mino's own, made when it is needed (0700).
  PodmanImageBuilder(const Ports& ports, std::filesystem::path builds);

  [[nodiscard]] Result<BuildEnd> build(const ImageBuild& build, BuildObserver& observer) override;
  [[nodiscard]] Result<void> remove_superseded(const std::string& layer_names,
                                               const std::string& kept) override;

 private:
  struct Ran {
    posix::WatchedEnd end;
    LastLines last;
  };

  [[nodiscard]] Result<posix::FileLock> lock(const std::string& key, BuildObserver& observer,
                                             bool& waited) const;
  [[nodiscard]] Result<void> write_context(const ImageBuild& build, const BuildPlace& place) const;
  [[nodiscard]] Result<Ran> run_podman(const ImageBuild& build, const BuildPlace& place,
                                       const std::filesystem::path& log,
                                       BuildObserver& observer) const;
  [[nodiscard]] Result<void> build_in(const ImageBuild& build, const BuildPlace& place,
                                      const std::filesystem::path& log, BuildObserver& observer);
  [[nodiscard]] BuildRemains remains() const;
  /// Of the image that the tag names now; empty when there is none.
  [[nodiscard]] std::string id_of(const std::string& tag) const;
  /// Removes an image that a build took the last name from; success or not.
  void remove_nameless(const std::string& id) const;

  Ports ports_;
  std::filesystem::path builds_;
  PodmanCommand podman_;
};

/// The words of `podman build`; `podman` is its path.
[[nodiscard]] std::vector<std::string> build_argv(const std::string& podman,
                                                  const ImageBuild& build, const BuildPlace& place);

}  // namespace mino::podman
