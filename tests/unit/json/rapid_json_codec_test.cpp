#include "adapters/json/rapid_json_codec.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace mino::json {
namespace {

using namespace std::literals;

JsonValue parsed(std::string_view text) {
  Result<JsonValue> result = RapidJsonCodec().parse(text);
  EXPECT_TRUE(result.ok()) << text << ": " << (result.ok() ? "" : result.error().text());
  return result.ok() ? *result : JsonValue("not parsed");
}

void expect_corrupt(std::string_view text) {
  const Result<JsonValue> result = RapidJsonCodec().parse(text);
  ASSERT_FALSE(result.ok()) << text;
  EXPECT_EQ(result.error().code(), ErrorCode::kCorrupt);
}

std::string compact(const JsonValue& value) {
  return RapidJsonCodec().write(value, JsonLayout::kCompact);
}

TEST(RapidJsonCodec, KeepsOrderAndTypes) {
  const std::string text = R"({"z":1,"a":[true,false,null,"x",1.5,{}],"m":{"k":-7}})";
  EXPECT_EQ(compact(parsed(text)), text);
}

TEST(RapidJsonCodec, KeepsSixtyFourBitIntegers) {
  for (const std::int64_t number :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
        std::int64_t{0}, std::int64_t{4294967295}, std::int64_t{9007199254740993}}) {
    const JsonValue value = parsed(std::to_string(number));
    ASSERT_NE(value.integer(), nullptr) << number;
    EXPECT_EQ(*value.integer(), number);
    EXPECT_EQ(compact(value), std::to_string(number));
  }
}

TEST(RapidJsonCodec, MakesLargerIntegersDoubles) {
  const JsonValue value = parsed("18446744073709551615");
  ASSERT_NE(value.number(), nullptr);
  EXPECT_DOUBLE_EQ(*value.number(), 18446744073709551615.0);
}

TEST(RapidJsonCodec, TakesEveryFormOfANumber) {
  const std::pair<std::string_view, double> cases[] = {
      {"0e51", 0.0}, {"0.0", 0.0}, {"1E2", 100.0}, {"-1.5e-3", -0.0015}, {"5e-324", 5e-324}};
  for (const auto& [text, number] : cases) {
    const JsonValue value = parsed(text);
    ASSERT_NE(value.number(), nullptr) << text;
    EXPECT_EQ(*value.number(), number) << text;
  }
  expect_corrupt("1e999");
  expect_corrupt("[-1e999]");
}

TEST(RapidJsonCodec, KeepsDoublesExactly) {
  for (const double number : {0.1, 1e-300, 123456.789, -2.5e17}) {
    const JsonValue value = parsed(compact(JsonValue(number)));
    ASSERT_NE(value.number(), nullptr) << number;
    EXPECT_EQ(*value.number(), number);
  }
}

TEST(RapidJsonCodec, WritesNullForWhatIsNoNumber) {
  EXPECT_EQ(compact(JsonValue(std::nan(""))), "null");
  EXPECT_EQ(compact(JsonValue(std::numeric_limits<double>::infinity())), "null");
}

TEST(RapidJsonCodec, KeepsEmbeddedNulAndControlBytes) {
  const JsonValue value("a\0b\n\x01"s);
  EXPECT_EQ(parsed(compact(value)), value);
}

TEST(RapidJsonCodec, RefusesWhatIsNotOneDocument) {
  for (const std::string_view text : {"", "  ", "{", "{\"a\":}", "{} x", "[1,]", "nul", "'x'",
                                      "{\"a\":1,}", "01", "\"\\ud800\"", "NaN"})
    expect_corrupt(text);
}

TEST(RapidJsonCodec, RefusesTextAfterANul) {
  expect_corrupt("{}\0{}"sv);
  expect_corrupt("{}\0"sv);
}

TEST(RapidJsonCodec, RefusesHalfASurrogatePair) {
  expect_corrupt(R"("\ud800")");
  expect_corrupt(R"("\ude00")");
  expect_corrupt(R"({"\udfff":1})");
  expect_corrupt(R"("\ude00\ud800")");
  EXPECT_EQ(parsed(R"("\ud7ff\ue000\ud83d\ude00")"),
            JsonValue("\xed\x9f\xbf\xee\x80\x80\xf0\x9f\x98\x80"));
}

TEST(RapidJsonCodec, RefusesInvalidUtf8) {
  expect_corrupt("\"\xff\"");
  expect_corrupt("\"\xc0\xaf\"");
  expect_corrupt("\"\xed\xa0\x80\"");
}

TEST(RapidJsonCodec, WritesInvalidUtf8AsReplacement) {
  EXPECT_EQ(compact(JsonValue("a\xff"s
                              "b\xe2\x82")),
            "\"a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(compact(JsonValue("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"s)),
            "\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\"");
  JsonValue object;
  object.set("k\x80", 1);
  EXPECT_EQ(compact(object), "{\"k\xEF\xBF\xBD\":1}");
}

TEST(RapidJsonCodec, LimitsDepth) {
  EXPECT_TRUE(RapidJsonCodec().parse(std::string(128, '[') + std::string(128, ']')).ok());
  expect_corrupt(std::string(129, '[') + std::string(129, ']'));
  expect_corrupt(std::string(200'000, '['));
}

TEST(RapidJsonCodec, LimitsSize) {
  expect_corrupt("\"" + std::string(std::size_t{64} * 1024 * 1024, 'x') + "\"");
}

TEST(RapidJsonCodec, FindsTheFirstOfTwoMembersOfOneName) {
  const JsonValue value = parsed(R"({"a":1,"a":2})");
  ASSERT_NE(value.find("a"), nullptr);
  EXPECT_EQ(*value.find("a"), JsonValue(1));
}

TEST(RapidJsonCodec, PrettyLayoutIndentsByTwo) {
  JsonValue value;
  value.set("a", JsonValue::Array{1, 2});
  EXPECT_EQ(RapidJsonCodec().write(value, JsonLayout::kPretty),
            "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
}

}  // namespace
}  // namespace mino::json
