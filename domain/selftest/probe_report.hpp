#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mino {

/// How one attempt of mino-probe ended: "ok", "none", "is", "refused", an errno or a signal.
struct AttemptOutcome {
  std::string how;
  std::string detail;
  bool operator==(const AttemptOutcome&) const = default;
};

/// What mino-probe wrote. It comes out of a box and is no more trusted than the box.
struct ProbeReport {
  /// By the attempt as it was asked for, without its argument: "write:.git/config".
  std::map<std::string, AttemptOutcome, std::less<>> outcomes;
  bool is_whole = false;  ///< false: the probe died on the way
  bool operator==(const ProbeReport&) const = default;
};

/// Lines that are none of the probe's are passed over; of two for one attempt the worse for the box
/// holds, which is "ok".
[[nodiscard]] ProbeReport parse_probe_report(std::string_view text);

/// The name of a variable that the box has with the very value of the host, out of what the attempt
/// "variables" found. Names that programs have everywhere (PATH, HOME …) are none. `host_value`
/// gives the host's value of a variable.
[[nodiscard]] std::optional<std::string> leaked_variable(
    const AttemptOutcome& variables,
    const std::function<std::optional<std::string>(std::string_view)>& host_value);

}  // namespace mino
