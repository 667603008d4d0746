#pragma once

#include "adapters/podman/podman_command.hpp"
#include "domain/result.hpp"
#include "ports/file_system.hpp"
#include "ports/process_table.hpp"

#include <filesystem>
#include <string>

namespace mino::podman {

/// The names by which all that one build makes can be found again. Buildah calls a build's
/// container after the image it builds on, so each build has a tag of its own for that; and it
/// makes the bundles of RUN steps, after which it names their containers in the OCI runtime, in
/// TMPDIR, so each has a directory of its own for that too.
struct BuildPlace {
  std::filesystem::path directory;  ///< <builds>/<key>/<8 digits>

  [[nodiscard]] std::filesystem::path context() const { return directory / "context"; }
  [[nodiscard]] std::filesystem::path temporary() const { return directory / "tmp"; }
  /// "mino-build-<8 digits>"
  [[nodiscard]] std::string name() const { return "mino-build-" + directory.filename().string(); }
  [[nodiscard]] std::string base_tag() const { return "localhost/" + name() + ":latest"; }
  [[nodiscard]] std::string container() const { return name() + "-working-container"; }
};

/// Removes what a build leaves when it does not come to its end: podman 4.3 leaves the program that
/// a step runs and the container it works in, on SIGINT and SIGTERM too. Borrows what it is given.
class BuildRemains {
 public:
  BuildRemains(const PodmanCommand& podman, FileSystem& files, ProcessTable& processes,
               std::string oci_runtime);

  /// After a build that came to its end: the tag and the directory.
  [[nodiscard]] Result<void> clear_finished(const BuildPlace& place) const;
  /// After any other: also processes and containers. Idempotent.
  [[nodiscard]] Result<void> clear_broken(const BuildPlace& place) const;
  /// The builds below `builds` that no living mino holds the lock of, and the oldest of the outputs
  /// that are kept there.
  void sweep(const std::filesystem::path& builds) const;

 private:
  void end_podman(const BuildPlace& place) const;
  void sweep_logs(const std::filesystem::path& builds) const;
  void sweep_key(const std::filesystem::path& directory) const;
  [[nodiscard]] Result<void> remove_tag(const BuildPlace& place) const;
  [[nodiscard]] Result<void> remove_directory(const std::filesystem::path& directory) const;

  const PodmanCommand& podman_;
  FileSystem& files_;
  ProcessTable& processes_;
  std::string oci_runtime_;
};

/// The file whose lock says that builds of that key (a directory below `builds`) are at work.
[[nodiscard]] std::filesystem::path build_lock(const std::filesystem::path& builds,
                                               const std::string& key);

}  // namespace mino::podman
