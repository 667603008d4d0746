#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mino::gateway {

// The small grammar that the readers of HTTP share (RFC 9110 section 5.6, RFC 9112).

/// tchar: a byte of a method or a field name.
[[nodiscard]] bool is_token_byte(char byte);
[[nodiscard]] bool is_token(std::string_view text);
/// C0 controls and DEL.
[[nodiscard]] bool is_control_byte(char byte);
/// ASCII only.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim_blanks(std::string_view text);
/// Cuts the first element off a list with commas: the element without blanks around it.
[[nodiscard]] std::string_view next_list_element(std::string_view& list);

/// Digits alone, at most 18 of them.
[[nodiscard]] std::optional<std::uint64_t> parse_content_length(std::string_view text);
/// 1 to 16 hexadecimal digits, no more than a signed 64-bit number holds.
[[nodiscard]] std::optional<std::uint64_t> parse_chunk_size(std::string_view text);

/// "host", "host:port", "[v6]:port" of a Host field or a URL: the host in canonical form.
struct HttpAuthority {
  std::string host;
  std::optional<std::uint16_t> port;
};
[[nodiscard]] std::optional<HttpAuthority> parse_authority(std::string_view text);

/// For a message to a person: printable ASCII, everything else as '?', cut at 80 bytes.
[[nodiscard]] std::string printable(std::string_view text);
/// `text` as a JSON string, quotes included. Bytes that are not ASCII become U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace mino::gateway
