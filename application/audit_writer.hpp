#pragma once

#include <string>

#include "domain/json_value.hpp"
#include "ports/audit_sink.hpp"
#include "ports/notices.hpp"

namespace mino::application {

/// Writes to the audit log and warns once, however often it cannot be written: that stops nothing.
class AuditWriter {
 public:
  /// Both must outlive this.
  AuditWriter(AuditSink& audit, Notices& notices) : audit_(audit), notices_(notices) {}

  void record(const std::string& event, JsonValue::Object data);

 private:
  AuditSink& audit_;
  Notices& notices_;
  bool warned_ = false;
};

}  // namespace mino::application
