#include "domain/session/lifecycle.hpp"

namespace mino {
namespace {

Error refused(const SessionRecord& record, SessionStatus to) {
  return {ErrorCode::kInternal, "session " + record.name.str() + " is " +
                                    std::string(to_string(record.status)) + " and cannot become " +
                                    std::string(to_string(to))};
}

}  // namespace

Result<void> mark_running(SessionRecord& record, Timestamp now) {
  if (record.status != SessionStatus::kStarting) return refused(record, SessionStatus::kRunning);
  record.status = SessionStatus::kRunning;
  record.updated_at = now;
  return {};
}

Result<void> mark_ended(SessionRecord& record, const SessionEnding& ending, Timestamp now) {
  if (!is_live(record.status) || is_live(ending.status)) return refused(record, ending.status);
  record.status = ending.status;
  record.exit_code = ending.exit_code;
  record.reason = ending.reason;
  record.updated_at = now;
  return {};
}

}  // namespace mino
