#pragma once

#include "ports/container_engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace mino::contract {

class ContainerEngineHarness {
 public:
  virtual ~ContainerEngineHarness() = default;
  virtual ContainerEngine& engine() = 0;
  /// Why nothing can be tested here; empty when it can.
  virtual std::string problem() = 0;
  /// An image that is here, whose USER is not set.
  virtual std::string root_image() = 0;
  /// One whose USER is the name of uid and gid 1000 with the home /home/developer.
  virtual std::string user_image() = 0;
  /// A box that runs until it is removed.
  virtual BoxTrace start_box(const std::string& session) = 0;
  /// A box that has ended and was kept.
  virtual BoxTrace leave_box(const std::string& session) = 0;
  virtual bool has_volume(const std::string& name) = 0;
  /// A name that is used by nobody else, also not by another run.
  virtual std::string unique(const std::string& stem) = 0;
};

using ContainerEngineFactory = std::unique_ptr<ContainerEngineHarness> (*)();

class ContainerEngineContract : public ::testing::TestWithParam<ContainerEngineFactory> {
 protected:
  void SetUp() override {
    harness_ = GetParam()();
    const std::string problem = harness_->problem();
    if (problem.empty()) return;
    const char* required = std::getenv("MINO_REQUIRE_REAL");
    if (required != nullptr && std::string(required) == "1") FAIL() << problem;
    GTEST_SKIP() << problem;
  }
  ContainerEngine& engine() { return harness_->engine(); }
  BoxState state(const BoxTrace& trace) {
    const Result<BoxState> state = engine().box_state(trace);
    EXPECT_TRUE(state.ok()) << state.error().text();
    return state.ok() ? *state : BoxState::kGone;
  }
  std::unique_ptr<ContainerEngineHarness> harness_;
};

TEST_P(ContainerEngineContract, KnowsItself) {
  const Result<EngineFacts> facts = engine().facts();
  ASSERT_TRUE(facts.ok()) << facts.error().text();
  EXPECT_TRUE(facts->rootless);
  EXPECT_FALSE(facts->version.empty());
  EXPECT_FALSE(facts->graph_root.empty());
  EXPECT_FALSE(facts->storage_driver.empty());
  const Result<EngineFacts> again = engine().facts();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, *facts);
}

TEST_P(ContainerEngineContract, KnowsWhoAnImageRunsAs) {
  const Result<std::optional<ImageFacts>> root = engine().image(harness_->root_image());
  ASSERT_TRUE(root.ok()) << root.error().text();
  ASSERT_TRUE(root->has_value());
  EXPECT_EQ((*root)->user_id, 0U);
  EXPECT_EQ((*root)->home, "/root");
  EXPECT_FALSE((*root)->id.empty());
  const Result<std::optional<ImageFacts>> user = engine().image(harness_->user_image());
  ASSERT_TRUE(user.ok()) << user.error().text();
  ASSERT_TRUE(user->has_value());
  EXPECT_EQ((*user)->user_id, 1000U);
  EXPECT_EQ((*user)->group_id, 1000U);
  EXPECT_EQ((*user)->home, "/home/developer");
  EXPECT_EQ(*engine().image(harness_->user_image()), *user);
}

TEST_P(ContainerEngineContract, AnImageThatIsNotHereIsNoError) {
  const Result<std::optional<ImageFacts>> facts =
      engine().image("localhost/" + harness_->unique("no-image"));
  ASSERT_TRUE(facts.ok()) << facts.error().text();
  EXPECT_FALSE(facts->has_value());
}

TEST_P(ContainerEngineContract, MakesAVolumeOnce) {
  const std::string name = harness_->unique("volume");
  EXPECT_FALSE(harness_->has_volume(name));
  ASSERT_TRUE(engine().ensure_volume(name, {{"io.mino.test", "a b=c"}}).ok());
  EXPECT_TRUE(harness_->has_volume(name));
  EXPECT_TRUE(engine().ensure_volume(name, {}).ok());
}

TEST_P(ContainerEngineContract, ABoxThatNeverWasIsGone) {
  const BoxTrace trace{.container_id = std::string(64, 'a'),
                       .container_name = harness_->unique("box"),
                       .session = harness_->unique("session")};
  EXPECT_EQ(state(trace), BoxState::kGone);
  EXPECT_TRUE(engine().remove_box(trace).ok());
}

TEST_P(ContainerEngineContract, FindsABoxByEachOfItsNames) {
  const BoxTrace box = harness_->start_box(harness_->unique("found"));
  EXPECT_EQ(state(box), BoxState::kRunning);
  EXPECT_EQ(state({.container_id = box.container_id, .container_name = {}, .session = {}}),
            BoxState::kRunning);
  EXPECT_EQ(state({.container_id = {}, .container_name = box.container_name, .session = {}}),
            BoxState::kRunning);
  EXPECT_EQ(state({.container_id = {}, .container_name = {}, .session = box.session}),
            BoxState::kRunning);
}

TEST_P(ContainerEngineContract, TakesNoBoxOfALaterSessionOfTheSameName) {
  const BoxTrace box = harness_->start_box(harness_->unique("again"));
  const BoxTrace earlier{
      .container_id = {}, .container_name = harness_->unique("earlier"), .session = box.session};
  EXPECT_EQ(state(earlier), BoxState::kGone);
  EXPECT_TRUE(engine().remove_box(earlier).ok());
  EXPECT_EQ(state(box), BoxState::kRunning);
}

TEST_P(ContainerEngineContract, RemovesARunningBoxAndNoOther) {
  const BoxTrace box = harness_->start_box(harness_->unique("removed"));
  const BoxTrace other = harness_->start_box(harness_->unique("other"));
  const Result<void> removed = engine().remove_box(box);
  ASSERT_TRUE(removed.ok()) << removed.error().text();
  EXPECT_EQ(state(box), BoxState::kGone);
  EXPECT_EQ(state(other), BoxState::kRunning);
  EXPECT_TRUE(engine().remove_box(box).ok());
}

TEST_P(ContainerEngineContract, RemovesAKeptBox) {
  const BoxTrace box = harness_->leave_box(harness_->unique("kept"));
  EXPECT_EQ(state(box), BoxState::kStopped);
  const Result<void> removed = engine().remove_box(
      {.container_id = {}, .container_name = box.container_name, .session = {}});
  ASSERT_TRUE(removed.ok()) << removed.error().text();
  EXPECT_EQ(state(box), BoxState::kGone);
}

TEST_P(ContainerEngineContract, ListsBoxes) {
  const BoxTrace box = harness_->start_box(harness_->unique("listed"));
  const Result<std::vector<BoxTrace>> boxes = engine().list_boxes();
  ASSERT_TRUE(boxes.ok()) << boxes.error().text();
  const auto found = std::ranges::find(*boxes, box.session, &BoxTrace::session);
  ASSERT_NE(found, boxes->end());
  EXPECT_EQ(found->container_id, box.container_id);
  EXPECT_EQ(found->container_name, box.container_name);
}

TEST_P(ContainerEngineContract, SaysThatAnImageCannotBePulled) {
  EXPECT_FALSE(engine().pull("localhost:1/" + harness_->unique("no-image")).ok());
}

}  // namespace mino::contract
