#include "domain/credential/lease.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Answer = CredentialLease::Answer;
using Cause = CredentialLease::Cause;

constexpr CredentialProvider kAws = CredentialProvider::kAws;
constexpr CredentialProvider kAzure = CredentialProvider::kAzure;
constexpr Timestamp kStart{seconds{1773057600}};

IssuedCredential issued(Timestamp at, Timestamp::duration life) { return {{{}, at + life}, at}; }

/// A lease that somebody has asked for.
CredentialLease used(CredentialProvider provider, Timestamp::duration life) {
  CredentialLease lease(provider, issued(kStart, life));
  EXPECT_EQ(lease.asked(kStart), Answer::kCurrent);
  return lease;
}

TEST(CredentialLease, IsServedAsItIsWhileItIsYoung) {
  CredentialLease lease(kAws, issued(kStart, hours(1)));
  for (const auto age : {seconds(0), seconds(60), seconds(39 * 60)}) {
    EXPECT_FALSE(lease.wants_renewal(Cause::kAsked, kStart + age));
    EXPECT_EQ(lease.asked(kStart + age), Answer::kCurrent);
  }
}

TEST(CredentialLease, IsRenewedWhileTheOldOneStillServes) {
  CredentialLease lease = used(kAws, hours(1));
  const Timestamp now = kStart + minutes(40);
  EXPECT_TRUE(lease.wants_renewal(Cause::kAsked, now))
      << "botocore asks again for one with a quarter of an hour left";
  lease.renewal_started();
  EXPECT_FALSE(lease.wants_renewal(Cause::kAsked, now)) << "one renewal at a time";
  EXPECT_EQ(lease.asked(now), Answer::kCurrent);
  lease.renewed(issued(now, hours(1)), now + seconds(2));
  EXPECT_EQ(lease.current()->issued_at, now);
  EXPECT_FALSE(lease.wants_renewal(Cause::kAsked, now + seconds(2)));
}

TEST(CredentialLease, OthersAreRenewedLater) {
  CredentialLease lease = used(kAzure, hours(1));
  EXPECT_FALSE(lease.wants_renewal(Cause::kAsked, kStart + minutes(54)));
  EXPECT_TRUE(lease.wants_renewal(Cause::kAsked, kStart + minutes(55)));
}

TEST(CredentialLease, AShortLifeIsHalved) {
  EXPECT_EQ(renewal_lead(kAws, minutes(15)), seconds(450));
  EXPECT_EQ(renewal_lead(kAws, hours(12)), minutes(20));
  EXPECT_EQ(renewal_lead(kAzure, seconds(4)), seconds(2));
  EXPECT_EQ(renewal_lead(kAzure, -hours(1)), seconds(0));
}

TEST(CredentialLease, OneThatWasKeptRenewsOnlyIfItLasts) {
  const IssuedCredential kept = issued(kStart, hours(1));
  EXPECT_EQ(decide_renewal(kAws, kept, kStart + minutes(39)), CredentialUse::kUse);
  EXPECT_EQ(decide_renewal(kAws, kept, kStart + minutes(40)), CredentialUse::kRenew);
  EXPECT_EQ(decide_renewal(kAws, kept, kStart - seconds(1)), CredentialUse::kRefuse);
}

TEST(CredentialLease, WhoAsksAfterTheEndWaitsForTheRenewal) {
  CredentialLease lease = used(kAws, minutes(15));
  const Timestamp now = kStart + minutes(15);
  ASSERT_TRUE(lease.wants_renewal(Cause::kAsked, now));
  lease.renewal_started();
  EXPECT_EQ(lease.asked(now), Answer::kLater);
  lease.renewed(issued(now, minutes(15)), now);
  EXPECT_EQ(lease.asked(now), Answer::kCurrent);
}

TEST(CredentialLease, WhatNobodyAsksForIsNotRenewedForItsOwnSake) {
  CredentialLease lease(kAws, issued(kStart, hours(1)));
  EXPECT_EQ(lease.wakes_at(), std::nullopt);
  EXPECT_FALSE(lease.wants_renewal(Cause::kTime, kStart + minutes(59)));
  EXPECT_EQ(lease.asked(kStart), Answer::kCurrent);
  EXPECT_EQ(lease.wakes_at(), kStart + minutes(40));
  EXPECT_TRUE(lease.wants_renewal(Cause::kTime, kStart + minutes(40)));
  lease.renewal_started();
  EXPECT_EQ(lease.wakes_at(), std::nullopt);
  lease.renewed(issued(kStart + minutes(40), hours(1)), kStart + minutes(40));
  EXPECT_EQ(lease.wakes_at(), std::nullopt) << "nobody has asked for the new one";
}

