#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "ports/config_source.hpp"

namespace mino::fakes {

/// Understands one kind of line, `a.b.c = VALUE`, with VALUE a boolean, an integer, a "string"
/// without escapes or a list
/// ["of", "such"]; and empty lines and lines that begin with #.
class FakeConfigSource final : public ConfigSource {
 public:
  [[nodiscard]] Result<ConfigDocument> parse(std::string file, std::string bytes) const override {
    ConfigDocument document{std::move(file), std::move(bytes), {}};
    if (document.bytes.size() > kMaxBytes) return failure(document, 1, 1, "too large");
    std::string_view text = document.bytes;
    for (std::uint32_t line = 1; !text.empty(); ++line) {
      const std::string_view row = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(row.size() + 1, text.size()));
      if (row.empty() || row.starts_with('#')) continue;
      const std::size_t equals = row.find(" = ");
      if (equals == std::string_view::npos) return failure(document, line, 1, "no value");
      const auto value = value_of(row.substr(equals + 3));
      if (!value) return failure(document, line, equals + 4, "no such value");
      document.entries.push_back({path_of(row.substr(0, equals)), *value, line, 1});
    }
    return document;
  }

 private:
  static Error failure(const ConfigDocument& document, std::uint32_t line, std::size_t column,
                       const char* what) {
    return {ErrorCode::kConfig, document.file + ":" + std::to_string(line) + ":" +
                                    std::to_string(column) + ": " + what};
  }

  static std::vector<std::string> path_of(std::string_view text) {
    std::vector<std::string> path;
    while (true) {
      const std::size_t dot = text.find('.');
      path.emplace_back(text.substr(0, dot));
      if (dot == std::string_view::npos) return path;
      text.remove_prefix(dot + 1);
    }
  }

  static std::optional<DocumentValue> value_of(std::string_view text) {
    if (text == "true" || text == "false") return DocumentValue{text == "true"};
    if (text.size() >= 2 && text.front() == '"' && text.find('"', 1) == text.size() - 1)
      return DocumentValue{std::string(text.substr(1, text.size() - 2))};
    if (text.starts_with('[') && text.ends_with(']'))
      return list_of(text.substr(1, text.size() - 2));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return DocumentValue{number};
  }

  static std::optional<DocumentValue> list_of(std::string_view text) {
    DocumentValue::Array items;
    while (!text.empty()) {
      const std::string_view item = text.substr(0, text.find(", "));
      const auto value = value_of(item);
      if (!value) return std::nullopt;
      items.push_back(*value);
      text.remove_prefix(std::min(item.size() + 2, text.size()));
    }
    return DocumentValue{std::move(items)};
  }
};

}  // namespace mino::fakes
