#include "adapters/cloud/cli_environment.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace mino::cloud {
namespace {

constexpr std::array<std::string_view, 28> kCommonNames{"HOME",
                                                        "USER",
                                                        "LOGNAME",
                                                        "XDG_RUNTIME_DIR",
                                                        "XDG_CONFIG_HOME",
                                                        "XDG_DATA_HOME",
                                                        "XDG_STATE_HOME",
                                                        "XDG_CACHE_HOME",
                                                        "DBUS_SESSION_BUS_ADDRESS",
                                                        "TMPDIR",
                                                        "TZ",
                                                        "HTTP_PROXY",
                                                        "HTTPS_PROXY",
                                                        "NO_PROXY",
                                                        "ALL_PROXY",
                                                        "http_proxy",
                                                        "https_proxy",
                                                        "no_proxy",
                                                        "all_proxy",
                                                        "SSL_CERT_FILE",
                                                        "SSL_CERT_DIR",
                                                        "REQUESTS_CA_BUNDLE",
                                                        "CURL_CA_BUNDLE",
                                                        "WSL_DISTRO_NAME",
                                                        "WSL_INTEROP",
                                                        "SNAP_COMMON",
                                                        "SNAP_USER_DATA",
                                                        "SNAP_USER_COMMON"};
constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

struct Own {
  std::array<std::string_view, 3> prefixes;  ///< empty ones name nothing
  std::array<std::pair<std::string_view, std::string_view>, 3> fixed;
};

Own own_variables(CredentialProvider provider) {
  switch (provider) {
    case CredentialProvider::kAws:
      return {{"AWS_", "", ""}, {{{"AWS_PAGER", ""}, {"AWS_CLI_AUTO_PROMPT", "off"}}}};
    case CredentialProvider::kGcp:
      return {{"CLOUDSDK_", "GOOGLE_", ""},
              {{{"CLOUDSDK_CORE_DISABLE_PROMPTS", "1"},
                {"CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "1"}}}};
    case CredentialProvider::kAzure:
      return {{"AZURE_", "ARM_", "MSI_"},
              {{{"AZURE_CORE_ONLY_SHOW_ERRORS", "true"},
                {"AZURE_CORE_NO_COLOR", "true"},
                {"AZURE_CORE_COLLECT_TELEMETRY", "false"}}}};
    case CredentialProvider::kGithub:
      return {{"GH_", "GITHUB_TOKEN", "GITHUB_ENTERPRISE_TOKEN"},
              {{{"GH_PROMPT_DISABLED", "1"}, {"GH_NO_UPDATE_NOTIFIER", "1"}}}};
  }
  return {};
}

bool is_secret(std::string_view name) {
  return std::ranges::any_of(
      std::array<std::string_view, 5>{"TOKEN", "SECRET", "PASSWORD", "KEY", "CREDENTIAL"},
      [name](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

}  // namespace

Variables cli_environment(const Environment& environment, CredentialProvider provider) {
  std::map<std::string, std::string, std::less<>> variables{
      {"PATH", environment.get("PATH").value_or(std::string(kDefaultPath))},
      {"LC_ALL", "C.UTF-8"},
      {"NO_COLOR", "1"}};
  const auto copy = [&](std::string_view name) {
    if (auto value = environment.get(name))
      variables.insert_or_assign(std::string(name), *std::move(value));
  };
  for (const std::string_view name : kCommonNames) copy(name);
  const Own own = own_variables(provider);
  for (const std::string_view prefix : own.prefixes) {
    if (prefix.empty()) continue;
    for (const std::string& name : environment.names(prefix)) copy(name);
  }
  for (const auto& [name, value] : own.fixed) {
    if (!name.empty()) variables.insert_or_assign(std::string(name), std::string(value));
  }
  return {variables.begin(), variables.end()};
}

std::vector<Secret> secrets_of(const Variables& variables) {
  std::vector<Secret> secrets;
  for (const auto& [name, value] : variables) {
    if (is_secret(name)) secrets.emplace_back(value);
  }
  return secrets;
}

}  // namespace mino::cloud