TEST(CredentialLease, AFailureIsToldAndTheNextTryWaitsLongerEachTime) {
  CredentialLease lease(kAws, std::nullopt);
  Timestamp now = kStart;
  for (const auto pause : {5, 10, 20, 40, 60, 60}) {
    ASSERT_TRUE(lease.wants_renewal(Cause::kAsked, now)) << pause;
    lease.renewal_started();
    EXPECT_EQ(lease.asked(now), Answer::kLater);
    lease.renewal_failed("not logged in", now);
    EXPECT_EQ(lease.asked(now), Answer::kNothing);
    EXPECT_EQ(lease.failure(), "not logged in");
    EXPECT_FALSE(lease.wants_renewal(Cause::kAsked, now + seconds(pause - 1)));
    now += seconds(pause);
  }
  lease.renewal_started();
  lease.renewed(issued(now, hours(1)), now);
  EXPECT_EQ(lease.asked(now), Answer::kCurrent);
  EXPECT_EQ(lease.failure(), "");
}

TEST(CredentialLease, WhatIsStillGoodIsServedThoughTheRenewalFails) {
  CredentialLease lease = used(kAws, hours(1));
  const Timestamp now = kStart + minutes(45);
  lease.renewal_started();
  lease.renewal_failed("no network", now);
  EXPECT_EQ(lease.asked(now), Answer::kCurrent);
  EXPECT_EQ(lease.wakes_at(), now + seconds(5));
  EXPECT_EQ(lease.asked(kStart + hours(1)), Answer::kNothing);
}

TEST(CredentialLease, AProgramThatGivesWhatItHadIsLeftAloneForAMinute) {
  CredentialLease lease = used(kAzure, hours(1));
  const Timestamp now = kStart + minutes(56);
  lease.renewal_started();
  EXPECT_FALSE(lease.is_renewal(issued(kStart, hours(1)), now));
  lease.renewed(issued(kStart, hours(1)), now);
  EXPECT_EQ(lease.asked(now), Answer::kCurrent);
  EXPECT_FALSE(lease.wants_renewal(Cause::kAsked, now + seconds(59)));
  EXPECT_TRUE(lease.wants_renewal(Cause::kAsked, now + seconds(60)));
}

TEST(CredentialLease, OneThatIsOverWhenItComesIsAFailure) {
  CredentialLease lease(kAws, std::nullopt);
  lease.renewal_started();
  lease.renewed(issued(kStart - hours(2), hours(1)), kStart);
  EXPECT_EQ(lease.asked(kStart), Answer::kNothing);
  EXPECT_EQ(lease.failure(), "what was handed out is over already");
  EXPECT_FALSE(lease.wants_renewal(Cause::kAsked, kStart + seconds(4)));
  EXPECT_TRUE(lease.wants_renewal(Cause::kAsked, kStart + seconds(5)));
}

TEST(CredentialLease, AnOlderOneTakesNobodysPlace) {
  CredentialLease lease = used(kAws, hours(1));
  lease.renewal_started();
  lease.renewed(issued(kStart - minutes(30), hours(1)), kStart + minutes(1));
  EXPECT_EQ(lease.current()->issued_at, kStart);
}

TEST(CredentialLease, AClockThatWasSetBackMakesItWorthless) {
  CredentialLease lease = used(kAws, hours(1));
  const Timestamp now = kStart - hours(24);
  EXPECT_TRUE(lease.wants_renewal(Cause::kAsked, now));
  lease.renewal_started();
  EXPECT_EQ(lease.asked(now), Answer::kLater);
  lease.renewed(issued(now, hours(1)), now);
  EXPECT_EQ(lease.current()->issued_at, now) << "though it ends earlier";
}

TEST(CredentialLease, APauseDoesNotOutliveAClockThatWasSetBack) {
  CredentialLease lease(kAws, std::nullopt);
  lease.renewal_started();
  lease.renewal_failed("no", kStart);
  EXPECT_TRUE(lease.wants_renewal(Cause::kAsked, kStart - hours(1)));
}

TEST(CredentialLease, AClockThatJumpsForwardEndsIt) {
  CredentialLease lease = used(kAws, hours(1));
  EXPECT_TRUE(lease.wants_renewal(Cause::kTime, kStart + hours(30)));
  EXPECT_EQ(lease.asked(kStart + hours(30)), Answer::kNothing);
}

}  // namespace
}  // namespace mino
