// A record of a cache as it may lie on disk: whatever loads must survive being written and loaded
// again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adapters/json/rapid_json_codec.hpp"
#include "domain/cache/cache_record.hpp"
#include "domain/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto name = mino::parse_cache_name(text)) MINO_CHECK(mino::to_string(*name) == text);
  const mino::json::RapidJsonCodec codec;
  const auto json = codec.parse(text);
  if (!json) return 0;
  const auto record = mino::cache_record_from_json(*json);
  if (!record) return 0;
  const std::string written = codec.write(mino::to_json(*record), mino::JsonLayout::kPretty);
  const auto again = codec.parse(written);
  MINO_CHECK(again.ok());
  const auto reloaded = mino::cache_record_from_json(*again);
  MINO_CHECK(reloaded.ok());
  MINO_CHECK(codec.write(mino::to_json(*reloaded), mino::JsonLayout::kPretty) == written);
  return 0;
}
