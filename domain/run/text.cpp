#include "domain/run/text.hpp"

#include <algorithm>

namespace mino {
namespace {

constexpr unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

constexpr bool is_continuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

/// The length that a first byte announces, or 0.
constexpr std::size_t announced_length(unsigned char first) {
  if (first < 0x80U) return 1;
  if (first >= 0xC2U && first <= 0xDFU) return 2;
  if (first >= 0xE0U && first <= 0xEFU) return 3;
  if (first >= 0xF0U && first <= 0xF4U) return 4;
  return 0;
}

/// The second byte excludes overlong forms, surrogates and what lies above U+10FFFF.
constexpr bool is_second_byte(unsigned char first, unsigned char second) {
  if (first == 0xE0U) return second >= 0xA0U && second <= 0xBFU;
  if (first == 0xEDU) return second >= 0x80U && second <= 0x9FU;
  if (first == 0xF0U) return second >= 0x90U && second <= 0xBFU;
  if (first == 0xF4U) return second >= 0x80U && second <= 0x8FU;
  return is_continuation(second);
}

void append_escaped(std::string& out, unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\x";
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 0xFU];
}

bool is_bare(char c) {
  constexpr std::string_view kOthers = "_@%+=:,./-";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

}  // namespace

std::size_t utf8_length(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const unsigned char first = byte_at(bytes, 0);
  const std::size_t length = announced_length(first);
  if (length > bytes.size()) return 0;
  if (length < 2) return length;
  if (!is_second_byte(first, byte_at(bytes, 1))) return 0;
  for (std::size_t at = 2; at < length; ++at)
    if (!is_continuation(byte_at(bytes, at))) return 0;
  return length;
}

bool is_control(std::string_view character) {
  if (character.size() == 1) return byte_at(character, 0) < 0x20U || byte_at(character, 0) == 0x7FU;
  return character.size() == 2 && byte_at(character, 0) == 0xC2U && byte_at(character, 1) < 0xA0U;
}

std::string visible_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, std::max(length, std::size_t{1}));
    if (length == 0 || is_control(character)) {
      for (std::size_t at = 0; at < character.size(); ++at)
        append_escaped(out, byte_at(character, at));
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

std::string shell_word(std::string_view word) {
  if (!word.empty() && std::ranges::all_of(word, is_bare)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return visible_text(quoted + "'");
}

std::size_t character_count(std::string_view text) {
  const auto count = std::ranges::count_if(
      text, [](char c) { return !is_continuation(static_cast<unsigned char>(c)); });
  return static_cast<std::size_t>(count);
}

}  // namespace mino
