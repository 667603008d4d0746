#pragma once

#include "ports/ssh_agent_filter.hpp"
#include "tests/fakes/recording_ssh_sink.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace mino::contract {

class SshAgentFilterHarness {
 public:
  virtual ~SshAgentFilterHarness() = default;
  /// Why the filter cannot be tried here; empty when it can.
  virtual std::string problem() { return {}; }
  virtual SshAgentFilter& filter() = 0;
  /// Of a session with an agent, whose box may sign files; its runtime directory exists.
  virtual const RunPlan& plan() = 0;
  virtual const RunPlan& plan_without_agent() = 0;
  /// One whose filter cannot be started.
  virtual const RunPlan& broken_plan() = 0;

  enum class Answer { kGranted, kRefused, kNone };
  /// The box connects, asks the agent to sign a file and waits for the answer, while the session
  /// runs. kNone: nobody answers.
  virtual Answer box_signs() = 0;
  /// The same with a request to remove all keys, while the session's thread is busy elsewhere.
  virtual Answer box_removes_all_keys() = 0;
  virtual void agent_ends() = 0;
  virtual void agent_returns() = 0;
  /// What filters ends by itself, and the session has had the time to notice.
  virtual void filter_ends() = 0;
};

using SshAgentFilterFactory = std::unique_ptr<SshAgentFilterHarness> (*)();

class SshAgentFilterContract : public ::testing::TestWithParam<SshAgentFilterFactory> {
 protected:
  using Answer = SshAgentFilterHarness::Answer;
  void SetUp() override {
    harness_ = GetParam()();
    if (const std::string problem = harness_->problem(); !problem.empty()) GTEST_SKIP() << problem;
  }
  void TearDown() override {
    if (harness_) filter().stop();
  }
  SshAgentFilter& filter() { return harness_->filter(); }
  void start() {
    const auto started = filter().start(harness_->plan(), sink_);
    ASSERT_TRUE(started.ok()) << started.error().text();
  }

  fakes::RecordingSshSink sink_;  // outlives the filter
  std::unique_ptr<SshAgentFilterHarness> harness_;
};

TEST_P(SshAgentFilterContract, TheBoxMayConnectFromStartToStop) {
  EXPECT_EQ(harness_->box_signs(), Answer::kNone);
  start();
  EXPECT_EQ(harness_->box_signs(), Answer::kGranted);
  filter().stop();
  EXPECT_EQ(harness_->box_signs(), Answer::kNone);
  EXPECT_EQ(sink_.count(SshEvent::Kind::kSigned), 1);
  EXPECT_EQ(sink_.losses, 0) << "it was stopped";
}

TEST_P(SshAgentFilterContract, StopMayBeCalledAtAnyTime) {
  filter().stop();
  start();
  filter().stop();
  filter().stop();
  start();
  EXPECT_EQ(harness_->box_signs(), Answer::kGranted) << "the next session is like the first";
  EXPECT_EQ(sink_.losses, 0);
}

TEST_P(SshAgentFilterContract, DoesNothingForAPlanWithoutAnAgent) {
  ASSERT_TRUE(filter().start(harness_->plan_without_agent(), sink_).ok());
  EXPECT_EQ(harness_->box_signs(), Answer::kNone);
  filter().stop();
  EXPECT_TRUE(sink_.events.empty());
  EXPECT_EQ(sink_.losses, 0);
}

TEST_P(SshAgentFilterContract, AStartThatFailsLeavesNothing) {
  const auto started = filter().start(harness_->broken_plan(), sink_);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code(), ErrorCode::kUnavailable) << started.error().text();
  EXPECT_EQ(harness_->box_signs(), Answer::kNone);
  EXPECT_EQ(sink_.losses, 0);
  start();
  EXPECT_EQ(harness_->box_signs(), Answer::kGranted);
}

TEST_P(SshAgentFilterContract, AnEventIsThereBeforeTheAnswerAndStopDeliversIt) {
  start();
  ASSERT_EQ(harness_->box_removes_all_keys(), Answer::kRefused);
  filter().stop();
  ASSERT_EQ(sink_.events.size(), 1U);
  EXPECT_EQ(sink_.events[0].kind, SshEvent::Kind::kRefused);
  EXPECT_EQ(sink_.events[0].refusal, SshRefusal::kRequest);
}

TEST_P(SshAgentFilterContract, EachUseIsReported) {
  start();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(harness_->box_signs(), Answer::kGranted);
  EXPECT_EQ(harness_->box_removes_all_keys(), Answer::kRefused);
  filter().stop();
  EXPECT_EQ(sink_.count(SshEvent::Kind::kSigned), 3);
  EXPECT_EQ(sink_.count(SshEvent::Kind::kRefused), 1);
  EXPECT_TRUE(sink_.unreachable.empty());
}

TEST_P(SshAgentFilterContract, AnAgentThatIsGoneIsSaidAndOneThatReturnsIsUsed) {
  start();
  EXPECT_EQ(harness_->box_signs(), Answer::kGranted);
  harness_->agent_ends();
  EXPECT_EQ(harness_->box_signs(), Answer::kRefused) << "an answer, not silence";
  EXPECT_EQ(harness_->box_signs(), Answer::kRefused);
  EXPECT_EQ(sink_.unreachable.size(), 2U);
  EXPECT_EQ(harness_->box_removes_all_keys(), Answer::kRefused) << "that takes no agent";
  harness_->agent_returns();
  EXPECT_EQ(harness_->box_signs(), Answer::kGranted);
  filter().stop();
  EXPECT_EQ(sink_.unreachable.size(), 2U);
  EXPECT_EQ(sink_.count(SshEvent::Kind::kFailed), 2);
  EXPECT_EQ(sink_.losses, 0);
}

TEST_P(SshAgentFilterContract, AFilterThatEndsIsSaidOnceAndTheBoxHasNoAgent) {
  start();
  EXPECT_EQ(harness_->box_signs(), Answer::kGranted);
  harness_->filter_ends();
  EXPECT_EQ(sink_.losses, 1);
  EXPECT_EQ(harness_->box_signs(), Answer::kNone);
  harness_->filter_ends();
  filter().stop();
  EXPECT_EQ(sink_.losses, 1);
  EXPECT_EQ(sink_.count(SshEvent::Kind::kSigned), 1) << "reported before";
}

}  // namespace mino::contract
