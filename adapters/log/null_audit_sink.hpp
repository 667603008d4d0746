#pragma once

#include "ports/audit_sink.hpp"

namespace mino::log {

/// For `general.audit_log = false`.
class NullAuditSink final : public AuditSink {
 public:
  [[nodiscard]] Result<void> record(const std::string& /*event*/,
                                    const JsonValue& /*data*/) override {
    return {};
  }
};

}  // namespace mino::log
