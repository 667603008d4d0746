#include "adapters/toml/toml_scanner.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace mino::toml {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_blank_or_newline(char c) { return is_blank(c) || c == '\r' || c == '\n'; }

void append_utf8(std::string& text, unsigned long code) {
  const auto byte = [](unsigned long bits) {
    return static_cast<char>(static_cast<unsigned char>(bits));
  };
  if (code < 0x80) {
    text += byte(code);
  } else if (code < 0x800) {
    text += byte(0xC0U | (code >> 6U));
    text += byte(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    text += byte(0xE0U | (code >> 12U));
    text += byte(0x80U | ((code >> 6U) & 0x3FU));
    text += byte(0x80U | (code & 0x3FU));
  } else {
    text += byte(0xF0U | (code >> 18U));
    text += byte(0x80U | ((code >> 12U) & 0x3FU));
    text += byte(0x80U | ((code >> 6U) & 0x3FU));
    text += byte(0x80U | (code & 0x3FU));
  }
}

/// What a one-line quoted key, without its quotes, says.
std::string unescaped(std::string_view body) {
  std::string text;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\\' || i + 1 == body.size()) {
      text += body[i];
      continue;
    }
    const char kind = body[++i];
    constexpr std::string_view kLetters = "btnfr";
    constexpr std::string_view kMeanings = "\b\t\n\f\r";
    if (const std::size_t at = kLetters.find(kind); at != std::string_view::npos) {
      text += kMeanings[at];
    } else if (kind == 'u' || kind == 'U') {
      const std::string digits(body.substr(i + 1, kind == 'u' ? 4 : 8));
      append_utf8(text, std::strtoul(digits.c_str(), nullptr, 16));
      i += std::min(digits.size(), body.size() - i - 1);
    } else {
      text += kind;
    }
  }
  return text;
}

/// Walks over a text by its quotes, brackets and comments. Offsets never leave the text.
class Walker {
 public:
  explicit Walker(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return done() ? '\0' : text_[at_]; }
  void advance() { at_ = std::min(at_ + 1, text_.size()); }
  bool take(char wanted) {
    if (done() || peek() != wanted) return false;
    advance();
    return true;
  }
  void skip_blanks() {
    while (!done() && is_blank(peek())) advance();
  }
  void skip_to_newline() { at_ = std::min(text_.find('\n', at_), text_.size()); }
  void skip_line() {
    skip_to_newline();
    advance();
  }
  /// Blanks, line ends and comments.
  void skip_filler() {
    while (!done()) {
      if (is_blank_or_newline(peek())) {
        advance();
      } else if (peek() == '#') {
        skip_to_newline();
      } else {
        return;
      }
    }
  }

  void skip_string() {
    const char quote = peek();
    if (text_.substr(at_, 3) == std::string(3, quote)) {
      at_ += 3;
      skip_long_string(quote);
      return;
    }
    advance();
    while (!done() && peek() != '\n') {
      const char c = peek();
      advance();
      if (c == quote) return;
      if (c == '\\' && quote == '"') advance();
    }
  }

  std::vector<std::string> take_path() {
    std::vector<std::string> path;
    do {
      skip_blanks();
      path.push_back(take_key());
      skip_blanks();
    } while (take('.'));
    return path;
  }

  /// Skips one value. The deepest level of brackets and the longest key path met are added to what
  /// was met before.
  void skip_value() {
    if (peek() == '"' || peek() == '\'') {
      skip_string();
    } else if (peek() == '[' || peek() == '{') {
      skip_brackets();
    } else {
      skip_bare_value();
    }
  }

  /// Brackets and dotted keys each nest, and they multiply.
  [[nodiscard]] bool deeper_than(int limit) const {
    return deepest_ > limit || longest_path_ > limit || deepest_ * longest_path_ > 4 * limit;
  }

  /// Values met inside of brackets.
  [[nodiscard]] std::size_t values() const { return values_; }

 private:
  void skip_long_string(char quote) {
    while (!done()) {
      if (peek() == '\\' && quote == '"') {
        advance();
        advance();
      } else if (text_.substr(at_, 3) == std::string(3, quote)) {
        at_ += 3;
        // Up to two quotes right before the closing ones belong to the string.
        for (int extra = 0; extra < 2 && take(quote); ++extra) {
        }
        return;
      } else {
        advance();
      }
    }
  }

  std::string take_key() {
    const std::size_t begin = at_;
    if (peek() == '"' || peek() == '\'') {
      const char quote = peek();
      skip_string();
      const std::string_view body = text_.substr(begin + 1, at_ - begin - 1);
      const std::string_view inner = body.ends_with(quote) ? body.substr(0, body.size() - 1) : body;
      return quote == '"' ? unescaped(inner) : std::string(inner);
    }
    constexpr std::string_view kEnds = " \t\r\n.=[]{},#\"'";
    at_ = std::min(text_.find_first_of(kEnds, at_), text_.size());
    return std::string(text_.substr(begin, at_ - begin));
  }

