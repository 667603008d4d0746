// Any bytes as a file of git's configuration. Entries lie in the text, in order; once defused it
// holds nothing dangerous and every other variable as before.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/check.hpp"
#include "domain/handoff/git_config.hpp"

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kDepth = 2;

Pairs harmless(std::string_view text) {
  Pairs pairs;
  for (const mino::GitConfigEntry& entry : mino::parse_git_config(text)) {
    if (!mino::is_dangerous(entry, kDepth)) pairs.emplace_back(entry.key, entry.value);
  }
  return pairs;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::size_t before = 0;
  for (const mino::GitConfigEntry& entry : mino::parse_git_config(input)) {
    MINO_CHECK(before <= entry.begin && entry.begin < entry.end && entry.end <= input.size());
    MINO_CHECK(entry.key.find('.') != std::string::npos);
    before = entry.end;
  }
  const std::string defused = mino::defused_git_config(input, kDepth);
  MINO_CHECK(mino::dangerous_keys(defused, kDepth).empty());
  MINO_CHECK(harmless(defused) == harmless(input));
  MINO_CHECK(mino::defused_git_config(defused, kDepth) == defused);
  return 0;
}
