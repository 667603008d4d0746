#pragma once

#include <map>
#include <utility>
#include <vector>

#include "ports/credential_source.hpp"

namespace mino::fakes {

/// Hands out what it was given for a provider; there is no program for the others.
class FakeCredentialSource final : public CredentialSource {
 public:
  [[nodiscard]] std::vector<Result<Credential>> fetch(
      const std::vector<CredentialRequest>& requests) override {
    calls.push_back(requests);
    std::vector<Result<Credential>> results;
    for (const CredentialRequest& request : requests) {
      const auto found = answers.find(request.provider);
      if (found == answers.end()) {
        results.emplace_back(Error(ErrorCode::kNotFound, "no such program"));
      } else {
        results.push_back(found->second);
      }
    }
    return results;
  }

  std::map<CredentialProvider, Result<Credential>> answers;
  std::vector<std::vector<CredentialRequest>> calls;  ///< what was asked for at once
};

}  // namespace mino::fakes
