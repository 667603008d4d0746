#pragma once

#include "domain/result.hpp"
#include "domain/session/session_record.hpp"
#include "ports/audit_sink.hpp"
#include "ports/clock.hpp"
#include "ports/container_engine.hpp"
#include "ports/file_system.hpp"
#include "ports/notices.hpp"
#include "ports/placeholder_store.hpp"
#include "ports/process_table.hpp"
#include "ports/session_store.hpp"

#include <filesystem>
#include <string>

namespace mino::application {

/// Makes records true again whose owner was killed: what is left of the box is removed, the record
/// says how the session ended, and the audit log says that it was lost. Starts no process while
/// nothing needs it. May run in several processes at once: clearing up is idempotent, and the lock
/// of the store decides who records the end.
class ReconcileSessions {
 public:
  /// Borrowed: each outlives the use case.
  struct Ports {
    SessionStore& sessions;
    ContainerEngine& engine;
    ProcessTable& processes;
    FileSystem& files;
    PlaceholderStore& placeholders;
    AuditSink& audit;
    const Clock& clock;
    Notices& notices;
  };

  explicit ReconcileSessions(const Ports& ports) : ports_(ports) {}

  /// Every live session. What cannot be cleared up is a warning and is tried again by the next
  /// call; the error is that the records cannot be listed.
  [[nodiscard]] Result<void> execute();
  /// Those that have a directory in `runtime_root`: a killed session leaves one. Costs nothing for
  /// records of finished sessions.
  [[nodiscard]] Result<void> leftovers(const std::filesystem::path& runtime_root);
  /// One session. Returns its record as it is now: unchanged while its owner lives. kNotFound when
  /// it is gone meanwhile.
  [[nodiscard]] Result<SessionRecord> one(const SessionRecord& record);

 private:
  void sweep_placeholders();
  /// Of a session whose owner was killed between the end of its record and that of its directory.
  void clear_directory(const SessionRecord& record);
  [[nodiscard]] bool needs_it(const SessionRecord& record) const;
  [[nodiscard]] Result<void> clear_box(const SessionRecord& record);
  [[nodiscard]] std::string container_id_of(const SessionRecord& record) const;
  [[nodiscard]] Result<SessionRecord> record_end(const SessionRecord& record);

  Ports ports_;
};

}  // namespace mino::application
