#include "domain/session/log_format.hpp"

#include <cstring>

namespace mino {
namespace {

constexpr std::string_view kStdoutName = "stdout";
constexpr std::string_view kStderrName = "stderr";

/// Takes what precedes the next space off the front.
std::optional<std::string_view> take_word(std::string_view& line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(space + 1);
  return word;
}

}  // namespace

LogEncoder::LogEncoder(LogStream stream, Timestamp now) : prefix_(format_rfc3339(now)) {
  prefix_ += ' ';
  prefix_ += stream == LogStream::kStdout ? kStdoutName : kStderrName;
  prefix_ += ' ';
}

std::size_t LogEncoder::encode(std::string_view bytes, std::string& out) const {
  const std::string_view window = bytes.substr(0, kMaxLogTextBytes);
  const void* newline = std::memchr(window.data(), '\n', window.size());
  const std::size_t length =
      newline == nullptr
          ? window.size()
          : static_cast<std::size_t>(static_cast<const char*>(newline) - window.data());
  out.append(prefix_);
  out.append(newline == nullptr ? "P " : "F ", 2);
  out.append(window.data(), length);
  out.push_back('\n');
  return newline == nullptr ? length : length + 1;
}

std::optional<LogRecord> parse_log_record(std::string_view line) {
  if (line.size() >= kMaxLogRecordBytes) return std::nullopt;
  const auto time_word = take_word(line);
  const auto stream_word = time_word ? take_word(line) : std::nullopt;
  const auto piece_word = stream_word ? take_word(line) : std::nullopt;
  if (!piece_word || (*stream_word != kStdoutName && *stream_word != kStderrName))
    return std::nullopt;
  if (*piece_word != "F" && *piece_word != "P") return std::nullopt;
  const std::optional<Timestamp> time = parse_rfc3339(*time_word);
  if (!time) return std::nullopt;
  return LogRecord{.time = *time,
                   .stream = *stream_word == kStdoutName ? LogStream::kStdout : LogStream::kStderr,
                   .piece = *piece_word == "F" ? LogPiece::kFull : LogPiece::kPartial,
                   .text = line};
}

bool LogTail::includes(const LogRecord& older) {
  bool& seen = seen_[older.stream == LogStream::kStdout ? 0 : 1];
  const bool ends_a_line = older.piece == LogPiece::kFull || !seen;
  if (ends_a_line && wanted_ == 0) return false;
  if (ends_a_line) --wanted_;
  seen = true;
  return true;
}

std::optional<std::size_t> find_tail(std::string_view bytes, LogWindow window, LogTail& tail) {
  // What has no newline yet is still being written, or never was.
  // npos + 1 is 0.
  std::size_t end = bytes.rfind('\n') + 1;
  while (end > 0) {
    const std::size_t text_end = end - 1;
    const std::size_t newline =
        text_end == 0 ? std::string_view::npos : bytes.rfind('\n', text_end - 1);
    if (newline == std::string_view::npos && window == LogWindow::kCutAtFront) return std::nullopt;
    const std::size_t begin = newline + 1;
    const std::optional<LogRecord> record = parse_log_record(bytes.substr(begin, text_end - begin));
    if (record && !tail.includes(*record)) return end;
    end = begin;
  }
  return std::nullopt;
}

}  // namespace mino
