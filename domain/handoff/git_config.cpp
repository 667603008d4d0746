#include "domain/handoff/git_config.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace mino {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kComment = "# mino: ";

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_key_char(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The grammar of git's config.c, one character at a time, so that lines end where git ends them.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  std::vector<GitConfigEntry> run() {
    while (at_ < text_.size()) {
      const char c = next();
      if (is_space(c)) continue;
      if (c == '[') {
        if (!read_section()) skip_line();
      } else if (is_letter(c)) {
        read_variable(c);
      } else {
        skip_line();  // a comment, or what git would refuse
      }
    }
    return std::move(entries_);
  }

 private:
  /// A line feed at the end of the text; CR LF is one line feed.
  char next() {
    if (at_ >= text_.size()) {
      last_ = '\n';
      return last_;
    }
    last_ = text_[at_++];
    if (last_ == '\r' && at_ < text_.size() && text_[at_] == '\n') {
      ++at_;
      last_ = '\n';
    }
    return last_;
  }
  void skip_line() {
    while (last_ != '\n') next();
  }

  bool read_section() {
    section_.clear();
    for (;;) {
      if (at_ >= text_.size()) return false;
      const char c = next();
      if (c == ']') return true;
      if (is_space(c)) return read_subsection();
      if (!is_key_char(c) && c != '.') return false;
      section_ += lower(c);
    }
  }

  bool read_subsection() {
    char c = last_;
    while (is_space(c)) {
      if (c == '\n') return false;
      c = next();
    }
    if (c != '"') return false;
    section_ += '.';
    for (;;) {
      c = next();
      if (c == '\n') return false;
      if (c == '"') break;
      if (c == '\\') c = next();
      if (c == '\n') return false;
      section_ += c;
    }
    return next() == ']';
  }

  void read_variable(char first) {
    GitConfigEntry entry;
    entry.begin = at_ - 1;
    entry.key = section_ + '.' + lower(first);
    char c = next();
    for (; is_key_char(c); c = next()) entry.key += lower(c);
    while (c == ' ' || c == '\t') c = next();
    std::optional<std::string> value("true");
    if (c == '=') value = read_value();
    skip_line();
    entry.value = value.value_or("");
    entry.end = at_;
    if (entry.end > entry.begin && text_[entry.end - 1] == '\n') --entry.end;
    entries_.push_back(std::move(entry));
  }

  /// Nothing when git would refuse it.
  std::optional<std::string> read_value() {
    std::string value;
    std::size_t length = 0;  // without blanks at the end
    bool quoted = false;
    for (;;) {
      const char c = next();
      if (c == '\n') break;
      if (is_space(c) && !quoted) {
        if (!value.empty()) value += c;
        continue;
      }
      if (!quoted && (c == ';' || c == '#')) break;
      if (c == '"') {
        quoted = !quoted;
        length = value.size();
        continue;
      }
      if (c == '\\') {
        const std::optional<std::string_view> escaped = read_escape();
        if (!escaped) return std::nullopt;
        value += *escaped;
      } else {
        value += c;
      }
      length = value.size();
    }
    if (quoted) return std::nullopt;
    value.resize(length);
    return value;
  }

  /// Empty for the end of a line, behind which the value goes on; nothing when git refuses it.
  std::optional<std::string_view> read_escape() {
    if (at_ >= text_.size()) return std::nullopt;
    switch (next()) {
      case '\n':
        return "";
      case 't':
        return "\t";
      case 'b':
        return "\b";
      case 'n':
        return "\n";
      case '\\':
        return "\\";
      case '"':
        return "\"";
      default:
        return std::nullopt;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  char last_ = '\n';
  std::string section_;
  std::vector<GitConfigEntry> entries_;
};

}  // namespace

std::vector<GitConfigEntry> parse_git_config(std::string_view text) { return Parser(text).run(); }

std::vector<std::string> dangerous_keys(std::string_view text, std::size_t depth) {
  std::vector<std::string> keys;
  for (GitConfigEntry& entry : parse_git_config(text)) {
    if (is_dangerous(entry, depth)) keys.push_back(std::move(entry.key));
  }
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  return keys;
}

std::string defused_git_config(std::string_view text, std::size_t depth) {
  std::string result;
  std::size_t done = 0;
  for (const GitConfigEntry& entry : parse_git_config(text)) {
    if (!is_dangerous(entry, depth)) continue;
    result += text.substr(done, entry.begin - done);
    // A variable may stand behind its section's name; that has to stay.
    const std::size_t line = result.find_last_of('\n') + 1;
    const bool is_alone =
        std::all_of(result.begin() + static_cast<std::ptrdiff_t>(line), result.end(), is_space);
    if (!is_alone) result += '\n';
    result += kComment;
    for (const char c : text.substr(entry.begin, entry.end - entry.begin)) {
      result += c;
      if (c == '\n') result += kComment;
    }
    done = entry.end;
  }
  result += text.substr(done);
  return result;
}

}  // namespace mino
