#include <gtest/gtest.h>

#include <string>

#include "domain/session/session_record.hpp"

namespace mino {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

Timestamp at(std::int64_t unix_seconds, nanoseconds more = nanoseconds(0)) {
  return Timestamp(seconds(unix_seconds) + more);
}

TEST(Rfc3339, FormatsUtcWithMilliseconds) {
  EXPECT_EQ(format_rfc3339(at(1773057600, milliseconds(123))), "2026-03-09T12:00:00.123Z");
  EXPECT_EQ(format_rfc3339(at(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(at(-1)), "1969-12-31T23:59:59.000Z");
  EXPECT_EQ(format_rfc3339(at(0, nanoseconds(-1))), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_rfc3339(at(951827696, milliseconds(7))), "2000-02-29T12:34:56.007Z");
}

TEST(Rfc3339, ParsesEveryForm) {
  EXPECT_EQ(parse_rfc3339("2026-03-09T12:00:00Z"), at(1773057600));
  EXPECT_EQ(parse_rfc3339("2026-03-09t12:00:00z"), at(1773057600));
  EXPECT_EQ(parse_rfc3339("2026-03-09T12:00:00.5Z"), at(1773057600, milliseconds(500)));
  EXPECT_EQ(parse_rfc3339("2026-03-09T12:00:00.123456789Z"),
            at(1773057600, nanoseconds(123456789)));
  EXPECT_EQ(parse_rfc3339("2026-03-09T14:30:00+02:30"), at(1773057600));
  EXPECT_EQ(parse_rfc3339("2026-03-09T07:00:00.000-05:00"), at(1773057600));
  EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), at(1483228800));
  EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.250Z"), at(-1, milliseconds(250)));
}

TEST(Rfc3339, RoundTrips) {
  for (const std::int64_t second :
       {0LL, 1LL, 1773057600LL, -86400LL * 365 * 200, 86400LL * 365 * 200}) {
    const Timestamp time = at(second, milliseconds(42));
    EXPECT_EQ(parse_rfc3339(format_rfc3339(time)), time);
  }
}

TEST(Rfc3339, RefusesAnythingElse) {
  for (const std::string_view text :
       {"", "2026-03-09", "2026-03-09T12:00:00", "2026-03-09 12:00:00Z", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-03-09T24:00:00Z",
        "2026-03-09T12:60:00Z", "2026-03-09T12:00:61Z", "2026-03-09T12:00:00.Z",
        "2026-03-09T12:00:00.1234567890Z", "2026-03-09T12:00:00+2:00", "2026-03-09T12:00:00+24:00",
        "2026-03-09T12:00:00Zx", "+026-03-09T12:00:00Z", "2026-3-9T12:00:00Z"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

TEST(Rfc3339, RefusesTimesThatDoNotFit) {
  EXPECT_EQ(parse_rfc3339("0000-01-01T00:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59Z"), std::nullopt);
  EXPECT_EQ(parse_rfc3339("1677-09-21T00:00:00Z"), std::nullopt);
  EXPECT_NE(parse_rfc3339("1677-09-22T00:00:00Z"), std::nullopt);
  EXPECT_NE(parse_rfc3339("2262-04-11T00:00:00.999999999Z"), std::nullopt);
  EXPECT_EQ(parse_rfc3339("2262-04-12T00:00:00Z"), std::nullopt);
}

}  // namespace
}  // namespace mino
