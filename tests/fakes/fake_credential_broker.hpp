#pragma once

#include <map>
#include <optional>
#include <string>

#include "domain/check.hpp"
#include "ports/credential_broker.hpp"

namespace mino::fakes {

/// A broker whose box asks when it is told to.
class FakeCredentialBroker final : public CredentialBroker {
 public:
  [[nodiscard]] Result<void> start(const RunPlan& plan, const BrokerTerms& given,
                                   BrokerSink& sink) override {
    MINO_CHECK(plan.broker && sink_ == nullptr);
    if (failure) return *failure;
    terms = given;
    sink_ = &sink;
    return {};
  }
  void answer(BrokerSink::Question question, CredentialProvider provider,
              const IssuedCredential& issued) override {
    const auto names = credential_value_names(provider);
    const auto value = issued.credential.values.find(names.back());
    said[question] = value == issued.credential.values.end() ? "nothing" : value->second.reveal();
  }
  void decline(BrokerSink::Question question, const std::string& why) override {
    said[question] = "declined: " + why;
  }
  void wake_at(std::optional<Timestamp> time) override {
    if (sink_ != nullptr) alarm = time;
  }
  void stop() override {
    sink_ = nullptr;
    alarm.reset();
  }

  /// Asks; the answer is in `said` as soon as there is one.
  BrokerSink::Question ask(CredentialProvider provider, const std::string& subject = "") {
    const BrokerSink::Question question = next_++;
    sink().asked(question, provider, subject);
    return question;
  }
  /// What has come of it; "waits" while there is nothing.
  [[nodiscard]] std::string answer_to(BrokerSink::Question question) const {
    const auto found = said.find(question);
    return found == said.end() ? "waits" : found->second;
  }
  /// The time of the alarm has come.
  void ring() {
    alarm.reset();
    sink().woken();
  }
  [[nodiscard]] BrokerSink& sink() const {
    MINO_CHECK(sink_ != nullptr);
    return *sink_;
  }
  [[nodiscard]] bool running() const { return sink_ != nullptr; }

  std::optional<Error> failure;  ///< of start()
  BrokerTerms terms;
  std::optional<Timestamp> alarm;
  std::map<BrokerSink::Question, std::string> said;  ///< a value of the credential, or why not

 private:
  BrokerSink* sink_ = nullptr;
  BrokerSink::Question next_ = 1;
};

}  // namespace mino::fakes
