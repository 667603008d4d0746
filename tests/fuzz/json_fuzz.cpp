// Any bytes as JSON: what parses must be written as JSON that parses to the same value; any bytes
// can be written.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/json/rapid_json_codec.hpp"
#include "domain/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const mino::json::RapidJsonCodec codec;
  MINO_CHECK(codec.parse(codec.write(mino::JsonValue(bytes), mino::JsonLayout::kCompact)).ok());
  const auto value = codec.parse(bytes);
  if (!value) return 0;
  for (const auto layout : {mino::JsonLayout::kCompact, mino::JsonLayout::kPretty}) {
    const auto again = codec.parse(codec.write(*value, layout));
    MINO_CHECK(again.ok() && *again == *value);
  }
  return 0;
}
