#pragma once

#include <string>
#include <string_view>

#include "domain/json_value.hpp"
#include "domain/result.hpp"

namespace mino {

enum class JsonLayout { kCompact, kPretty };

/// JSON text. Pure, thread-safe.
class JsonCodec {
 public:
  JsonCodec() = default;
  JsonCodec(const JsonCodec&) = delete;
  JsonCodec& operator=(const JsonCodec&) = delete;
  virtual ~JsonCodec() = default;

  /// kCorrupt for anything that is not one JSON document in valid UTF-8, larger than 64 MiB, or
  /// nested deeper than 128.
  [[nodiscard]] virtual Result<JsonValue> parse(std::string_view text) const = 0;
  /// Never fails: bytes that are not UTF-8 are written as U+FFFD. No trailing newline.
  [[nodiscard]] virtual std::string write(const JsonValue& value, JsonLayout layout) const = 0;
};

}  // namespace mino
