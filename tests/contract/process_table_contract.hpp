#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "ports/process_table.hpp"

namespace mino::contract {

class ProcessTableHarness {
 public:
  virtual ~ProcessTableHarness() = default;
  virtual ProcessTable& table() = 0;
  /// A process that ends on SIGTERM.
  virtual ProcessIdentity start() = 0;
  /// Waits until the process has ended by itself or by a signal that was sent; it may be left as a
  /// zombie.
  virtual void await_end(const ProcessIdentity& process) = 0;
  /// Lets its parent collect the ended process.
  virtual void reap(const ProcessIdentity& process) = 0;
};

using ProcessTableFactory = std::unique_ptr<ProcessTableHarness> (*)();

class ProcessTableContract : public ::testing::TestWithParam<ProcessTableFactory> {
 protected:
  static constexpr int kTerminate = 15;
  static constexpr int kNothing = 0;

  ProcessTable& table() { return harness_->table(); }
  std::unique_ptr<ProcessTableHarness> harness_ = GetParam()();
};

TEST_P(ProcessTableContract, IsAliveItself) {
  EXPECT_TRUE(table().alive(table().self()));
  EXPECT_TRUE(table().signal(table().self(), kNothing).ok());
}

TEST_P(ProcessTableContract, SeesAProcessEnd) {
  const ProcessIdentity process = harness_->start();
  EXPECT_TRUE(table().alive(process));
  ASSERT_TRUE(table().signal(process, kTerminate).ok());
  harness_->await_end(process);
  EXPECT_FALSE(table().alive(process));
  const Result<void> again = table().signal(process, kTerminate);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code(), ErrorCode::kNotFound);
  harness_->reap(process);
  EXPECT_FALSE(table().alive(process));
}

TEST_P(ProcessTableContract, WaitsForTheEnd) {
  const ProcessIdentity process = harness_->start();
  EXPECT_EQ(table().wait_gone(process, std::chrono::milliseconds(1)),
            ProcessTable::Wait::kStillThere);
  EXPECT_EQ(table().wait_gone(process, std::chrono::milliseconds(0)),
            ProcessTable::Wait::kStillThere);
  ASSERT_TRUE(table().signal(process, kTerminate).ok());
  EXPECT_EQ(table().wait_gone(process, std::chrono::seconds(20)), ProcessTable::Wait::kGone);
  ProcessIdentity other = table().self();
  other.start_time += 1;
  EXPECT_EQ(table().wait_gone(other, std::chrono::seconds(20)), ProcessTable::Wait::kGone);
}

TEST_P(ProcessTableContract, TakesNoOtherProcessForTheOneThatIsMeant) {
  ProcessIdentity earlier = harness_->start();
  const ProcessIdentity process = earlier;
  earlier.start_time += 1;
  EXPECT_FALSE(table().alive(earlier));
  const Result<void> sent = table().signal(earlier, kTerminate);
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(table().alive(process));
}

TEST_P(ProcessTableContract, KnowsNoImpossiblePids) {
  for (const std::int64_t pid : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 40}) {
    const ProcessIdentity process{.pid = pid, .start_time = 0};
    EXPECT_FALSE(table().alive(process)) << pid;
    const Result<void> sent = table().signal(process, kTerminate);
    ASSERT_FALSE(sent.ok()) << pid;
    EXPECT_EQ(sent.error().code(), ErrorCode::kNotFound);
  }
}

}  // namespace mino::contract
