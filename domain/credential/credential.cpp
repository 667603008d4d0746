#include "domain/credential/credential.hpp"

#include <algorithm>
#include <utility>

namespace mino {
namespace {

using std::chrono::minutes;

std::chrono::minutes guessed_life(CredentialProvider provider) {
  switch (provider) {
    case CredentialProvider::kAws:
      return minutes(0);
    case CredentialProvider::kGcp:
      return minutes(55);
    case CredentialProvider::kAzure:
      return minutes(5);
    case CredentialProvider::kGithub:
      return minutes(15);
  }
  return minutes(0);
}

/// The value behind a variable; null for one that the request itself says.
const Secret* value_of(const Credential& credential, std::string_view name) {
  const auto found = credential.values.find(name);
  return found == credential.values.end() ? nullptr : &found->second;
}

std::string_view value_name(std::string_view variable) {
  if (variable == "AWS_ACCESS_KEY_ID") return kAwsAccessKeyId;
  if (variable == "AWS_SECRET_ACCESS_KEY") return kAwsSecretAccessKey;
  if (variable == "AWS_SESSION_TOKEN") return kAwsSessionToken;
  return kToken;
}

/// What is set beside the secret so that programs use it in the right place.
const std::string* plain_value(const CredentialRequest& request, std::string_view variable) {
  if (variable == "AWS_REGION" || variable == "AWS_DEFAULT_REGION") return &request.region;
  if (variable == "CLOUDSDK_CORE_PROJECT") return &request.project;
  if (variable == "GH_HOST") return &request.host;
  return nullptr;
}

}  // namespace

std::vector<std::string_view> credential_value_names(CredentialProvider provider) {
  if (provider == CredentialProvider::kAws)
    return {kAwsAccessKeyId, kAwsSecretAccessKey, kAwsSessionToken};
  return {kToken};
}

bool is_complete(CredentialProvider provider, const Credential& credential) {
  return std::ranges::all_of(credential_value_names(provider),
                             [&credential](std::string_view name) {
                               const Secret* value = value_of(credential, name);
                               return value != nullptr && !value->empty();
                             });
}

Timestamp expected_end(CredentialProvider provider, const IssuedCredential& issued) {
  return issued.credential.expires_at.value_or(issued.issued_at + guessed_life(provider));
}

CredentialUse decide_use(CredentialProvider provider, const IssuedCredential& issued,
                         Timestamp now) {
  if (issued.issued_at > now) return CredentialUse::kRefuse;
  const Timestamp end = expected_end(provider, issued);
  const auto life = end - issued.issued_at;
  const auto margin = std::clamp<Timestamp::duration>(life / 4, minutes(1), minutes(5));
  return end - now > margin ? CredentialUse::kUse : CredentialUse::kRenew;
}

Result<void> check_not_expired(CredentialProvider provider, const Credential& credential,
                               Timestamp now) {
  if (!credential.expires_at || *credential.expires_at > now) return {};
  return Error(ErrorCode::kUnavailable, std::string(cli_program(provider)) +
                                            " gave a credential that ended at " +
                                            format_rfc3339(*credential.expires_at))
      .set_hint("log in again, and see whether this machine's clock is right: date -u");
}

std::map<std::string, Secret> credential_variables(const CredentialRequest& request,
                                                   const Credential& credential) {
  std::map<std::string, Secret> variables;
  for (const std::string& name : credential_variable_names(request)) {
    if (const std::string* plain = plain_value(request, name)) {
      variables.emplace(name, Secret(*plain));
    } else if (const Secret* value = value_of(credential, value_name(name))) {
      variables.emplace(name, *value);
    }
  }
  return variables;
}

}  // namespace mino
