#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string_view>

#include "domain/result.hpp"
#include "domain/session/log_format.hpp"

namespace mino {

/// Where the agent's bytes go when a log is shown.
class LogOutput {
 public:
  enum class Wanted { kMore, kNoMore };

  LogOutput() = default;
  LogOutput(const LogOutput&) = delete;
  LogOutput& operator=(const LogOutput&) = delete;
  virtual ~LogOutput() = default;

  /// Bytes of one stream, exactly as the agent wrote them, in large pieces. kNoMore ends the
  /// reading without an error (the reader of a pipeline has gone).
  [[nodiscard]] virtual Wanted write(LogStream stream, std::string_view bytes) = 0;
};

struct LogQuery {
  std::size_t last_lines = 0;  ///< of both streams together; 0 means all
  /// Empty: show what is there now. Else go on until it has returned true and everything written
  /// before that is shown. It is asked a few times a second.
  std::function<bool()> has_ended{};
};

/// The log that the owner of a session writes.
class SessionLog {
 public:
  SessionLog() = default;
  SessionLog(const SessionLog&) = delete;
  SessionLog& operator=(const SessionLog&) = delete;
  virtual ~SessionLog() = default;

  /// Gives the log's bytes to `output` in the order in which they were written; damaged records are
  /// left out. Blocks while following. kNotFound: there is no such log; when following, only if the
  /// session ends without ever having had one.
  [[nodiscard]] virtual Result<void> read(const std::filesystem::path& log, const LogQuery& query,
                                          LogOutput& output) = 0;
  /// Removes the log with its older part. A missing one is success.
  [[nodiscard]] virtual Result<void> remove(const std::filesystem::path& log) = 0;
};

}  // namespace mino
