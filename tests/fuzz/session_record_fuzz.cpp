// A session record as it may lie on disk: whatever loads must survive being written and loaded
// again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adapters/json/rapid_json_codec.hpp"
#include "domain/check.hpp"
#include "domain/session/session_record.hpp"

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const mino::json::RapidJsonCodec codec;
  const auto json = codec.parse({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  const auto record = mino::session_record_from_json(*json);
  if (!record) return 0;
  const std::string written = codec.write(mino::to_json(*record), mino::JsonLayout::kPretty);
  const auto again = codec.parse(written);
  MINO_CHECK(again.ok());
  const auto reloaded = mino::session_record_from_json(*again);
  MINO_CHECK(reloaded.ok());
  MINO_CHECK(codec.write(mino::to_json(*reloaded), mino::JsonLayout::kPretty) == written);
  return 0;
}
