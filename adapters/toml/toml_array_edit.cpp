#include "adapters/toml/toml_array_edit.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "adapters/toml/toml_scanner.hpp"

namespace mino::toml {
namespace {

/// An item with the comment lines above it and all of its own line.
struct Chunk {
  std::string item;
  std::string text;
  bool used = false;
};

struct TallArray {
  std::string head;  ///< the line of the opening bracket
  std::vector<Chunk> chunks;
  std::string tail;  ///< what follows the last item, with the closing bracket
  std::string indentation;
};

std::size_t behind_line(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size() - 1) + 1;
}

/// The array taken apart by lines; nothing when it is written in another way than one item a line.
std::optional<TallArray> take_apart(std::string_view token, const ArrayLayout& layout,
                                    const ConfigList& items, std::string_view line_end) {
  if (layout.items.size() != items.size()) return std::nullopt;
  if (items.empty()) {
    const std::size_t last_line = token.rfind('\n') + 1;
    return TallArray{
        std::string(token.substr(0, last_line)), {}, std::string(token.substr(last_line)), "  "};
  }
  std::size_t at = behind_line(token, 0);
  if (at > layout.items.front().token.begin) return std::nullopt;
  TallArray array;
  array.head = token.substr(0, at);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ArrayItem& item = layout.items[i];
    if (item.token.begin < at) return std::nullopt;
    const bool has_comma = item.comma_end > item.token.end;
    const std::size_t end =
        std::min(behind_line(token, item.comma_end), std::max(layout.close, item.comma_end));
    std::string text(token.substr(at, item.token.end - at));
    text += has_comma ? token.substr(item.token.end, item.comma_end - item.token.end) : ",";
    text += token.substr(item.comma_end, end - item.comma_end);
    if (!text.ends_with('\n')) {
      text.erase(text.find_last_not_of(" \t") + 1);
      text += line_end;
    }
    array.chunks.push_back({items[i], std::move(text)});
    at = end;
  }
  array.tail = token.substr(at);
  const std::size_t line = token.rfind('\n', layout.items.front().token.begin) + 1;
  array.indentation = token.substr(line, layout.items.front().token.begin - line);
  return array;
}

std::string flat_array(std::string_view token, const ArrayLayout& layout,
                       const ConfigList& old_items, const ConfigList& new_items, QuoteStyle style) {
  std::string text = "[";
  for (const std::string& item : new_items) {
    if (text.size() > 1) text += ", ";
    const auto old = std::ranges::find(old_items, item);
    const auto index = static_cast<std::size_t>(old - old_items.begin());
    if (old == old_items.end() || index >= layout.items.size()) {
      text += quoted(item, style);
    } else {
      const Span span = layout.items[index].token;
      text += token.substr(span.begin, span.end - span.begin);
    }
  }
  return text + "]";
}

}  // namespace

QuoteStyle quote_style_of(std::string_view token) {
  return token.starts_with('\'') ? QuoteStyle::kLiteral : QuoteStyle::kBasic;
}

std::string quoted(std::string_view text, QuoteStyle style) {
  const bool plain = std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F && c != '\''; });
  return style == QuoteStyle::kLiteral && plain ? "'" + std::string(text) + "'"
                                                : to_toml_string(text);
}

std::string edited_array(std::string_view token, const ConfigList& old_items,
                         const ConfigList& new_items, std::string_view line_end) {
  const ArrayLayout layout = scan_array(token, 0);
  QuoteStyle style = QuoteStyle::kBasic;
  if (!layout.items.empty()) style = quote_style_of(token.substr(layout.items.front().token.begin));
  std::optional<TallArray> tall;
  if (token.find('\n') != std::string_view::npos)
    tall = take_apart(token, layout, old_items, line_end);
  if (!tall) return flat_array(token, layout, old_items, new_items, style);
  std::string text = tall->head;
  for (const std::string& item : new_items) {
    const auto old = std::ranges::find_if(
        tall->chunks, [&item](const Chunk& chunk) { return !chunk.used && chunk.item == item; });
    if (old == tall->chunks.end()) {
      text += tall->indentation + quoted(item, style) + "," + std::string(line_end);
    } else {
      old->used = true;
      text += old->text;
    }
  }
  return text + tall->tail;
}

}  // namespace mino::toml
