#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"

namespace mino::linux {

/// Tells when names in directories of a project are made, removed or replaced, by whomever
/// (inotify(7)). It follows the names, not the files: a directory that is replaced is watched anew
/// by watch_anew().
class ProjectWatch {
 public:
  /// `project` is the path on the host.
  [[nodiscard]] static Result<ProjectWatch> make(const std::string& project);

  /// Watches the directory of `path` (relative to the project) for the last component of it.
  /// Success when there is no such directory. kUnavailable: the user's inotify watches are used up.
  [[nodiscard]] Result<void> watch(const std::string& path);
  /// The same for a directory that may be another one than was watched.
  [[nodiscard]] Result<void> watch_anew(const std::string& path);
  /// Watched paths that may have been replaced since the last call, each once; all of them when the
  /// kernel lost count. Does not block.
  [[nodiscard]] std::vector<std::string> take_changes();
  /// Readable when take_changes() has something to tell.
  [[nodiscard]] int fd() const { return inotify_.get(); }

 private:
  ProjectWatch(posix::UniqueFd inotify, posix::UniqueFd project)
      : inotify_(std::move(inotify)), project_(std::move(project)) {}

  posix::UniqueFd inotify_;
  posix::UniqueFd project_;
  std::map<int, std::string> directories_;              ///< by watch descriptor
  std::map<std::string, std::set<std::string>> names_;  ///< watched, by directory
};

}  // namespace mino::linux
