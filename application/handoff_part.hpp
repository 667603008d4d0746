#pragma once

#include <string>
#include <vector>

#include "application/audit_writer.hpp"
#include "application/handoff_review.hpp"
#include "application/session_part.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

/// What a session leaves in its project for the host to run: looked for when the agent has ended,
/// kept in the record, audited, and told in a few lines. Stops nothing.
class HandoffPart : public SessionPart {
 public:
  struct Ports {
    const ProjectWalker& walker;
    const JsonCodec& json;
    SessionStore& sessions;
    AuditSink& audit;
    const Clock& clock;
    Notices& notices;
    const std::vector<DefusedFile>& defused;  ///< while the session ran
  };

  /// The ports must outlive this.
  explicit HandoffPart(const Ports& ports);

  [[nodiscard]] Result<void> prepare(const SessionContext& context) override;
  void started(const SessionContext& context) override;
  void exec_started(const SessionContext& context,
                    const std::vector<std::string>& command) override;
  void ended(const SessionContext& context) override;
  void abandon(const SessionContext& context) override;

 private:
  Ports ports_;
  AuditWriter audit_;
};

/// The data of the events `session.report` and `report.quarantined`.
[[nodiscard]] JsonValue::Object audit_data(const std::string& session, const HandoffReport& report);

}  // namespace mino::application
