#include "application/issue_credentials.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace mino::application {
namespace {

/// Whoever holds the lock waits for programs that have 30 s each.
constexpr std::chrono::seconds kPatience(40);

}  // namespace

IssueCredentials::IssueCredentials(Ports ports, const AccountFiles& accounts)
    : ports_(ports), accounts_(accounts), audit_(ports.audit, ports.notices) {}

Result<std::vector<BoxCredential>> IssueCredentials::execute(
    const RunPlan& plan, const std::vector<CredentialRequest>& requests) {
  lacking_.clear();
  std::vector<Wanted> all;
  all.reserve(requests.size());
  for (const CredentialRequest& request : requests) all.push_back(wanted(request));
  look_in_cache(all, Complaints::kSaid);
  if (std::ranges::any_of(all, [](const Wanted& each) { return !each.issued; })) {
    const std::unique_ptr<CredentialLock> lock = this->lock(all);
    // What another run has fetched meanwhile.
    if (lock) look_in_cache(all, Complaints::kKept);
    fetch(plan, all);
  }
  std::vector<BoxCredential> credentials;
  for (const Wanted& each : all) {
    if (!each.issued) continue;
    record(plan, each);
    credentials.push_back(
        {each.request.provider, credential_variables(each.request, each.issued->credential)});
  }
  if (!lacking_.empty() && plan.lacking_credential == LackingCredential::kEndsTheRun) {
    std::vector<std::string_view> names;
    for (const CredentialProvider provider : lacking_) names.push_back(display_name(provider));
    return Error(ErrorCode::kUnavailable,
                 fmt::format("the credentials of {} could not be had", fmt::join(names, " and ")))
        .set_hint("leave --strict-credentials out to go on without them");
  }
  return credentials;
}

IssueCredentials::Wanted IssueCredentials::wanted(const CredentialRequest& request) const {
  const AccountInputs inputs = accounts_.inputs(request);
  return {.request = request,
          .key = ports_.digest.sha256_hex(identity_bytes(request, inputs.text)),
          .keeping = inputs.keeping,
          .issued = std::nullopt};
}

void IssueCredentials::look_in_cache(std::vector<Wanted>& all, Complaints complaints) {
  const Timestamp now = ports_.clock.now();
  for (Wanted& each : all) {
    if (each.issued || each.keeping == Keeping::kForbidden) continue;
    const CredentialProvider provider = each.request.provider;
    CachedCredential cached = ports_.cache.load(provider, each.key);
    if (!cached.complaint.empty() && complaints == Complaints::kSaid) {
      ports_.notices.warn(fmt::format("the {} credentials that were kept are not used: {}",
                                      display_name(provider), cached.complaint),
                          "");
    }
    if (!cached.credential) continue;
    const CredentialUse use = decide_use(provider, *cached.credential, now);
    if (use == CredentialUse::kRefuse && complaints == Complaints::kSaid) {
      ports_.notices.info(
          fmt::format("the {} credentials that were kept are from the future: this machine's clock "
                      "was set back",
                      display_name(provider)));
    }
    if (use != CredentialUse::kUse) continue;
    each.issued = std::move(cached.credential);
    each.from_cache = true;
  }
}

std::unique_ptr<CredentialLock> IssueCredentials::lock(const std::vector<Wanted>& all) {
  std::vector<std::string> keys;
  for (const Wanted& each : all) {
    if (!each.issued && each.keeping == Keeping::kAllowed) keys.push_back(each.key);
  }
  if (keys.empty()) return nullptr;
  auto lock = ports_.cache.lock(keys, kPatience);
  if (lock.ok()) return std::move(lock).value();
  // A second call of the program is better than none.
  ports_.notices.debug("credentials are fetched without a lock: " + lock.error().text());
  return nullptr;
}

void IssueCredentials::fetch(const RunPlan& plan, std::vector<Wanted>& all) {
  std::vector<Wanted*> missing;
  std::vector<CredentialRequest> requests;
  for (Wanted& each : all) {
    if (each.issued) continue;
    missing.push_back(&each);
    requests.push_back(each.request);
    ports_.notices.info(fmt::format("asking {} for {} credentials",
                                    cli_program(each.request.provider),
                                    display_name(each.request.provider)));
  }
  if (missing.empty()) return;
  // Before the programs run, so that a guessed end is early rather than late.
  const Timestamp asked_at = ports_.clock.now();
  std::vector<Result<Credential>> results = ports_.source.fetch(requests);
  const Timestamp now = ports_.clock.now();
  for (std::size_t i = 0; i < missing.size(); ++i) {
    const CredentialRequest& request = requests[i];
    if (results[i].ok()) {
      const auto checked = check_not_expired(request.provider, *results[i], now);
      if (!checked.ok()) results[i] = checked.error();
    }
    if (!results[i].ok()) {
      report_lack(plan, request, results[i].error());
      continue;
    }
    missing[i]->issued = IssuedCredential{std::move(results[i]).value(), asked_at};
    keep(*missing[i]);
  }
}

void IssueCredentials::keep(const Wanted& wanted) {
  if (wanted.keeping == Keeping::kForbidden) return;
  const CredentialProvider provider = wanted.request.provider;
  const Timestamp now = ports_.clock.now();
  // One that is not good for a while would only lie around.
  if (decide_use(provider, *wanted.issued, now) != CredentialUse::kUse) return;
  const auto stored = ports_.cache.store(provider, wanted.key, *wanted.issued, now);
  if (stored.ok()) return;
  ports_.notices.warn(fmt::format("the {} credentials are not kept for the next run: {}",
                                  display_name(provider), stored.error().text()),
                      stored.error().hint());
}

void IssueCredentials::report_lack(const RunPlan& plan, const CredentialRequest& request,
                                   const Error& error) {
  const std::string_view name = display_name(request.provider);
  if (request.wish == CredentialWish::kByDefault && error.code() == ErrorCode::kNotFound) {
    ports_.notices.info(fmt::format("no {} credentials: {}", name, error.text()));
    return;
  }
  lacking_.push_back(request.provider);
  ports_.notices.warn(fmt::format("no {} credentials: {}", name, error.text()), error.hint());
  audit_.record("credentials.failed", {{"name", plan.session.str()},
                                       {"provider", to_string(request.provider)},
                                       {"identity", identity_summary(request)},
                                       {"error", error.text()}});
}

void IssueCredentials::record(const RunPlan& plan, const Wanted& wanted) {
  const auto& end = wanted.issued->credential.expires_at;
  audit_.record("credentials.issued",
                {{"name", plan.session.str()},
                 {"provider", to_string(wanted.request.provider)},
                 {"identity", identity_summary(wanted.request)},
                 {"source", wanted.from_cache ? "cache" : "fresh"},
                 {"expires_at", end ? JsonValue(format_rfc3339(*end)) : JsonValue()}});
}

}  // namespace mino::application
