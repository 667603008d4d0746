#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ports/side_work.hpp"

namespace mino::contract {

/// A SideWork and its loop.
class SideWorkHarness {
 public:
  SideWorkHarness() = default;
  SideWorkHarness(const SideWorkHarness&) = delete;
  SideWorkHarness& operator=(const SideWorkHarness&) = delete;
  virtual ~SideWorkHarness() = default;

  virtual SideWork& work() = 0;
  /// Lets something finish. False when nothing has within a deadline.
  virtual bool turn() = 0;
};

using MakeSideWork = std::unique_ptr<SideWorkHarness> (*)();

class SideWorkContract : public ::testing::TestWithParam<MakeSideWork> {
 protected:
  static constexpr std::chrono::seconds kDeadline{60};

  /// Starts work that returns that text and notes when it is done.
  void start(const std::string& text) {
    ASSERT_TRUE(harness_->work()
                    .start([text] { return JsonValue(text); }, kDeadline,
                           [this](Result<JsonValue> result) {
                             const std::string* said = result.ok() ? result->string() : nullptr;
                             done_.push_back(said == nullptr ? "failed" : *said);
                           })
                    .ok());
  }

  std::unique_ptr<SideWorkHarness> harness_ = GetParam()();
  std::vector<std::string> done_;
};

TEST_P(SideWorkContract, WhatWorkReturnsArrivesInTheLoop) {
  start("found");
  EXPECT_TRUE(done_.empty()) << "not before the loop turns";
  while (done_.empty()) ASSERT_TRUE(harness_->turn());
  EXPECT_EQ(done_, std::vector<std::string>{"found"});
}

TEST_P(SideWorkContract, SeveralAreDoneEachOnce) {
  for (const char* text : {"a", "b", "c"}) start(text);
  while (done_.size() < 3) ASSERT_TRUE(harness_->turn());
  std::sort(done_.begin(), done_.end());
  EXPECT_EQ(done_, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_P(SideWorkContract, TheEndOfOneMayStartAnother) {
  ASSERT_TRUE(harness_->work()
                  .start([] { return JsonValue("first"); }, kDeadline,
                         [this](Result<JsonValue>) { start("second"); })
                  .ok());
  while (done_.empty()) ASSERT_TRUE(harness_->turn());
  EXPECT_EQ(done_, std::vector<std::string>{"second"});
}

TEST_P(SideWorkContract, WhatIsStoppedIsNeverDone) {
  start("never");
  harness_->work().stop();
  start("after");
  while (done_.empty()) ASSERT_TRUE(harness_->turn());
  EXPECT_EQ(done_, std::vector<std::string>{"after"});
}

}  // namespace mino::contract
