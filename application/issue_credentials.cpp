#include "application/issue_credentials.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace mino::application {
namespace {

/// Nobody asked for it, and there is no program to ask.
bool is_no_news(const CredentialRequest& request, const Error& error) {
  return request.wish == CredentialWish::kByDefault && error.code() == ErrorCode::kNotFound;
}

}  // namespace

IssueCredentials::IssueCredentials(Ports ports)
    : ports_(ports), audit_(ports.audit, ports.notices) {}

Result<std::vector<BoxCredential>> IssueCredentials::execute(
    const RunPlan& plan, const std::vector<CredentialRequest>& requests) {
  std::vector<FetchedCredential> all =
      ports_.fetch.execute(requests, decide_use, [this](const CredentialRequest& request) {
        ports_.notices.info(fmt::format("asking {} for {} credentials",
                                        cli_program(request.provider),
                                        display_name(request.provider)));
      });
  std::vector<BoxCredential> credentials;
  std::vector<std::string_view> lacking;
  for (FetchedCredential& each : all) {
    say_complaints(each);
    if (each.issued.ok()) {
      record(plan, each);
      credentials.push_back({std::move(each.request), std::move(each.issued).value()});
    } else if (is_no_news(each.request, each.issued.error())) {
      ports_.notices.info(fmt::format("no {} credentials: {}", display_name(each.request.provider),
                                      each.issued.error().text()));
    } else {
      report_lack(plan, each.request, each.issued.error());
      lacking.push_back(display_name(each.request.provider));
      credentials.push_back({std::move(each.request), std::nullopt});
    }
  }
  if (!lacking.empty() && plan.lacking_credential == LackingCredential::kEndsTheRun) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("the credentials of {} could not be had", fmt::join(lacking, " and ")))
        .set_hint("leave --strict-credentials out to go on without them");
  }
  return credentials;
}

void IssueCredentials::say_complaints(const FetchedCredential& fetched) {
  const std::string_view name = display_name(fetched.request.provider);
  if (!fetched.cache_complaint.empty()) {
    ports_.notices.warn(fmt::format("the {} credentials that were kept are not used: {}", name,
                                    fetched.cache_complaint),
                        "");
  }
  if (fetched.keep_complaint) {
    ports_.notices.warn(fmt::format("the {} credentials are not kept for the next run: {}", name,
                                    fetched.keep_complaint->text()),
                        fetched.keep_complaint->hint());
  }
}

void IssueCredentials::report_lack(const RunPlan& plan, const CredentialRequest& request,
                                   const Error& error) {
  ports_.notices.warn(
      fmt::format("no {} credentials: {}", display_name(request.provider), error.text()),
      error.hint());
  audit_.record("credentials.failed", {{"name", plan.session.str()},
                                       {"provider", to_string(request.provider)},
                                       {"identity", identity_summary(request)},
                                       {"error", error.text()}});
}

void IssueCredentials::record(const RunPlan& plan, const FetchedCredential& fetched) {
  const auto& end = fetched.issued->credential.expires_at;
  audit_.record("credentials.issued",
                {{"name", plan.session.str()},
                 {"provider", to_string(fetched.request.provider)},
                 {"identity", identity_summary(fetched.request)},
                 {"source", fetched.from_cache ? "cache" : "fresh"},
                 {"expires_at", end ? JsonValue(format_rfc3339(*end)) : JsonValue()}});
}

}  // namespace mino::application
