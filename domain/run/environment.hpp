#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/config/config.hpp"
#include "domain/credential/request.hpp"
#include "domain/layer/layer.hpp"
#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"
#include "domain/run/run_request.hpp"
#include "domain/secret.hpp"

namespace mino {

/// Where the value of a variable is.
enum class ValueSource {
  kGiven,       ///< with the setting
  kHost,        ///< in the host's environment, if it has one
  kCredential,  ///< in a credential that is still to be had
};

/// One variable that something sets for the agent.
struct VariableSetting {
  std::string name;
  ValueSource source = ValueSource::kGiven;
  Secret value;        ///< with kGiven only
  std::string origin;  ///< as in PlannedVariable
};

/// The origin of a variable that a layer sets begins with this; its name follows.
inline constexpr std::string_view kLayerOrigin = "layer ";

/// What leads the box's programs to credentials.
enum class CredentialDelivery {
  kVariables,  ///< variables hold them
  kBroker,     ///< variables lead to the broker
};

/// What variables mino sets by itself depend on.
struct VariableDefaults {
  ImageChoice::Kind image = ImageChoice::Kind::kReference;
  AgentStreams streams = AgentStreams::kPipes;
  std::string term;                        ///< the caller's TERM; may be empty
  std::string colorterm;                   ///< the caller's COLORTERM; may be empty
  std::string shell;                       ///< SHELL of a box without an image
  std::string git_config;                  ///< GIT_CONFIG_SYSTEM; empty: not set
  std::vector<LayerVariable> layers = {};  ///< what the layers of the image set
  std::vector<std::pair<std::string, std::string>> caches = {};  ///< what leads to caches
  std::string ssh_agent;                                         ///< SSH_AUTH_SOCK; empty: not set
  std::vector<CredentialRequest> credentials = {};
  CredentialDelivery delivery = CredentialDelivery::kVariables;
};

/// `NAME=VALUE` or `NAME`, as given to `-e`. kUsage when NAME can name no variable; the error never
/// holds the value.
[[nodiscard]] Result<VariableSetting> parse_variable(std::string_view text);

/// What is set, lowest precedence first: mino's own, `container.env`, what leads to caches, the
/// layers', credentials, `-e`. A name may occur more than once: the last one holds. kUsage (from
/// `-e`) or kConfig for a name that is none or a value with a NUL byte.
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

/// The values of the settings that hold, as if there were none of credentials. One whose value is
/// the host's is left out when the host does not have it.
[[nodiscard]] std::map<std::string, Secret> variable_values(
    const std::vector<VariableSetting>& settings, const VariableLookup& lookup);

/// The origin of variables that a credential of this provider brings: "AWS credentials".
[[nodiscard]] std::string credential_origin(CredentialProvider provider);

/// Puts a credential's variables among the values, those that the plan has from it: `-e` wins.
void add_credential(const RunPlan& plan, CredentialProvider provider,
                    std::map<std::string, Secret>&& variables,
                    std::map<std::string, Secret>& values);

/// Whether the variable is one that goes with a credential and is no secret: a region, a project, a
/// host, the place of the broker.
[[nodiscard]] bool is_plain_variable(const PlannedVariable& variable);

}  // namespace mino
