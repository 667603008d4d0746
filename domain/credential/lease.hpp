#pragma once

#include <optional>
#include <string>

#include "domain/credential/credential.hpp"

namespace mino {

/// One provider's credential in a session that hands it out again and again: when it is renewed,
/// and what who asks gets. Time comes in; the caller does the renewing and says how it went.
class CredentialLease {
 public:
  enum class Answer {
    kCurrent,  ///< current() is good
    kLater,    ///< it is being renewed: wait for renewed() or renewal_failed()
    kNothing,  ///< the last renewal has failed, and the next one is not due yet
  };

  /// Nothing at first: the credential could not be had yet.
  CredentialLease(CredentialProvider provider, std::optional<IssuedCredential> first)
      : provider_(provider), current_(std::move(first)) {}

  /// Somebody asks. Look at wants_renewal() first.
  [[nodiscard]] Answer asked(Timestamp now);
  /// Whether to start a renewal, since somebody asks (`kAsked`) or in good time, if anybody has
  /// asked for the credential since it came.
  enum class Cause { kAsked, kTime };
  [[nodiscard]] bool wants_renewal(Cause cause, Timestamp now) const;
  /// When wants_renewal() with kTime may say yes; nothing while that waits for something else.
  [[nodiscard]] std::optional<Timestamp> wakes_at() const;

  void renewal_started();
  void renewed(IssuedCredential issued, Timestamp now);
  /// `why` is for whoever asks, without a secret.
  void renewal_failed(std::string why, Timestamp now);

  /// Whether this is worth being put in the place of what is there: one that is as near its end
  /// helps nobody.
  [[nodiscard]] bool is_renewal(const IssuedCredential& issued, Timestamp now) const;

  [[nodiscard]] const std::optional<IssuedCredential>& current() const { return current_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] CredentialProvider provider() const { return provider_; }

 private:
  [[nodiscard]] bool is_over(Timestamp now) const;
  [[nodiscard]] Timestamp renewal_time() const;

  CredentialProvider provider_;
  std::optional<IssuedCredential> current_;
  std::string failure_;
  bool is_renewing_ = false;
  bool is_used_ = false;  ///< somebody has asked since the credential came
  int failures_ = 0;      ///< one after the other
  std::optional<Timestamp> not_before_;
};

/// How long before its end a credential of this life is renewed. AWS's SDKs ask again for one that
/// has a quarter of an hour left (botocore's advisory refresh), so that it is to have more.
[[nodiscard]] Timestamp::duration renewal_lead(CredentialProvider provider,
                                               Timestamp::duration life);

/// In the place of decide_use() for one that was kept and is to renew another: one that would have
/// to be renewed at once itself helps nobody.
[[nodiscard]] CredentialUse decide_renewal(CredentialProvider provider,
                                           const IssuedCredential& issued, Timestamp now);

}  // namespace mino
