#include "domain/handoff/handoff_class.hpp"

#include <numeric>

namespace mino {
namespace {

struct Words {
  std::string_view name;
  std::string_view one;
  std::string_view many;
};

constexpr std::array<Words, kHandoffClasses> kWords{{
    {"hook", "git hook", "git hooks"},
    {"git-config", "git configuration", "git configurations"},
    {"git-file", "git file", "git files"},
    {"setuid", "setuid file", "setuid files"},
    {"protected-name", "tool's file", "tools' files"},
    {"look-alike", "look-alike name", "look-alike names"},
    {"link", "link out of the project", "links out of the project"},
    {"package-scripts", "package script file", "package script files"},
    {"build-file", "build file", "build files"},
    {"ci", "CI file", "CI files"},
    {"executable", "executable", "executables"},
}};

const Words& words(HandoffClass what) { return kWords[static_cast<std::size_t>(what)]; }

}  // namespace

std::string_view to_string(HandoffClass what) { return words(what).name; }
std::string_view singular(HandoffClass what) { return words(what).one; }
std::string_view plural(HandoffClass what) { return words(what).many; }

std::optional<HandoffClass> parse_handoff_class(std::string_view text) {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (kWords[i].name == text) return static_cast<HandoffClass>(i);
  }
  return std::nullopt;
}

std::uint64_t HandoffCounts::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

}  // namespace mino
