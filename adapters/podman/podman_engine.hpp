#pragma once

#include "adapters/podman/account_files.hpp"
#include "adapters/podman/podman_command.hpp"
#include "ports/container_engine.hpp"
#include "ports/environment.hpp"
#include "ports/facts_cache.hpp"
#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"
#include "ports/notices.hpp"
#include "ports/process_runner.hpp"
#include "ports/process_table.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mino::podman {

/// ContainerEngine over rootless podman, 4.3 or newer.
class PodmanEngine final : public ContainerEngine {
 public:
  /// Borrowed: each outlives the engine.
  struct Ports {
    FileSystem& files;
    const Environment& environment;
    ProcessRunner& runner;
    ProcessTable& processes;
    FactsCache& cache;
    const JsonCodec& json;
    Notices& notices;
  };

  /// `deadline` is that of each command but a pull.
  explicit PodmanEngine(const Ports& ports,
                        std::chrono::milliseconds deadline = std::chrono::seconds(30));

  [[nodiscard]] Result<EngineFacts> facts() override;
  [[nodiscard]] Result<std::optional<ImageFacts>> image(const std::string& reference) override;
  [[nodiscard]] Result<void> pull(const std::string& reference) override;
  [[nodiscard]] Result<void> ensure_volume(
      const std::string& name, const std::map<std::string, std::string>& labels) override;
  [[nodiscard]] Result<BoxState> box_state(const BoxTrace& trace) override;
  [[nodiscard]] Result<void> remove_box(const BoxTrace& trace) override;
  [[nodiscard]] Result<void> settle_box(const BoxTrace& trace) override;
  [[nodiscard]] Result<std::vector<BoxTrace>> list_boxes() override;

 private:
  /// Whether the box's conmon, which removes the container when its init has ended, is there or has
  /// done that already.
  [[nodiscard]] bool is_attended(const BoxTrace& trace);
  [[nodiscard]] std::string facts_key(const std::string& podman) const;
  [[nodiscard]] std::optional<std::string> image_key(const EngineFacts& facts,
                                                     const std::string& reference) const;
  /// Names the reference and the id of the image that it names now, which together never change
  /// their meaning. Nothing for a reference that podman completes (`fedora:43`).
  [[nodiscard]] std::optional<std::string> image_id_key(const EngineFacts& facts,
                                                        const std::string& reference) const;
  [[nodiscard]] Result<std::optional<ImageFacts>> inspect_image(const std::string& reference);
  [[nodiscard]] Result<Account> account_of(const ImageFacts& facts);
  [[nodiscard]] Result<Account> read_account(const ImageFacts& facts);
  [[nodiscard]] Result<std::string> file_of_container(const std::string& container,
                                                      const std::string& path);
  [[nodiscard]] std::string oci_runtime();

  Ports ports_;
  PodmanCommand podman_;
  std::optional<EngineFacts> facts_;
};

}  // namespace mino::podman
