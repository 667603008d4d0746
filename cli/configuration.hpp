#pragma once

#include "application/load_config.hpp"
#include "cli/composition_root.hpp"
#include "domain/config/config.hpp"
#include "domain/config/layers.hpp"
#include "domain/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mino::cli {

/// The configuration for a command that needs it right: any error in a file is an error. Asks about
/// a project's file when somebody can answer. `project` is as typed; nothing means the current
/// directory. Applied to `root`.
[[nodiscard]] Result<Config> strict_config(CompositionRoot& root, const GlobalOptions& global,
                                           const std::optional<std::string>& project,
                                           const std::vector<ConfigOverride>& overrides);

/// The same with what was found beside the values: the layers that the project brings along.
/// `trust` says what happens to what nobody approved.
[[nodiscard]] Result<application::LoadedConfig> loaded_config(
    CompositionRoot& root, const GlobalOptions& global, const std::optional<std::string>& project,
    const std::vector<ConfigOverride>& overrides, application::LocalTrust trust);

/// The same for showing: nothing is asked and nothing stored; a project's unapproved keys are left
/// out with a warning.
[[nodiscard]] Result<Config> shown_config(CompositionRoot& root, const GlobalOptions& global,
                                          const std::optional<std::string>& project,
                                          const std::vector<ConfigOverride>& overrides);

/// The configuration for a command that has to work whatever stands in a file (list, stop, logs): a
/// broken file is a warning, the project's file is not looked at. Applied to `root`.
[[nodiscard]] Result<Config> lenient_config(CompositionRoot& root, const GlobalOptions& global);

}  // namespace mino::cli
