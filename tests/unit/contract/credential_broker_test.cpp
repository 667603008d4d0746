#include "tests/contract/credential_broker_contract.hpp"

#include <deque>
#include <functional>

#include "tests/fakes/fake_credential_broker.hpp"

namespace mino::contract {
namespace {

class Fake final : public CredentialBrokerHarness {
 public:
  CredentialBroker& broker() override { return broker_; }
  RunPlan plan() override {
    RunPlan plan = testing_support::plan_of(testing_support::plain_inputs());
    plan.broker = BrokerPlan{.helper_program = "/h"};
    return plan;
  }
  void box_stands() override {}
  Client ask(const std::string& token) override {
    const int client = static_cast<int>(asked_.size());
    asked_.emplace_back();
    if (token != broker_.terms.token.reveal()) {
      events_.emplace_back(
          [this] { broker_.sink().refused(BrokerRefusal::kNoToken, CredentialProvider::kAws); });
    } else {
      events_.emplace_back([this, client] {
        asked_[static_cast<std::size_t>(client)] = broker_.ask(CredentialProvider::kAws);
      });
    }
    return client;
  }
  bool was_told(Client client, const std::string& text) override {
    const auto question = asked_.at(static_cast<std::size_t>(client));
    return question && broker_.answer_to(*question).find(text) != std::string::npos;
  }
  bool turn() override {
    if (broker_.alarm && *broker_.alarm <= std::chrono::system_clock::now()) {
      broker_.ring();
      return true;
    }
    if (events_.empty()) return false;
    const auto event = std::move(events_.front());
    events_.pop_front();
    event();
    return true;
  }
  void turn_at_once() override { static_cast<void>(turn()); }

 private:
  fakes::FakeCredentialBroker broker_;
  std::deque<std::function<void()>> events_;
  std::vector<std::optional<BrokerSink::Question>> asked_;
};

std::unique_ptr<CredentialBrokerHarness> make_fake() { return std::make_unique<Fake>(); }

INSTANTIATE_TEST_SUITE_P(Fake, CredentialBrokerContract, ::testing::Values(&make_fake));

}  // namespace
}  // namespace mino::contract
