#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/credential/credential.hpp"
#include "domain/credential/request.hpp"
#include "domain/result.hpp"
#include "ports/json_codec.hpp"

namespace mino::cloud {

/// The command line that makes the provider's program print a credential. Holds no secret.
[[nodiscard]] std::vector<std::string> credential_command(const CredentialRequest& request);

/// The credential that the program has printed. kUnavailable when it is none; the error holds
/// nothing of the output.
///
/// - aws: JSON with `Credentials.{AccessKeyId,SecretAccessKey,SessionToken,Expiration}` (RFC 3339).
/// - az: JSON with `accessToken` and `expires_on`, seconds since 1970 (azure-cli 2.54; earlier ones
///   have only `expiresOn`, local time without its offset, which is not used unless it has one).
/// - gcloud, gh: the token, one line.
[[nodiscard]] Result<Credential> parse_credential(const CredentialRequest& request,
                                                  std::string_view output, const JsonCodec& codec);

}  // namespace mino::cloud
