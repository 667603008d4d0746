#include "domain/layer/layer_name.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "domain/run/text.hpp"

namespace mino {
namespace {

struct Alias {
  std::string_view word;
  std::string_view layer;
};

constexpr std::array kAliases = {Alias{"typescript", "typescript"},
                                 Alias{"ts", "typescript"},
                                 Alias{"node", "typescript"},
                                 Alias{"rust", "rust"},
                                 Alias{"cargo", "rust"},
                                 Alias{"python", "python"},
                                 Alias{"py", "python"}};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

}  // namespace

Result<void> check_layer_name(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  if (!name.empty() && name.size() <= kLongest && name.front() != '-' &&
      std::ranges::all_of(name, is_name_character))
    return {};
  return Error(ErrorCode::kUsage, "\"" + visible_text(name) + "\" cannot name a layer")
      .set_hint("a name has letters, digits, _ and -, such as my-tools; see: mino layers list");
}

std::string_view layer_of_alias(std::string_view word) {
  const auto found = std::ranges::find(kAliases, word, &Alias::word);
  return found == kAliases.end() ? word : found->layer;
}

bool is_layer_alias(std::string_view word) {
  return std::ranges::find(kAliases, word, &Alias::word) != kAliases.end();
}

}  // namespace mino
