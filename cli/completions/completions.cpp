#include "cli/completions/completions.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mino::cli {
namespace {

constexpr std::array<std::pair<std::string_view, Shell>, 5> kShells = {
    {{"bash", Shell::kBash},
     {"zsh", Shell::kZsh},
     {"fish", Shell::kFish},
     {"elvish", Shell::kElvish},
     {"powershell", Shell::kPowerShell}}};

}  // namespace

std::optional<Shell> parse_shell(std::string_view name) {
  const auto found = std::find_if(kShells.begin(), kShells.end(),
                                  [&](const auto& each) { return each.first == name; });
  if (found == kShells.end()) return std::nullopt;
  return found->second;
}

std::string completion_script(Shell shell, std::span<const ConfigKey> keys) {
  switch (shell) {
    case Shell::kBash:
      return bash_completion(keys);
    case Shell::kZsh:
      return zsh_completion(keys);
    case Shell::kFish:
      return fish_completion(keys);
    case Shell::kElvish:
      return elvish_completion(keys);
    case Shell::kPowerShell:
      return powershell_completion(keys);
  }
  return {};
}

}  // namespace mino::cli
