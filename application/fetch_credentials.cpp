#include "application/fetch_credentials.hpp"

#include <algorithm>
#include <utility>

namespace mino::application {
namespace {

/// Whoever holds the lock waits for programs that have 30 s each.
constexpr std::chrono::seconds kPatience(40);

}  // namespace

FetchCredentials::FetchCredentials(Ports ports, const AccountFiles& accounts)
    : ports_(ports), accounts_(accounts) {}

std::vector<FetchedCredential> FetchCredentials::execute(
    const std::vector<CredentialRequest>& requests, const Judge& judge,
    const Starting& starting) const {
  std::vector<Wanted> all;
  all.reserve(requests.size());
  for (const CredentialRequest& request : requests) all.push_back(wanted(request));
  look_in_cache(all, judge);
  if (std::ranges::any_of(all, [](const Wanted& each) { return !each.result; })) {
    // A second call of the program is better than none: without the lock all goes on.
    const std::unique_ptr<CredentialLock> lock = this->lock(all);
    // What another process has fetched meanwhile.
    if (lock) look_in_cache(all, judge);
    fetch(all, starting);
  }
  std::vector<FetchedCredential> fetched;
  fetched.reserve(all.size());
  for (Wanted& each : all) {
    fetched.push_back({std::move(each.request), *std::move(each.result), each.from_cache,
                       std::move(each.cache_complaint), std::move(each.keep_complaint)});
  }
  return fetched;
}

FetchCredentials::Wanted FetchCredentials::wanted(const CredentialRequest& request) const {
  const AccountInputs inputs = accounts_.inputs(request);
  Wanted wanted;
  wanted.request = request;
  wanted.key = ports_.digest.sha256_hex(identity_bytes(request, inputs.text));
  wanted.keeping = inputs.keeping;
  return wanted;
}

void FetchCredentials::look_in_cache(std::vector<Wanted>& all, const Judge& judge) const {
  const Timestamp now = ports_.clock.now();
  for (Wanted& each : all) {
    if (each.result || each.keeping == Keeping::kForbidden) continue;
    const CredentialProvider provider = each.request.provider;
    CachedCredential cached = ports_.cache.load(provider, each.key);
    if (!cached.complaint.empty()) each.cache_complaint = std::move(cached.complaint);
    if (!cached.credential) continue;
    if (judge(provider, *cached.credential, now) != CredentialUse::kUse) continue;
    each.result = *std::move(cached.credential);
    each.from_cache = true;
    each.cache_complaint.clear();
  }
}

std::unique_ptr<CredentialLock> FetchCredentials::lock(const std::vector<Wanted>& all) const {
  std::vector<std::string> keys;
  for (const Wanted& each : all) {
    if (!each.result && each.keeping == Keeping::kAllowed) keys.push_back(each.key);
  }
  if (keys.empty()) return nullptr;
  auto lock = ports_.cache.lock(keys, kPatience);
  return lock.ok() ? std::move(lock).value() : nullptr;
}

void FetchCredentials::fetch(std::vector<Wanted>& all, const Starting& starting) const {
  std::vector<Wanted*> missing;
  std::vector<CredentialRequest> requests;
  for (Wanted& each : all) {
    if (each.result) continue;
    missing.push_back(&each);
    requests.push_back(each.request);
    starting(each.request);
  }
  if (missing.empty()) return;
  // Before the programs run, so that a guessed end is early rather than late.
  const Timestamp asked_at = ports_.clock.now();
  std::vector<Result<Credential>> results = ports_.source.fetch(requests);
  const Timestamp now = ports_.clock.now();
  for (std::size_t i = 0; i < missing.size(); ++i) {
    const CredentialProvider provider = requests[i].provider;
    if (results[i].ok()) {
      if (const auto checked = check_not_expired(provider, *results[i], now); !checked.ok())
        results[i] = checked.error();
    }
    if (!results[i].ok()) {
      missing[i]->result = std::move(results[i]).error();
      continue;
    }
    missing[i]->result = IssuedCredential{std::move(results[i]).value(), asked_at};
    keep(*missing[i]);
  }
}

void FetchCredentials::keep(Wanted& wanted) const {
  if (wanted.keeping == Keeping::kForbidden) return;
  const CredentialProvider provider = wanted.request.provider;
  const Timestamp now = ports_.clock.now();
  // One that is not good for a while would only lie around.
  if (decide_use(provider, **wanted.result, now) != CredentialUse::kUse) return;
  auto stored = ports_.cache.store(provider, wanted.key, **wanted.result, now);
  if (!stored.ok()) wanted.keep_complaint = std::move(stored).error();
}

}  // namespace mino::application
