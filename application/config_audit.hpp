#pragma once

#include "ports/audit_sink.hpp"
#include "ports/notices.hpp"
#include "ports/trust_store.hpp"

namespace mino::application {

/// Writes `trust.granted`. A log that cannot be written is one warning.
void audit_trust_granted(AuditSink& audit, Notices& notices, const Approval& approval);

}  // namespace mino::application
