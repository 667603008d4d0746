#pragma once

#include <functional>
#include <map>
#include <utility>

#include "ports/environment.hpp"

namespace mino::fakes {

class FakeEnvironment final : public Environment {
 public:
  FakeEnvironment() = default;
  explicit FakeEnvironment(std::map<std::string, std::string, std::less<>> initial)
      : variables(std::move(initial)) {}

  [[nodiscard]] std::optional<std::string> get(std::string_view name) const override {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] std::vector<std::string> names(std::string_view prefix) const override {
    std::vector<std::string> found;
    for (const auto& [name, value] : variables) {
      if (name.starts_with(prefix)) found.push_back(name);
    }
    return found;
  }

  std::map<std::string, std::string, std::less<>> variables;
};

}  // namespace mino::fakes
