#pragma once

#include <cstddef>
#include <filesystem>
#include <utility>

#include "ports/process_table.hpp"
#include "ports/session_log.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

enum class LogFollow { kNo, kYes };
/// What is shown.
enum class LogSubject {
  kOutput,   ///< what the agent printed
  kNetwork,  ///< what it reached and what it was refused
};

struct ShowLogsRequest {
  static constexpr std::size_t kDefaultLines = 100;

  SessionName name;
  std::size_t last_lines = kDefaultLines;  ///< 0 means all
  LogFollow follow = LogFollow::kNo;
  LogSubject subject = LogSubject::kOutput;
};

/// `mino logs`. Works as long as there is a record, however long ago the session ended.
class ShowLogs {
 public:
  /// The ports must outlive this. `log_directory` is where the sessions' logs lie.
  ShowLogs(const SessionStore& store, const ProcessTable& processes, SessionLog& log,
           std::filesystem::path log_directory)
      : store_(store), processes_(processes), log_(log), log_directory_(std::move(log_directory)) {}

  /// Blocks until the session ends when following. kNotFound when there is no such session or it
  /// has no log.
  [[nodiscard]] Result<void> execute(const ShowLogsRequest& request, LogOutput& output) const;

 private:
  [[nodiscard]] Result<std::filesystem::path> log_of(const SessionRecord& session,
                                                     LogSubject subject) const;
  [[nodiscard]] bool has_ended(const SessionRecord& session) const;

  const SessionStore& store_;
  const ProcessTable& processes_;
  SessionLog& log_;
  std::filesystem::path log_directory_;
};

}  // namespace mino::application
