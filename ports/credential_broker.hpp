#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/credential/broker.hpp"
#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"

namespace mino {

/// Learns what a box wants of its broker. Called on the thread that runs the session, between
/// CredentialBroker::start() and stop(); must not block for long.
class BrokerSink {
 public:
  using Question = std::uint32_t;

  BrokerSink() = default;
  BrokerSink(const BrokerSink&) = delete;
  BrokerSink& operator=(const BrokerSink&) = delete;
  virtual ~BrokerSink() = default;

  /// Somebody in the box asks, and waits for answer(); who waits no longer is nobody's concern.
  /// `subject` is that of a BrokerAsk.
  virtual void asked(Question question, CredentialProvider provider,
                     const std::string& subject) = 0;
  /// Something was refused; `provider` is whom it was about, as far as that is known.
  virtual void refused(BrokerRefusal refusal, std::optional<CredentialProvider> provider) = 0;
  /// The time of wake_at() has come, or the clock was set.
  virtual void woken() = 0;
  /// The broker has ended while the session goes on: the box gets nothing more. Called at most
  /// once.
  virtual void broker_lost() = 0;
};

/// Serves credentials inside a box, in the ways of domain/credential/broker.hpp.
class CredentialBroker {
 public:
  CredentialBroker() = default;
  CredentialBroker(const CredentialBroker&) = delete;
  CredentialBroker& operator=(const CredentialBroker&) = delete;
  virtual ~CredentialBroker() = default;

  /// Starts it for `plan`, which has a broker and whose runtime directory exists; `plan` and `sink`
  /// outlive stop(). Does not wait for the box: the session's owner holds the agent back until the
  /// broker serves. When it fails it has left nothing behind. kUnavailable: the helper program
  /// cannot be started.
  [[nodiscard]] virtual Result<void> start(const RunPlan& plan, const BrokerTerms& terms,
                                           BrokerSink& sink) = 0;
  /// Answers one question, once.
  virtual void answer(BrokerSink::Question question, CredentialProvider provider,
                      const IssuedCredential& issued) = 0;
  /// The same without a credential; `why` holds no secret.
  virtual void decline(BrokerSink::Question question, const std::string& why) = 0;
  /// Has BrokerSink::woken() called once at that time of the clock; nothing: not at all.
  virtual void wake_at(std::optional<Timestamp> time) = 0;
  /// Ends it and removes its files. Idempotent.
  virtual void stop() = 0;
};

}  // namespace mino
