#include "domain/session/log_format.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace mino {
namespace {

using namespace std::literals;

const Timestamp kTime{std::chrono::milliseconds{1773057600123}};

std::string encode(LogStream stream, std::string_view bytes) {
  std::string out;
  const LogEncoder encoder(stream, kTime);
  while (!bytes.empty()) bytes.remove_prefix(encoder.encode(bytes, out));
  return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    lines.push_back(text.substr(0, newline));
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
  return lines;
}

/// What the records of one stream say, put together again.
std::string decode(std::string_view log, LogStream stream) {
  std::string bytes;
  for (const std::string_view line : lines_of(log)) {
    const auto record = parse_log_record(line);
    EXPECT_TRUE(record.has_value()) << line;
    if (!record || record->stream != stream) continue;
    bytes += record->text;
    if (record->piece == LogPiece::kFull) bytes += '\n';
  }
  return bytes;
}

TEST(LogFormat, WritesOneRecordALine) {
  EXPECT_EQ(encode(LogStream::kStdout, "one\n\ntwo\n"),
            "2026-03-09T12:00:00.123Z stdout F one\n"
            "2026-03-09T12:00:00.123Z stdout F \n"
            "2026-03-09T12:00:00.123Z stdout F two\n");
  EXPECT_EQ(encode(LogStream::kStderr, "no newline"),
            "2026-03-09T12:00:00.123Z stderr P no newline\n");
}

TEST(LogFormat, GivesBackEveryByteHoweverItWasCut) {
  std::string bytes;
  for (int value = 0; value < 256; ++value) bytes += static_cast<char>(value);
  bytes += "\n\n\r\nend without newline";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    std::string log;
    for (std::size_t at = 0; at < bytes.size(); at += step)
      log += encode(LogStream::kStdout, std::string_view(bytes).substr(at, step));
    EXPECT_EQ(decode(log, LogStream::kStdout), bytes) << step;
  }
}

TEST(LogFormat, CutsLongLines) {
  const std::string bytes = std::string(kMaxLogTextBytes * 3 + 5, 'x') + "\n";
  const std::string log = encode(LogStream::kStdout, bytes);
  const auto lines = lines_of(log);
  EXPECT_EQ(lines.size(), 4U);
  for (const std::string_view line : lines) EXPECT_LT(line.size(), kMaxLogRecordBytes);
  EXPECT_EQ(decode(log, LogStream::kStdout), bytes);
}

TEST(LogFormat, LetsNoOutputPassForARecord) {
  const std::string forged = "\n2026-03-09T12:00:00.123Z stderr F forged\n";
  const std::string log = encode(LogStream::kStdout, forged);
  EXPECT_EQ(decode(log, LogStream::kStdout), forged);
  EXPECT_EQ(decode(log, LogStream::kStderr), "");
}

TEST(LogFormat, ParsesARecord) {
  const auto record = parse_log_record("2026-03-09T12:00:00.123Z stderr P a b\r");
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->time, kTime);
  EXPECT_EQ(record->stream, LogStream::kStderr);
  EXPECT_EQ(record->piece, LogPiece::kPartial);
  EXPECT_EQ(record->text, "a b\r");
}

TEST(LogFormat, RefusesWhatIsNoRecord) {
  for (const std::string_view line :
       {""sv, "x"sv, "2026-03-09T12:00:00.123Z"sv, "2026-03-09T12:00:00.123Z stdout F"sv,
        "2026-03-09T12:00:00.123Z stdin F x"sv, "2026-03-09T12:00:00.123Z stdout Q x"sv,
        "2026-03-09T12:00:00.123Z  stdout F x"sv, "today stdout F x"sv, "\0\0\0"sv,
        "2026-03-09T12:00:00.123Z stdout FF x"sv}) {
    EXPECT_FALSE(parse_log_record(line).has_value()) << line;
  }
  EXPECT_FALSE(
      parse_log_record("2026-03-09T12:00:00.123Z stdout F " + std::string(kMaxLogRecordBytes, 'x'))
          .has_value());
}

/// The texts of the last `count` lines.
std::vector<std::string> tail(std::string_view log, std::size_t count,
                              LogWindow window = LogWindow::kWhole) {
  LogTail wanted(count);
  std::vector<std::string> texts;
  for (const std::string_view line :
       lines_of(log.substr(find_tail(log, window, wanted).value_or(0)))) {
    const auto record = parse_log_record(line);
    if (record) texts.emplace_back(record->text);
  }
  return texts;
}

TEST(LogTail, CountsLinesOfBothStreamsInOrder) {
  const std::string log = encode(LogStream::kStdout, "1\n2\n") + encode(LogStream::kStderr, "3\n") +
                          encode(LogStream::kStdout, "4\n");
  EXPECT_EQ(tail(log, 1), (std::vector<std::string>{"4"}));
  EXPECT_EQ(tail(log, 3), (std::vector<std::string>{"2", "3", "4"}));
  EXPECT_EQ(tail(log, 4), (std::vector<std::string>{"1", "2", "3", "4"}));
  EXPECT_EQ(tail(log, 5), (std::vector<std::string>{"1", "2", "3", "4"}));
  EXPECT_EQ(tail("", 5), std::vector<std::string>());
}

TEST(LogTail, CountsPiecesAsOneLine) {
  const std::string log = encode(LogStream::kStdout, "before\n") + encode(LogStream::kStdout, "a") +
                          encode(LogStream::kStdout, "b") + encode(LogStream::kStderr, "error\n") +
                          encode(LogStream::kStdout, "c\n") + encode(LogStream::kStdout, "open");
  EXPECT_EQ(tail(log, 1), (std::vector<std::string>{"open"}));
  EXPECT_EQ(tail(log, 2), (std::vector<std::string>{"c", "open"}));
  EXPECT_EQ(tail(log, 3), (std::vector<std::string>{"a", "b", "error", "c", "open"}));
}

TEST(LogTail, PassesOverDamage) {
  const std::string log = encode(LogStream::kStdout, "1\n") + "damage\n\n" +
                          encode(LogStream::kStdout, "2\n") + "2026-03-09T12:0";
  EXPECT_EQ(tail(log, 1), (std::vector<std::string>{"2"}));
  EXPECT_EQ(tail(log, 2), (std::vector<std::string>{"1", "2"}));
}

TEST(LogTail, LooksAtNoRecordThatIsCutAtTheFront) {
  const std::string log = encode(LogStream::kStdout, "1\n2\n3\n");
  LogTail wanted(3);
  EXPECT_EQ(find_tail(log, LogWindow::kCutAtFront, wanted), std::nullopt);
  const auto first = parse_log_record(lines_of(log).front());
  EXPECT_TRUE(wanted.includes(*first));
  EXPECT_FALSE(wanted.includes(*first));
}

}  // namespace
}  // namespace mino
