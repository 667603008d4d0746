#pragma once

#include "domain/session/session_record.hpp"

namespace mino {

/// How a session ended.
struct SessionEnding {
  SessionStatus status = SessionStatus::kStopped;  ///< kStopped or kFailed
  std::optional<int> exit_code{};                  ///< of the agent, if it ran
  std::optional<std::string> reason{};             ///< see SessionRecord::reason
};

/// `starting -> running`. kInternal from any other status; the record is then unchanged.
[[nodiscard]] Result<void> mark_running(SessionRecord& record, Timestamp now);

/// `starting | running -> stopped | failed`. kInternal when the session has already ended or the
/// status is a live one; the record is then unchanged, so the first ending stays.
[[nodiscard]] Result<void> mark_ended(SessionRecord& record, const SessionEnding& ending,
                                      Timestamp now);

}  // namespace mino
