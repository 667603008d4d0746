#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mino {

/// By what a change in a project reaches the host, the most dangerous first.
enum class HandoffClass {
  kHook,            ///< git runs it by itself
  kGitConfig,       ///< git's configuration with keys that run something
  kGitFile,         ///< what tells git where its files are, or which filters a file passes
  kSetuid,          ///< a set-user-id or set-group-id bit
  kProtectedName,   ///< files of editors, agents, shells and package managers
  kLookAlike,       ///< a name that some file systems take for one of those
  kLink,            ///< a link that leaves the project
  kPackageScripts,  ///< package.json with scripts
  kBuildFile,       ///< Makefile and the like
  kCi,              ///< what a build server runs
  kExecutable,      ///< an executable file or a shell script
};
inline constexpr std::size_t kHandoffClasses = 11;

/// "hook", "git-config" …
[[nodiscard]] std::string_view to_string(HandoffClass what);
[[nodiscard]] std::optional<HandoffClass> parse_handoff_class(std::string_view text);
/// For a person: "git hook", "git hooks".
[[nodiscard]] std::string_view singular(HandoffClass what);
[[nodiscard]] std::string_view plural(HandoffClass what);

/// A number for each class.
class HandoffCounts {
 public:
  [[nodiscard]] std::uint64_t& operator[](HandoffClass what) {
    return counts_[static_cast<std::size_t>(what)];
  }
  [[nodiscard]] std::uint64_t operator[](HandoffClass what) const {
    return counts_[static_cast<std::size_t>(what)];
  }
  [[nodiscard]] std::uint64_t total() const;
  bool operator==(const HandoffCounts&) const = default;

 private:
  std::array<std::uint64_t, kHandoffClasses> counts_{};
};

}  // namespace mino
