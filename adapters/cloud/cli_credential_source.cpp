#include "adapters/cloud/cli_credential_source.hpp"

#include <fmt/format.h>

#include <utility>

#include "adapters/cloud/cli_environment.hpp"
#include "adapters/cloud/provider_cli.hpp"
#include "domain/credential/cli_failure.hpp"

namespace mino::cloud {
namespace {

constexpr std::size_t kMaxOutputBytes = std::size_t{1} << 20;

Error not_run(const CredentialRequest& request, const Error& error) {
  if (error.code() == ErrorCode::kNotFound) return cli_missing(request);
  Error shown(error);
  if (error.code() == ErrorCode::kTimeout) {
    shown.set_hint(fmt::format("see what it waits for: {} by itself; or do without: {}",
                               cli_program(request.provider), how_to_do_without(request)));
  }
  return shown;
}

/// What the output of a program that ended by itself can hold.
std::vector<Secret> known_secrets(const CredentialRequest& request, const ProcessSpec& spec) {
  std::vector<Secret> known = secrets_of(spec.environment);
  known.emplace_back(request.external_id);
  return known;
}

}  // namespace

CliCredentialSource::CliCredentialSource(ProcessRunner& runner, const Environment& environment,
                                         const JsonCodec& codec, std::chrono::milliseconds deadline)
    : runner_(runner), environment_(environment), codec_(codec), deadline_(deadline) {}

std::vector<Result<Credential>> CliCredentialSource::fetch(
    const std::vector<CredentialRequest>& requests) {
  std::vector<ProcessSpec> specs;
  specs.reserve(requests.size());
  for (const CredentialRequest& request : requests) specs.push_back(spec_of(request));
  std::vector<Result<ProcessOutput>> results = runner_.run_all(specs);
  std::vector<Result<Credential>> credentials;
  credentials.reserve(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i)
    credentials.push_back(read(requests[i], specs[i], results[i]));
  return credentials;
}

ProcessSpec CliCredentialSource::spec_of(const CredentialRequest& request) const {
  ProcessSpec spec;
  spec.argv = credential_command(request);
  spec.environment = cli_environment(environment_, request.provider);
  spec.deadline = deadline_;
  spec.max_output_bytes = kMaxOutputBytes;
  spec.end = ProcessEnd::kWithCaller;
  return spec;
}

Result<Credential> CliCredentialSource::read(const CredentialRequest& request,
                                             const ProcessSpec& spec,
                                             Result<ProcessOutput>& result) const {
  if (!result.ok()) return not_run(request, result.error());
  if (!result->succeeded()) {
    wipe(result->output);
    if (result->signal) {
      return Error(ErrorCode::kUnavailable,
                   fmt::format("{} was ended by signal {}", spec.argv.front(), *result->signal));
    }
    return cli_failure(request, result->errors, known_secrets(request, spec));
  }
  auto credential = parse_credential(request, result->output, codec_);
  wipe(result->output);
  return credential;
}

}  // namespace mino::cloud
