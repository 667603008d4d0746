#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/credential/request.hpp"
#include "domain/error.hpp"
#include "domain/secret.hpp"

namespace mino {

/// What a foreign program said, fit to be shown: control characters made visible, the known secrets
/// and every word that looks like a token ("ghp_…", "AKIA…", "ya29.…", "eyJ…", long words with
/// upper and lower case and digits) replaced by "***". Errs on the side of hiding.
[[nodiscard]] std::string scrubbed(std::string_view text, const std::vector<Secret>& known);

/// Why the provider's program ended without a credential: kUnavailable, with the last telling line
/// of what it said (scrubbed, and cut) and the command that puts it right.
[[nodiscard]] Error cli_failure(const CredentialRequest& request, std::string_view errors,
                                const std::vector<Secret>& known);

/// The program is not there: kNotFound.
[[nodiscard]] Error cli_missing(const CredentialRequest& request);

/// The program printed something else than a credential: kUnavailable. Nothing of what it printed
/// is in the error.
[[nodiscard]] Error cli_nonsense(const CredentialRequest& request, std::string_view why);

/// How to do without: "--no-github", or the key to set.
[[nodiscard]] std::string how_to_do_without(const CredentialRequest& request);

}  // namespace mino
