#include "domain/run/environment.hpp"

#include <utility>

#include "domain/run/host_image.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::string_view kFlagOrigin = "flag --env";

void add_default(std::vector<VariableSetting>& settings, std::string name, std::string value) {
  settings.push_back(
      {.name = std::move(name), .value = Secret(std::move(value)), .origin = "default"});
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
  if (setting.value && setting.value->reveal().find('\0') != std::string_view::npos) {
    return Error(code,
                 "the value of " + setting.name + " (" + setting.origin + ") holds a NUL byte");
  }
  return {};
}

}  // namespace

Result<VariableSetting> parse_variable(std::string_view text) {
  const std::size_t equals = text.find('=');
  VariableSetting setting{.name = std::string(text.substr(0, equals)),
                          .value = std::nullopt,
                          .origin = std::string(kFlagOrigin)};
  if (equals != std::string_view::npos)
    setting.value = Secret(std::string(text.substr(equals + 1)));
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
          .value = Secret(value),
          .origin = to_string(origin == configured->item_origins.end() ? configured->origin
                                                                       : origin->second)};
      MINO_TRY(check_setting(setting, ErrorCode::kConfig));
      settings.push_back(std::move(setting));
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
  std::map<std::string, Secret> values;
  for (VariableSetting& setting : effective_variables(settings)) {
    if (setting.value) {
      values.emplace(setting.name, *std::move(setting.value));
    } else if (std::optional<std::string> host = lookup(setting.name)) {
      values.emplace(setting.name, Secret(*std::move(host)));
    }
  }
  return values;
}

}  // namespace mino
