#include "application/audit_part.hpp"

#include <utility>

namespace mino::application {

namespace {

JsonValue words(const std::vector<std::string>& command) {
  JsonValue::Array array;
  for (const std::string& word : command) array.emplace_back(word);
  return array;
}

JsonValue text_or_null(const std::optional<std::string>& text) {
  return text ? JsonValue(*text) : JsonValue();
}

}  // namespace

AuditPart::AuditPart(AuditSink& audit, Notices& notices) : audit_(audit, notices) {}

Result<void> AuditPart::prepare(const SessionContext& context) {
  const SessionRecord& session = context.record;
  audit_.record("session.created", {{"name", session.name.str()},
                                    {"project_dir", session.project_dir},
                                    {"image", session.image},
                                    {"command", words(session.command)},
                                    {"network", session.network},
                                    {"home_volume", text_or_null(session.home_volume)}});
  return {};
}

void AuditPart::started(const SessionContext& context) {
  audit_.record("session.started", {{"name", context.record.name.str()},
                                    {"container_id", text_or_null(context.record.container_id)}});
}

void AuditPart::exec_started(const SessionContext& context,
                             const std::vector<std::string>& command) {
  audit_.record("session.exec", {{"name", context.record.name.str()}, {"command", words(command)}});
}

void AuditPart::ended(const SessionContext& context) {
  const SessionRecord& session = context.record;
  JsonValue::Object data{
      {"name", session.name.str()},
      {"exit_code", session.exit_code ? JsonValue(*session.exit_code) : JsonValue()}};
  if (session.reason) data.emplace_back("reason", *session.reason);
  audit_.record("session.stopped", std::move(data));
}

void AuditPart::abandon(const SessionContext& context) {
  audit_.record("session.failed", {{"name", context.record.name.str()},
                                   {"error", context.record.reason.value_or("")}});
}

}  // namespace mino::application
