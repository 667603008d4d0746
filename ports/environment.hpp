#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mino {

/// The environment mino was started with. Read only.
class Environment {
 public:
  Environment() = default;
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  virtual ~Environment() = default;

  /// Nothing when it is not set; an empty string when it is set to nothing.
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view name) const = 0;
  /// The names of all variables that begin with `prefix`, sorted, each once.
  [[nodiscard]] virtual std::vector<std::string> names(std::string_view prefix) const = 0;
};

}  // namespace mino
