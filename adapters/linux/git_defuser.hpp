#pragma once

#include <functional>
#include <string>

#include "domain/result.hpp"
#include "ports/project_defuser.hpp"

namespace mino::linux {

/// Takes the danger out of git directories that a box can write at the same time: what is there
/// that git on the host would run or obey goes, at once, as `mino report --quarantine` does it.
class GitDefuser {
 public:
  struct Sink {
    /// `what` was taken out of, or away with, the path; once for each time.
    std::function<void(const std::string& path, const std::string& what)> defused;
    std::function<void(const std::string& path, const Error& error)> failed;
  };
  /// `project` is its path, `root` a descriptor of it that outlives this, as `defuser` does.
  GitDefuser(std::string project, int root, ProjectDefuser& defuser, Sink sink);

  /// `directory` is relative to the project, and no component of it a link. Dangerous variables of
  /// the configuration become comments, hooks are renamed, and so is a file of git's that is a link
  /// or a pipe, by which the box would go on writing what git reads. Blocks on the file system;
  /// bounded, whatever the box does meanwhile.
  void defuse(const std::string& directory);
  /// Renames the path when it is there and neither a file nor a directory.
  void drop_if_odd(const std::string& path);

 private:
  void defuse_config(const std::string& path);
  void defuse_hooks(const std::string& directory);
  void drop(const std::string& path, const std::string& what);
  /// Once more after the directory of `path` was made writable, if that is what was in the way.
  [[nodiscard]] Result<void> attempt(const std::string& path,
                                     const std::function<Result<void>()>& action) const;

  std::string project_;
  int root_;
  ProjectDefuser& defuser_;
  Sink sink_;
};

}  // namespace mino::linux
