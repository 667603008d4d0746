#include "adapters/toml/toml_config_source.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>
#include <toml.hpp>
#include <utility>
#include <vector>

#include "adapters/toml/toml_scanner.hpp"
#include "adapters/toml/toml_text.hpp"

namespace mino::toml {
namespace {

using Path = std::vector<std::string>;
using Value = ::toml::basic_value<::toml::discard_comments, std::map>;

DocumentValue document_value(const Value& value) {
  if (value.is_boolean()) return {value.as_boolean()};
  if (value.is_integer()) return {std::int64_t{value.as_integer()}};
  if (value.is_floating()) return {double{value.as_floating()}};
  if (value.is_string()) return {value.as_string().str};
  if (value.is_array()) {
    DocumentValue::Array items;
    for (const Value& item : value.as_array()) items.push_back(document_value(item));
    return {std::move(items)};
  }
  if (value.is_table()) return {DocumentValue::Other{"a table"}};
  return {DocumentValue::Other{"a date"}};
}

/// Where each key and table header of a text stands.
class Positions {
 public:
  Positions(std::string_view text, const std::vector<Statement>& statements) {
    Path header;
    std::size_t counted = 0;
    Position position;
    for (const Statement& statement : statements) {
      for (; counted < statement.begin; ++counted) {
        position.column = text[counted] == '\n' ? 1 : position.column + 1;
        if (text[counted] == '\n') ++position.line;
      }
      Path path = statement.kind == StatementKind::kKeyValue ? header : Path();
      path.insert(path.end(), statement.path.begin(), statement.path.end());
      if (statement.kind != StatementKind::kKeyValue) header = path;
      positions_.emplace(std::move(path), position);
    }
  }

  /// Of the statement that the value at `path` is part of.
  [[nodiscard]] Position of(Path path) const {
    for (; !path.empty(); path.pop_back()) {
      if (const auto found = positions_.find(path); found != positions_.end()) return found->second;
    }
    return {};
  }

 private:
  std::map<Path, Position> positions_;
};

/// Takes tables apart.
void collect(const Value& value, Path& path, const Positions& positions,
             std::vector<DocumentEntry>& entries) {
  if (value.is_table() && (path.empty() || !value.as_table().empty())) {
    for (const auto& [name, item] : value.as_table()) {
      path.push_back(name);
      collect(item, path, positions, entries);
      path.pop_back();
    }
    return;
  }
  const Position position = positions.of(path);
  DocumentValue converted =
      value.is_table() ? DocumentValue{DocumentValue::EmptyTable{}} : document_value(value);
  entries.push_back({path, std::move(converted), position.line, position.column});
}

Error at(const std::string& file, Position position, const std::string& what) {
  return {ErrorCode::kConfig, file + ":" + std::to_string(position.line) + ":" +
                                  std::to_string(position.column) + ": " + what};
}

/// "[error] toml::parse_array: value having …" and what follows becomes "value having …".
std::string cleaned(std::string_view what) {
  what = what.substr(0, what.find('\n'));
  constexpr std::string_view kTag = "[error] ";
  if (what.starts_with(kTag)) what.remove_prefix(kTag.size());
  if (const std::size_t colon = what.find(": ");
      colon != std::string_view::npos && what.find(' ') > colon)
    what.remove_prefix(colon + 2);
  std::string text;
  std::ranges::copy_if(what, std::back_inserter(text),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
  if (text.ends_with('.')) text.pop_back();
  return text.empty() ? "this is not TOML" : text;
}

std::optional<Error> parse_into(Value& root, const std::string& file, std::string_view text) {
  try {
    std::istringstream stream{std::string(text)};
    root = ::toml::parse<::toml::discard_comments, std::map>(stream, file);
    return std::nullopt;
  } catch (const ::toml::exception& error) {
    const ::toml::source_location& location = error.location();
    const Position position{
        std::max<std::uint32_t>(1, static_cast<std::uint32_t>(location.line())),
        std::max<std::uint32_t>(1, static_cast<std::uint32_t>(location.column()))};
    return at(file, position, cleaned(error.what()));
  } catch (const std::exception& error) {
    return at(file, {}, cleaned(error.what()));
  }
}

}  // namespace

Result<ConfigDocument> TomlConfigSource::parse(std::string file, std::string bytes) const {
  if (bytes.size() > kMaxBytes)
    return at(file, {}, "larger than " + std::to_string(kMaxBytes / 1024) + " KiB");
  const std::string_view text = without_byte_order_mark(bytes);
  // toml11 3.7.1 reads outside of its buffer when a string is not UTF-8.
  if (const auto invalid = find_invalid_utf8(text))
    return at(file, position_of(text, *invalid), "not UTF-8");
  MINO_ASSIGN(const std::vector<Statement> statements, scan_statements(file, text));
  Value root;
  if (std::optional<Error> error = parse_into(root, file, text)) return *std::move(error);
  std::vector<DocumentEntry> entries;
  Path path;
  collect(root, path, Positions(text, statements), entries);
  std::ranges::stable_sort(
      entries, {}, [](const DocumentEntry& entry) { return std::pair(entry.line, entry.column); });
  return ConfigDocument{std::move(file), std::move(bytes), std::move(entries)};
}

}  // namespace mino::toml
