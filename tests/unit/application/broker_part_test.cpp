#include "application/broker_part.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_credential_broker.hpp"
#include "tests/fakes/fake_credential_cache.hpp"
#include "tests/fakes/fake_credential_source.hpp"
#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_side_work.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr CredentialProvider kAws = CredentialProvider::kAws;
constexpr CredentialProvider kGcp = CredentialProvider::kGcp;

RunPlan plan_with_broker() {
  RunInputs inputs = testing_support::plain_inputs();
  testing_support::set_config(inputs.config, "credentials.aws.enabled", true,
                              testing_support::flag_origin("--aws"));
  testing_support::set_config(inputs.config, "credentials.delivery", std::string("broker"),
                              testing_support::file_origin(2));
  return testing_support::plan_of(inputs);
}

class BrokerPartTest : public ::testing::Test {
 protected:
  static Credential aws(const std::string& session, Timestamp end) {
    Credential credential{.values = {}, .expires_at = end};
    credential.values.emplace(kAwsAccessKeyId, Secret("id"));
    credential.values.emplace(kAwsSecretAccessKey, Secret("key"));
    credential.values.emplace(kAwsSessionToken, Secret(session));
    return credential;
  }
  BrokerPart& part(std::optional<IssuedCredential> first) {
    std::vector<BoxCredential> credentials;
    credentials.push_back({CredentialRequest{.provider = kAws}, std::move(first)});
    part_.emplace(BrokerPart::Ports{broker_, side_work_, fetch_, audit_, clock_, notices_},
                  Secret("token"), std::move(credentials),
                  [this](const Secret& secret) { hidden_.emplace_back(secret.reveal()); });
    return *part_;
  }
  /// The run has got a credential of an hour.
  void start() {
    EXPECT_TRUE(part(IssuedCredential{aws("one", clock_.now() + hours(1)), clock_.now()})
                    .prepare(context())
                    .ok());
  }
  void provider_gives(const std::string& session) {
    source_.answers.insert_or_assign(kAws, aws(session, clock_.now() + hours(1)));
  }
  void provider_fails() {
    source_.answers.insert_or_assign(
        kAws, Error(ErrorCode::kUnavailable, "aws is not logged in").set_hint("aws configure"));
  }
  [[nodiscard]] SessionContext context() const { return {plan_, record_}; }
  [[nodiscard]] std::size_t audited(const std::string& event) const {
    const auto names = audit_.names();
    return static_cast<std::size_t>(std::ranges::count(names, event));
  }

  RunPlan plan_ = plan_with_broker();
  SessionRecord record_{.id = "id-1", .name = SessionName::parse("calm-otter").value()};
  fakes::FakeCredentialBroker broker_;
  fakes::FakeSideWork side_work_;
  fakes::FakeCredentialSource source_;
  fakes::FakeCredentialCache cache_;
  fakes::FakeDigest digest_;
  fakes::FakeClock clock_;
  fakes::FakeAuditSink audit_;
  fakes::FakeNotices notices_;
  fakes::FakeFileSystem files_;
  fakes::FakeEnvironment environment_;
  AccountFiles accounts_{files_, environment_, digest_, "/home/ann"};
  FetchCredentials fetch_{{source_, cache_, digest_, clock_}, accounts_};
  std::vector<std::string> hidden_;
  std::optional<BrokerPart> part_;
};

TEST_F(BrokerPartTest, HandsOutWhatTheRunHasGot) {
  start();
  EXPECT_EQ(broker_.terms.token.reveal(), "token");
  ASSERT_EQ(broker_.terms.offers.size(), 1U);
  EXPECT_EQ(broker_.terms.offers[0].provider, kAws);
  EXPECT_EQ(broker_.answer_to(broker_.ask(kAws)), "one");
  EXPECT_EQ(side_work_.running(), 0U);
  EXPECT_EQ(audited("credentials.served"), 1U);
  part_->ended(context());
  EXPECT_FALSE(broker_.running());
}

TEST_F(BrokerPartTest, HasNoneOfOtherProviders) {
  start();
  EXPECT_EQ(broker_.answer_to(broker_.ask(kGcp)), "declined: this session has none");
}

