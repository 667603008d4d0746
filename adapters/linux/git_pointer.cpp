#include "adapters/linux/git_pointer.hpp"

#include <algorithm>
#include <string_view>

namespace mino::linux {

std::string path_in(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

std::string git_pointer(const std::string& text, const std::filesystem::path& tree) {
  constexpr std::string_view kPointer = "gitdir: ";
  if (!text.starts_with(kPointer)) return {};
  return (tree / path_in(text).substr(kPointer.size())).native();
}

}  // namespace mino::linux
