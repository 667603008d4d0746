#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "application/config_project.hpp"
#include "application/project_layers.hpp"
#include "domain/config/config.hpp"
#include "domain/config/layers.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/config_source.hpp"
#include "ports/digest.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"
#include "ports/notices.hpp"
#include "ports/prompter.hpp"
#include "ports/trust_store.hpp"

namespace mino::application {

enum class GlobalFile { kMayBeMissing, kMustExist };
/// What happens to a project's keys that nobody approved.
enum class LocalTrust {
  kAsk,   ///< ask when somebody can answer, else skip them
  kSkip,  ///< skip them
  kApply  ///< apply them for this once
};
enum class ConfigErrors {
  kFail,
  kWarn  ///< a source that is broken is left out with a warning
};

struct LoadConfigRequest {
  std::filesystem::path global_file;
  GlobalFile global = GlobalFile::kMayBeMissing;
  std::optional<std::filesystem::path> project_dir;  ///< nothing: no project file is looked for
  LocalTrust trust = LocalTrust::kSkip;
  ConfigErrors errors = ConfigErrors::kFail;
  std::vector<ConfigOverride> overrides;
};

struct LoadedConfig {
  Config config;
  std::optional<std::filesystem::path> project_file;  ///< canonical, when one was found and used
  std::vector<std::string> skipped;                   ///< the project's keys that were not applied
  std::optional<Approval> granted;                    ///< an approval that the user just gave
  std::optional<ProjectLayers> layers;                ///< those of the project, if it has any
};

/// Puts the configuration together: defaults, global file, project file, environment, flags.
class LoadConfig {
 public:
  struct Ports {
    const FileSystem& files;
    const ConfigSource& source;
    const Environment& environment;
    TrustStore& trust;
    const Digest& digest;
    const Clock& clock;
    Prompter& prompter;
    Notices& notices;
  };

  /// The ports must outlive this.
  LoadConfig(Ports ports, ProjectOwner owner);

  /// kConfig for a broken file or variable, kUsage for a wrong flag, kNotFound for a missing file
  /// that must exist, kDeclined when the user breaks off the question. May wait for an answer.
  [[nodiscard]] Result<LoadedConfig> execute(const LoadConfigRequest& request);

 private:
  [[nodiscard]] Result<ConfigLayer> global_layer(const LoadConfigRequest& request) const;
  [[nodiscard]] Result<void> apply_project(const LoadConfigRequest& request, LoadedConfig& loaded);
  [[nodiscard]] Result<bool> is_approved(const ProjectSnapshot& snapshot, const ConfigLayer& gated,
                                         LocalTrust trust, LoadedConfig& loaded);
  [[nodiscard]] Result<bool> ask(const ProjectSnapshot& snapshot, const ConfigLayer& gated,
                                 const std::string& digest, LoadedConfig& loaded);
  [[nodiscard]] ProjectLayers::Trust trust_in_layers(const ProjectSnapshot& snapshot,
                                                     const std::string& digest, LocalTrust trust,
                                                     bool was_asked) const;
  [[nodiscard]] std::optional<Approval> stored_approval(const std::filesystem::path& file) const;
  void warn_ignored(const ConfigLayer& layer) const;
  /// The error itself, or success after a warning where errors are to be warnings.
  [[nodiscard]] Result<void> tolerated(Result<void> result, ConfigErrors errors) const;

  Ports ports_;
  ProjectOwner owner_;
  ConfigProject project_;
};

}  // namespace mino::application
