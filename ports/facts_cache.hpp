#pragma once

#include <optional>
#include <string>

#include "domain/json_value.hpp"
#include "domain/result.hpp"

namespace mino {

/// What was found out about the host and would cost a process to find out again. A cache: losing it
/// loses only time.
class FactsCache {
 public:
  FactsCache() = default;
  FactsCache(const FactsCache&) = delete;
  FactsCache& operator=(const FactsCache&) = delete;
  virtual ~FactsCache() = default;

  /// What was put under that key, which has to name everything the fact depends on. Nothing as well
  /// when the cache cannot be read.
  [[nodiscard]] virtual std::optional<JsonValue> get(const std::string& section,
                                                     const std::string& key) const = 0;
  /// Remembers a fact. The ones put longest ago are forgotten when a section has many. Blocks on a
  /// lock for at most a second; kTimeout, kPermission, kInternal when it could not be kept, which a
  /// caller may ignore.
  [[nodiscard]] virtual Result<void> put(const std::string& section, const std::string& key,
                                         const JsonValue& value) = 0;
};

}  // namespace mino
