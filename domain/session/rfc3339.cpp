#include <array>
#include <limits>

#include "domain/session/session_record.hpp"

namespace mino {
namespace {

/// Takes a text apart from the front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  /// A number of exactly `digits` digits within the bounds.
  std::optional<int> number(std::size_t digits, int least, int most) {
    if (rest_.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (!is_digit(c)) return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    if (value < least || value > most) return std::nullopt;
    return value;
  }
  /// One of the characters.
  std::optional<char> one_of(std::string_view accepted) {
    if (rest_.empty() || accepted.find(rest_.front()) == std::string_view::npos)
      return std::nullopt;
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }
  /// One to nine digits behind a point, in nanoseconds.
  std::optional<std::chrono::nanoseconds> fraction() {
    constexpr std::size_t kMostDigits = 9;
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (digits < kMostDigits && digits < rest_.size() && is_digit(rest_[digits]))
      value = value * 10 + (rest_[digits++] - '0');
    rest_.remove_prefix(digits);
    if (digits == 0 || (!rest_.empty() && is_digit(rest_.front()))) return std::nullopt;
    for (; digits < kMostDigits; ++digits) value *= 10;
    return std::chrono::nanoseconds(value);
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  std::string_view rest_;
};

std::optional<std::chrono::sys_days> scan_date(Scanner& scanner) {
  const auto year = scanner.number(4, 0, 9999);
  if (!year || !scanner.one_of("-")) return std::nullopt;
  const auto month = scanner.number(2, 1, 12);
  if (!month || !scanner.one_of("-")) return std::nullopt;
  const auto day = scanner.number(2, 1, 31);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<std::chrono::seconds> scan_time_of_day(Scanner& scanner) {
  constexpr int kLeapSecond = 60;
  const auto hour = scanner.number(2, 0, 23);
  if (!hour || !scanner.one_of(":")) return std::nullopt;
  const auto minute = scanner.number(2, 0, 59);
  if (!minute || !scanner.one_of(":")) return std::nullopt;
  const auto second = scanner.number(2, 0, kLeapSecond);
  if (!second) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<std::chrono::seconds> scan_offset(Scanner& scanner) {
  const auto sign = scanner.one_of("Zz+-");
  if (!sign) return std::nullopt;
  if (*sign == 'Z' || *sign == 'z') return std::chrono::seconds(0);
  const auto hours = scanner.number(2, 0, 23);
  if (!hours || !scanner.one_of(":")) return std::nullopt;
  const auto minutes = scanner.number(2, 0, 59);
  if (!minutes) return std::nullopt;
  const std::chrono::seconds offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return *sign == '-' ? -offset : offset;
}

void put_digits(char* end, int digits, std::int64_t value) {
  for (; digits > 0; --digits, value /= 10) *--end = static_cast<char>('0' + value % 10);
}

}  // namespace

std::string format_rfc3339(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  std::string text = "0000-00-00T00:00:00.000Z";
  put_digits(&text[4], 4, static_cast<int>(date.year()));
  put_digits(&text[7], 2, static_cast<unsigned>(date.month()));
  put_digits(&text[10], 2, static_cast<unsigned>(date.day()));
  put_digits(&text[13], 2, clock.hours().count());
  put_digits(&text[16], 2, clock.minutes().count());
  put_digits(&text[19], 2, clock.seconds().count());
  put_digits(&text[23], 3, clock.subseconds().count());
  return text;
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  Scanner scanner(text);
  const auto date = scan_date(scanner);
  if (!date || !scanner.one_of("Tt")) return std::nullopt;
  const auto time_of_day = scan_time_of_day(scanner);
  if (!time_of_day) return std::nullopt;
  std::chrono::nanoseconds fraction(0);
  if (scanner.one_of(".")) {
    const auto scanned = scanner.fraction();
    if (!scanned) return std::nullopt;
    fraction = *scanned;
  }
  const auto offset = scan_offset(scanner);
  if (!offset || !scanner.done()) return std::nullopt;

  const std::chrono::sys_seconds whole = *date + *time_of_day - *offset;
  // A Timestamp counts in units so small that it ends in the year 2262.
  constexpr auto kEarliest = std::chrono::ceil<std::chrono::seconds>(Timestamp::min());
  constexpr auto kLatest = std::chrono::floor<std::chrono::seconds>(Timestamp::max());
  if (whole < kEarliest || whole >= kLatest) return std::nullopt;
  return std::chrono::time_point_cast<Timestamp::duration>(whole) +
         std::chrono::duration_cast<Timestamp::duration>(fraction);
}

}  // namespace mino
