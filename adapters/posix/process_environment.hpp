#pragma once

#include <unistd.h>

#include <cstdlib>
#include <set>

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
  [[nodiscard]] std::vector<std::string> names(std::string_view prefix) const override {
    std::set<std::string> found;
    for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable) {
      const std::string_view text(*variable);
      if (text.starts_with(prefix)) found.emplace(text.substr(0, text.find('=')));
    }
    return {found.begin(), found.end()};
  }
};

}  // namespace mino::posix
