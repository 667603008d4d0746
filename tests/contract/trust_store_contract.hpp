#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "ports/trust_store.hpp"

namespace mino::contract {

class TrustStoreHarness {
 public:
  virtual ~TrustStoreHarness() = default;
  virtual TrustStore& store() = 0;
  /// Another store over the same approvals, as another process has it.
  virtual TrustStore& other() = 0;
};

using TrustStoreFactory = std::unique_ptr<TrustStoreHarness> (*)();

class TrustStoreContract : public ::testing::TestWithParam<TrustStoreFactory> {
 protected:
  TrustStore& store() { return harness_->store(); }
  TrustStore& other() { return harness_->other(); }
  static Approval approval(const std::string& file, const std::string& digest) {
    return {file, digest,
            std::chrono::system_clock::time_point(std::chrono::milliseconds(1773057600123))};
  }

 private:
  std::unique_ptr<TrustStoreHarness> harness_ = GetParam()();
};

TEST_P(TrustStoreContract, StartsEmpty) {
  EXPECT_EQ(*store().find("/p/.mino.toml"), std::nullopt);
  EXPECT_TRUE(store().list()->empty());
  EXPECT_EQ(*store().revoke("/p/.mino.toml"), Revocation::kNothingToRevoke);
}

TEST_P(TrustStoreContract, KeepsApprovals) {
  ASSERT_TRUE(store().grant(approval("/q/\"a b\"/.mino.toml", "22")).ok());
  ASSERT_TRUE(store().grant(approval("/p/.mino.toml", "11")).ok());
  EXPECT_EQ(*store().find("/p/.mino.toml"), approval("/p/.mino.toml", "11"));
  EXPECT_EQ(*store().find("/p"), std::nullopt);
  EXPECT_EQ(*other().list(), (std::vector<Approval>{approval("/p/.mino.toml", "11"),
                                                    approval("/q/\"a b\"/.mino.toml", "22")}));
}

TEST_P(TrustStoreContract, ANewApprovalOfAFileReplacesTheOldOne) {
  ASSERT_TRUE(store().grant(approval("/p/.mino.toml", "11")).ok());
  ASSERT_TRUE(other().grant(approval("/p/.mino.toml", "22")).ok());
  EXPECT_EQ(store().list()->size(), 1U);
  EXPECT_EQ((*store().find("/p/.mino.toml"))->digest, "22");
}

TEST_P(TrustStoreContract, Revokes) {
  ASSERT_TRUE(store().grant(approval("/p/.mino.toml", "11")).ok());
  ASSERT_TRUE(store().grant(approval("/q/.mino.toml", "11")).ok());
  EXPECT_EQ(*other().revoke("/p/.mino.toml"), Revocation::kRevoked);
  EXPECT_EQ(*store().find("/p/.mino.toml"), std::nullopt);
  EXPECT_EQ(store().list()->size(), 1U);
}

}  // namespace mino::contract
