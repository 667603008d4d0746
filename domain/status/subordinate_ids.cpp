#include "domain/status/subordinate_ids.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace mino {
namespace {

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failed != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

/// Cuts the part before the first `separator` off the front of `text`.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

}  // namespace

std::uint64_t count_subordinate_ids(std::string_view file, std::string_view user_name,
                                    std::uint32_t user_id) {
  std::uint64_t total = 0;
  while (!file.empty()) {
    std::string_view line = take(file, '\n');
    const std::string_view owner = take(line, ':');
    const std::optional<std::uint32_t> first = number(take(line, ':'));
    const std::optional<std::uint32_t> count = number(line);
    const bool ours = (!user_name.empty() && owner == user_name) || number(owner) == user_id;
    if (ours && first && count) total += *count;
  }
  return total;
}

std::string_view find_user_name(std::string_view passwd, std::uint32_t user_id) {
  while (!passwd.empty()) {
    std::string_view line = take(passwd, '\n');
    const std::string_view name = take(line, ':');
    take(line, ':');
    if (number(take(line, ':')) == user_id) return name;
  }
  return {};
}

}  // namespace mino
