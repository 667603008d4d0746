#include "application/cleanup_sessions.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "application/network_log_path.hpp"

namespace mino::application {

Result<void> CleanupSessions::remove(const SessionRecord& session) {
  Result<void> log_removed;
  // Under the store's lock and only while the record is still this session's: the logs of a new
  // session of the same name lie at the same place.
  const auto remove_log = [&](const SessionRecord& record) {
    log_removed = log_.remove(network_log_path(log_directory_, record.name));
    if (log_removed && record.log_file) log_removed = log_.remove(*record.log_file);
    return false;
  };
  const Result<SessionRecord> seen = store_.update(session.name, session.id, remove_log);
  if (!seen) {
    if (seen.error().code() == ErrorCode::kNotFound) return {};
    return seen.error();
  }
  MINO_TRY(std::move(log_removed));
  return store_.remove(session.name, session.id);
}

Result<CleanupSessionsResponse> CleanupSessions::execute(const CleanupSessionsRequest& request) {
  CleanupSessionsResponse response;
  if (request.older_than <= std::chrono::hours(0)) return response;
  MINO_ASSIGN(const SessionListing listing, store_.list());
  // Whole seconds: a damaged record may name a time so far off that the difference would not fit in
  // nanoseconds.
  const auto seconds = [](Timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time);
  };
  const auto now = seconds(clock_.now());
  std::optional<Error> first_failure;
  for (const SessionRecord& session : listing.records) {
    const auto age = std::chrono::floor<std::chrono::hours>(now - seconds(session.updated_at));
    if (is_live(session.status) || age < request.older_than) continue;
    Result<void> removed =
        remove(session).with_context(fmt::format("removing session {}", session.name.str()));
    if (removed) {
      response.removed.push_back(session.name);
    } else if (!first_failure) {
      first_failure = std::move(removed).error();
    }
  }
  if (first_failure) return *first_failure;
  return response;
}

}  // namespace mino::application
