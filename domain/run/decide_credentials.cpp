// Whose credentials the box gets.
#include <algorithm>
#include <utility>

#include "domain/credential/broker.hpp"
#include "domain/run/broker_plan.hpp"
#include "domain/run/decide_steps.hpp"

namespace mino {
namespace {

/// What nobody asked for comes along only where it is there without asking and can be used.
bool comes_along(const CredentialRequest& request, const RunInputs& inputs, NetworkMode network) {
  if (request.wish == CredentialWish::kAsked) return true;
  return inputs.host.has_github_login && network != NetworkMode::kNone;
}

/// Whether the box gets its credentials from a service inside it.
Result<void> decide_broker(const RunInputs& inputs, const std::vector<CredentialRequest>& requests,
                           RunPlan& plan) {
  constexpr std::string_view kKey = "credentials.delivery";
  if (requests.empty() || inputs.config.text(kKey) != "broker") return {};
  const std::string origin = origin_of(inputs.config, kKey);
  if (plan.network == NetworkMode::kHost) {
    return Error(ErrorCode::kConfig,
                 "credentials.delivery \"broker\" (" + origin +
                     ") cannot be had with the host's network: all of its users could reach the "
                     "broker")
        .set_hint("choose another network, or: mino config set credentials.delivery env");
  }
  plan.broker = BrokerPlan{
      .helper_program = inputs.host.helper_program, .credential_program = {}, .git_host = {}};
  const auto github =
      std::ranges::find(requests, CredentialProvider::kGithub, &CredentialRequest::provider);
  if (github != requests.end()) {
    plan.broker->credential_program = inputs.host.credential_program;
    plan.broker->git_host = github->host;
  }
  explain(plan, "credential delivery", "broker at " + std::string(kBrokerAddress), origin,
          "renewed while the session runs");
  const auto azure =
      std::ranges::find(requests, CredentialProvider::kAzure, &CredentialRequest::provider);
  if (azure != requests.end() && !azure->resources.empty()) {
    std::string resources;
    for (const std::string& each : azure->resources)
      resources += (resources.empty() ? "" : ", ") + each;
    constexpr std::string_view kResources = "credentials.azure.resources";
    explain(plan, "Azure resources", std::move(resources), origin_of(inputs.config, kResources),
            "beside the resource manager");
  }
  return {};
}

}  // namespace

Result<std::vector<CredentialRequest>> planned_requests(const RunPlan& plan,
                                                        const RunInputs& inputs) {
  MINO_ASSIGN(std::vector<CredentialRequest> requests, credential_requests(inputs.config));
  std::erase_if(requests, [&](const CredentialRequest& request) {
    return !comes_along(request, inputs, plan.network);
  });
  return requests;
}

std::string broker_directory(const RunPlan& plan) {
  return plan.runtime_dir + "/" + std::string(kBrokerDirectoryName);
}

Result<void> decide_credentials(const RunInputs& inputs, RunPlan& plan) {
  MINO_ASSIGN(const std::vector<CredentialRequest> requests, planned_requests(plan, inputs));
  for (const CredentialRequest& request : requests) {
    std::string identity = identity_summary(request);
    std::string name(display_name(request.provider));
    const bool asked = request.wish == CredentialWish::kAsked;
    explain(plan, name + " credentials", identity, request.origin,
            asked ? "" : "gh has a token for it");
    plan.credentials.push_back({request.provider, identity, request.origin});
    plan.grants.emplace_back(CredentialGrant{std::move(name), std::move(identity)});
  }
  MINO_TRY(decide_broker(inputs, requests, plan));
  if (inputs.request.strict_credentials == Switch::kOn) {
    plan.lacking_credential = LackingCredential::kEndsTheRun;
    explain(plan, "lacking credential", "ends the run", "flag --strict-credentials", "");
  }
  return {};
}

}  // namespace mino
