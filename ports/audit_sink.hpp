#pragma once

#include <string>

#include "domain/json_value.hpp"
#include "domain/result.hpp"

namespace mino {

/// The security log. One event is one line; the sink adds the time. Rotates by itself.
class AuditSink {
 public:
  AuditSink() = default;
  AuditSink(const AuditSink&) = delete;
  AuditSink& operator=(const AuditSink&) = delete;
  virtual ~AuditSink() = default;

  /// Appends one event. A failure is returned and never stops a session: the caller warns once and
  /// goes on.
  [[nodiscard]] virtual Result<void> record(const std::string& event, const JsonValue& data) = 0;
};

}  // namespace mino
