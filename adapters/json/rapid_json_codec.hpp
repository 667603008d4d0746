#pragma once

#include "ports/json_codec.hpp"

namespace mino::json {

/// JsonCodec over RapidJSON. Stateless, thread-safe.
class RapidJsonCodec final : public JsonCodec {
 public:
  [[nodiscard]] Result<JsonValue> parse(std::string_view text) const override;
  [[nodiscard]] std::string write(const JsonValue& value, JsonLayout layout) const override;
};

}  // namespace mino::json