TEST_F(BrokerPartTest, RenewsInTimeAndServesTheOldOneMeanwhile) {
  start();
  static_cast<void>(broker_.ask(kAws));
  ASSERT_EQ(broker_.alarm, clock_.now() + minutes(40));
  clock_.advance(minutes(40));
  provider_gives("two");
  broker_.ring();
  ASSERT_EQ(side_work_.running(), 1U);
  EXPECT_EQ(broker_.answer_to(broker_.ask(kAws)), "one");
  EXPECT_TRUE(side_work_.finish_next());
  EXPECT_EQ(broker_.answer_to(broker_.ask(kAws)), "two");
  EXPECT_EQ(audited("credentials.renewed"), 1U);
  EXPECT_EQ(hidden_, (std::vector<std::string>{"id", "key", "two"}))
      << "what is renewed must not be shown either";
  EXPECT_EQ(cache_.entries.size(), 1U) << "other sessions get it from there";
}

TEST_F(BrokerPartTest, WhoAsksAfterTheEndWaits) {
  start();
  clock_.advance(hours(2));
  provider_gives("two");
  const auto first = broker_.ask(kAws);
  const auto second = broker_.ask(kAws);
  EXPECT_EQ(broker_.answer_to(first), "waits");
  EXPECT_EQ(side_work_.running(), 1U) << "one program for all who wait";
  EXPECT_TRUE(side_work_.finish_next());
  EXPECT_EQ(broker_.answer_to(first), "two");
  EXPECT_EQ(broker_.answer_to(second), "two");
}

TEST_F(BrokerPartTest, NotAnyNumberWaits) {
  start();
  clock_.advance(hours(2));
  provider_gives("two");
  for (int i = 0; i < 1024; ++i) static_cast<void>(broker_.ask(kAws));
  EXPECT_EQ(broker_.answer_to(broker_.ask(kAws)), "declined: too many ask at once");
  EXPECT_TRUE(side_work_.finish_next());
  EXPECT_EQ(broker_.answer_to(broker_.ask(kAws)), "two");
}

TEST_F(BrokerPartTest, TakesWhatAnotherSessionHasRenewed) {
  start();
  clock_.advance(minutes(45));
  const std::string key = digest_.sha256_hex(
      identity_bytes({.provider = kAws}, accounts_.inputs({.provider = kAws}).text));
  ASSERT_TRUE(cache_
                  .store(kAws, key,
                         IssuedCredential{aws("theirs", clock_.now() + hours(1)), clock_.now()},
                         clock_.now())
                  .ok());
  static_cast<void>(broker_.ask(kAws));
  EXPECT_TRUE(side_work_.finish_next());
  EXPECT_EQ(broker_.answer_to(broker_.ask(kAws)), "theirs");
  EXPECT_TRUE(source_.calls.empty());
}

TEST_F(BrokerPartTest, AFailureIsOneWarningAndIsToldToWhoAsks) {
  start();
  clock_.advance(hours(2));
  provider_fails();
  const auto waiting = broker_.ask(kAws);
  EXPECT_TRUE(side_work_.finish_next());
  const std::string declined = "declined: no AWS credentials: aws is not logged in";
  EXPECT_EQ(broker_.answer_to(waiting), declined);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(broker_.answer_to(broker_.ask(kAws)), declined);
  EXPECT_EQ(source_.calls.size(), 1U) << "who asks again and again starts no programs";
  clock_.advance(seconds(5));
  static_cast<void>(broker_.ask(kAws));
  EXPECT_TRUE(side_work_.finish_next());
  ASSERT_EQ(notices_.warnings.size(), 1U);
  EXPECT_EQ(notices_.warnings[0].text,
            "the box's AWS credentials are not renewed: aws is not logged in");
  EXPECT_EQ(notices_.warnings[0].hint, "aws configure");
  EXPECT_EQ(audited("credentials.failed"), 2U);

  clock_.advance(minutes(1));
  provider_gives("three");
  const auto again = broker_.ask(kAws);
  EXPECT_TRUE(side_work_.finish_next());
  EXPECT_EQ(broker_.answer_to(again), "three");
  EXPECT_EQ(notices_.progresses, (std::vector<std::string>{"the box has AWS credentials again"}));
}

TEST_F(BrokerPartTest, WhatCouldNotBeHadAtTheStartMayComeLater) {
  ASSERT_TRUE(part(std::nullopt).prepare(context()).ok());
  provider_gives("late");
  const auto question = broker_.ask(kAws);
  EXPECT_TRUE(side_work_.finish_next());
  EXPECT_EQ(broker_.answer_to(question), "late");
  EXPECT_TRUE(notices_.warnings.empty());
}

