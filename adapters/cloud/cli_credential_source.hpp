#pragma once

#include <chrono>

#include "ports/credential_source.hpp"
#include "ports/environment.hpp"
#include "ports/json_codec.hpp"
#include "ports/process_runner.hpp"

namespace mino::cloud {

/// CredentialSource over the providers' own programs on the user's PATH: aws, gcloud, az, gh.
class CliCredentialSource final : public CredentialSource {
 public:
  /// The ports must outlive this. Each program has `deadline` to end in.
  CliCredentialSource(ProcessRunner& runner, const Environment& environment, const JsonCodec& codec,
                      std::chrono::milliseconds deadline);

  [[nodiscard]] std::vector<Result<Credential>> fetch(
      const std::vector<CredentialRequest>& requests) override;

 private:
  [[nodiscard]] ProcessSpec spec_of(const CredentialRequest& request) const;
  [[nodiscard]] Result<Credential> read(const CredentialRequest& request, const ProcessSpec& spec,
                                        Result<ProcessOutput>& result) const;

  ProcessRunner& runner_;
  const Environment& environment_;
  const JsonCodec& codec_;
  std::chrono::milliseconds deadline_;
};

}  // namespace mino::cloud
