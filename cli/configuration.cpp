#include "cli/configuration.hpp"

#include <filesystem>

#include "application/config_audit.hpp"
#include "application/load_config.hpp"

namespace mino::cli {
namespace {

using application::ConfigErrors;
using application::LoadConfigRequest;
using application::LocalTrust;

Result<application::LoadedConfig> load(CompositionRoot& root, const GlobalOptions& global,
                                       LoadConfigRequest request) {
  MINO_ASSIGN(const Paths paths, root.paths());
  request.global_file = paths.config;
  if (global.config_path) request.global = application::GlobalFile::kMustExist;
  application::LoadConfig use_case({.files = root.files(),
                                    .source = root.config_source(),
                                    .environment = root.environment(),
                                    .trust = root.trust_store(),
                                    .digest = root.digest(),
                                    .clock = root.clock(),
                                    .prompter = root.prompter(),
                                    .notices = root.notices()},
                                   {.home = paths.home, .user_id = root.user_id()});
  MINO_ASSIGN(application::LoadedConfig loaded, use_case.execute(request));
  root.apply(loaded.config);
  if (loaded.granted)
    application::audit_trust_granted(root.audit(), root.notices(), *loaded.granted);
  return loaded;
}

}  // namespace

Result<application::LoadedConfig> loaded_config(CompositionRoot& root, const GlobalOptions& global,
                                                const std::optional<std::string>& project,
                                                const std::vector<ConfigOverride>& overrides,
                                                LocalTrust trust) {
  LoadConfigRequest request;
  if (!global.no_local) request.project_dir = std::filesystem::path(project.value_or("."));
  request.trust = global.trust_local ? LocalTrust::kApply : trust;
  request.overrides = overrides;
  return load(root, global, std::move(request));
}

Result<Config> strict_config(CompositionRoot& root, const GlobalOptions& global,
                             const std::optional<std::string>& project,
                             const std::vector<ConfigOverride>& overrides) {
  MINO_ASSIGN(auto loaded, loaded_config(root, global, project, overrides, LocalTrust::kAsk));
  return std::move(loaded.config);
}

Result<Config> shown_config(CompositionRoot& root, const GlobalOptions& global,
                            const std::optional<std::string>& project,
                            const std::vector<ConfigOverride>& overrides) {
  MINO_ASSIGN(auto loaded, loaded_config(root, global, project, overrides, LocalTrust::kSkip));
  return std::move(loaded.config);
}

Result<Config> lenient_config(CompositionRoot& root, const GlobalOptions& global) {
  LoadConfigRequest request;
  request.errors = ConfigErrors::kWarn;
  MINO_ASSIGN(auto loaded, load(root, global, std::move(request)));
  return std::move(loaded.config);
}

}  // namespace mino::cli