TEST_F(BrokerPartTest, OtherResourcesOfAzureHaveTokensOfTheirOwnWhenSomebodyAsks) {
  constexpr CredentialProvider kAzure = CredentialProvider::kAzure;
  const std::string storage = "https://storage.azure.com";
  CredentialRequest request{.provider = kAzure};
  request.resources = {storage};
  const auto token = [this](const std::string& text) {
    Credential credential{.values = {}, .expires_at = clock_.now() + hours(1)};
    credential.values.emplace(kToken, Secret(text));
    return credential;
  };
  std::vector<BoxCredential> credentials;
  credentials.push_back({request, IssuedCredential{token("manager"), clock_.now()}});
  part_.emplace(BrokerPart::Ports{broker_, side_work_, fetch_, audit_, clock_, notices_},
                Secret("token"), std::move(credentials), [](const Secret&) {});
  ASSERT_TRUE(part_->prepare(context()).ok());
  ASSERT_EQ(broker_.terms.offers.size(), 1U);
  EXPECT_EQ(broker_.terms.offers[0].resources, std::vector<std::string>{storage});
  EXPECT_EQ(broker_.answer_to(broker_.ask(kAzure)), "manager");
  EXPECT_EQ(side_work_.running(), 0U);
  source_.answers.emplace(kAzure, token("for-storage"));
  const auto question = broker_.ask(kAzure, storage);
  EXPECT_TRUE(side_work_.finish_next());
  EXPECT_EQ(broker_.answer_to(question), "for-storage");
  EXPECT_EQ(broker_.answer_to(broker_.ask(kAzure)), "manager");
  ASSERT_EQ(source_.calls.size(), 1U);
  EXPECT_EQ(source_.calls[0][0].resource, storage);
  EXPECT_EQ(broker_.answer_to(broker_.ask(kAzure, "https://vault.azure.net")),
            "declined: this session has none");
}

TEST_F(BrokerPartTest, AKilledRenewalIsAFailure) {
  start();
  clock_.advance(hours(2));
  const auto question = broker_.ask(kAws);
  side_work_.kill_next();
  EXPECT_EQ(broker_.answer_to(question), "declined: no AWS credentials: its process was killed");
}

TEST_F(BrokerPartTest, NoProcessIsAFailureToo) {
  start();
  clock_.advance(hours(2));
  side_work_.failure = Error(ErrorCode::kUnavailable, "no process");
  EXPECT_EQ(broker_.answer_to(broker_.ask(kAws)), "declined: no AWS credentials: no process");
}

TEST_F(BrokerPartTest, CountsWhatIsRefused) {
  start();
  for (int i = 0; i < 1000; ++i) broker_.sink().refused(BrokerRefusal::kNoToken, kAws);
  EXPECT_EQ(audited("credentials.refused"), 100U);
  part_->ended(context());
  ASSERT_EQ(audited("credentials.refused"), 101U);
  const JsonValue* count = audit_.events.back().data.find("count");
  ASSERT_NE(count, nullptr);
  EXPECT_EQ(*count->integer(), 900);
  EXPECT_EQ(*audit_.events.back().data.find_string("reason"), "token");
  EXPECT_EQ(*audit_.events.back().data.find_string("provider"), "aws");
}

TEST_F(BrokerPartTest, SaysThatItIsLost) {
  start();
  broker_.sink().broker_lost();
  EXPECT_TRUE(notices_.warned("the box gets no credentials any more"));
  EXPECT_EQ(audited("credentials.lost"), 1U);
}

TEST_F(BrokerPartTest, DoesNothingForAPlanWithoutABroker) {
  plan_.broker.reset();
  BrokerPart& without = part(std::nullopt);
  EXPECT_TRUE(without.prepare(context()).ok());
  EXPECT_FALSE(broker_.running());
  without.ended(context());
}

TEST_F(BrokerPartTest, ABrokerThatCannotBeStartedEndsTheRun) {
  broker_.failure = Error(ErrorCode::kUnavailable, "no helper");
  EXPECT_FALSE(part(std::nullopt).prepare(context()).ok());
}

}  // namespace
}  // namespace mino::application
