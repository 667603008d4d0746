#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace mino::toml {

/// Bytes of a text, end exclusive.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

enum class StatementKind { kTable, kTableArray, kKeyValue };

/// A header or a `key = value` of a TOML text.
struct Statement {
  StatementKind kind = StatementKind::kKeyValue;
  std::vector<std::string>
      path;               ///< as written: of a key-value without the header that it stands under
  std::size_t begin = 0;  ///< of the key or of the first bracket
  Span value;             ///< of a key-value
  std::size_t end = 0;    ///< behind the end of its last line
};

/// An item of an array.
struct ArrayItem {
  Span token;
  std::size_t comma_end = 0;  ///< behind its comma, or `token.end` when it has none
};

struct ArrayLayout {
  std::vector<ArrayItem> items;
  std::size_t close = 0;  ///< of the closing bracket
};

/// A `key = value` of an inline table.
struct InlineEntry {
  std::vector<std::string> path;
  Span value;
};

struct InlineLayout {
  std::vector<InlineEntry> entries;
  std::size_t close = 0;  ///< of the closing brace
};

struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;  ///< in bytes
};
[[nodiscard]] Position position_of(std::string_view text, std::size_t offset);

/// How much of a text a parser may be given: toml11 3.7.1 recurses, and takes a time that grows
/// with the number of values times the length of the text.
inline constexpr int kMaxNesting = 64;
inline constexpr std::size_t kMaxValues = 2048;

/// Where things are in a TOML text, found without recursion. Says nothing about whether the text is
/// right: what follows a syntax error is unspecified, but always within the text. kConfig, with the
/// position and `file`, when brackets or key paths go deeper than kMaxNesting or there are more
/// than kMaxValues values, items of arrays included.
[[nodiscard]] Result<std::vector<Statement>> scan_statements(std::string_view file,
                                                             std::string_view text);

/// `open` is the offset of the opening bracket or brace. The text has to be right.
[[nodiscard]] ArrayLayout scan_array(std::string_view text, std::size_t open);
[[nodiscard]] InlineLayout scan_inline_table(std::string_view text, std::size_t open);

}  // namespace mino::toml
