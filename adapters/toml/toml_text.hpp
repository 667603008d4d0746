#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace mino::toml {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text);

/// Where the first bytes are that are not UTF-8 (RFC 3629); nothing when there are none.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text);

}  // namespace mino::toml
