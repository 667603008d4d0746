#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/config/value.hpp"
#include "domain/result.hpp"

namespace mino {

enum class ValueType { kBoolean, kInteger, kString, kStringList, kStringTable };

/// What a string, list item or table value has to look like beyond being text.
enum class ValueFormat {
  kAny,
  kSize,             ///< parse_size_bytes(); a bare number is accepted too
  kCpus,             ///< parse_cpus_milli(); a bare number is accepted too
  kAbsolutePath,     ///< begins with "/"
  kEnvironmentName,  ///< of list items
  kEnvironment,      ///< of tables: the names are environment names
  kEgressRule,       ///< parse_egress_rule(); text that is not ASCII is looked at when it is used
};

/// When a project file may set the key without approval. Everything that is not listed needs it.
enum class Narrowing {
  kNever,
  kAlways,  ///< the value grants nothing whatever it is
  kOnlyTrue,
  kOnlyFalse,
  kLower,            ///< a limit at most the effective one; no limit at all is the highest
  kLowerZeroIsNone,  ///< the same for a limit that 0 switches off
  kStricterChoice,   ///< a later choice than the effective one: choices are listed from the widest
                     ///< to the strictest
  kLongerList,       ///< a list that holds all items of the effective one
};

enum class Effect {
  kNow,
  kLater,    ///< understood and kept, but nothing acts on it yet: `config set` and `show` say so
  kIgnored,  ///< accepted for files of the earlier program; setting it does nothing, for good
};

/// Whose file the key belongs in. Any file may set any key; the project template offers only kAny.
enum class KeyScope { kAny, kUser };

/// One configuration key. All texts are literals.
struct ConfigKey {
  std::string_view path;  ///< "container.image"
  ValueType type = ValueType::kString;
  std::optional<std::string_view> default_text =
      {};  ///< as `config set` would take it; nothing when the key has no default
  std::string_view doc = {};  ///< one line, no final dot
  std::string_view example =
      {};  ///< TOML text for the template when the default does not show the form
  std::span<const std::string_view> choices = {};  ///< of a string; empty when any text is allowed
  std::int64_t min = std::numeric_limits<std::int64_t>::min();  ///< of an integer
  std::int64_t max = std::numeric_limits<std::int64_t>::max();  ///< of an integer
  ValueFormat format = ValueFormat::kAny;
  Narrowing narrowing = Narrowing::kNever;
  Effect effect = Effect::kLater;
  KeyScope scope = KeyScope::kAny;

  [[nodiscard]] bool is_scalar() const {
    return type != ValueType::kStringList && type != ValueType::kStringTable;
  }
};

/// Every key, grouped by section in the order in which `config show` and the templates list them.
/// The one place where a key is declared.
[[nodiscard]] std::span<const ConfigKey> config_schema();
/// The key of exactly that path, or null. An entry of a table is not a key: "container.env" is,
/// "container.env.A" is not.
[[nodiscard]] const ConfigKey* find_config_key(std::string_view path);
/// The path nearest to a mistyped one, or nothing when none is near.
[[nodiscard]] std::optional<std::string_view> nearest_config_key(std::string_view path);
/// The default as a value; nothing when the key has none.
[[nodiscard]] std::optional<ConfigValue> default_value(const ConfigKey& key);
/// The environment variable that sets a scalar key: "container.image" is MINO_CONTAINER_IMAGE.
[[nodiscard]] std::string environment_variable(const ConfigKey& key);

/// A value from the words of a person (`config set`, the environment): booleans true/yes/on/1 and
/// false/no/off/0 in any case; lists split at commas, empty items dropped, or in the syntax of a
/// TOML array; tables as NAME=VALUE items. Checked as check_config_value() does. kConfig names the
/// key and what is wrong.
[[nodiscard]] Result<ConfigValue> parse_config_text(const ConfigKey& key, std::string_view text);
/// Whether the value has the key's type, range, choices and format. kConfig: "container.pids must
/// be at least 1".
[[nodiscard]] Result<void> check_config_value(const ConfigKey& key, const ConfigValue& value);

/// "a boolean", "an integer", "a string", "a list of strings", "a table of strings".
[[nodiscard]] std::string_view describe(ValueType type);

}  // namespace mino
