#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ports/credential_cache.hpp"

namespace mino::contract {

class CredentialCacheHarness {
 public:
  virtual ~CredentialCacheHarness() = default;
  virtual CredentialCache& cache() = 0;
};

using CredentialCacheFactory = std::unique_ptr<CredentialCacheHarness> (*)();

class CredentialCacheContract : public ::testing::TestWithParam<CredentialCacheFactory> {
 protected:
  static constexpr CredentialProvider kGcp = CredentialProvider::kGcp;
  static constexpr std::chrono::milliseconds kNoPatience{0};
  static constexpr Timestamp kNow{std::chrono::hours(24 * 20'000)};

  CredentialCache& cache() { return harness_->cache(); }
  static IssuedCredential token(const std::string& text, std::optional<Timestamp> end) {
    IssuedCredential issued{.credential = {.values = {}, .expires_at = end}, .issued_at = kNow};
    issued.credential.values.emplace(kToken, Secret(text));
    return issued;
  }
  std::string token_of(const std::string& key) {
    const CachedCredential cached = cache().load(kGcp, key);
    if (!cached.credential) return {};
    return std::string(cached.credential->credential.values.at(std::string(kToken)).reveal());
  }

  std::unique_ptr<CredentialCacheHarness> harness_ = GetParam()();
};

TEST_P(CredentialCacheContract, StartsEmptyAndDoesNotComplainOfThat) {
  const CachedCredential cached = cache().load(kGcp, "aa");
  EXPECT_FALSE(cached.credential.has_value());
  EXPECT_EQ(cached.complaint, "");
}

TEST_P(CredentialCacheContract, GivesBackWhatWasStored) {
  const Timestamp end = kNow + std::chrono::hours(1);
  ASSERT_TRUE(cache().store(kGcp, "aa", token("one", end), kNow).ok());
  ASSERT_TRUE(cache().store(kGcp, "bb", token("two", std::nullopt), kNow).ok());
  EXPECT_EQ(token_of("aa"), "one");
  EXPECT_EQ(token_of("bb"), "two");
  const CachedCredential cached = cache().load(kGcp, "aa");
  EXPECT_EQ(cached.credential->issued_at, kNow);
  EXPECT_EQ(cached.credential->credential.expires_at, end);
  EXPECT_FALSE(cache().load(kGcp, "bb").credential->credential.expires_at.has_value());
  EXPECT_FALSE(cache().load(kGcp, "cc").credential.has_value());
}

TEST_P(CredentialCacheContract, ACredentialOfAnotherProviderIsNone) {
  ASSERT_TRUE(cache().store(kGcp, "aa", token("one", std::nullopt), kNow).ok());
  EXPECT_FALSE(cache().load(CredentialProvider::kAzure, "aa").credential.has_value());
}

TEST_P(CredentialCacheContract, TheLastOneStaysAndThoseThatAreLongOverGo) {
  ASSERT_TRUE(cache().store(kGcp, "aa", token("one", kNow + std::chrono::hours(1)), kNow).ok());
  ASSERT_TRUE(cache().store(kGcp, "aa", token("two", kNow + std::chrono::hours(1)), kNow).ok());
  EXPECT_EQ(token_of("aa"), "two");
  const Timestamp later = kNow + std::chrono::hours(3);
  ASSERT_TRUE(cache().store(kGcp, "bb", token("new", later + std::chrono::hours(1)), later).ok());
  EXPECT_EQ(token_of("aa"), "");
  EXPECT_EQ(token_of("bb"), "new");
}

TEST_P(CredentialCacheContract, ALockKeepsOthersOutUntilItIsDropped) {
  auto lock = cache().lock({"aa", "bb"}, kNoPatience);
  ASSERT_TRUE(lock.ok()) << lock.error().text();
  EXPECT_EQ(cache().lock({"bb"}, kNoPatience).error().code(), ErrorCode::kTimeout);
  EXPECT_TRUE(cache().lock({"cc"}, kNoPatience).ok()) << "another credential";
  lock->reset();
  EXPECT_TRUE(cache().lock({"bb", "aa"}, kNoPatience).ok());
}

}  // namespace mino::contract
