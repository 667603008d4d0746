#include "application/account_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "domain/secret.hpp"

namespace mino::application {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxHostsBytes = std::size_t{256} * 1024;

std::vector<std::string_view> prefixes_of(CredentialProvider provider) {
  switch (provider) {
    case CredentialProvider::kAws:
      return {"AWS_"};
    case CredentialProvider::kGcp:
      return {"CLOUDSDK_", "GOOGLE_"};
    case CredentialProvider::kAzure:
      return {"AZURE_", "ARM_", "MSI_"};
    case CredentialProvider::kGithub:
      return {"GH_", "GITHUB_TOKEN", "GITHUB_ENTERPRISE_TOKEN"};
  }
  return {};
}

}  // namespace

AccountFiles::AccountFiles(const FileSystem& files, const Environment& environment,
                           const Digest& digest, fs::path home)
    : files_(files), environment_(environment), digest_(digest), home_(std::move(home)) {}

AccountInputs AccountFiles::inputs(const CredentialRequest& request) const {
  AccountInputs inputs;
  for (const std::string_view prefix : prefixes_of(request.provider)) {
    for (const std::string& name : environment_.names(prefix)) {
      inputs.text +=
          fmt::format("{}={}\n", name, digest_.sha256_hex(environment_.get(name).value_or("")));
    }
  }
  for (const fs::path& file : files_of(request.provider)) inputs.text += fingerprint(file);
  if (request.provider == CredentialProvider::kGithub) {
    // gh has written it in plain text itself, so that a copy tells nothing new.
    std::optional<std::string> hosts = read_github_hosts();
    const bool plain = hosts && hosts->find("oauth_token:") != std::string::npos;
    if (!plain || has_github_variable(request.host)) inputs.keeping = Keeping::kForbidden;
    if (hosts) wipe(*hosts);
  }
  return inputs;
}

bool AccountFiles::has_github_login(const Config& config) const {
  const auto requests = credential_requests(config);
  if (!requests.ok()) return false;
  const auto request =
      std::ranges::find(*requests, CredentialProvider::kGithub, &CredentialRequest::provider);
  if (request == requests->end() || !is_on_path("gh")) return false;
  const std::string& host = request->host;
  if (has_github_variable(host)) return true;
  std::optional<std::string> hosts = read_github_hosts();
  const bool found = hosts && hosts->find(host + ":") != std::string::npos;
  if (hosts) wipe(*hosts);
  return found;
}

fs::path AccountFiles::place(std::string_view variable, fs::path otherwise) const {
  const auto value = environment_.get(variable);
  return value && !value->empty() ? fs::path(*value) : std::move(otherwise);
}

std::vector<fs::path> AccountFiles::files_of(CredentialProvider provider) const {
  switch (provider) {
    case CredentialProvider::kAws:
      return {place("AWS_CONFIG_FILE", home_ / ".aws/config"),
              place("AWS_SHARED_CREDENTIALS_FILE", home_ / ".aws/credentials")};
    case CredentialProvider::kGcp: {
      const fs::path directory =
          place("CLOUDSDK_CONFIG", place("XDG_CONFIG_HOME", home_ / ".config") / "gcloud");
      std::vector<fs::path> files{directory / "active_config", directory / "properties"};
      const auto names = files_.list(directory / "configurations");
      if (names.ok() && *names) {
        for (const std::string& name : **names)
          files.push_back(directory / "configurations" / name);
      }
      return files;
    }
    case CredentialProvider::kAzure: {
      const fs::path directory = place("AZURE_CONFIG_DIR", home_ / ".azure");
      return {directory / "azureProfile.json", directory / "config", directory / "clouds.config"};
    }
    case CredentialProvider::kGithub:
      return {github_hosts()};
  }
  return {};
}

fs::path AccountFiles::github_hosts() const {
  return place("GH_CONFIG_DIR", place("XDG_CONFIG_HOME", home_ / ".config") / "gh") / "hosts.yml";
}

std::string AccountFiles::fingerprint(const fs::path& file) const {
  const auto info = files_.info(file, FollowLinks::kYes);
  if (!info.ok() || !*info) return fmt::format("{}: none\n", file.native());
  return fmt::format("{}: {} {} {}\n", file.native(), (*info)->inode, (*info)->size_bytes,
                     (*info)->modified_ns);
}

std::optional<std::string> AccountFiles::read_github_hosts() const {
  auto text = files_.read(github_hosts(), kMaxHostsBytes);
  if (!text.ok()) return std::nullopt;
  return std::move(*text);
}

bool AccountFiles::has_github_variable(const std::string& host) const {
  const auto names =
      host == kGithubHost
          ? std::array<std::string_view, 2>{"GH_TOKEN", "GITHUB_TOKEN"}
          : std::array<std::string_view, 2>{"GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"};
  return std::ranges::any_of(names, [this](std::string_view name) {
    return !environment_.get(name).value_or("").empty();
  });
}

bool AccountFiles::is_on_path(std::string_view program) const {
  constexpr std::uint32_t kAnyExecute = 0111;
  const std::string path = environment_.get("PATH").value_or("");
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::string_view directory = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), directory.size() + 1));
    if (!directory.starts_with('/')) continue;
    const auto info = files_.info(fs::path(directory) / program, FollowLinks::kYes);
    if (info.ok() && *info && (*info)->kind == FileKind::kRegular &&
        ((*info)->mode & kAnyExecute) != 0)
      return true;
  }
  return false;
}

}  // namespace mino::application
