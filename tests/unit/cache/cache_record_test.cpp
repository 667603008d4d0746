#include "domain/cache/cache_record.hpp"

#include <gtest/gtest.h>

#include "adapters/json/rapid_json_codec.hpp"

namespace mino {
namespace {

Timestamp at(const char* text) { return *parse_rfc3339(text); }

CacheRecord whole_record() {
  CacheRecord record = new_cache_record({"project", "0123456789ab", "00112233"}, 3, "/src/app",
                                        at("2026-03-09T12:00:00Z"));
  record.state = CacheState::kComplete;
  record.last_used_at = at("2026-03-10T12:00:00.250Z");
  record.holders = {{"id-1", "calm-otter", {4711, 99}}};
  record.size_bytes = 1 << 20;
  record.measured_at = at("2026-03-11T12:00:00Z");
  record.evicting = true;
  return record;
}

JsonValue parsed(std::string_view text) { return *json::RapidJsonCodec().parse(text); }

TEST(CacheState, GoesOnlyTheWaysThereAre) {
  using enum CacheState;
  struct Step {
    CacheState from;
    CacheEvent event;
    std::optional<CacheState> to;
  };
  for (const Step& step :
       {Step{kMiss, CacheEvent::kMade, kBuilding}, Step{kBuilding, CacheEvent::kMade, std::nullopt},
        Step{kComplete, CacheEvent::kMade, std::nullopt},
        Step{kMiss, CacheEvent::kFinished, std::nullopt},
        Step{kBuilding, CacheEvent::kFinished, kComplete},
        Step{kComplete, CacheEvent::kFinished, kComplete},
        Step{kMiss, CacheEvent::kVanished, kMiss}, Step{kBuilding, CacheEvent::kVanished, kMiss},
        Step{kComplete, CacheEvent::kVanished, kMiss}}) {
    const auto state = after(step.from, step.event);
    EXPECT_EQ(state.ok(), step.to.has_value()) << to_string(step.from);
    if (state.ok() && step.to) {
      EXPECT_EQ(*state, *step.to) << to_string(step.from);
    }
  }
  for (const CacheState state : {kMiss, kBuilding, kComplete})
    EXPECT_EQ(parse_cache_state(to_string(state)), state);
  EXPECT_FALSE(parse_cache_state("done").has_value());
}

TEST(CacheRecord, SurvivesBeingWritten) {
  const CacheRecord record = whole_record();
  const auto again = cache_record_from_json(to_json(record));
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(*again, record);
  const CacheRecord fresh =
      new_cache_record({"npm", "0123456789ab", ""}, 0, std::nullopt, at("2026-03-09T12:00:00Z"));
  EXPECT_EQ(*cache_record_from_json(to_json(fresh)), fresh);
  EXPECT_EQ(fresh.state, CacheState::kMiss);
}

TEST(CacheRecord, ReadsThatOfTheEarlierProgram) {
  const auto record = cache_record_from_json(
      parsed(R"({"volume_name": "mino-cache-npm-0123456789ab", "ecosystem": "npm",
                 "hash": "0123456789ab", "state": "building",
                 "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z"})"));
  ASSERT_TRUE(record.ok()) << record.error().text();
  EXPECT_EQ(record->state, CacheState::kBuilding);
  EXPECT_EQ(record->last_used_at, at("2026-01-02T00:00:00Z"));
  EXPECT_TRUE(record->holders.empty());
}

TEST(CacheRecord, RefusesWhatItCannotBe) {
  const JsonValue whole = to_json(whole_record());
  const auto with = [&whole](std::string_view member, JsonValue value) {
    JsonValue json = whole;
    json.set(member, std::move(value));
    return json;
  };
  for (const JsonValue& json :
       {JsonValue("text"), JsonValue(), with("volume_name", "mino-cache-foo"),
        with("volume_name", "mino-cache-npm-0123456789ab"), with("volume_name", 1),
        with("hash", "ffffffffffff"), with("state", "done"), with("created_at", "yesterday"),
        with("updated_at", JsonValue()), with("generation", -1), with("generation", "1"),
        with("size_bytes", -5), with("measured_at", "never"), with("holders", "nobody"),
        with("holders", JsonValue::Array{JsonValue::Object{{"session", "x"}}})}) {
    const auto record = cache_record_from_json(json);
    ASSERT_FALSE(record.ok());
    EXPECT_EQ(record.error().code(), ErrorCode::kCorrupt);
  }
  EXPECT_EQ(cache_record_from_json(with("schema", 2)).error().code(), ErrorCode::kNewerSchema);
}

TEST(CacheRecord, IsMadeAgainFromItsLabels) {
  const Timestamp now = at("2026-04-01T00:00:00Z");
  const CacheRecord record = whole_record();
  const auto again = cache_record_from_labels(record.volume, labels_of(record), now);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->generation, 3);
  EXPECT_EQ(again->project, "/src/app");
  EXPECT_EQ(again->created_at, record.created_at);
  EXPECT_EQ(again->last_used_at, now) << "it could be in use every day";
  EXPECT_EQ(again->state, CacheState::kBuilding);
}

TEST(CacheRecord, IsNotMadeFromForeignLabels) {
  const std::string name = "mino-cache-npm-0123456789ab";
  EXPECT_FALSE(cache_record_from_labels(name, {}, {}).has_value());
  EXPECT_FALSE(cache_record_from_labels(name, {{"io.mino.cache", "no"}}, {}).has_value());
  EXPECT_FALSE(
      cache_record_from_labels("mino-cachex", {{"io.mino.cache", "true"}}, {}).has_value());
  const auto strange = cache_record_from_labels(
      name, {{"io.mino.cache", "true"}, {"io.mino.cache.generation", "-7"}}, {});
  ASSERT_TRUE(strange.has_value());
  EXPECT_EQ(strange->generation, 0);
}

TEST(CacheRecord, TheLatestGenerationHolds) {
  const Timestamp early = at("2026-01-01T00:00:00Z");
  const Timestamp late = at("2026-02-01T00:00:00Z");
  std::vector<CacheRecord> records{
      new_cache_record({"npm", "0123456789ab", ""}, 0, std::nullopt, late),
      new_cache_record({"npm", "0123456789ab", "aaaaaaaa"}, 1, std::nullopt, early),
      new_cache_record({"npm", "ffffffffffff", ""}, 7, std::nullopt, late),
      new_cache_record({"go", "0123456789ab", ""}, 9, std::nullopt, late)};
  const auto current = [&records] {
    return current_generation(records, "npm", "0123456789ab")->volume;
  };
  EXPECT_EQ(current(), records[1].volume) << "whatever the clock said";
  records.push_back(new_cache_record({"npm", "0123456789ab", "bbbbbbbb"}, 1, std::nullopt, late));
  EXPECT_EQ(current(), records[4].volume);
  EXPECT_EQ(current_generation(records, "pip", "0123456789ab"), nullptr);
}

}  // namespace
}  // namespace mino
