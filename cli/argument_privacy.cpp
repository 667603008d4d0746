#include "cli/argument_privacy.hpp"

#include <cstring>
#include <string_view>

namespace mino::cli {

void blank_values(std::span<char*> arguments, const std::vector<std::string>& settings) {
  for (char* const argument : arguments) {
    const std::string_view word = argument;
    if (word == "--") return;
    for (const std::string& setting : settings) {
      const std::size_t equals = setting.find('=');
      if (equals == std::string::npos || !word.ends_with(setting)) continue;
      const std::size_t length = setting.size() - equals - 1;
      std::memset(argument + word.size() - length, '*', length);
    }
  }
}

}  // namespace mino::cli
