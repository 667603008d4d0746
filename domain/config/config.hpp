#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config/origin.hpp"
#include "domain/config/schema.hpp"
#include "domain/config/value.hpp"

namespace mino {

/// One value that one layer sets: a key, or one entry of a table key.
struct ConfigEntry {
  const ConfigKey* key = nullptr;  ///< never null; from config_schema()
  std::string item;                ///< the entry's name when `key` is a table, else empty
  ConfigValue value;               ///< a string when `item` is set
  Origin origin;

  /// "container.image" or "container.env.NAME".
  [[nodiscard]] std::string path() const;
};

/// What one source sets: a file, the environment, the flags. Valid by itself (see
/// domain/config/validate.hpp).
using ConfigLayer = std::vector<ConfigEntry>;

/// An effective value and where it comes from.
struct Setting {
  ConfigValue value;
  Origin origin;                               ///< of a table: of the entry that was applied last
  std::map<std::string, Origin> item_origins;  ///< of a table: one for each of its entries
};

/// The effective configuration: the defaults and what was applied on top of them, each value with
/// its origin. A value type. Asking for a key that the schema does not have, or as another type
/// than it has, is a bug and ends the program.
class Config {
 public:
  /// The defaults.
  Config();

  /// Lays `layer` on top: scalars and lists replace, tables gain entries. `container.network`,
  /// `.network_allow` and
  /// `.network_preset` are one choice, and so are those of `sandbox`: a layer that sets one of the
  /// three takes the other two back to their defaults first, so that a flag, a variable or a
  /// project's "none" overrides a list from below it.
  void apply(const ConfigLayer& layer);

  /// Null when the key has neither a default nor a value.
  [[nodiscard]] const Setting* find(std::string_view key) const;

  /// False when there is no value.
  [[nodiscard]] bool boolean(std::string_view key) const;
  /// Zero when there is no value.
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  /// Empty when there is no value.
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const;
  /// Empty when there is no value.
  [[nodiscard]] std::map<std::string, std::string> table(std::string_view key) const;
  /// kDefault when there is no value.
  [[nodiscard]] Origin origin(std::string_view key) const;

 private:
  void clear_network_choice(const ConfigLayer& layer);
  void set(const ConfigEntry& entry);
  void reset(const ConfigKey& key);

  std::map<std::string, Setting, std::less<>> settings_;
};

}  // namespace mino
