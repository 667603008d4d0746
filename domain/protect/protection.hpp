#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/protect/protected_names.hpp"
#include "domain/result.hpp"

namespace mino {

/// What is to be protected of a project (container.protect, container.hide).
struct ProtectionPlan {
  ProtectLevel level = ProtectLevel::kStrict;
  std::vector<std::string> hidden;  ///< relative to the project, as project_path() gives them
  std::string helper_program;       ///< host path of mino-helper
  bool operator==(const ProtectionPlan&) const = default;
};

/// A path below a project as a person writes it: relative, without `..`, not the project itself;
/// normalized. kUsage says what is wrong.
[[nodiscard]] Result<std::string> project_path(std::string_view text);

/// The repositories that a search has found. Paths are relative to the project, without `.` and
/// `..`; "" is the project itself. No directory of one is a link.
struct ProjectSurvey {
  std::vector<std::string> working_trees;     ///< directories that hold a `.git`, whatever it is
  std::vector<std::string> git_directories;   ///< `.git`, those of submodules, bare repositories
  std::vector<std::string> worktree_entries;  ///< directories `<git directory>/worktrees/*`
  /// What a repository's configuration names in the project: core.hooksPath, include.path.
  struct Configured {
    std::string path;
    ProtectedKind kind = ProtectedKind::kDirectory;
    bool operator==(const Configured&) const = default;
    auto operator<=>(const Configured&) const = default;
  };
  std::vector<Configured> configured{};
  std::vector<std::string> links;  ///< on the way from a `.git` to its git directory
  bool is_complete = true;         ///< false: the project is larger than the search's bounds
};

/// How one path is kept from the box. `path` is relative to the project.
struct ProtectionRule {
  enum class Kind {
    kPin,       ///< stays writable, and cannot be renamed or removed: something below is protected
    kReadOnly,  ///< and what is below it
    kHidden,    ///< reads as an empty file or directory, and cannot be changed
  };
  struct Placeholder {
    ProtectedKind kind = ProtectedKind::kDirectory;
    std::string content;  ///< of a file
    bool operator==(const Placeholder&) const = default;
  };

  std::string path;
  Kind kind = Kind::kReadOnly;
  /// What is put there when nothing is; nothing: it may stay absent.
  std::optional<Placeholder> placeholder;
  bool operator==(const ProtectionRule&) const = default;
};

/// Above this many working trees those below the top get no placeholders: what appears there is
/// reported. Making and removing some fifteen names in each takes longer than the rest of a start.
inline constexpr std::size_t kMaxTreesWithPlaceholders = 16;

/// The rules for a project, each path once, a directory before what is below it. Every ancestor of
/// a protected path is pinned, unless it is read-only itself.
[[nodiscard]] std::vector<ProtectionRule> protection_rules(const ProtectionPlan& plan,
                                                           const ProjectSurvey& survey);

/// Rules for what a protected link leads to, when that lies in the project too: `target` and its
/// ancestors.
[[nodiscard]] std::vector<ProtectionRule> rules_for_target(const ProtectionRule& link,
                                                           const std::string& target);

/// Adds rules to others: each path once, the stricter kind wins, a directory before what is below
/// it.
[[nodiscard]] std::vector<ProtectionRule> merged(std::vector<ProtectionRule> rules,
                                                 std::vector<ProtectionRule> more);

}  // namespace mino
