#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "application/compose_layers.hpp"
#include "application/find_caches.hpp"
#include "application/host_root.hpp"
#include "domain/config/config.hpp"
#include "domain/result.hpp"
#include "domain/run/decide.hpp"
#include "domain/run/host_facts.hpp"
#include "domain/run/run_plan.hpp"
#include "domain/run/run_request.hpp"
#include "ports/box_runner.hpp"
#include "ports/container_engine.hpp"
#include "ports/digest.hpp"
#include "ports/domain_name_encoder.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"
#include "ports/notices.hpp"
#include "ports/random_source.hpp"

namespace mino::application {

/// What the plan is made for.
enum class PlanPurpose {
  kRun,   ///< everything that it names is there afterwards: an absent image is pulled
  kShow,  ///< nothing is changed: what an absent image would decide is assumed, and a warning of
          ///< the plan says so
};

/// A plan and the values that are no part of it.
struct PreparedRun {
  RunPlan plan;
  VariableValues variables;  ///< without those of credentials, which are still to be had
  std::vector<CredentialRequest> credentials = {};  ///< in the order of `plan.credentials`
};

/// Finds out what the decision about a run depends on, and has it decided.
class PrepareRun {
 public:
  /// The ports outlive this object.
  struct Ports {
    FileSystem& files;
    const Environment& environment;
    ContainerEngine& engine;
    const Digest& digest;
    RandomSource& random;
    Notices& notices;
    const DomainNameEncoder& names;
    FindCaches& caches;
    /// Makes images of layers. Null: a run that asks for layers is refused.
    ComposeLayers* layers = nullptr;
  };

  /// `state_directory` is mino's own (`<state>/mino`).
  PrepareRun(Ports ports, std::filesystem::path state_directory);

  /// `host` has the fields that are about the user, the call and mino itself; those about files
  /// (`host_root`, `shown_etc`, `shown_system`, `sensitive_paths`, `known_hosts`) are filled in
  /// here, added to what they hold. Blocks while an image is pulled or layers are built. Errors:
  /// those of decide_run(); kNotFound when the project, a host path, the source of a volume or the
  /// image is not there; kPermission when the project cannot be read; those of the engine.
  [[nodiscard]] Result<PreparedRun> execute(const RunRequest& request, const Config& config,
                                            const HostFacts& host, PlanPurpose purpose);

  /// The canonical path of the request's project. Errors: those of execute() about the project.
  [[nodiscard]] Result<std::string> find_project(const RunRequest& request,
                                                 const HostFacts& host) const;

 private:
  /// What `container.image` then is: aliases and layers taken into account.
  [[nodiscard]] Result<void> choose_image(RunInputs& inputs, PlanPurpose purpose) const;
  /// What an image of layers that is not built yet will be like: its base.
  [[nodiscard]] Result<std::optional<ImageFacts>> facts_to_be(const LayeredImage& layers) const;
  [[nodiscard]] Result<void> ensure_layers(RunInputs& inputs) const;
  [[nodiscard]] Result<RunInputs> look_up(const RunRequest& request, const Config& config,
                                          const HostFacts& host);
  [[nodiscard]] Result<void> check_readable(const std::string& project) const;
  [[nodiscard]] Result<void> check_sources(const RunInputs& inputs) const;
  [[nodiscard]] std::optional<GitIdentity> find_git_identity(const HostFacts& host) const;
  [[nodiscard]] std::vector<std::string> find_known_hosts(const HostFacts& host) const;
  void add_sensitive_paths(HostFacts& host) const;
  [[nodiscard]] Result<std::map<std::string, std::string>> encode_rules(const Config& config) const;
  [[nodiscard]] Result<std::vector<HostPathFacts>> look_at_host_paths(
      const RunInputs& inputs) const;
  [[nodiscard]] Result<std::vector<SkeletonEntry>> look_at_host_system(HostFacts& host) const;
  [[nodiscard]] Result<std::vector<ProgramDirectory>> look_at_program_directories(
      HostFacts& host) const;
  [[nodiscard]] Result<std::optional<ImageFacts>> find_image(const std::string& reference,
                                                             PlanPurpose purpose);

  Ports ports_;
  std::filesystem::path state_directory_;
  HostRoot host_root_;
};

}  // namespace mino::application
