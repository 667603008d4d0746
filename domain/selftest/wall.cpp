#include "domain/selftest/wall.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include "domain/network/egress_policy.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

/// How a call fails at a wall. Anything else may be a fault of the attempt, and proves nothing.
constexpr auto kRefusals = std::to_array<std::string_view>(
    {"EPERM",         "EACCES",      "EROFS",        "ENOENT",          "ENOTDIR",
     "EBUSY",         "ENOSYS",      "SIGSYS",       "ESRCH",           "EIO",
     "ENXIO",         "ENODEV",      "EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT",
     "EADDRNOTAVAIL", "ENETUNREACH", "ENETDOWN",     "EHOSTUNREACH",    "ECONNREFUSED",
     "ECONNRESET"});

bool is_refusal(std::string_view how) {
  return std::ranges::find(kRefusals, how) != kRefusals.end();
}

bool is_made_up(const std::string& address) {
  const auto parsed = IpAddress::parse(address);
  return parsed && (synthetic_v4().contains(*parsed) || synthetic_v6().contains(*parsed));
}

enum class Verdict { kHolds, kBroken, kUnclear };

Verdict verdict_on(const Expectation& expected, const AttemptOutcome& outcome) {
  using Kind = Expectation::Kind;
  const bool succeeded = outcome.how == "ok";
  bool holds = false;
  switch (expected.kind) {
    case Kind::kRefused:
      holds = is_refusal(outcome.how);
      break;
    case Kind::kUnanswered:
      holds = is_refusal(outcome.how) || outcome.how == "ETIMEDOUT";
      break;
    case Kind::kNotForwarded:
      holds = is_refusal(outcome.how) || outcome.how == "refused" ||
              (succeeded && is_made_up(outcome.detail));
      break;
    case Kind::kAbsent:
      holds = outcome.how == "none";
      break;
    case Kind::kFact:
      holds = outcome.how == "is" && outcome.detail == expected.value;
      break;
    case Kind::kWorks:
      return succeeded ? Verdict::kHolds : Verdict::kBroken;
  }
  if (holds) return Verdict::kHolds;
  const bool contradicts = succeeded || (expected.kind == Kind::kFact && outcome.how == "is");
  return contradicts ? Verdict::kBroken : Verdict::kUnclear;
}

std::string told(const Expectation& expected, const AttemptOutcome& outcome) {
  const std::string name = visible_text(expected.attempt);
  if (expected.kind == Expectation::Kind::kFact && outcome.how == "is")
    return name + " is " + visible_text(outcome.detail);
  if (outcome.how != "ok") return name + " ended with " + visible_text(outcome.how);
  const std::string detail =
      outcome.detail.empty() ? "" : " (" + visible_text(outcome.detail) + ")";
  return name + " succeeded" + detail;
}

void append(std::string& list, const std::string& item) {
  list += (list.empty() ? "" : ", ") + item;
}

}  // namespace

std::string_view to_string(WallState state) {
  switch (state) {
    case WallState::kStands:
      return "stands";
    case WallState::kMissing:
      return "missing";
    case WallState::kOff:
      return "off";
    case WallState::kNotTestable:
      return "not testable";
  }
  return "";
}

WallResult judge(const Wall& wall, const ProbeReport& report) {
  WallResult result{wall.id, wall.title, WallState::kNotTestable, {}};
  if (!wall.off.empty()) {
    result.state = WallState::kOff;
    result.reason = wall.off;
    return result;
  }
  if (!wall.untested.empty()) {
    result.reason = wall.untested;
    return result;
  }
  std::string broken;
  std::string unclear;
  bool is_silent = wall.attempts.empty();
  for (const Expectation& expected : wall.attempts) {
    const auto outcome = report.outcomes.find(expected.attempt);
    if (outcome == report.outcomes.end()) {
      is_silent = true;
      continue;
    }
    const Verdict verdict = verdict_on(expected, outcome->second);
    if (verdict == Verdict::kBroken) append(broken, told(expected, outcome->second));
    if (verdict == Verdict::kUnclear) append(unclear, told(expected, outcome->second));
  }
  if (is_silent)
    append(unclear, report.is_whole ? "the probe did not try it" : "the probe died in the box");
  result.state = !broken.empty()    ? WallState::kMissing
                 : !unclear.empty() ? WallState::kNotTestable
                                    : WallState::kStands;
  result.reason = broken.empty() ? unclear : broken;
  return result;
}

SelfTestReport judge(const std::vector<Wall>& walls, const ProbeReport& report) {
  SelfTestReport all;
  for (const Wall& wall : walls) all.walls.push_back(judge(wall, report));
  return all;
}

bool passes(const SelfTestReport& report) {
  return !report.walls.empty() && std::ranges::all_of(report.walls, [](const WallResult& wall) {
    return wall.state == WallState::kStands || wall.state == WallState::kOff;
  });
}

JsonValue to_json(const SelfTestReport& report) {
  JsonValue::Array walls;
  for (const WallResult& wall : report.walls) {
    JsonValue item;
    item.set("id", wall.id);
    item.set("title", wall.title);
    item.set("state", to_string(wall.state));
    item.set("reason", wall.reason);
    walls.push_back(std::move(item));
  }
  JsonValue json;
  json.set("schema", std::int64_t{1});
  json.set("passed", passes(report));
  json.set("walls", std::move(walls));
  return json;
}

std::vector<std::string> probe_words(const std::vector<Wall>& walls) {
  std::vector<std::string> words;
  std::set<std::string_view> asked;
  for (const Wall& wall : walls) {
    if (!wall.off.empty() || !wall.untested.empty()) continue;
    for (const Expectation& expected : wall.attempts) {
      if (!asked.insert(expected.attempt).second) continue;
      words.push_back(expected.argument.empty() ? expected.attempt
                                                : expected.attempt + "=" + expected.argument);
    }
  }
  return words;
}

}  // namespace mino
