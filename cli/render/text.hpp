#pragma once

#include "cli/io.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mino::cli {

enum class Paint { kBold, kDim, kRed, kGreen, kYellow, kCyan };

/// `text` in that style, or as it is.
[[nodiscard]] std::string painted(std::string_view text, Paint paint, Colour colour);

/// Columns a terminal needs for `text`: escape sequences none, combining marks none, wide
/// characters two. Invalid UTF-8 counts one column a byte.
[[nodiscard]] std::size_t visible_width(std::string_view text);

/// `text` with control characters written as `\xNN` (`\n` and `\t` by name), so that a name chosen
/// by others cannot drive the terminal.
[[nodiscard]] std::string printable(std::string_view text);

/// `text` broken at blanks into lines of at most `width` columns; a longer word stays whole. Line
/// breaks in `text` are kept.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// The largest unit that fits, rounded down: "12s", "5m", "3h", "8d". Negative is "0s".
[[nodiscard]] std::string human_duration(std::chrono::seconds duration);
/// "512 B", "1.5 KiB", "2.0 GiB".
[[nodiscard]] std::string human_size(std::uint64_t size_bytes);

}  // namespace mino::cli
