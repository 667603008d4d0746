#include "adapters/cloud/provider_cli.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "domain/credential/cli_failure.hpp"

namespace mino::cloud {
namespace {

using Words = std::vector<std::string>;

/// A token travels in HTTP headers and environment variables: printable ASCII without spaces.
bool is_token(std::string_view text) {
  constexpr std::size_t kLongest = std::size_t{64} * 1024;
  return !text.empty() && text.size() <= kLongest &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

void add_option(Words& words, const std::string& option, const std::string& value) {
  if (!value.empty()) words.insert(words.end(), {option, value});
}

Words aws_command(const CredentialRequest& request) {
  Words words{"aws", "sts"};
  if (request.role_arn.empty()) {
    words.emplace_back("get-session-token");
  } else {
    words.insert(words.end(), {"assume-role", "--role-arn", request.role_arn, "--role-session-name",
                               "mino-session"});
  }
  words.insert(words.end(), {"--duration-seconds", std::to_string(request.duration_seconds),
                             "--output", "json"});
  add_option(words, "--external-id", request.external_id);
  add_option(words, "--profile", request.profile);
  add_option(words, "--region", request.region);
  return words;
}

Words gcloud_command(const CredentialRequest& request) {
  Words words{"gcloud", "auth", "print-access-token"};
  add_option(words, "--impersonate-service-account", request.service_account);
  return words;
}

Words azure_command(const CredentialRequest& request) {
  Words words{"az", "account", "get-access-token", "--output", "json"};
  add_option(words, "--subscription", request.subscription);
  add_option(words, "--tenant", request.tenant);
  add_option(words, "--resource", request.resource);
  return words;
}

/// The host is always named: without, `gh` takes GH_HOST or whichever it is logged in to.
Words github_command(const CredentialRequest& request) {
  return {"gh", "auth", "token", "--hostname", request.host};
}

/// A text member as a value of the credential; false when it is none.
bool take(Credential& credential, std::string_view name, const JsonValue& json,
          std::string_view member) {
  const std::string* text = json.find_string(member);
  if (text == nullptr || !is_token(*text)) return false;
  credential.values.insert_or_assign(std::string(name), Secret(*text));
  return true;
}

Result<Credential> parse_aws(const CredentialRequest& request, const JsonValue& json) {
  const JsonValue* found = json.find("Credentials");
  Credential credential;
  if (found == nullptr || !take(credential, kAwsAccessKeyId, *found, "AccessKeyId") ||
      !take(credential, kAwsSecretAccessKey, *found, "SecretAccessKey") ||
      !take(credential, kAwsSessionToken, *found, "SessionToken"))
    return cli_nonsense(request, "no access key, secret key and session token");
  if (const std::string* end = found->find_string("Expiration"))
    credential.expires_at = parse_rfc3339(*end);
  return credential;
}

/// Seconds since 1970, as a number or as digits.
std::optional<Timestamp> epoch_of(const JsonValue* json) {
  if (json == nullptr) return std::nullopt;
  std::int64_t seconds = 0;
  if (const std::int64_t* number = json->integer()) {
    seconds = *number;
  } else if (const std::string* text = json->string()) {
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (failed != std::errc() || end != text->data() + text->size()) return std::nullopt;
  } else {
    return std::nullopt;
  }
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  if (seconds <= 0 || seconds > kYear9999) return std::nullopt;
  // The clock's ticks are finer than seconds and end in the 23rd century.
  constexpr std::int64_t kLast = 9'000'000'000;
  return Timestamp(std::chrono::seconds(std::min(seconds, kLast)));
}

Result<Credential> parse_azure(const CredentialRequest& request, const JsonValue& json) {
  Credential credential;
  if (!take(credential, kToken, json, "accessToken"))
    return cli_nonsense(request, "no access token");
  credential.expires_at = epoch_of(json.find("expires_on"));
  if (!credential.expires_at) {
    if (const std::string* end = json.find_string("expiresOn"))
      credential.expires_at = parse_rfc3339(*end);
  }
  return credential;
}

Result<Credential> parse_line(const CredentialRequest& request, std::string_view output) {
  const std::size_t end = output.find_last_not_of(" \t\r\n");
  const std::string_view line =
      end == std::string_view::npos ? std::string_view() : output.substr(0, end + 1);
  if (!is_token(line)) {
    return cli_nonsense(request, line.empty() ? "nothing" : "not one word");
  }
  Credential credential;
  credential.values.emplace(std::string(kToken), Secret(std::string(line)));
  return credential;
}

}  // namespace

Words credential_command(const CredentialRequest& request) {
  switch (request.provider) {
    case CredentialProvider::kAws:
      return aws_command(request);
    case CredentialProvider::kGcp:
      return gcloud_command(request);
    case CredentialProvider::kAzure:
      return azure_command(request);
    case CredentialProvider::kGithub:
      return github_command(request);
  }
  return {};
}

Result<Credential> parse_credential(const CredentialRequest& request, std::string_view output,
                                    const JsonCodec& codec) {
  const bool is_aws = request.provider == CredentialProvider::kAws;
  if (!is_aws && request.provider != CredentialProvider::kAzure) return parse_line(request, output);
  auto json = codec.parse(output);
  if (!json.ok()) return cli_nonsense(request, "not JSON");
  auto credential = is_aws ? parse_aws(request, *json) : parse_azure(request, *json);
  wipe(*json);
  return credential;
}

}  // namespace mino::cloud
