#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/audit_sink.hpp"

namespace mino::fakes {

/// Keeps the events.
class FakeAuditSink final : public AuditSink {
 public:
  struct Event {
    std::string event;
    JsonValue data;
    bool operator==(const Event&) const = default;
  };

  [[nodiscard]] Result<void> record(const std::string& event, const JsonValue& data) override {
    if (failure) return *failure;
    events.push_back({event, data});
    return {};
  }

  /// The names of the events, in order.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const Event& event : events) result.push_back(event.event);
    return result;
  }

  std::vector<Event> events;
  std::optional<Error> failure;  ///< what every call returns while set
};

}  // namespace mino::fakes
