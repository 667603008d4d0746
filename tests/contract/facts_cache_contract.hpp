#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "ports/facts_cache.hpp"

namespace mino::contract {

class FactsCacheHarness {
 public:
  virtual ~FactsCacheHarness() = default;
  virtual FactsCache& cache() = 0;
};

using FactsCacheFactory = std::unique_ptr<FactsCacheHarness> (*)();

class FactsCacheContract : public ::testing::TestWithParam<FactsCacheFactory> {
 protected:
  FactsCache& cache() { return harness_->cache(); }
  std::unique_ptr<FactsCacheHarness> harness_ = GetParam()();
};

TEST_P(FactsCacheContract, StartsEmpty) { EXPECT_EQ(cache().get("podman", "key"), std::nullopt); }

TEST_P(FactsCacheContract, KeepsFactsBySectionAndKey) {
  ASSERT_TRUE(cache().put("podman", "key", JsonValue("4.3.1")).ok());
  ASSERT_TRUE(cache().put("image", "key", JsonValue::Object{{"user", "root"}}).ok());
  ASSERT_TRUE(cache().put("image", "schema", JsonValue(nullptr)).ok());
  EXPECT_EQ(cache().get("podman", "key"), JsonValue("4.3.1"));
  EXPECT_EQ(cache().get("image", "key"), JsonValue(JsonValue::Object{{"user", "root"}}));
  EXPECT_EQ(cache().get("image", "schema"), JsonValue(nullptr));
  EXPECT_EQ(cache().get("image", "other"), std::nullopt);
  EXPECT_EQ(cache().get("other", "key"), std::nullopt);
}

TEST_P(FactsCacheContract, ReplacesAFact) {
  ASSERT_TRUE(cache().put("podman", "key", JsonValue(1)).ok());
  ASSERT_TRUE(cache().put("podman", "key", JsonValue(2)).ok());
  EXPECT_EQ(cache().get("podman", "key"), JsonValue(2));
}

}  // namespace mino::contract
