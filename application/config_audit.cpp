#include "application/config_audit.hpp"

#include <fmt/format.h>

namespace mino::application {

void audit_trust_granted(AuditSink& audit, Notices& notices, const Approval& approval) {
  const Result<void> recorded = audit.record(
      "trust.granted",
      JsonValue::Object{{"file", approval.file.string()}, {"digest", approval.digest}});
  if (!recorded.ok())
    notices.warn(fmt::format("the audit log cannot be written: {}", recorded.error().text()),
                 recorded.error().hint());
}

}  // namespace mino::application
