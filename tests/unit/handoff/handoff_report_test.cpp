#include "domain/handoff/handoff_report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "domain/run/text.hpp"

namespace mino {
namespace {

HandoffReport report_of(std::vector<HandoffItem> items) {
  HandoffReport report;
  report.since = Timestamp(std::chrono::seconds(1773057600));
  report.made_at = report.since + std::chrono::seconds(5);
  for (const HandoffItem& item : items) report.counts[item.what] += 1;
  report.items = std::move(items);
  return report;
}

bool is_plain(std::string_view line) {
  return line == visible_text(line) && line.find('\n') == std::string_view::npos;
}

TEST(HandoffReport, IsOrderedByDangerThenPath) {
  std::vector<HandoffItem> items{{HandoffClass::kExecutable, "a"},
                                 {HandoffClass::kHook, "z"},
                                 {HandoffClass::kHook, "b"},
                                 {HandoffClass::kSetuid, "a"}};
  sort_by_danger(items);
  EXPECT_EQ(items, (std::vector<HandoffItem>{{HandoffClass::kHook, "b"},
                                             {HandoffClass::kHook, "z"},
                                             {HandoffClass::kSetuid, "a"},
                                             {HandoffClass::kExecutable, "a"}}));
}

TEST(HandoffReport, SurvivesJson) {
  HandoffReport report = report_of({{HandoffClass::kHook, "a/.git/hooks/x", "", Change::kNew},
                                    {HandoffClass::kGitConfig, "b", "core.pager"}});
  report.extent = WalkExtent::kFull;
  report.counts[HandoffClass::kExecutable] = 900;
  report.not_looked_at = {"something"};
  report.defused = {{"s/.git/config", "core.fsmonitor"}};
  const auto read = handoff_report_from_json(to_json(report));
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(*read, report);
}

TEST(HandoffReport, EveryClassHasAName) {
  for (std::size_t i = 0; i < kHandoffClasses; ++i) {
    const auto what = static_cast<HandoffClass>(i);
    EXPECT_FALSE(to_string(what).empty());
    EXPECT_FALSE(singular(what).empty());
    EXPECT_EQ(parse_handoff_class(to_string(what)), what);
  }
  EXPECT_EQ(parse_handoff_class("x"), std::nullopt);
}

TEST(HandoffReport, RefusesJsonThatIsNone) {
  const JsonValue good = to_json(report_of({{HandoffClass::kHook, "x"}}));
  EXPECT_TRUE(handoff_report_from_json(good).ok());
  EXPECT_FALSE(handoff_report_from_json(JsonValue("x")).ok());
  for (const char* member : {"schema", "since", "made_at", "items", "counts"}) {
    JsonValue bad = good;
    bad.set(member, "x");
    EXPECT_FALSE(handoff_report_from_json(bad).ok()) << member;
  }
  JsonValue older = good;
  older.set("defused", JsonValue::Array{JsonValue::Object{{"path", "x"}}});
  EXPECT_FALSE(handoff_report_from_json(older).ok());
  JsonValue newer = good;
  newer.set("schema", 2);
  EXPECT_EQ(handoff_report_from_json(newer).error().code(), ErrorCode::kNewerSchema);
  JsonValue bad_item = good;
  bad_item.set("items", JsonValue::Array{JsonValue::Object{{"class", "hook"}}});
  EXPECT_FALSE(handoff_report_from_json(bad_item).ok());
  JsonValue bad_count = good;
  bad_count.set("counts", JsonValue::Object{{"hook", -1}});
  EXPECT_FALSE(handoff_report_from_json(bad_count).ok());
}

TEST(HandoffReport, NamesWhatWasDefusedThoughNothingIsLeft) {
  HandoffReport report = report_of({});
  EXPECT_TRUE(summary_of(report, "fox").empty());
  report.defused = {{"s\n/.git/config", "core.fsmonitor"}, {"t", "a git hook"}};
  const std::vector<std::string> lines = summary_of(report, "fox");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines[0].find(".git/config (core.fsmonitor), and more"), std::string::npos);
  for (const std::string& line : lines) EXPECT_TRUE(is_plain(line)) << line;
}

TEST(HandoffReport, NeverWritesRawBytesOfNames) {
  const std::string odd = "a\nb\x1b[31m\xff\xC2\x9B" + std::string(5000, 'x');
  const HandoffReport report = report_of({{HandoffClass::kHook, odd, odd}});
  const JsonValue json = to_json(report);
  const std::string& path = *json.find("items")->array()->front().find_string("path");
  EXPECT_TRUE(is_plain(path));
  EXPECT_LE(path.size(), 512U);
  for (const std::string& line : summary_of(report, "fox")) EXPECT_TRUE(is_plain(line)) << line;
}

TEST(HandoffReport, CutsOnlyBetweenCharacters) {
  std::string path;
  for (int i = 0; i < 400; ++i) path += "\xE2\x82\xAC";
  EXPECT_TRUE(is_plain(to_text(HandoffItem{HandoffClass::kHook, path})));
  EXPECT_TRUE(is_plain(to_text(HandoffItem{HandoffClass::kHook, "a" + path})));
  EXPECT_TRUE(is_plain(to_text(HandoffItem{HandoffClass::kHook, "ab" + path})));
}

TEST(HandoffSummary, IsNothingWhenThereIsNothing) {
  EXPECT_TRUE(summary_of(report_of({}), "fox").empty());
}

TEST(HandoffSummary, HasAtMostTenLinesAndSaysHowManyMore) {
  std::vector<HandoffItem> items;
  for (int i = 0; i < 200; ++i) items.push_back({HandoffClass::kHook, std::to_string(i)});
  HandoffReport report = report_of(items);
  report.counts[HandoffClass::kHook] = 10'000;
  report.not_looked_at = {"a", "b"};
  const auto lines = summary_of(report, "fox");
  EXPECT_LE(lines.size(), 10U);
  EXPECT_EQ(lines.front(), "report: what the host may run has changed: 10000 git hooks");
  EXPECT_TRUE(std::ranges::find(lines, "  and 9994 more") != lines.end());
  EXPECT_NE(lines.back().find("mino report --quarantine fox"), std::string::npos);
}

TEST(HandoffSummary, SaysWhatWasNotLookedAtAlsoAlone) {
  HandoffReport report = report_of({});
  report.not_looked_at = {"a directory"};
  EXPECT_EQ(summary_of(report, "fox").front(), "report: not looked at: a directory");
}

TEST(HandoffCounts, AreToldInTheOrderOfDanger) {
  HandoffCounts counts;
  counts[HandoffClass::kExecutable] = 2;
  counts[HandoffClass::kHook] = 1;
  EXPECT_EQ(to_text(counts), "1 git hook, 2 executables");
  EXPECT_EQ(to_text(HandoffCounts()), "");
}

}  // namespace
}  // namespace mino
