#pragma once

#include <string>

#include "application/audit_writer.hpp"
#include "application/session_part.hpp"
#include "ports/audit_sink.hpp"
#include "ports/notices.hpp"

namespace mino::application {

/// Writes the life of a session to the audit log. A log that cannot be written is one warning and
/// stops nothing.
class AuditPart : public SessionPart {
 public:
  AuditPart(AuditSink& audit, Notices& notices);

  [[nodiscard]] Result<void> prepare(const SessionContext& context) override;
  void started(const SessionContext& context) override;
  void exec_started(const SessionContext& context,
                    const std::vector<std::string>& command) override;
  void ended(const SessionContext& context) override;
  void abandon(const SessionContext& context) override;

 private:
  AuditWriter audit_;
};

}  // namespace mino::application
