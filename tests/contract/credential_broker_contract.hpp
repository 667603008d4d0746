#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/credential_broker.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::contract {

/// A broker with a box whose processes ask it.
class CredentialBrokerHarness {
 public:
  using Client = int;

  CredentialBrokerHarness() = default;
  CredentialBrokerHarness(const CredentialBrokerHarness&) = delete;
  CredentialBrokerHarness& operator=(const CredentialBrokerHarness&) = delete;
  virtual ~CredentialBrokerHarness() = default;

  virtual CredentialBroker& broker() = 0;
  virtual RunPlan plan() = 0;
  /// The box stands; returns when the broker serves in it.
  virtual void box_stands() = 0;
  /// A process of the box asks for AWS credentials, with the token or with a wrong one.
  virtual Client ask(const std::string& token) = 0;
  /// Whether that process has been told `text`; waits up to a deadline for its answer.
  virtual bool was_told(Client client, const std::string& text) = 0;
  /// Lets the sink be called, waiting up to a deadline for a reason. False when there is none.
  virtual bool turn() = 0;
  /// The same without waiting.
  virtual void turn_at_once() = 0;
};

using MakeCredentialBroker = std::unique_ptr<CredentialBrokerHarness> (*)();

class CredentialBrokerContract : public ::testing::TestWithParam<MakeCredentialBroker>,
                                 public BrokerSink {
 protected:
  void SetUp() override {
    harness_ = GetParam()();
    if (!harness_) GTEST_SKIP() << "user and network namespaces are refused here";
    ASSERT_TRUE(harness_->broker()
                    .start(plan_.emplace(harness_->plan()),
                           {Secret("tok"), {{.provider = CredentialProvider::kAws}}}, *this)
                    .ok());
    ASSERT_NO_FATAL_FAILURE(harness_->box_stands());
  }
  void TearDown() override {
    if (harness_) harness_->broker().stop();
  }

  void asked(Question question, CredentialProvider provider, const std::string& subject) override {
    EXPECT_EQ(provider, CredentialProvider::kAws);
    EXPECT_EQ(subject, "");
    questions_.push_back(question);
  }
  void refused(BrokerRefusal refusal, std::optional<CredentialProvider> provider) override {
    refusals_.emplace_back(refusal, provider);
  }
  void woken() override { ++woken_; }
  void broker_lost() override { ADD_FAILURE() << "the broker was lost"; }

  /// The next question.
  Question question() {
    const std::size_t before = questions_.size();
    while (questions_.size() == before) {
      if (!harness_->turn()) {
        ADD_FAILURE() << "nobody asks";
        return 0;
      }
    }
    return questions_.back();
  }
  static IssuedCredential issued(const std::string& session) {
    const Timestamp now = std::chrono::system_clock::now();
    IssuedCredential issued{{{}, now + std::chrono::hours(1)}, now};
    issued.credential.values.emplace(kAwsAccessKeyId, Secret("id"));
    issued.credential.values.emplace(kAwsSecretAccessKey, Secret("key"));
    issued.credential.values.emplace(kAwsSessionToken, Secret(session));
    return issued;
  }

  std::unique_ptr<CredentialBrokerHarness> harness_;
  std::optional<RunPlan> plan_;
  std::vector<Question> questions_;
  std::vector<std::pair<BrokerRefusal, std::optional<CredentialProvider>>> refusals_;
  int woken_ = 0;
};

TEST_P(CredentialBrokerContract, EachQuestionGetsItsOwnAnswer) {
  const auto first = harness_->ask("tok");
  const Question one = question();
  const auto second = harness_->ask("tok");
  const Question two = question();
  EXPECT_NE(one, two);
  harness_->broker().answer(two, CredentialProvider::kAws, issued("for-the-second"));
  harness_->broker().answer(one, CredentialProvider::kAws, issued("for-the-first"));
  EXPECT_TRUE(harness_->was_told(first, "for-the-first"));
  EXPECT_TRUE(harness_->was_told(second, "for-the-second"));
  EXPECT_TRUE(refusals_.empty());
}

TEST_P(CredentialBrokerContract, WhoIsDeclinedIsToldWhy) {
  const auto client = harness_->ask("tok");
  harness_->broker().decline(question(), "not logged in");
  EXPECT_TRUE(harness_->was_told(client, "not logged in"));
}

TEST_P(CredentialBrokerContract, WhatIsRefusedIsReportedAndIsNoQuestion) {
  static_cast<void>(harness_->ask("wrong"));
  while (refusals_.empty()) ASSERT_TRUE(harness_->turn());
  EXPECT_EQ(refusals_.front(),
            std::make_pair(BrokerRefusal::kNoToken, std::optional(CredentialProvider::kAws)));
  EXPECT_TRUE(questions_.empty());
}

TEST_P(CredentialBrokerContract, WakesOnceAtItsTime) {
  harness_->broker().wake_at(std::chrono::system_clock::now() - std::chrono::hours(1));
  while (woken_ == 0) ASSERT_TRUE(harness_->turn());
  harness_->turn_at_once();
  EXPECT_EQ(woken_, 1);
}

TEST_P(CredentialBrokerContract, DoesNotWakeBeforeItsTimeNorWhenItWasTakenBack) {
  harness_->broker().wake_at(std::chrono::system_clock::now() + std::chrono::hours(1));
  harness_->turn_at_once();
  harness_->broker().wake_at(std::chrono::system_clock::now() - std::chrono::hours(1));
  harness_->broker().wake_at(std::nullopt);
  harness_->turn_at_once();
  EXPECT_EQ(woken_, 0);
}

TEST_P(CredentialBrokerContract, StoppingTwiceIsStopping) {
  harness_->broker().stop();
  harness_->broker().stop();
  harness_->broker().wake_at(std::chrono::system_clock::now() - std::chrono::hours(1));
  harness_->broker().decline(1, "nobody hears it");
  harness_->turn_at_once();
  EXPECT_EQ(woken_, 0);
}

}  // namespace mino::contract
