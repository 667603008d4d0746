#include "domain/config/value_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mino {
namespace {

constexpr std::string_view kSpace = " \t";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

void skip_space(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<char> unescaped(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    default:
      return std::nullopt;
  }
}

/// Takes one quoted TOML string off the front.
std::optional<std::string> take_string(std::string_view& text) {
  if (take(text, '\'')) {
    const std::size_t end = text.find('\'');
    if (end == std::string_view::npos) return std::nullopt;
    std::string value(text.substr(0, end));
    text.remove_prefix(end + 1);
    return value;
  }
  if (!take(text, '"')) return std::nullopt;
  std::string value;
  while (!text.empty()) {
    if (take(text, '"')) return value;
    if (!take(text, '\\')) {
      value += text.front();
    } else {
      const std::optional<char> c = text.empty() ? std::nullopt : unescaped(text.front());
      if (!c) return std::nullopt;
      value += *c;
    }
    text.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<ConfigList> array_from_text(std::string_view text) {
  ConfigList list;
  take(text, '[');
  while (true) {
    skip_space(text);
    if (take(text, ']')) break;
    std::optional<std::string> item = take_string(text);
    if (!item) return std::nullopt;
    list.push_back(*std::move(item));
    skip_space(text);
    if (take(text, ',')) continue;
    if (take(text, ']')) break;
    return std::nullopt;
  }
  return trimmed(text).empty() ? std::optional(std::move(list)) : std::nullopt;
}

/// "[::1]:443" is an item and not an array.
bool begins_like_array(std::string_view text) {
  if (!take(text, '[')) return false;
  skip_space(text);
  return text.empty() || text.front() == '"' || text.front() == '\'' || text.front() == ']';
}

std::optional<bool> boolean_from_text(std::string_view text) {
  constexpr std::array<std::string_view, 4> kYes{"true", "yes", "on", "1"};
  constexpr std::array<std::string_view, 4> kNo{"false", "no", "off", "0"};
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (std::ranges::find(kYes, lower) != kYes.end()) return true;
  if (std::ranges::find(kNo, lower) != kNo.end()) return false;
  return std::nullopt;
}

std::optional<std::int64_t> integer_from_text(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

std::optional<ConfigTable> table_from_text(std::string_view text) {
  const std::optional<ConfigList> items = list_from_text(text);
  if (!items) return std::nullopt;
  ConfigTable table;
  for (const std::string& item : *items) {
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0) return std::nullopt;
    table[item.substr(0, equals)] = item.substr(equals + 1);
  }
  return table;
}

template <typename T>
std::optional<ConfigValue> as_value(std::optional<T> value) {
  return value ? std::optional<ConfigValue>(*std::move(value)) : std::nullopt;
}

}  // namespace

std::optional<ConfigValue> value_from_text(ValueType type, std::string_view text) {
  switch (type) {
    case ValueType::kBoolean:
      return as_value(boolean_from_text(trimmed(text)));
    case ValueType::kInteger:
      return as_value(integer_from_text(trimmed(text)));
    case ValueType::kString:
      return ConfigValue(std::string(text));
    case ValueType::kStringList:
      return as_value(list_from_text(text));
    case ValueType::kStringTable:
      return as_value(table_from_text(text));
  }
  return std::nullopt;
}

std::optional<ConfigList> list_from_text(std::string_view text) {
  text = trimmed(text);
  if (begins_like_array(text)) return array_from_text(text);
  ConfigList list;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = trimmed(text.substr(0, comma));
    if (!item.empty()) list.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return list;
}

}  // namespace mino
