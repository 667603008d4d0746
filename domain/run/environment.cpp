#include "domain/run/environment.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "domain/credential/broker.hpp"
#include "domain/run/host_image.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::string_view kFlagOrigin = "flag --env";

void add_default(std::vector<VariableSetting>& settings, std::string name, std::string value) {
  settings.push_back({.name = std::move(name),
                      .source = ValueSource::kGiven,
                      .value = Secret(std::move(value)),
                      .origin = "default"});
}

std::vector<VariableSetting> default_settings(const VariableDefaults& defaults) {
  std::vector<VariableSetting> settings;
  if (defaults.image == ImageChoice::Kind::kHost) {
    add_default(settings, "HOME", std::string(kHostImageHome));
    add_default(settings, "USER", std::string(kHostImageUser));
    add_default(settings, "LOGNAME", std::string(kHostImageUser));
    add_default(settings, "SHELL", defaults.shell);
    add_default(settings, "LANG", "C.UTF-8");
  }
  if (!defaults.git_config.empty()) add_default(settings, "GIT_CONFIG_SYSTEM", defaults.git_config);
  if (!defaults.ssh_agent.empty()) add_default(settings, "SSH_AUTH_SOCK", defaults.ssh_agent);
  if (defaults.streams == AgentStreams::kTerminal) {
    add_default(settings, "TERM", defaults.term.empty() ? "xterm-256color" : defaults.term);
    if (!defaults.colorterm.empty()) add_default(settings, "COLORTERM", defaults.colorterm);
  }
  return settings;
}

/// Fails for what execve(2) cannot pass on.
Result<void> check_setting(const VariableSetting& setting, ErrorCode code) {
  if (!is_environment_name(setting.name)) {
    return Error(code, "\"" + visible_text(setting.name) + "\" (" + setting.origin +
                           ") cannot name an environment variable");
  }
  if (setting.value.reveal().find('\0') != std::string_view::npos) {
    return Error(code,
                 "the value of " + setting.name + " (" + setting.origin + ") holds a NUL byte");
  }
  return {};
}

}  // namespace

Result<VariableSetting> parse_variable(std::string_view text) {
  const std::size_t equals = text.find('=');
  VariableSetting setting{.name = std::string(text.substr(0, equals)),
                          .source = ValueSource::kHost,
                          .value = {},
                          .origin = std::string(kFlagOrigin)};
  if (equals != std::string_view::npos) {
    setting.source = ValueSource::kGiven;
    setting.value = Secret(std::string(text.substr(equals + 1)));
  }
  if (const Result<void> checked = check_setting(setting, ErrorCode::kUsage); !checked.ok()) {
    return Error(checked.error())
        .set_hint("write -e NAME=VALUE, or -e NAME for the value that the variable has here");
  }
  return setting;
}

Result<std::vector<VariableSetting>> variable_settings(const RunRequest& request,
                                                       const Config& config,
                                                       const VariableDefaults& defaults) {
  std::vector<VariableSetting> settings = default_settings(defaults);
  if (const Setting* configured = config.find("container.env"); configured != nullptr) {
    for (const auto& [name, value] : config.table("container.env")) {
      const auto origin = configured->item_origins.find(name);
      VariableSetting setting{
          .name = name,
          .source = ValueSource::kGiven,
          .value = Secret(value),
          .origin = to_string(origin == configured->item_origins.end() ? configured->origin
                                                                       : origin->second)};
      MINO_TRY(check_setting(setting, ErrorCode::kConfig));
      settings.push_back(std::move(setting));
    }
  }
  for (const auto& [name, value] : defaults.caches)
    settings.push_back({.name = name, .value = Secret(value), .origin = std::string(kCacheOrigin)});
  for (const LayerVariable& variable : defaults.layers)
    settings.push_back({.name = variable.name,
                        .value = Secret(variable.value),
                        .origin = std::string(kLayerOrigin) + variable.layer});
  for (const CredentialRequest& credential : defaults.credentials) {
    std::vector<std::string> names = defaults.delivery == CredentialDelivery::kBroker
                                         ? broker_variable_names(credential)
                                         : credential_variable_names(credential);
    for (std::string& name : names) {
      settings.push_back({.name = std::move(name),
                          .source = ValueSource::kCredential,
                          .value = {},
                          .origin = credential_origin(credential.provider)});
    }
  }
  for (const std::string& text : request.variables) {
    MINO_ASSIGN(VariableSetting setting, parse_variable(text));
    settings.push_back(std::move(setting));
  }
  return settings;
}

std::vector<VariableSetting> effective_variables(const std::vector<VariableSetting>& settings) {
  std::map<std::string, VariableSetting> last;
  for (const VariableSetting& setting : settings) last.insert_or_assign(setting.name, setting);
  std::vector<VariableSetting> effective;
  effective.reserve(last.size());
  for (auto& [name, setting] : last) effective.push_back(std::move(setting));
  return effective;
}

std::vector<std::string> requested_host_variables(const RunRequest& request) {
  std::vector<std::string> names;
  for (const std::string& text : request.variables)
    if (text.find('=') == std::string::npos && is_environment_name(text)) names.push_back(text);
  return names;
}

std::map<std::string, Secret> variable_values(const std::vector<VariableSetting>& settings,
                                              const VariableLookup& lookup) {
  std::vector<VariableSetting> known;
  std::ranges::copy_if(settings, std::back_inserter(known), [](const VariableSetting& setting) {
    return setting.source != ValueSource::kCredential;
  });
  std::map<std::string, Secret> values;
  for (VariableSetting& setting : effective_variables(known)) {
    if (setting.source == ValueSource::kGiven) {
      values.emplace(setting.name, std::move(setting.value));
    } else if (std::optional<std::string> host = lookup(setting.name)) {
      values.emplace(setting.name, Secret(*std::move(host)));
    }
  }
  return values;
}

std::string credential_origin(CredentialProvider provider) {
  return std::string(display_name(provider)) + " credentials";
}

void add_credential(const RunPlan& plan, CredentialProvider provider,
                    std::map<std::string, Secret>&& variables,
                    std::map<std::string, Secret>& values) {
  const std::string origin = credential_origin(provider);
  for (auto& [name, value] : variables) {
    const PlannedVariable planned{name, origin};
    if (std::ranges::find(plan.environment, planned) != plan.environment.end())
      values.insert_or_assign(name, std::move(value));
  }
}

bool is_plain_variable(const PlannedVariable& variable) {
  constexpr std::array<std::string_view, 9> kPlain{"AWS_REGION",
                                                   "AWS_DEFAULT_REGION",
                                                   "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                                   "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                                                   "CLOUDSDK_CORE_PROJECT",
                                                   "GCE_METADATA_HOST",
                                                   "GCE_METADATA_IP",
                                                   "GH_HOST",
                                                   "IDENTITY_ENDPOINT"};
  const bool from_credential =
      std::ranges::any_of(kCredentialProviders, [&variable](CredentialProvider provider) {
        return variable.origin == credential_origin(provider);
      });
  return from_credential && std::ranges::find(kPlain, variable.name) != kPlain.end();
}

}  // namespace mino
