#pragma once

#include <vector>

#include "domain/credential/credential.hpp"
#include "domain/credential/request.hpp"
#include "domain/result.hpp"

namespace mino {

/// Hands out credentials of the user, by the user's own programs. Never asks anything.
class CredentialSource {
 public:
  CredentialSource() = default;
  CredentialSource(const CredentialSource&) = delete;
  CredentialSource& operator=(const CredentialSource&) = delete;
  virtual ~CredentialSource() = default;

  /// One credential for each request, in their order, all of them at the same time. Blocks until
  /// the slowest has come or its deadline (30 s) has passed. A credential is complete; it may be
  /// over. Errors, each with a hint and no secret: kNotFound: there is no such program; kTimeout:
  /// it did not end; kUnavailable: it refused, or printed something else.
  [[nodiscard]] virtual std::vector<Result<Credential>> fetch(
      const std::vector<CredentialRequest>& requests) = 0;
};

}  // namespace mino
