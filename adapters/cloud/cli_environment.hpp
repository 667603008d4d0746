#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/credential/provider.hpp"
#include "domain/secret.hpp"
#include "ports/environment.hpp"

namespace mino::cloud {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// The environment of a provider's program: where the user's files are, proxies and certificates,
/// and the provider's own variables; and those that keep it from asking, paging or colouring.
/// Nothing else of the user's, so that neither another provider's secret nor a loader variable gets
/// into it.
[[nodiscard]] Variables cli_environment(const Environment& environment,
                                        CredentialProvider provider);

/// The values among them that are secrets by their names (…TOKEN, …SECRET…, …PASSWORD…, …KEY…).
[[nodiscard]] std::vector<Secret> secrets_of(const Variables& variables);

}  // namespace mino::cloud
