#include "domain/status/status_report.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace mino {

std::string_view to_string(CheckState state) {
  switch (state) {
    case CheckState::kOk:
      return "ok";
    case CheckState::kWarning:
      return "warning";
    case CheckState::kMissing:
      return "missing";
  }
  return "";
}

bool is_usable(const StatusReport& report) {
  return std::ranges::none_of(report.checks, [](const StatusCheck& check) {
    return check.critical && check.state == CheckState::kMissing;
  });
}

JsonValue to_json(const StatusReport& report) {
  JsonValue::Array checks;
  for (const StatusCheck& check : report.checks) {
    JsonValue item;
    item.set("id", check.id);
    item.set("title", check.title);
    item.set("state", to_string(check.state));
    item.set("critical", check.critical);
    item.set("detail", check.detail);
    item.set("hint", check.hint);
    checks.push_back(std::move(item));
  }
  JsonValue json;
  json.set("schema", std::int64_t{1});
  json.set("usable", is_usable(report));
  json.set("checks", std::move(checks));
  return json;
}

}  // namespace mino
