#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "adapters/linux/git_defuser.hpp"
#include "adapters/linux/project_watch.hpp"
#include "domain/protect/protection.hpp"

namespace mino::linux {

/// Git on the host looks into every directory that a repository's index names as a submodule (a
/// gitlink), and runs what the repository there says. This watches these directories from the
/// moment at which an index names them, whether there is a repository in them already or not, and
/// takes the danger out of what the box puts there. Repositories that were there before the box are
/// none of its concern: the box cannot write what git obeys in them.
class GitlinkGuard {
 public:
  struct Sink {
    GitDefuser::Sink defused;
    std::function<void(const std::string& text)> warning;
  };
  /// `root` is a descriptor of the project; it outlives this, as the others do.
  GitlinkGuard(std::string project, int root, ProjectWatch& watch, ProjectDefuser& defuser,
               Sink sink);

  /// Before the agent runs: reads the indexes of the repositories in the project and of the one
  /// around it, and begins to watch.
  void start(const ProjectSurvey& survey);
  /// What take_changes() of the watch has told.
  void handle(const std::vector<std::string>& changed);
  /// Looks where the kernel tells nothing: at what is written through memory.
  void look_for_silent_writes();
  /// Reads all indexes and looks at everything again: when the box has ended.
  void look_at_all();
  /// Whether there is an index that could be written silently.
  [[nodiscard]] bool needs_looks() const { return !repositories_.empty(); }

 private:
  /// One whose index is read. Paths are relative to the project.
  struct Repository {
    std::string git_directory;
    std::set<std::string> links{};           ///< directories that the index names
    std::vector<std::string> index_files{};  ///< in the git directory
  };

  void read_outer_index();
  void set_repository(const std::string& tree, const std::string& git_directory);
  void drop_repository(const std::string& tree);
  void read_index(const std::string& tree);
  [[nodiscard]] std::set<std::string> links_of(const std::string& tree, Repository& repository);
  /// Text of the configuration that holds for a git directory.
  [[nodiscard]] std::string config_of(const std::string& git_directory) const;

  void add_links(std::vector<std::string> links);
  [[nodiscard]] bool is_named(const std::string& link) const;
  void forget(const std::string& link);
  void lose_interest(const std::string& link);
  void look_at(const std::string& link);
  void defuse(const std::string& link, const std::string& git_directory);
  void watch_git_directory(const std::string& link, const std::string& git_directory);

  /// The git directory of a working tree whose `.git` is `pointer`, in the project; empty when
  /// there is none. Watches the way to it, as follow() does.
  [[nodiscard]] std::string git_directory_of(const std::string& tree, const std::string& pointer);
  /// Where a path ends, if that exists in the project; empty otherwise. Watches every step on the
  /// way on behalf of `link`, unless the box cannot change it.
  [[nodiscard]] std::string follow(const std::string& link, const std::string& path);
  void note(const std::string& link, const std::string& path);
  void check(const Result<void>& watched);
  void warn_once(const std::string& text);

  std::string project_;
  int root_;
  ProjectWatch& watch_;
  Sink sink_;
  GitDefuser defuser_;
  bool has_started_ = false;
  std::size_t most_watched_ = SIZE_MAX;
  std::set<std::string> covered_trees_;
  std::set<std::string> covered_;                            ///< git directories
  std::map<std::string, Repository> repositories_;           ///< by working tree
  std::map<std::string, std::set<std::string>> trees_;       ///< by git directory
  std::set<std::string> outer_links_;                        ///< of the repository around
  std::map<std::string, std::set<std::string>> interested_;  ///< links, by what is watched for them
  std::map<std::string, std::set<std::string>> interests_;   ///< what is watched, by link
  std::set<std::string> warned_;
};

}  // namespace mino::linux
