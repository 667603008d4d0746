#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/credential/request.hpp"
#include "domain/secret.hpp"
#include "domain/session/session_record.hpp"

namespace mino {

// The values of a credential by their names.
inline constexpr std::string_view kAwsAccessKeyId = "access_key_id";
inline constexpr std::string_view kAwsSecretAccessKey = "secret_access_key";
inline constexpr std::string_view kAwsSessionToken = "session_token";
inline constexpr std::string_view kToken = "token";  ///< the one value of the others

/// What a provider's program has handed out.
struct Credential {
  std::map<std::string, Secret, std::less<>> values;
  std::optional<Timestamp> expires_at;  ///< nothing: the program did not say
};

/// A credential with the time it was had at.
struct IssuedCredential {
  Credential credential;
  Timestamp issued_at{};
};

/// The names of the values that a credential of this provider has, each not empty.
[[nodiscard]] std::vector<std::string_view> credential_value_names(CredentialProvider provider);

/// Whether all of them are there.
[[nodiscard]] bool is_complete(CredentialProvider provider, const Credential& credential);

/// When the credential ends, as far as it can be told. A program that does not say leaves a guess
/// that is sure to be early: 55 minutes for GCP, whose program renews with each call, 5 for Azure,
/// whose program hands out what it had, 15 for GitHub, whose tokens have no end; AWS always says.
[[nodiscard]] Timestamp expected_end(CredentialProvider provider, const IssuedCredential& issued);

/// What to do with a credential that was kept.
enum class CredentialUse {
  kUse,     ///< good for a while
  kRenew,   ///< at its end, or too near it
  kRefuse,  ///< from the future: the clock was set back, and so its end says nothing
};

/// By the time `now`. The margin before the end is a quarter of the life, one minute at least and
/// five at most.
[[nodiscard]] CredentialUse decide_use(CredentialProvider provider, const IssuedCredential& issued,
                                       Timestamp now);

/// Success unless what a program has just handed out is over already. kUnavailable, with a hint.
[[nodiscard]] Result<void> check_not_expired(CredentialProvider provider,
                                             const Credential& credential, Timestamp now);

/// The box's variables: exactly credential_variable_names(), except that a credential that lacks a
/// value lacks its variable.
[[nodiscard]] std::map<std::string, Secret> credential_variables(const CredentialRequest& request,
                                                                 const Credential& credential);

}  // namespace mino
