#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ports/audit_sink.hpp"

namespace mino::contract {

class AuditSinkHarness {
 public:
  using Events = std::vector<std::pair<std::string, JsonValue>>;

  virtual ~AuditSinkHarness() = default;
  virtual AuditSink& sink() = 0;
  /// What was recorded, oldest first.
  virtual Events events() = 0;
  virtual void make_fail() = 0;
};

using AuditSinkFactory = std::unique_ptr<AuditSinkHarness> (*)();

class AuditSinkContract : public ::testing::TestWithParam<AuditSinkFactory> {
 protected:
  std::unique_ptr<AuditSinkHarness> harness_ = GetParam()();
};

TEST_P(AuditSinkContract, KeepsEventsInOrder) {
  const AuditSinkHarness::Events events = {
      {"session.created", JsonValue::Object{{"name", "a\n\"b"}}},
      {"session.started", JsonValue::Object{{"name", "a"}, {"pid", 7}}},
      {"session.started", JsonValue::Object{}}};
  for (const auto& [name, data] : events) ASSERT_TRUE(harness_->sink().record(name, data).ok());
  EXPECT_EQ(harness_->events(), events);
}

TEST_P(AuditSinkContract, ReturnsAFailureAndKeepsWhatThereWas) {
  ASSERT_TRUE(harness_->sink().record("session.created", JsonValue::Object{}).ok());
  const auto before = harness_->events();
  harness_->make_fail();
  EXPECT_FALSE(harness_->sink().record("session.started", JsonValue::Object{}).ok());
  EXPECT_EQ(harness_->events(), before);
}

}  // namespace mino::contract
