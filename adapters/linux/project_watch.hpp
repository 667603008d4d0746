#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"

namespace mino::linux {

/// Tells when names in directories of a project are made, removed or replaced, by whomever
/// (inotify(7)), and in some directories also when files are written. It follows the names, not the
/// files: a directory that is replaced is watched anew by watch_anew(). Nothing tells of what is
/// written to a file through memory, until the last program that holds it open for that lets go.
class ProjectWatch {
 public:
  /// `project` is the path on the host.
  [[nodiscard]] static Result<ProjectWatch> make(const std::string& project);

  /// Watches the directory of `path` (relative to the project) for the last component of it.
  /// Success when there is no such directory. kUnavailable: the user's inotify watches are used up.
  [[nodiscard]] Result<void> watch(const std::string& path);
  /// The same for a directory that may be another one than was watched.
  [[nodiscard]] Result<void> watch_anew(const std::string& path);
  /// The same, and the directory is made readable for its owner if it is not: a box would else hide
  /// by its mode what happens in it.
  [[nodiscard]] Result<void> watch_surely(const std::string& path);
  /// As watch_surely(), and tells when what is in the file is written.
  [[nodiscard]] Result<void> watch_file(const std::string& path);
  /// The same for everything in a directory, names that are not known included.
  [[nodiscard]] Result<void> watch_contents(const std::string& directory);
  /// The number of directories that were asked for.
  [[nodiscard]] std::size_t size() const { return watched_.size(); }
  /// Watched paths that may have been replaced since the last call, each once; all of them when the
  /// kernel lost count, with "<directory>/" for whatever else is in one. Does not block.
  [[nodiscard]] std::vector<std::string> take_changes();
  /// Readable when take_changes() has something to tell.
  [[nodiscard]] int fd() const { return inotify_.get(); }

 private:
  ProjectWatch(posix::UniqueFd inotify, posix::UniqueFd project)
      : inotify_(std::move(inotify)), project_(std::move(project)) {}

  /// Where the names that are watched in a directory are known, and which these are.
  struct Watched {
    int descriptor = -1;
    std::set<std::string> names{};
    bool is_whole = false;     ///< all names
    bool is_sure = false;      ///< made readable where it is not
    bool sees_writes = false;  ///< also what is written to the files, and their modes
  };
  [[nodiscard]] Result<void> add(const std::string& directory, Watched& watched);

  posix::UniqueFd inotify_;
  posix::UniqueFd project_;
  std::map<int, std::string> directories_;  ///< by watch descriptor
  std::map<std::string, Watched> watched_;  ///< by directory
};

}  // namespace mino::linux
