// Any bytes as an index of git's: the names are ones that a file can have, no more than asked for,
// and every submodule is among all entries.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "domain/check.hpp"
#include "domain/protect/git_index.hpp"

namespace {

constexpr std::size_t kLimit = 4;

void check(std::string_view input, mino::GitHash hash) {
  using mino::IndexEntries;
  const auto all = scan_git_index(input, hash, IndexEntries::kAll, input.size());
  const auto some = scan_git_index(input, hash, IndexEntries::kGitlinks, input.size());
  const auto few = scan_git_index(input, hash, IndexEntries::kGitlinks, kLimit);
  for (const auto& path : all.paths)
    MINO_CHECK(!path.empty() && path.find('\0') == std::string_view::npos);
  MINO_CHECK(std::ranges::includes(all.paths, some.paths));
  MINO_CHECK(std::ranges::includes(some.paths, few.paths));
  MINO_CHECK(few.paths.size() == std::min(kLimit, some.paths.size()));
  MINO_CHECK(few.shared == all.shared && few.renames_shared == all.renames_shared);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check(input, mino::GitHash::kSha1);
  check(input, mino::GitHash::kSha256);
  return 0;
}
