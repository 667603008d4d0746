#include "domain/config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace mino {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string list_text(const ConfigList& list) {
  std::string text = "[";
  for (const std::string& item : list) {
    if (text.size() > 1) text += ", ";
    text += to_toml_string(item);
  }
  return text + "]";
}

std::string table_text(const ConfigTable& table) {
  if (table.empty()) return "{}";
  std::string text = "{ ";
  for (const auto& [name, value] : table) {
    if (text.size() > 2) text += ", ";
    text += to_toml_key(name) + " = " + to_toml_string(value);
  }
  return text + " }";
}

std::string unicode_escape(unsigned code) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text = "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) text += kDigits[(code >> shift) & 0xFU];
  return text;
}

/// A character that a terminal acts on or that changes how its neighbours are shown: C0 and C1
/// controls, zero-width and direction marks. Zero when `text` begins with another one.
struct HiddenCharacter {
  unsigned code = 0;
  std::size_t length = 1;
};

HiddenCharacter hidden_character(std::string_view text) {
  const auto byte = [&text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[i])) : 0U;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return {byte(0), 1};
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return {byte(1), 2};
  if (byte(0) != 0xE2 || (byte(1) != 0x80 && byte(1) != 0x81) || (byte(2) & 0xC0U) != 0x80)
    return {};
  const unsigned code = 0x2000U | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
  const bool hidden = (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
                      (code >= 0x2060 && code <= 0x206F);
  return hidden ? HiddenCharacter{code, 3} : HiddenCharacter{};
}

}  // namespace

std::string to_toml(const ConfigValue& value) {
  if (const bool* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const std::int64_t* integer = std::get_if<std::int64_t>(&value))
    return std::to_string(*integer);
  if (const std::string* text = std::get_if<std::string>(&value)) return to_toml_string(*text);
  if (const ConfigList* list = std::get_if<ConfigList>(&value)) return list_text(*list);
  return table_text(std::get<ConfigTable>(value));
}

std::string to_toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const HiddenCharacter hidden = hidden_character(text.substr(i));
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (c == '\r') {
      quoted += "\\r";
    } else if (hidden.code != 0 || c == '\0') {
      quoted += unicode_escape(hidden.code);
    } else {
      quoted += c;
    }
    i += hidden.length;
  }
  return quoted + "\"";
}

std::string to_toml_key(std::string_view name) {
  const bool bare = !name.empty() && std::ranges::all_of(name, [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
  });
  return bare ? std::string(name) : to_toml_string(name);
}

std::optional<std::int64_t> parse_size_bytes(std::string_view text) {
  constexpr std::string_view kUnits = "bkmgt";
  unsigned shift = 0;
  if (!text.empty() && is_letter(text.back())) {
    const char unit = static_cast<char>(text.back() | 0x20);
    const std::size_t power = kUnits.find(unit);
    if (power == std::string_view::npos) return std::nullopt;
    shift = static_cast<unsigned>(power) * 10U;
    text.remove_suffix(1);
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number <= 0) return std::nullopt;
  if (number > (std::numeric_limits<std::int64_t>::max() >> shift)) return std::nullopt;
  return number << shift;
}

std::optional<std::int64_t> parse_cpus_milli(std::string_view text) {
  constexpr std::int64_t kMost = 100'000;
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  std::string decimals(dot == std::string_view::npos ? std::string_view("0")
                                                     : text.substr(dot + 1));
  if (whole.empty() || decimals.empty() || decimals.size() > 3 ||
      !std::ranges::all_of(whole, is_digit) || !std::ranges::all_of(decimals, is_digit))
    return std::nullopt;
  decimals.resize(3, '0');
  std::int64_t processors = 0;
  std::int64_t thousandths = 0;
  if (std::from_chars(whole.data(), whole.data() + whole.size(), processors).ec != std::errc{} ||
      processors > kMost)
    return std::nullopt;
  std::from_chars(decimals.data(), decimals.data() + decimals.size(), thousandths);
  const std::int64_t total = processors * 1000 + thousandths;
  return total > 0 ? std::optional(total) : std::nullopt;
}

bool is_environment_name(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return false;
  return std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

}  // namespace mino
