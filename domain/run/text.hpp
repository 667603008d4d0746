#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mino {

/// The length in bytes of the well-formed UTF-8 character that `bytes` begins with; 0 when it
/// begins with none. Overlong forms, surrogates and numbers above U+10FFFF are not well-formed.
[[nodiscard]] std::size_t utf8_length(std::string_view bytes);

/// Whether the character, one of utf8_length() bytes, is a control character (C0, DEL or C1).
[[nodiscard]] bool is_control(std::string_view character);

/// `text` for a message or a listing: control characters and bytes that are no UTF-8 are written as
/// `\xNN`.
[[nodiscard]] std::string visible_text(std::string_view text);

/// The word as a POSIX shell reads it: bare where nothing needs quoting, else in single quotes;
/// control characters as in visible_text().
[[nodiscard]] std::string shell_word(std::string_view word);

/// The number of characters, which for most scripts is the number of columns.
[[nodiscard]] std::size_t character_count(std::string_view text);

}  // namespace mino
