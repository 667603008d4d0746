// Whose credentials the box gets.
#include <algorithm>
#include <utility>

#include "domain/credential/broker.hpp"
#include "domain/run/broker_plan.hpp"
#include "domain/run/decide_steps.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

/// What nobody asked for comes along only where it is there without asking and can be used.
bool comes_along(const CredentialRequest& request, const RunInputs& inputs, NetworkMode network) {
  if (request.wish == CredentialWish::kAsked) return true;
  return inputs.host.has_github_login && network != NetworkMode::kNone;
}

constexpr std::string_view kDeliveryKey = "credentials.delivery";

bool is_brokered(const RunInputs& inputs) { return inputs.config.text(kDeliveryKey) == "broker"; }

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + visible_text(item);
  return text;
}

/// Whether the box gets its credentials from a service inside it.
Result<void> decide_broker(const RunInputs& inputs, const std::vector<CredentialRequest>& requests,
                           RunPlan& plan) {
  if (requests.empty() || !is_brokered(inputs)) return {};
  const std::string origin = origin_of(inputs.config, kDeliveryKey);
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
    explain(plan, "Azure resources", joined(azure->resources),
            origin_of(inputs.config, "credentials.azure.resources"), "beside the resource manager");
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
    if (is_brokered(inputs) && !request.resources.empty())
      identity += "; also for " + joined(request.resources);
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
