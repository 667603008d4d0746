#include "application/audit_writer.hpp"

#include <utility>

namespace mino::application {

void AuditWriter::record(const std::string& event, JsonValue::Object data) {
  const auto written = audit_.record(event, JsonValue(std::move(data)));
  if (!written.ok() && !std::exchange(warned_, true))
    notices_.warn("the audit log could not be written: " + written.error().text(),
                  written.error().hint());
}

}  // namespace mino::application
