#pragma once

#include "adapters/podman/podman_command.hpp"
#include "ports/container_engine.hpp"
#include "ports/engine_storage.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"
#include "ports/process_runner.hpp"

namespace mino::podman {

/// EngineStorage over rootless podman.
class PodmanStorage final : public EngineStorage {
 public:
  /// Borrowed: each outlives the storage.
  struct Ports {
    FileSystem& files;
    const Environment& environment;
    ProcessRunner& runner;
    ContainerEngine& engine;  ///< knows where volumes lie
    const JsonCodec& json;
  };

  explicit PodmanStorage(const Ports& ports);

  [[nodiscard]] Result<std::vector<StoredVolume>> volumes() override;
  [[nodiscard]] Result<std::set<std::string>> volumes_in_use() override;
  [[nodiscard]] Result<void> remove_volume(const std::string& name) override;
  [[nodiscard]] Result<std::map<std::string, std::uint64_t>> measure(
      const std::vector<StoredVolume>& volumes) override;
  [[nodiscard]] Result<std::vector<std::string>> missing_volumes(
      const std::vector<std::string>& names) override;
  [[nodiscard]] Result<void> make_directories(const std::string& volume,
                                              const std::vector<std::string>& names) override;
  [[nodiscard]] Result<std::vector<StoredImage>> images() override;
  [[nodiscard]] Result<void> remove_image(const std::string& reference) override;

 private:
  /// Nothing when podman does not say where volumes lie, or there are none yet.
  [[nodiscard]] Result<std::optional<std::filesystem::path>> volume_directory();

  Ports ports_;
  PodmanCommand podman_;
  PodmanCommand slow_podman_;
};

/// What `du -k` prints for paths, by path, in bytes; other lines are passed over.
[[nodiscard]] std::map<std::string, std::uint64_t> sizes_from_du(std::string_view output);

}  // namespace mino::podman
