#include "adapters/toml/toml_config_editor.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "adapters/toml/toml_array_edit.hpp"
#include "adapters/toml/toml_scanner.hpp"
#include "adapters/toml/toml_text.hpp"
#include "domain/config/layers.hpp"

namespace mino::toml {
namespace {

using Path = std::vector<std::string>;

bool starts_with(const Path& path, const Path& prefix) {
  return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

Path tail_of(const Path& path, std::size_t from) {
  return {path.begin() + static_cast<std::ptrdiff_t>(from), path.end()};
}
Path head_of(const Path& path, std::size_t length) {
  return {path.begin(), path.begin() + static_cast<std::ptrdiff_t>(length)};
}

/// A statement and the whole path that it speaks of.
struct Placed {
  Statement statement;
  std::size_t header_length = 0;  ///< components of `path` that come from the header above
  Path path;
};

std::vector<Placed> placed(std::vector<Statement> statements) {
  std::vector<Placed> all;
  Path header;
  bool in_array = false;
  for (Statement& statement : statements) {
    if (statement.kind != StatementKind::kKeyValue) {
      header = statement.path;
      // Tables in an array, and what is below them, cannot be named by a path.
      in_array = statement.kind == StatementKind::kTableArray;
      if (!in_array) all.push_back({std::move(statement), 0, header});
    } else if (!in_array) {
      Path path = header;
      path.insert(path.end(), statement.path.begin(), statement.path.end());
      all.push_back({std::move(statement), header.size(), std::move(path)});
    }
  }
  return all;
}

DocumentValue as_document_value(const ConfigValue& value) {
  if (const bool* boolean = std::get_if<bool>(&value)) return {*boolean};
  if (const std::int64_t* integer = std::get_if<std::int64_t>(&value)) return {*integer};
  if (const std::string* text = std::get_if<std::string>(&value)) return {*text};
  DocumentValue::Array items;
  if (const ConfigList* list = std::get_if<ConfigList>(&value)) {
    for (const std::string& item : *list) items.push_back({item});
  }
  return {std::move(items)};
}

std::vector<DocumentEntry> entries_of(const Path& path, const ConfigValue& value) {
  const ConfigTable* table = std::get_if<ConfigTable>(&value);
  if (table == nullptr) return {{path, as_document_value(value)}};
  if (table->empty()) return {{path, {DocumentValue::EmptyTable{}}}};
  std::vector<DocumentEntry> entries;
  for (const auto& [name, text] : *table) {
    Path item = path;
    item.push_back(name);
    entries.push_back({std::move(item), {text}});
  }
  return entries;
}

/// Without what the order of a file and its empty tables say.
std::vector<std::pair<Path, DocumentValue>> meaning(const std::vector<DocumentEntry>& entries) {
  std::vector<std::pair<Path, DocumentValue>> values;
  for (const DocumentEntry& entry : entries) {
    if (!std::holds_alternative<DocumentValue::EmptyTable>(entry.value.state))
      values.emplace_back(entry.path, entry.value);
  }
  std::ranges::sort(values, {}, [](const auto& value) -> const Path& { return value.first; });
  return values;
}

/// One change of one text.
class Splice {
 public:
  Splice(std::string_view text, std::vector<Placed> statements, const Path& path,
         const ConfigValue& value, const std::vector<DocumentEntry>& entries)
      : text_(text),
        statements_(std::move(statements)),
        path_(path),
        value_(value),
        entries_(entries) {
    const std::size_t newline = text.find('\n');
    if (newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r')
      line_end_ = "\r\n";
  }

  /// Nothing when the table is not written as a value.
  [[nodiscard]] std::optional<std::string> result() const {
    for (const Placed& item : statements_) {
      const bool is_value = item.statement.kind == StatementKind::kKeyValue;
      if (is_value && item.path == path_) return replaced(item.statement.value);
      if (starts_with(item.path, path_)) return std::nullopt;
      if (is_value && starts_with(path_, item.path) &&
          text_.substr(item.statement.value.begin).starts_with('{'))
        return changed_inline(item.statement.value, item.path.size());
    }
    return inserted();
  }

 private:
  [[nodiscard]] std::string with(Span span, std::string_view replacement) const {
    return std::string(text_.substr(0, span.begin)) + std::string(replacement) +
           std::string(text_.substr(span.end));
  }

  [[nodiscard]] std::string replaced(Span span) const {
    const std::string_view token = text_.substr(span.begin, span.end - span.begin);
    const ConfigList* list = std::get_if<ConfigList>(&value_);
    if (list != nullptr && token.starts_with('['))
      return with(span, edited_array(token, old_items(), *list, line_end_));
    const std::string* text = std::get_if<std::string>(&value_);
    return with(span, text == nullptr ? to_toml(value_) : quoted(*text, quote_style_of(token)));
  }

  [[nodiscard]] ConfigList old_items() const {
    ConfigList items;
    for (const DocumentEntry& entry : entries_) {
      const auto* array = std::get_if<DocumentValue::Array>(&entry.value.state);
      if (entry.path != path_ || array == nullptr) continue;
      for (const DocumentValue& item : *array) {
        const std::string* text = std::get_if<std::string>(&item.state);
        items.push_back(text == nullptr ? std::string() : *text);
      }
    }
    return items;
  }

  /// `depth` components of the path lead to the inline table at `span`.
  [[nodiscard]] std::optional<std::string> changed_inline(Span span, std::size_t depth) const {
    const InlineLayout layout = scan_inline_table(text_, span.begin);
    const Path rest = tail_of(path_, depth);
    for (const InlineEntry& entry : layout.entries) {
      if (entry.path == rest) return replaced(entry.value);
      if (starts_with(entry.path, rest)) return std::nullopt;
      if (starts_with(rest, entry.path) && text_.substr(entry.value.begin).starts_with('{'))
        return changed_inline(entry.value, depth + entry.path.size());
    }
    const std::string addition = assignment(rest);
    if (layout.entries.empty()) return with({span.begin, layout.close + 1}, "{ " + addition + " }");
    const std::size_t end = layout.entries.back().value.end;
    return with({end, end}, ", " + addition);
  }

  [[nodiscard]] std::string assignment(const Path& relative) const {
    return path_text(relative) + " = " + to_toml(value_);
  }

  [[nodiscard]] std::string inserted() const {
    const Path table = head_of(path_, path_.size() - 1);
    if (const Placed* last = last_in_section(table))
      return with_line_after(*last, assignment({path_.back()}));
    // A table that is spelled with dotted keys takes no header.
    for (std::size_t length = table.size(); length > 0; --length) {
      if (const Placed* sibling = last_dotted(head_of(table, length)))
        return with_line_after(*sibling, assignment(tail_of(path_, sibling->header_length)));
    }
    return with_new_table(table);
  }

  /// The header `[table]`, or the last value that stands under it; null when there is no such
  /// header.
  [[nodiscard]] const Placed* last_in_section(const Path& table) const {
    const Placed* last = nullptr;
    for (const Placed& item : statements_) {
      const bool is_header = item.statement.kind == StatementKind::kTable;
      if (is_header && item.path == table) {
        last = &item;
      } else if (last != nullptr) {
        if (is_header || item.header_length != table.size() || !starts_with(item.path, table))
          break;
        last = &item;
      }
    }
    return last;
  }

  /// The last value whose own key leads through `table`.
  [[nodiscard]] const Placed* last_dotted(const Path& table) const {
    const Placed* last = nullptr;
    for (const Placed& item : statements_) {
      const bool is_value = item.statement.kind == StatementKind::kKeyValue;
      if (is_value && item.header_length < table.size() && item.path.size() > table.size() &&
          starts_with(item.path, table))
        last = &item;
    }
    return last;
  }

  [[nodiscard]] std::string with_line_after(const Placed& item, const std::string& line) const {
    const std::size_t begin = item.statement.begin;
    const std::size_t line_begin = begin == 0 ? 0 : text_.rfind('\n', begin - 1) + 1;
    const std::string indented = std::string(text_.substr(line_begin, begin - line_begin)) + line;
    const std::size_t end = item.statement.end;
    const bool has_line_end = end > 0 && text_[end - 1] == '\n';
    return with({end, end}, has_line_end ? indented + line_end_ : line_end_ + indented);
  }

  [[nodiscard]] std::string with_new_table(const Path& table) const {
    std::string addition;
    if (!text_.empty()) addition = text_.ends_with('\n') ? line_end_ : line_end_ + line_end_;
    addition += "[" + path_text(table) + "]" + line_end_ + assignment({path_.back()}) + line_end_;
    return std::string(text_) + addition;
  }

  std::string_view text_;
  std::vector<Placed> statements_;
  const Path& path_;
  const ConfigValue& value_;
  const std::vector<DocumentEntry>& entries_;
  std::string line_end_ = "\n";
};

bool says_already(const ConfigDocument& document, const Path& path, const ConfigValue& value) {
  std::vector<DocumentEntry> below;
  std::ranges::copy_if(
      document.entries, std::back_inserter(below),
      [&path](const DocumentEntry& entry) { return starts_with(entry.path, path); });
  return !below.empty() && meaning(below) == meaning(entries_of(path, value));
}

}  // namespace

Result<std::string> TomlConfigEditor::set(const ConfigDocument& document,
                                          const std::vector<std::string>& path,
                                          const ConfigValue& value) const {
  if (says_already(document, path, value)) return document.bytes;
  const std::string_view text = without_byte_order_mark(document.bytes);
  MINO_ASSIGN(std::vector<Statement> statements, scan_statements(document.file, text));
  const std::optional<std::string> spliced =
      Splice(text, placed(std::move(statements)), path, value, document.entries).result();
  if (!spliced) {
    Error error(ErrorCode::kConfig, document.file + ": " + path_text(path) +
                                        " is a table of its own and cannot be replaced as a whole");
    error.set_hint("set its entries one by one: mino config set " + path_text(path) +
                   ".NAME VALUE");
    return error;
  }
  std::string result =
      (text.size() == document.bytes.size() ? std::string() : std::string(kByteOrderMark)) +
      *spliced;
  MINO_TRY(verify(document, result, path, value));
  return result;
}

Result<void> TomlConfigEditor::verify(const ConfigDocument& before, const std::string& after,
                                      const std::vector<std::string>& path,
                                      const ConfigValue& value) const {
  std::vector<DocumentEntry> intended = entries_of(path, value);
  std::ranges::copy_if(
      before.entries, std::back_inserter(intended),
      [&path](const DocumentEntry& entry) { return !starts_with(entry.path, path); });
  Result<ConfigDocument> read = source_.parse(before.file, after);
  if (read.ok() && meaning(read->entries) == meaning(intended)) return {};
  Error error(ErrorCode::kConfig, before.file + ": " + path_text(path) +
                                      " cannot be set without changing other parts of the file");
  error.set_hint("edit the file by hand: mino config edit");
  return error;
}

}  // namespace mino::toml
