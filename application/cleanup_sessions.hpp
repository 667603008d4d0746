#pragma once

#include <chrono>
#include <filesystem>
#include <utility>
#include <vector>

#include "ports/clock.hpp"
#include "ports/session_log.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

struct CleanupSessionsRequest {
  std::chrono::hours older_than{};  ///< since the session ended; zero: remove nothing
};

struct CleanupSessionsResponse {
  std::vector<SessionName> removed;
};

/// Removes records and logs of sessions that ended long ago (`session.auto_cleanup_hours`).
class CleanupSessions {
 public:
  /// The ports must outlive this. `log_directory` is where the sessions' logs lie.
  CleanupSessions(SessionStore& store, SessionLog& log, const Clock& clock,
                  std::filesystem::path log_directory)
      : store_(store), log_(log), clock_(clock), log_directory_(std::move(log_directory)) {}

  /// Goes on after a failure and returns the first one at the end. Unreadable records are left
  /// alone.
  [[nodiscard]] Result<CleanupSessionsResponse> execute(const CleanupSessionsRequest& request);

 private:
  [[nodiscard]] Result<void> remove(const SessionRecord& session);

  SessionStore& store_;
  SessionLog& log_;
  const Clock& clock_;
  std::filesystem::path log_directory_;
};

}  // namespace mino::application
