#pragma once

#include <chrono>

#include "ports/session_log.hpp"

namespace mino::posix {

/// SessionLog over the segments of SessionLogWriter. Follows by looking again and again: a log
/// grows by appends and is replaced by rename, and both are seen by stat(2).
class SessionLogReader final : public SessionLog {
 public:
  explicit SessionLogReader(
      std::chrono::milliseconds look_interval = std::chrono::milliseconds(100))
      : look_interval_(look_interval) {}

  [[nodiscard]] Result<void> read(const std::filesystem::path& log, const LogQuery& query,
                                  LogOutput& output) override;
  [[nodiscard]] Result<void> remove(const std::filesystem::path& log) override;

 private:
  std::chrono::milliseconds look_interval_;
};

}  // namespace mino::posix
