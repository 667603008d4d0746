#pragma once

#include <map>
#include <utility>

#include "ports/facts_cache.hpp"

namespace mino::fakes {

class FakeFactsCache final : public FactsCache {
 public:
  [[nodiscard]] std::optional<JsonValue> get(const std::string& section,
                                             const std::string& key) const override {
    const auto found = facts.find({section, key});
    if (found == facts.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] Result<void> put(const std::string& section, const std::string& key,
                                 const JsonValue& value) override {
    if (failure) return *failure;
    facts[{section, key}] = value;
    return {};
  }

  std::map<std::pair<std::string, std::string>, JsonValue> facts;
  std::optional<Error> failure;  ///< what put() returns while set
};

}  // namespace mino::fakes
