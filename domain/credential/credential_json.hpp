#pragma once

#include <optional>

#include "domain/credential/credential.hpp"
#include "domain/json_value.hpp"

namespace mino {

/// A credential as a document, for mino's own files and processes. It holds secrets: wipe() it.
[[nodiscard]] JsonValue to_json(CredentialProvider provider, const IssuedCredential& issued);

/// The credential of such a document, whose values are wiped; nothing when it is none of this
/// provider, or not complete.
[[nodiscard]] std::optional<IssuedCredential> take_credential(JsonValue& json,
                                                              CredentialProvider provider);

}  // namespace mino
