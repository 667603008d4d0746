#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/handoff/handoff_class.hpp"

namespace mino {

/// What a directory of a project is, as far as that decides which names in it matter.
enum class Place {
  kTree,       ///< an ordinary one
  kModules,    ///< below node_modules: other people's packages
  kGit,        ///< a git directory: ".git", a bare repository, one below ".git/modules"
  kWorktree,   ///< ".git/worktrees/<name>"
  kGitHooks,   ///< hooks of a git directory, or .husky
  kGitInfo,    ///< info of a git directory
  kGitStore,   ///< objects and history of a git directory: nothing in it is run
  kProtected,  ///< below a protected directory, e.g. .vscode
  kGithub,     ///< .github
  kCi,         ///< below .github/workflows, .circleci …
};

/// Entries by which git knows a directory for one of its own, whatever it is called.
struct GitMarks {
  bool head = false;
  bool objects = false;
  bool refs = false;
  bool commondir = false;
  void add(std::string_view name);
};
/// The place of a directory that holds these entries and would else be at `place`.
[[nodiscard]] Place place_with(Place place, const GitMarks& marks);

/// The place of the directory `name` in one at `parent`.
[[nodiscard]] Place place_below(Place parent, std::string_view name);

enum class EntryKind { kFile, kDirectory, kLink, kOther };

/// One entry of a directory.
struct Entry {
  Place place = Place::kTree;  ///< of the directory
  std::string_view name{};
  EntryKind kind = EntryKind::kFile;
  std::uint32_t mode = 0;       ///< permission bits, set-id bits included
  bool leaves_project = false;  ///< a link that does
};

/// Whether an entry of that name may matter by its name, so that it has to be looked at even where
/// nothing was created.
[[nodiscard]] bool is_candidate(Place place, std::string_view name);

/// What a new or changed entry is; nothing when it is nothing that the host runs.
[[nodiscard]] std::optional<HandoffClass> classify(const Entry& entry);

/// Whether the link at `path`, relative to the project, leads out of it when every directory on the
/// way is a directory. An absolute target does.
[[nodiscard]] bool leaves_by_name(std::string_view path, std::string_view target);

}  // namespace mino
