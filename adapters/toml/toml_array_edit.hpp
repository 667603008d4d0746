#pragma once

#include <string>
#include <string_view>

#include "domain/config/value.hpp"

namespace mino::toml {

/// The quotes of a string that is written anew: as the old one where the new text allows it.
enum class QuoteStyle { kBasic, kLiteral };
[[nodiscard]] QuoteStyle quote_style_of(std::string_view token);
[[nodiscard]] std::string quoted(std::string_view text, QuoteStyle style);

/// The array `token`, whose items are `old_items`, rewritten to hold `new_items`: what stays keeps
/// its quotes, its line and its comment; comment lines of their own stay.
[[nodiscard]] std::string edited_array(std::string_view token, const ConfigList& old_items,
                                       const ConfigList& new_items, std::string_view line_end);

}  // namespace mino::toml
