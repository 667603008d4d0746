#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config/config.hpp"
#include "domain/credential/provider.hpp"
#include "domain/result.hpp"

namespace mino {

/// Whether the lack of a credential is worth a word.
enum class CredentialWish {
  kByDefault,  ///< nobody asked: it comes along where the provider's program is set up
  kAsked,      ///< a flag or a file asked for it
};

/// What is asked of one provider. Fields that a provider does not know are empty.
struct CredentialRequest {
  CredentialProvider provider = CredentialProvider::kAws;
  CredentialWish wish = CredentialWish::kAsked;
  std::string origin;                  ///< of the wish: "flag --aws", a file's place, "default"
  std::int64_t duration_seconds = 0;   ///< AWS
  std::string profile;                 ///< AWS
  std::string role_arn;                ///< AWS; empty: a session token of the profile's own user
  std::string external_id;             ///< AWS, with a role; never shown
  std::string region;                  ///< AWS
  std::string project;                 ///< GCP
  std::string service_account;         ///< GCP, to impersonate
  std::string subscription;            ///< Azure
  std::string tenant;                  ///< Azure
  std::string resource;                ///< Azure; empty: its resource manager
  std::vector<std::string> resources;  ///< Azure: others that the broker may have tokens for
  std::string host;                    ///< GitHub; never empty there, lower case
  bool operator==(const CredentialRequest&) const = default;
};

/// What the configuration (flags included) asks for, in the order of kCredentialProviders. GitHub
/// is asked for by default. kConfig (kUsage for a flag) when a value cannot be given to a program:
/// it is empty, begins with a dash or holds control characters; or when the GitHub host is none.
[[nodiscard]] Result<std::vector<CredentialRequest>> credential_requests(const Config& config);

/// "role arn:aws:iam::1:role/dev, profile work, us-east-1, 3600 s": who the credential is for.
/// Holds neither a secret nor the external id.
[[nodiscard]] std::string identity_summary(const CredentialRequest& request);

/// The github.com that `gh` means without a host.
inline constexpr std::string_view kGithubHost = "github.com";

/// The names of the variables that the box gets with such a credential.
[[nodiscard]] std::vector<std::string> credential_variable_names(const CredentialRequest& request);

/// What tells one credential from another: all of the request but the wish and `resources`, and
/// `account_inputs`,
/// which stands for the files and variables from which the provider's program takes the account.
/// Each part with its length, so that no two requests give the same bytes. Meant to be digested.
[[nodiscard]] std::string identity_bytes(const CredentialRequest& request,
                                         std::string_view account_inputs);

}  // namespace mino
