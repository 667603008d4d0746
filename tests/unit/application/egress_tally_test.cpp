#include "application/egress_tally.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "application/egress_summary.hpp"

namespace mino::application {
namespace {

using Counts = std::vector<EgressTally::Count>;
using std::chrono::seconds;

const EgressTally::Time kStart{seconds{1773057600}};

EgressEvent denied(std::string host, std::uint16_t port = 443,
                   DenyReason reason = DenyReason::kNoRule) {
  return {
      .kind = EgressEvent::Kind::kDenied, .host = std::move(host), .port = port, .reason = reason};
}

EgressEvent failed(std::string host, std::string detail) {
  return {.kind = EgressEvent::Kind::kFailed,
          .host = std::move(host),
          .port = 443,
          .detail = std::move(detail)};
}

/// "host:port xTIMES", in order.
std::vector<std::string> texts(const Counts& counts) {
  std::vector<std::string> result;
  for (const auto& [event, times] : counts)
    result.push_back(event.host + ":" + std::to_string(event.port) + " x" + std::to_string(times));
  return result;
}

using Texts = std::vector<std::string>;

TEST(EgressTally, TheFirstOfADestinationIsDueAtOnce) {
  EgressTally tally;
  EXPECT_EQ(texts(tally.add(denied("a"), kStart)), Texts{"a:443 x1"});
  EXPECT_EQ(texts(tally.add(denied("a", 80), kStart)), Texts{"a:80 x1"});
  EXPECT_EQ(texts(tally.add(denied("a", 443, DenyReason::kPrivateAddress), kStart)),
            Texts{"a:443 x1"});
  EXPECT_EQ(texts(tally.add(failed("a", "timed out"), kStart)), Texts{"a:443 x1"});
  EXPECT_TRUE(tally.rest().empty());
}

TEST(EgressTally, RepeatsAreDueAfterAMinuteTogether) {
  EgressTally tally;
  static_cast<void>(tally.add(denied("a"), kStart));
  EXPECT_TRUE(tally.add(denied("a"), kStart + seconds(1)).empty());
  EXPECT_TRUE(tally.add(denied("a"), kStart + seconds(59)).empty());
  EXPECT_EQ(texts(tally.add(denied("a"), kStart + seconds(60))), Texts{"a:443 x3"});
  EXPECT_TRUE(tally.add(denied("a"), kStart + seconds(61)).empty());
  EXPECT_EQ(texts(tally.add(denied("a"), kStart + seconds(121))), Texts{"a:443 x2"});
}

TEST(EgressTally, AnEventOfAnotherDestinationBringsWhatIsDue) {
  EgressTally tally;
  static_cast<void>(tally.add(denied("a"), kStart));
  static_cast<void>(tally.add(denied("b"), kStart + seconds(30)));
  static_cast<void>(tally.add(denied("a"), kStart + seconds(31)));
  static_cast<void>(tally.add(denied("b"), kStart + seconds(32)));
  EXPECT_EQ(texts(tally.add(denied("b"), kStart + seconds(70))), Texts{"a:443 x1"});
  EXPECT_EQ(texts(tally.add(denied("b"), kStart + seconds(90))), Texts{"b:443 x3"});
}

TEST(EgressTally, TheRestIsWhatWasNotDueYet) {
  EgressTally tally;
  for (int i = 0; i < 5; ++i) static_cast<void>(tally.add(denied("a"), kStart));
  static_cast<void>(tally.add(failed("b", "one"), kStart));
  static_cast<void>(tally.add(failed("b", "other"), kStart));
  const Counts rest = tally.rest();
  EXPECT_EQ(texts(rest), (Texts{"a:443 x4", "b:443 x1"}));
  EXPECT_EQ(rest[1].event.detail, "other");
  EXPECT_TRUE(tally.rest().empty());
}

TEST(EgressTally, AClockThatIsSetBackLosesNothing) {
  EgressTally tally;
  static_cast<void>(tally.add(denied("a"), kStart));
  EXPECT_TRUE(tally.add(denied("a"), kStart - std::chrono::hours(1)).empty());
  EXPECT_EQ(texts(tally.rest()), Texts{"a:443 x1"});
}

TEST(EgressTally, AnyNumberOfDestinationsIsKeptInABound) {
  EgressTally tally;
  std::size_t due = 0;
  std::uint64_t times = 0;
  const auto count = [&](const Counts& counts) {
    due += counts.size();
    for (const EgressTally::Count& each : counts) times += each.times;
  };
  for (int i = 0; i < 10'000; ++i)
    count(tally.add(denied("h" + std::to_string(i) + ".example"), kStart));
  EXPECT_EQ(due, EgressTally::kMaxKept + 1);
  count(tally.rest());
  EXPECT_EQ(due, EgressTally::kMaxKept + 2);
  EXPECT_EQ(times, 10'000U);
  const Counts all = tally.denied();
  ASSERT_EQ(all.size(), EgressTally::kMaxKept + 1);
  EXPECT_EQ(all.front().event.host, EgressTally::kOthers);
  EXPECT_EQ(all.front().event.port, 0);
  EXPECT_EQ(all.front().times, 10'000U - EgressTally::kMaxKept);
}

TEST(EgressTally, WhatWasKeptStaysApartWhenItIsFull) {
  EgressTally tally;
  for (std::size_t i = 0; i < EgressTally::kMaxKept + 5; ++i)
    static_cast<void>(tally.add(denied("h" + std::to_string(i)), kStart));
  static_cast<void>(tally.rest());
  static_cast<void>(tally.add(denied("h0"), kStart));
  EXPECT_EQ(texts(tally.rest()), Texts{"h0:443 x1"});
}

TEST(EgressSummary, IsSilentWhenNothingWasRefused) {
  EgressTally tally;
  static_cast<void>(tally.add(failed("a", "timed out"), kStart));
  EXPECT_TRUE(egress_summary(tally.denied()).empty());
}

TEST(EgressSummary, NamesTheFlagThatWouldAllowIt) {
  const Counts counts = {{denied("example.com"), 2}, {denied("2001:db8::1", 22), 1}};
  EXPECT_EQ(egress_summary(counts),
            (Texts{"network: 3 connections were refused",
                   "  example.com:443  2 times: no rule allows it; allow it with --network-allow "
                   "example.com:443",
                   "  [2001:db8::1]:22  1 time: no rule allows it; allow it with --network-allow "
                   "'[2001:db8::1]:22'"}));
}

TEST(EgressSummary, GivesAdviceOnlyWhereARuleWouldHelp) {
  const std::string private_line =
      egress_summary({{denied("db.example", 5432, DenyReason::kPrivateAddress), 1}}).at(1);
  EXPECT_NE(private_line.find("--network-allow-private"), std::string::npos);
  for (const DenyReason reason :
       {DenyReason::kBoxItself, DenyReason::kNoServerName, DenyReason::kServerNameMismatch,
        DenyReason::kHostHeaderMismatch, DenyReason::kProxyRequest, DenyReason::kBadRequest,
        DenyReason::kLimit}) {
    const Texts lines = egress_summary({{denied("a.example", 443, reason), 1}});
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], "network: 1 connection was refused");
    EXPECT_EQ(lines[1].find("--network"), std::string::npos) << lines[1];
  }
}

TEST(EgressSummary, SaysThatTheFlagTakesThePlaceOfAPreset) {
  const auto rule = parse_egress_rule("github.com:443");
  ASSERT_TRUE(rule.ok());
  const EgressPolicy preset{.rules = {{*rule, "preset dev"}}};
  const EgressPolicy typed{.rules = {{*rule, "flag --network-allow"}}};
  const Counts refused = {{denied("a.example"), 1}};
  EXPECT_NE(replacement_note(refused, preset).find("preset dev"), std::string::npos);
  EXPECT_EQ(replacement_note(refused, typed), "");
  EXPECT_EQ(replacement_note({}, preset), "");
  EXPECT_EQ(replacement_note({{denied("a.example", 443, DenyReason::kNoServerName), 1}}, preset),
            "");
}

TEST(EgressSummary, IsBounded) {
  Counts counts;
  for (int i = 0; i < 25; ++i) counts.push_back({denied("h" + std::to_string(i)), 1});
  const Texts lines = egress_summary(counts);
  ASSERT_EQ(lines.size(), 12U);
  EXPECT_EQ(lines[0], "network: 25 connections were refused");
  EXPECT_EQ(lines[11], "  and 15 more");
}

TEST(EgressSummary, HoldsNoControlCharacters) {
  const Texts lines = egress_summary({{denied("a\x1b[2J\n\x9b.example"), 1}});
  for (const std::string& line : lines)
    EXPECT_EQ(line.find_first_of("\x1b\n\x9b"), std::string::npos) << line;
}

TEST(EgressSummary, NamesARefusedQuestionAndTheOthers) {
  EgressEvent others = denied(EgressTally::kOthers, 0);
  const Texts lines = egress_summary({{others, 7}, {denied("a.example", 0), 1}});
  EXPECT_EQ(lines[1], "  other destinations  7 times: no rule allows it");
  EXPECT_EQ(lines[2],
            "  a.example  1 time: no rule allows it; allow it with --network-allow a.example:PORT");
}

}  // namespace
}  // namespace mino::application