  void skip_brackets() {
    int depth = 0;
    int dots = 0;
    while (!done()) {
      const char c = peek();
      if (c == '"' || c == '\'') {
        skip_string();
        continue;
      }
      if (c == '#') {
        skip_to_newline();
        continue;
      }
      advance();
      dots = c == '.' ? dots + 1 : (is_separator(c) ? 0 : dots);
      longest_path_ = std::max(longest_path_, dots);
      if (c == '[' || c == '{' || c == ',') ++values_;
      if (c == '[' || c == '{') deepest_ = std::max(deepest_, ++depth);
      if ((c == ']' || c == '}') && --depth == 0) return;
    }
  }

  static bool is_separator(char c) {
    return c == ',' || c == '=' || c == '\n' || c == '[' || c == ']' || c == '{' || c == '}';
  }

  void skip_bare_value() {
    constexpr std::string_view kEnds = " \t\r\n,]}#";
    at_ = std::min(text_.find_first_of(kEnds, at_), text_.size());
    // A date and a time may have one space between them.
    const bool time_follows =
        peek() == ' ' && at_ + 1 < text_.size() && text_[at_ + 1] >= '0' && text_[at_ + 1] <= '9';
    if (time_follows) at_ = std::min(text_.find_first_of(kEnds, at_ + 1), text_.size());
  }

  std::string_view text_;
  std::size_t at_;
  int deepest_ = 0;
  int longest_path_ = 0;
  std::size_t values_ = 0;
};

Statement take_header(Walker& walker) {
  Statement header;
  header.begin = walker.at();
  walker.take('[');
  header.kind = walker.take('[') ? StatementKind::kTableArray : StatementKind::kTable;
  header.path = walker.take_path();
  return header;
}

Statement take_key_value(Walker& walker) {
  Statement statement;
  statement.begin = walker.at();
  statement.path = walker.take_path();
  if (walker.take('=')) {
    walker.skip_blanks();
    statement.value.begin = walker.at();
    walker.skip_value();
    statement.value.end = walker.at();
  }
  return statement;
}

}  // namespace

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
  return {static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
          static_cast<std::uint32_t>(before.size() - line_begin + 1)};
}

Result<std::vector<Statement>> scan_statements(std::string_view file, std::string_view text) {
  std::vector<Statement> statements;
  Walker walker(text);
  for (walker.skip_filler(); !walker.done(); walker.skip_filler()) {
    Statement statement = walker.peek() == '[' ? take_header(walker) : take_key_value(walker);
    const auto failed = [&](const std::string& what) {
      const Position position = position_of(text, statement.begin);
      return Error(ErrorCode::kConfig, std::string(file) + ":" + std::to_string(position.line) +
                                           ":" + std::to_string(position.column) + ": " + what);
    };
    if (walker.deeper_than(kMaxNesting) || statement.path.size() > kMaxNesting)
      return failed("nested deeper than " + std::to_string(kMaxNesting) + " levels");
    if (walker.values() + statements.size() >= kMaxValues)
      return failed("more than " + std::to_string(kMaxValues) + " values");
    walker.skip_line();
    statement.end = walker.at();
    statements.push_back(std::move(statement));
  }
  return statements;
}

ArrayLayout scan_array(std::string_view text, std::size_t open) {
  ArrayLayout layout;
  Walker walker(text, open);
  walker.take('[');
  for (walker.skip_filler(); !walker.done() && walker.peek() != ']'; walker.skip_filler()) {
    ArrayItem item;
    item.token.begin = walker.at();
    walker.skip_value();
    item.token.end = walker.at();
    item.comma_end = walker.at();
    walker.skip_filler();
    if (walker.take(',')) item.comma_end = walker.at();
    if (item.comma_end == item.token.begin) break;
    layout.items.push_back(item);
  }
  layout.close = walker.at();
  return layout;
}

InlineLayout scan_inline_table(std::string_view text, std::size_t open) {
  InlineLayout layout;
  Walker walker(text, open);
  walker.take('{');
  for (walker.skip_filler(); !walker.done() && walker.peek() != '}'; walker.skip_filler()) {
    const std::size_t begin = walker.at();
    InlineEntry entry;
    entry.path = walker.take_path();
    walker.take('=');
    walker.skip_blanks();
    entry.value.begin = walker.at();
    walker.skip_value();
    entry.value.end = walker.at();
    walker.skip_filler();
    walker.take(',');
    if (walker.at() == begin) break;
    layout.entries.push_back(std::move(entry));
  }
  layout.close = walker.at();
  return layout;
}

}  // namespace mino::toml
