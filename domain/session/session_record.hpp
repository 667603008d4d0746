#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/json_value.hpp"
#include "domain/result.hpp"
#include "domain/session/process_identity.hpp"
#include "domain/session/session_name.hpp"

namespace mino {

using Timestamp = std::chrono::system_clock::time_point;

/// `starting -> running -> stopped | failed`. Live are the first two.
enum class SessionStatus { kStarting, kRunning, kStopped, kFailed };

[[nodiscard]] std::string_view to_string(SessionStatus status);
[[nodiscard]] std::optional<SessionStatus> parse_session_status(std::string_view text);
[[nodiscard]] inline bool is_live(SessionStatus status) {
  return status == SessionStatus::kStarting || status == SessionStatus::kRunning;
}

/// What is on disk about one session. The fields of the earlier program keep their names, so that
/// its files load.
struct SessionRecord {
  static constexpr std::int64_t kSchema = 1;

  std::string id{};  ///< a UUID
  SessionName name;
  std::string project_dir{};
  std::vector<std::string> command{};  ///< empty for a shell
  std::optional<std::string> container_id{};
  SessionStatus status = SessionStatus::kStarting;
  Timestamp created_at{};
  Timestamp updated_at{};
  std::vector<std::string> cloud_providers{};
  std::optional<std::string> home_volume{};
  std::string runtime_mode = "container";
  std::optional<std::string> log_file{};

  ProcessIdentity supervisor{};  ///< the owner: foreground mino or the supervisor of `-d`
  std::string container_name{};  ///< mino-<session>-<4 hex>
  std::string image{};           ///< as asked for; "host" for the host's own /usr
  std::string network{};         ///< bridge, host, none
  std::string
      runtime_dir{};  ///< the session's directory below XDG_RUNTIME_DIR; holds the control socket
  bool detached = false;
  bool terminal = false;           ///< the agent has a terminal of the box
  bool keep = false;               ///< `--keep`: the container stays when the session ends
  std::optional<int> exit_code{};  ///< of the agent, once ended
  std::optional<std::string>
      reason{};  ///< why it ended when not by itself: "stopped", "lost", or the error

  /// What it left for the host to run, as to_json(HandoffReport) has it; nothing when that was not
  /// looked for.
  std::optional<JsonValue> report{};

  JsonValue::Object unknown{};  ///< members written by others, kept as they are
};

/// The record as JSON, members in a fixed order, unknown ones last; timestamps RFC 3339 UTC with
/// milliseconds.
[[nodiscard]] JsonValue to_json(const SessionRecord& record);
/// kCorrupt when a needed member is missing or of a wrong type; kNewerSchema when `schema` is above
/// kSchema.
[[nodiscard]] Result<SessionRecord> session_record_from_json(const JsonValue& json);

/// `2026-03-09T12:00:00.123Z`.
[[nodiscard]] std::string format_rfc3339(Timestamp time);
/// Accepts any RFC 3339 time with `Z` or an offset and up to nine fractional digits; nothing for
/// anything else.
[[nodiscard]] std::optional<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace mino
