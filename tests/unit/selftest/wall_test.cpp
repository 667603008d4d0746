#include "domain/selftest/wall.hpp"

#include <gtest/gtest.h>

namespace mino {
namespace {

using enum Expectation::Kind;

Wall wall_of(Expectation expected) { return {"w", "the box cannot", {std::move(expected)}}; }

struct Case {
  Expectation::Kind kind;
  const char* how;
  const char* detail;
  WallState state;
};

TEST(Wall, StandsOnlyByAnOutcomeThatProvesIt) {
  const Case cases[] = {
      {kRefused, "EPERM", "", WallState::kStands},
      {kRefused, "SIGSYS", "", WallState::kStands},
      {kRefused, "ENETUNREACH", "", WallState::kStands},
      {kRefused, "ok", "", WallState::kMissing},
      {kRefused, "ETIMEDOUT", "", WallState::kNotTestable},
      {kRefused, "EINVAL", "", WallState::kNotTestable},
      {kRefused, "EMFILE", "", WallState::kNotTestable},
      {kRefused, "none", "", WallState::kNotTestable},
      {kRefused, "gibberish", "", WallState::kNotTestable},
      {kUnanswered, "ETIMEDOUT", "", WallState::kStands},
      {kUnanswered, "EACCES", "", WallState::kStands},
      {kUnanswered, "ok", "", WallState::kMissing},
      {kNotForwarded, "ENETUNREACH", "", WallState::kStands},
      {kNotForwarded, "refused", "3", WallState::kStands},
      {kNotForwarded, "ok", "198.18.1.2", WallState::kStands},
      {kNotForwarded, "ok", "93.184.216.34", WallState::kMissing},
      {kNotForwarded, "ok", "", WallState::kMissing},
      {kNotForwarded, "ETIMEDOUT", "", WallState::kNotTestable},
      {kAbsent, "none", "", WallState::kStands},
      {kAbsent, "ok", "/run/docker.sock", WallState::kMissing},
      {kAbsent, "EACCES", "", WallState::kNotTestable},
      {kFact, "is", "0000", WallState::kStands},
      {kFact, "is", "0001", WallState::kMissing},
      {kFact, "EACCES", "", WallState::kNotTestable},
      {kWorks, "ok", "", WallState::kStands},
      {kWorks, "EPERM", "", WallState::kMissing},
  };
  for (const Case& each : cases) {
    ProbeReport report{.outcomes = {{"a", {each.how, each.detail}}}, .is_whole = true};
    const Expectation expected{"a", each.kind, {}, "0000"};
    EXPECT_EQ(judge(wall_of(expected), report).state, each.state)
        << static_cast<int>(each.kind) << " " << each.how << " " << each.detail;
  }
}

TEST(Wall, WithoutTheProbesWordItDoesNotStand) {
  const WallResult dead = judge(wall_of({"a"}), {});
  EXPECT_EQ(dead.state, WallState::kNotTestable);
  EXPECT_EQ(dead.reason, "the probe died in the box");
  const WallResult untried = judge(wall_of({"a"}), {.outcomes = {}, .is_whole = true});
  EXPECT_EQ(untried.state, WallState::kNotTestable);
  EXPECT_EQ(untried.reason, "the probe did not try it");
  const WallResult nothing = judge(Wall{"w", "t", {}}, {.outcomes = {}, .is_whole = true});
  EXPECT_EQ(nothing.state, WallState::kNotTestable);
}

TEST(Wall, OneSuccessBreaksIt) {
  const Wall wall{"w", "t", {{"a"}, {"b"}, {"c"}}};
  const ProbeReport report{.outcomes = {{"a", {"EPERM", ""}}, {"b", {"ok", "x\x1b"}}},
                           .is_whole = false};
  const WallResult result = judge(wall, report);
  EXPECT_EQ(result.state, WallState::kMissing);
  EXPECT_EQ(result.reason, "b succeeded (x\\x1b)");
}

TEST(Wall, OffAndUntestedAreNotTried) {
  const Wall off{"w", "t", {{"a"}}, "container.protect = off", {}};
  const Wall untested{"v", "t", {{"b"}}, {}, "no socket"};
  const ProbeReport report{.outcomes = {{"a", {"ok", ""}}, {"b", {"EPERM", ""}}}, .is_whole = true};
  EXPECT_EQ(judge(off, report), (WallResult{"w", "t", WallState::kOff, "container.protect = off"}));
  EXPECT_EQ(judge(untested, report), (WallResult{"v", "t", WallState::kNotTestable, "no socket"}));
  EXPECT_TRUE(probe_words({off, untested}).empty());
}

TEST(Wall, TheProbeIsAskedOnceForEachAttempt) {
  const Wall one{"w", "t", {{"a"}, {"b", kRefused, "x y"}}};
  const Wall two{"v", "t", {{"a"}, {"c:d"}}};
  EXPECT_EQ(probe_words({one, two}), (std::vector<std::string>{"a", "b=x y", "c:d"}));
}

TEST(SelfTestReport, PassesWithWallsThatStandOrAreOff) {
  const auto report = [](std::vector<WallState> states) {
    SelfTestReport all;
    for (const WallState state : states) all.walls.push_back({"w", "t", state, ""});
    return all;
  };
  EXPECT_TRUE(passes(report({WallState::kStands, WallState::kOff})));
  EXPECT_FALSE(passes(report({WallState::kStands, WallState::kMissing})));
  EXPECT_FALSE(passes(report({WallState::kStands, WallState::kNotTestable})));
  EXPECT_FALSE(passes(report({})));
}

TEST(SelfTestReport, AsJson) {
  const JsonValue json =
      to_json(SelfTestReport{{{"git-hooks", "the box cannot", WallState::kMissing, "why"}}});
  EXPECT_EQ(*json.find("schema")->integer(), 1);
  EXPECT_FALSE(*json.find("passed")->boolean());
  const JsonValue& wall = json.find("walls")->array()->front();
  EXPECT_EQ(*wall.find_string("id"), "git-hooks");
  EXPECT_EQ(*wall.find_string("title"), "the box cannot");
  EXPECT_EQ(*wall.find_string("state"), "missing");
  EXPECT_EQ(*wall.find_string("reason"), "why");
}

}  // namespace
}  // namespace mino
