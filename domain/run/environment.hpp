#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config/config.hpp"
#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"
#include "domain/run/run_request.hpp"
#include "domain/secret.hpp"

namespace mino {

/// One variable that something sets for the agent.
struct VariableSetting {
  std::string name;
  std::optional<Secret> value;  ///< nothing: the host's value, if it has one
  std::string origin;           ///< as in PlannedVariable
};

/// What variables mino sets by itself depend on.
struct VariableDefaults {
  ImageChoice::Kind image = ImageChoice::Kind::kReference;
  AgentStreams streams = AgentStreams::kPipes;
  std::string term;        ///< the caller's TERM; may be empty
  std::string colorterm;   ///< the caller's COLORTERM; may be empty
  std::string shell;       ///< SHELL of a box without an image
  std::string git_config;  ///< GIT_CONFIG_SYSTEM; empty: not set
};

/// `NAME=VALUE` or `NAME`, as given to `-e`. kUsage when NAME can name no variable; the error never
/// holds the value.
[[nodiscard]] Result<VariableSetting> parse_variable(std::string_view text);

/// What is set, lowest precedence first: mino's own, `container.env`, `-e`. A name may occur more
/// than once: the last one holds. kUsage (from `-e`) or kConfig for a name that is none or a value
/// with a NUL byte.
[[nodiscard]] Result<std::vector<VariableSetting>> variable_settings(
    const RunRequest& request, const Config& config, const VariableDefaults& defaults);

/// The settings that hold: one a name, sorted by name.
[[nodiscard]] std::vector<VariableSetting> effective_variables(
    const std::vector<VariableSetting>& settings);

/// The names for which `-e NAME` asks for the host's value; those that are no names are left to
/// variable_settings().
[[nodiscard]] std::vector<std::string> requested_host_variables(const RunRequest& request);

/// Looks a variable of the host up; nothing when it is not set.
using VariableLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// The values of the settings that hold. One whose value is the host's is left out when the host
/// does not have it.
[[nodiscard]] std::map<std::string, Secret> variable_values(
    const std::vector<VariableSetting>& settings, const VariableLookup& lookup);

}  // namespace mino
