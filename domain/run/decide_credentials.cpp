// Whose credentials the box gets.
#include <algorithm>
#include <utility>

#include "domain/run/decide_steps.hpp"

namespace mino {
namespace {

/// What nobody asked for comes along only where it is there without asking and can be used.
bool comes_along(const CredentialRequest& request, const RunInputs& inputs, NetworkMode network) {
  if (request.wish == CredentialWish::kAsked) return true;
  return inputs.host.has_github_login && network != NetworkMode::kNone;
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
  if (inputs.request.strict_credentials == Switch::kOn) {
    plan.lacking_credential = LackingCredential::kEndsTheRun;
    explain(plan, "lacking credential", "ends the run", "flag --strict-credentials", "");
  }
  return {};
}

}  // namespace mino
