#include "cli/parsed_args.hpp"

#include "domain/check.hpp"

#include <algorithm>
#include <charconv>

namespace mino::cli {

const std::vector<std::string>& ParsedArgs::occurrences(std::string_view name) const {
  static const std::vector<std::string> kNone;
  const auto& options = command_->options;
  MINO_CHECK(std::any_of(options.begin(), options.end(),
                         [&](const OptionSpec& option) { return option.name == name; }));
  const auto found = occurrences_.find(name);
  return found == occurrences_.end() ? kNone : found->second;
}

bool ParsedArgs::flag(std::string_view name) const {
  const auto& given = occurrences(name);
  return !given.empty() && given.back() == "true";
}

std::optional<bool> ParsedArgs::tristate(std::string_view name) const {
  const auto& given = occurrences(name);
  if (given.empty()) return std::nullopt;
  return given.back() == "true";
}

std::optional<std::string> ParsedArgs::value(std::string_view name) const {
  const auto& given = occurrences(name);
  if (given.empty()) return std::nullopt;
  return given.back();
}

std::optional<std::uint32_t> ParsedArgs::number(std::string_view name) const {
  const std::optional<std::string> text = value(name);
  if (!text) return std::nullopt;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  MINO_CHECK(error == std::errc() && end == text->data() + text->size());
  return number;
}

std::vector<std::string> ParsedArgs::values(std::string_view name) const {
  return occurrences(name);
}

}  // namespace mino::cli
