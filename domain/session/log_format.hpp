#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "domain/session/session_record.hpp"

namespace mino {

// A session log is a sequence of records, one a line:
//
//   2026-03-09T12:00:00.123Z stdout F text of a line
//   2026-03-09T12:00:00.124Z stderr P text that a later record of the same stream goes on with
//
// The text is the agent's bytes, whatever they are, up to and without a newline, so that nothing
// the agent prints can pass for a record. Putting the texts of a stream together, each F with a
// newline behind it, gives back every byte of it.

enum class LogStream { kStdout, kStderr };

enum class LogPiece {
  kPartial,  ///< the line goes on
  kFull,     ///< the line, or its last piece, ends here
};

struct LogRecord {
  Timestamp time{};
  LogStream stream = LogStream::kStdout;
  LogPiece piece = LogPiece::kFull;
  std::string_view text{};  ///< borrowed from the parsed bytes
};

/// Longer lines are written in pieces, so that a reader needs little memory.
inline constexpr std::size_t kMaxLogTextBytes = std::size_t{32} * 1024;
/// The longest record, newline included.
inline constexpr std::size_t kMaxLogRecordBytes = kMaxLogTextBytes + 64;

/// Makes the records for what was read from one stream at one time.
class LogEncoder {
 public:
  LogEncoder(LogStream stream, Timestamp now);

  /// Appends to `out` one record, of at most kMaxLogRecordBytes, for the front of `bytes` (which
  /// must not be empty), and returns how many bytes it covers. Keeps no state: what has no newline
  /// yet becomes a partial record at once.
  [[nodiscard]] std::size_t encode(std::string_view bytes, std::string& out) const;

 private:
  std::string prefix_;
};

/// One line of a log, without its newline. Nothing when it is no record: the log may be damaged or
/// written by somebody else.
[[nodiscard]] std::optional<LogRecord> parse_log_record(std::string_view line);

/// Picks the last lines of a log, given its records from the youngest to the oldest. A line stands
/// where its last piece does; earlier pieces that lie before everything picked are left out.
class LogTail {
 public:
  explicit LogTail(std::size_t lines) : wanted_(lines) {}

  /// Whether the record belongs to the tail. After the first `false` there is nothing left to ask.
  [[nodiscard]] bool includes(const LogRecord& older);

 private:
  std::size_t wanted_;
  bool seen_[2] = {false, false};
};

enum class LogWindow {
  kWhole,       ///< the bytes begin with a record
  kCutAtFront,  ///< they begin anywhere: what precedes the first newline is not looked at
};

/// Where in `bytes`, the newest end of a log (or of what is older than that), its tail begins: the
/// offset of the first record of the tail, or nothing when all that was looked at belongs to it.
[[nodiscard]] std::optional<std::size_t> find_tail(std::string_view bytes, LogWindow window,
                                                   LogTail& tail);

}  // namespace mino
