#include "adapters/podman/podman_environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mino::podman {
namespace {

constexpr std::array<std::string_view, 15> kLocalNames{"HOME",
                                                       "USER",
                                                       "LOGNAME",
                                                       "XDG_RUNTIME_DIR",
                                                       "XDG_CONFIG_HOME",
                                                       "XDG_DATA_HOME",
                                                       "XDG_CACHE_HOME",
                                                       "TMPDIR",
                                                       "CONTAINERS_CONF",
                                                       "CONTAINERS_CONF_OVERRIDE",
                                                       "CONTAINERS_STORAGE_CONF",
                                                       "CONTAINERS_REGISTRIES_CONF",
                                                       "REGISTRY_AUTH_FILE",
                                                       "STORAGE_DRIVER",
                                                       "DBUS_SESSION_BUS_ADDRESS"};
constexpr std::array<std::string_view, 11> kPullNames{
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",      "ALL_PROXY",    "http_proxy",   "https_proxy",
    "no_proxy",   "all_proxy",   "SSL_CERT_FILE", "SSL_CERT_DIR", "DOCKER_CONFIG"};
constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::uint32_t kAnyExecute = 0111;

void copy(const Environment& environment, std::string_view name, Variables& variables) {
  if (std::optional<std::string> value = environment.get(name))
    variables.emplace_back(std::string(name), *std::move(value));
}

}  // namespace

Variables podman_environment(const Environment& environment, PodmanPurpose purpose) {
  Variables variables;
  variables.emplace_back("PATH", environment.get("PATH").value_or(std::string(kDefaultPath)));
  variables.emplace_back("LC_ALL", "C.UTF-8");
  for (const std::string_view name : kLocalNames) copy(environment, name, variables);
  if (purpose == PodmanPurpose::kPull) {
    for (const std::string_view name : kPullNames) copy(environment, name, variables);
  }
  return variables;
}

std::vector<std::string> as_words(const Variables& variables) {
  std::vector<std::string> words;
  words.reserve(variables.size());
  for (const auto& [name, value] : variables) words.push_back(fmt::format("{}={}", name, value));
  return words;
}

std::optional<std::string> find_program(const FileSystem& files, const Variables& variables,
                                        std::string_view name) {
  const auto path = std::ranges::find_if(
      variables, [](const auto& variable) { return variable.first == "PATH"; });
  std::string_view rest = path == variables.end() ? std::string_view() : path->second;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string_view directory = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!directory.starts_with('/')) continue;
    std::string candidate = fmt::format("{}/{}", directory, name);
    const Result<std::optional<FileInfo>> info = files.info(candidate, FollowLinks::kYes);
    if (info.ok() && *info && (*info)->kind == FileKind::kRegular &&
        ((*info)->mode & kAnyExecute) != 0)
      return candidate;
  }
  return std::nullopt;
}

}  // namespace mino::podman
