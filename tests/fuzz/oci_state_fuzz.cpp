// Any bytes as the state that an OCI runtime gives the hook: what names a process names one that
// can be, once, and says so in every layout.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/linux/oci_state.hpp"
#include "domain/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view state(reinterpret_cast<const char*>(data), size);
  const mino::json::RapidJsonCodec codec;
  const auto process = mino::linux::container_process(state, codec);
  if (!process.ok()) {
    MINO_CHECK(!process.error().text().empty());
    return 0;
  }
  MINO_CHECK(*process > 0 && *process <= std::numeric_limits<std::int32_t>::max());
  const auto json = codec.parse(state);
  MINO_CHECK(json.ok() && json->object() != nullptr);
  MINO_CHECK(std::ranges::count(*json->object(), "pid", &mino::JsonValue::Member::first) == 1);
  for (const auto layout : {mino::JsonLayout::kCompact, mino::JsonLayout::kPretty}) {
    const auto again = mino::linux::container_process(codec.write(*json, layout), codec);
    MINO_CHECK(again.ok() && *again == *process);
  }
  return 0;
}
