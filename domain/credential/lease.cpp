#include "domain/credential/lease.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mino {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds kFirstPause(5);
constexpr seconds kLongestPause(60);
constexpr int kDoublings = 4;

Timestamp renewal_time_of(CredentialProvider provider, const IssuedCredential& issued) {
  const Timestamp end = expected_end(provider, issued);
  return end - renewal_lead(provider, end - issued.issued_at);
}

}  // namespace

Timestamp::duration renewal_lead(CredentialProvider provider, Timestamp::duration life) {
  const Timestamp::duration wanted =
      provider == CredentialProvider::kAws ? minutes(20) : minutes(5);
  return std::clamp<Timestamp::duration>(life / 2, Timestamp::duration::zero(), wanted);
}

CredentialUse decide_renewal(CredentialProvider provider, const IssuedCredential& issued,
                             Timestamp now) {
  if (issued.issued_at > now) return CredentialUse::kRefuse;
  return now < renewal_time_of(provider, issued) ? CredentialUse::kUse : CredentialUse::kRenew;
}

Timestamp CredentialLease::renewal_time() const { return renewal_time_of(provider_, *current_); }

/// One from the future is over too: the clock was set back, and its end says nothing.
bool CredentialLease::is_over(Timestamp now) const {
  return !current_ || current_->issued_at > now || expected_end(provider_, *current_) <= now;
}

bool CredentialLease::wants_renewal(Cause cause, Timestamp now) const {
  if (is_renewing_) return false;
  // After a clock that was set back a pause could last for ever.
  if (not_before_ && now < *not_before_ && *not_before_ - now <= kLongestPause) return false;
  if (cause == Cause::kTime && !is_used_) return false;
  return is_over(now) || now >= renewal_time();
}

std::optional<Timestamp> CredentialLease::wakes_at() const {
  if (is_renewing_ || !is_used_ || !current_) return std::nullopt;
  return std::max(renewal_time(), not_before_.value_or(Timestamp()));
}

CredentialLease::Answer CredentialLease::asked(Timestamp now) {
  is_used_ = true;
  if (!is_over(now)) return Answer::kCurrent;
  return is_renewing_ ? Answer::kLater : Answer::kNothing;
}

void CredentialLease::renewal_started() { is_renewing_ = true; }

bool CredentialLease::is_renewal(const IssuedCredential& issued, Timestamp now) const {
  if (is_over(now)) return true;
  return expected_end(provider_, issued) > expected_end(provider_, *current_);
}

void CredentialLease::renewed(IssuedCredential issued, Timestamp now) {
  is_renewing_ = false;
  failures_ = 0;
  failure_.clear();
  not_before_.reset();
  if (is_renewal(issued, now)) {
    current_ = std::move(issued);
    is_used_ = false;
  }
  // A program that hands out what it has until shortly before its end is not asked all the time.
  if (is_over(now)) {
    failure_ = "what was handed out is over already";
    not_before_ = now + kFirstPause;
  } else if (now >= renewal_time()) {
    not_before_ = now + kLongestPause;
  }
}

void CredentialLease::renewal_failed(std::string why, Timestamp now) {
  is_renewing_ = false;
  failure_ = std::move(why);
  const int doublings = std::min(failures_, kDoublings);
  ++failures_;
  not_before_ = now + std::min<seconds>(kFirstPause * (1 << doublings), kLongestPause);
}

}  // namespace mino
