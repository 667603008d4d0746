#pragma once

#include <cstdlib>

#include "ports/environment.hpp"

namespace mino::posix {

/// The environment of this process, which mino never changes.
class ProcessEnvironment final : public Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const override {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  }
};

}  // namespace mino::posix
