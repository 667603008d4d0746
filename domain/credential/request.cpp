#include "domain/credential/request.hpp"

#include <algorithm>
#include <utility>

#include "domain/network/host_name.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::size_t kLongestValue = 2048;

ErrorCode fault_of(const Origin& origin) {
  return origin.kind == OriginKind::kFlag ? ErrorCode::kUsage : ErrorCode::kConfig;
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kLongestValue && text.front() != '-' &&
         std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20U || static_cast<unsigned char>(c) == 0x7FU;
         });
}

Result<void> check_word(const std::string& text, std::string_view key, const Config& config) {
  if (is_word(text)) return {};
  const Origin origin = config.origin(key);
  return Error(fault_of(origin), location(origin) + ": " + std::string(key) + " \"" +
                                     visible_text(text.substr(0, 80)) +
                                     "\" cannot be given to a program")
      .set_hint("it must not be empty, begin with a dash or hold control characters");
}

/// A value that becomes a word of a program's command line; empty where there is none.
Result<std::string> word_of(const Config& config, std::string_view key) {
  const std::optional<std::string> text = config.text(key);
  if (!text) return std::string();
  MINO_TRY(check_word(*text, key, config));
  return *text;
}

Result<void> add_aws(const Config& config, CredentialRequest& request) {
  request.duration_seconds = config.integer("credentials.aws.session_duration_secs");
  MINO_ASSIGN(request.profile, word_of(config, "credentials.aws.profile"));
  MINO_ASSIGN(request.role_arn, word_of(config, "credentials.aws.role_arn"));
  MINO_ASSIGN(request.external_id, word_of(config, "credentials.aws.external_id"));
  MINO_ASSIGN(request.region, word_of(config, "credentials.aws.region"));
  if (request.role_arn.empty()) request.external_id.clear();
  return {};
}

Result<void> add_gcp(const Config& config, CredentialRequest& request) {
  MINO_ASSIGN(request.project, word_of(config, "credentials.gcp.project"));
  MINO_ASSIGN(request.service_account, word_of(config, "credentials.gcp.service_account"));
  return {};
}

Result<void> add_azure(const Config& config, CredentialRequest& request) {
  MINO_ASSIGN(request.subscription, word_of(config, "credentials.azure.subscription"));
  MINO_ASSIGN(request.tenant, word_of(config, "credentials.azure.tenant"));
  constexpr std::string_view kResources = "credentials.azure.resources";
  for (std::string& text : config.list(kResources)) {
    MINO_TRY(check_word(text, kResources, config));
    // As it is compared with what an SDK asks for.
    while (text.ends_with('/')) text.pop_back();
    request.resources.push_back(std::move(text));
  }
  return {};
}

Result<void> add_github(const Config& config, CredentialRequest& request) {
  constexpr std::string_view kKey = "credentials.github.host";
  const std::string text = config.text(kKey).value_or(std::string(kGithubHost));
  const auto host = HostName::parse(text);
  if (!host.ok()) {
    const Origin origin = config.origin(kKey);
    return Error(fault_of(origin), location(origin) + ": " + std::string(kKey) + " \"" +
                                       visible_text(text) + "\" is no host name");
  }
  request.host = host->str();
  return {};
}

using AddFields = Result<void> (*)(const Config&, CredentialRequest&);

AddFields fields_of(CredentialProvider provider) {
  switch (provider) {
    case CredentialProvider::kAws:
      return add_aws;
    case CredentialProvider::kGcp:
      return add_gcp;
    case CredentialProvider::kAzure:
      return add_azure;
    case CredentialProvider::kGithub:
      return add_github;
  }
  return add_aws;
}

/// Appended to a comma-separated list.
void add(std::string& text, std::string_view before, const std::string& value) {
  if (value.empty()) return;
  if (!text.empty()) text += ", ";
  text.append(before).append(visible_text(value));
}

void add_part(std::string& bytes, std::string_view part) {
  bytes.append(std::to_string(part.size())).append(":").append(part);
}

}  // namespace

Result<std::vector<CredentialRequest>> credential_requests(const Config& config) {
  std::vector<CredentialRequest> requests;
  for (const CredentialProvider provider : kCredentialProviders) {
    const std::string key = "credentials." + std::string(to_string(provider)) + ".enabled";
    if (!config.boolean(key)) continue;
    const Origin origin = config.origin(key);
    CredentialRequest request{.provider = provider,
                              .wish = origin.kind == OriginKind::kDefault
                                          ? CredentialWish::kByDefault
                                          : CredentialWish::kAsked,
                              .origin = to_string(origin)};
    MINO_TRY(fields_of(provider)(config, request));
    requests.push_back(std::move(request));
  }
  return requests;
}

std::string identity_summary(const CredentialRequest& request) {
  std::string text;
  add(text, "role ", request.role_arn);
  add(text, "profile ", request.profile);
  add(text, "region ", request.region);
  add(text, "service account ", request.service_account);
  add(text, "project ", request.project);
  add(text, "subscription ", request.subscription);
  add(text, "tenant ", request.tenant);
  add(text, "resource ", request.resource);
  add(text, "", request.host);
  if (request.duration_seconds > 0) add(text, "", std::to_string(request.duration_seconds) + " s");
  return text.empty() ? "the current account" : text;
}

std::vector<std::string> credential_variable_names(const CredentialRequest& request) {
  std::vector<std::string> names;
  switch (request.provider) {
    case CredentialProvider::kAws:
      names = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"};
      if (!request.region.empty()) names.insert(names.end(), {"AWS_REGION", "AWS_DEFAULT_REGION"});
      break;
    case CredentialProvider::kGcp:
      names = {"CLOUDSDK_AUTH_ACCESS_TOKEN"};
      if (!request.project.empty()) names.emplace_back("CLOUDSDK_CORE_PROJECT");
      break;
    case CredentialProvider::kAzure:
      names = {"AZURE_ACCESS_TOKEN"};
      break;
    case CredentialProvider::kGithub:
      // A token of a server of one's own must not go where programs send that of github.com.
      if (request.host == kGithubHost) {
        names = {"GITHUB_TOKEN", "GH_TOKEN"};
      } else {
        names = {"GH_ENTERPRISE_TOKEN", "GH_HOST"};
      }
      break;
  }
  return names;
}

std::string identity_bytes(const CredentialRequest& request, std::string_view account_inputs) {
  std::string bytes;
  add_part(bytes, to_string(request.provider));
  const std::string duration = std::to_string(request.duration_seconds);
  for (const std::string_view part :
       {std::string_view(duration), std::string_view(request.profile),
        std::string_view(request.role_arn), std::string_view(request.external_id),
        std::string_view(request.region), std::string_view(request.project),
        std::string_view(request.service_account), std::string_view(request.subscription),
        std::string_view(request.tenant), std::string_view(request.resource),
        std::string_view(request.host), account_inputs})
    add_part(bytes, part);
  return bytes;
}

}  // namespace mino
