#pragma once

#include "domain/json_value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mino {

enum class CheckState {
  kOk,
  kWarning,  ///< boxes run, with less than they could have
  kMissing,  ///< what depends on it does not work
};

[[nodiscard]] std::string_view to_string(CheckState state);

/// One thing that mino needs of the machine, looked at.
struct StatusCheck {
  std::string id;     ///< stable, for programs: "podman", "subordinate-ids" …
  std::string title;  ///< for a person
  CheckState state = CheckState::kOk;
  std::string detail;     ///< what was found
  std::string hint;       ///< the command to type or the setting to change; may be empty
  bool critical = false;  ///< without it no box runs at the defaults
  bool operator==(const StatusCheck&) const = default;
};

struct StatusReport {
  std::vector<StatusCheck> checks;
  bool operator==(const StatusReport&) const = default;
};

/// Whether nothing critical is missing.
[[nodiscard]] bool is_usable(const StatusReport& report);

/// For a program; `schema` 1.
[[nodiscard]] JsonValue to_json(const StatusReport& report);

}  // namespace mino
