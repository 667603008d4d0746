#pragma once

#include "ports/process_table.hpp"
#include "ports/session_log.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

enum class LogFollow { kNo, kYes };

struct ShowLogsRequest {
  static constexpr std::size_t kDefaultLines = 100;

  SessionName name;
  std::size_t last_lines = kDefaultLines;  ///< 0 means all
  LogFollow follow = LogFollow::kNo;
};

/// `mino logs`. Works as long as there is a record, however long ago the session ended.
class ShowLogs {
 public:
  /// The ports must outlive this.
  ShowLogs(const SessionStore& store, const ProcessTable& processes, SessionLog& log)
      : store_(store), processes_(processes), log_(log) {}

  /// Blocks until the session ends when following. kNotFound when there is no such session or it
  /// has no log.
  [[nodiscard]] Result<void> execute(const ShowLogsRequest& request, LogOutput& output) const;

 private:
  [[nodiscard]] bool has_ended(const SessionRecord& session) const;

  const SessionStore& store_;
  const ProcessTable& processes_;
  SessionLog& log_;
};

}  // namespace mino::application
