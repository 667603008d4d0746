#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mino {

/// Replaces the block of lines that is mino's in the text of a git exclude file (gitignore(5)) by
/// one with these patterns, or removes it when there are none. Everything else stays byte for byte;
/// the block comes last.
[[nodiscard]] std::string with_exclude_block(std::string_view text,
                                             const std::vector<std::string>& patterns);

/// The pattern that matches exactly the file at `path` (relative to a working tree).
[[nodiscard]] std::string exclude_pattern(std::string_view path);

}  // namespace mino
