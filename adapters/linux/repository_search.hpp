#pragma once

#include <string>

#include "domain/protect/protection.hpp"

namespace mino::linux {

/// Finds the repositories of a project: working trees, git directories, bare repositories, those of
/// submodules and linked worktrees. `project` is its canonical path. Reads names and a few small
/// files, follows no link but those of git (`gitdir: …`, `commondir` and a `.git` that is one), and
/// only into the project. What cannot be read is passed over: the box cannot read it either. Blocks
/// on the file system; bounded by the number of directories.
[[nodiscard]] ProjectSurvey find_repositories(const std::string& project);

/// The git directory whose info/exclude holds for a working tree at `directory` or above it:
/// absolute, and the tree's path and own git directory. Nothing where there is no repository, and
/// where a tree in `project` names a git directory outside it that does not name the tree in its
/// turn: a box may have written the pointer, and cannot have written the answer.
struct EnclosingRepository {
  std::string tree;
  std::string git_directory;  ///< of that tree: with its index
  std::string common_directory;
};
[[nodiscard]] std::optional<EnclosingRepository> enclosing_repository(std::string directory,
                                                                      const std::string& project);

}  // namespace mino::linux
