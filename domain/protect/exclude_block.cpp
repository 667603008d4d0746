#include "domain/protect/exclude_block.hpp"

namespace mino {
namespace {

constexpr std::string_view kMark = "# mino: stands only while a session runs";
constexpr std::string_view kBegin = "# mino: stands only while a session runs\n";
/// The file's last line had no end, and gets it back as it was.
constexpr std::string_view kBeginAfterOpenLine =
    "# mino: stands only while a session runs, after a line without an end\n";
constexpr std::string_view kEnd = "# mino: end\n";

/// The text without the first block; unchanged when there is none, or none that ends.
std::string without_block(std::string_view text) {
  for (std::size_t begin = text.find(kMark); begin != std::string_view::npos;
       begin = text.find(kMark, begin + 1)) {
    if (begin != 0 && text[begin - 1] != '\n') continue;
    const bool was_open = text.substr(begin).starts_with(kBeginAfterOpenLine);
    if (!was_open && !text.substr(begin).starts_with(kBegin)) continue;
    const std::size_t end = text.find(kEnd, begin + kMark.size());
    if (end == std::string_view::npos) break;
    const std::string_view after = text.substr(end + kEnd.size());
    std::string rest(text.substr(0, begin));
    if (was_open && after.empty() && !rest.empty()) rest.pop_back();
    return rest.append(after);
  }
  return std::string(text);
}

}  // namespace

std::string with_exclude_block(std::string_view text, const std::vector<std::string>& patterns) {
  std::string result = without_block(text);
  if (patterns.empty()) return result;
  // A last line without its end would swallow the first of ours.
  const bool is_open = !result.empty() && result.back() != '\n';
  if (is_open) result += '\n';
  result += is_open ? kBeginAfterOpenLine : kBegin;
  for (const std::string& pattern : patterns) result += pattern + '\n';
  return result += kEnd;
}

std::string exclude_pattern(std::string_view path) {
  std::string pattern = "/";
  for (const char c : path) {
    if (c == '\\' || c == '*' || c == '?' || c == '[' || c == ' ') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace mino
