#include "application/handoff_part.hpp"

#include <algorithm>
#include <utility>

namespace mino::application {
namespace {

constexpr std::size_t kAuditedItems = 10;

}  // namespace

HandoffPart::HandoffPart(const Ports& ports) : ports_(ports), audit_(ports.audit, ports.notices) {}

Result<void> HandoffPart::prepare(const SessionContext& /*context*/) { return {}; }
void HandoffPart::started(const SessionContext& /*context*/) {}
void HandoffPart::exec_started(const SessionContext& /*context*/,
                               const std::vector<std::string>& /*command*/) {}
void HandoffPart::abandon(const SessionContext& /*context*/) {}

void HandoffPart::ended(const SessionContext& context) {
  const SessionRecord& record = context.record;
  const HandoffReview review(ports_.walker, ports_.json, ports_.clock);
  const auto found = review.execute({.project = context.plan.project, .since = record.created_at});
  if (!found.ok()) {
    ports_.notices.warn(
        "what the session left for the host to run is not known: " + found.error().text(),
        found.error().hint());
    return;
  }
  HandoffReport report = found->report;
  report.defused = ports_.defused;
  const auto stored =
      ports_.sessions.update(record.name, record.id, [&report](SessionRecord& each) {
        each.report = to_json(report);
        return true;
      });
  if (!stored.ok())
    ports_.notices.warn("the session's report could not be written: " + stored.error().text(),
                        stored.error().hint());
  if (report.empty()) return;
  audit_.record("session.report", audit_data(record.name.str(), report));
  for (const std::string& line : summary_of(report, record.name.str()))
    ports_.notices.progress(line);
}

JsonValue::Object audit_data(const std::string& session, const HandoffReport& report) {
  const JsonValue json = to_json(report);
  JsonValue::Object data{{"name", session}};
  for (const char* name : {"counts", "items", "defused", "not_looked_at"}) {
    JsonValue value = *json.find(name);
    if (value.array() != nullptr && value.array()->size() > kAuditedItems)
      value.array()->resize(kAuditedItems);
    data.emplace_back(name, std::move(value));
  }
  return data;
}

}  // namespace mino::application
