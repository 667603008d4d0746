#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/linux/box_mounter.hpp"
#include "adapters/linux/gitlink_guard.hpp"
#include "adapters/linux/project_watch.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/protect/protection.hpp"
#include "ports/placeholder_store.hpp"
#include "ports/project_defuser.hpp"

namespace mino::linux {

/// Keeps the protected paths of one project from one box: finds them, fills the absent ones, mounts
/// over them in the box, and does so again when the host replaces one, which takes the mount away
/// in the box at that moment (a mount belongs to the file, not to its name).
class ProjectGuard {
 public:
  struct Task {
    std::string project;  ///< canonical path on the host
    std::string workdir;  ///< the same in the box
    ProtectionPlan plan;
    PlaceholderHolder holder;
  };
  struct Report {
    enum class Kind {
      kRestored,
      kRestoredChanged,
      kDefused,  ///< `text` is a path, and `detail` what was taken out of it or away with it
      kWarning,
    };
    Kind kind;
    std::string text;
    std::string detail{};
  };
  using Sink = std::function<void(const Report&)>;

  /// `store` and `defuser` outlive the guard. `sink` is called by the other calls.
  ProjectGuard(Task task, PlaceholderStore& store, ProjectDefuser& defuser, Sink sink);

  /// Outside the box, before or while it is made: finds what is to be protected and makes the
  /// placeholders. Blocks on the file system.
  [[nodiscard]] Result<void> prepare();
  /// Protects everything in the box, of which `box` is a process. The number of protected paths.
  [[nodiscard]] Result<int> protect(pid_t box);
  /// Readable when handle_changes() has something to do.
  [[nodiscard]] int fd() const { return watch_->fd(); }
  /// Readable when the box cannot be entered any more; -1 before protect().
  [[nodiscard]] int box_fd() const { return mounter_ ? mounter_->fd() : -1; }
  /// Restores what has been replaced. kUnavailable: the box is gone, or cannot be entered any more.
  [[nodiscard]] Result<void> handle_changes();
  /// Whether look_for_silent_writes() is to be called from time to time.
  [[nodiscard]] bool needs_looks() const { return gitlinks_ && gitlinks_->needs_looks(); }
  void look_for_silent_writes() { gitlinks_->look_for_silent_writes(); }
  /// Lets go of the box, which has ended: its mounts then go all at once. To remove a file under a
  /// mount takes the kernel milliseconds. Takes the danger out of what the box has written last.
  void leave();

 private:
  /// What git itself is about to make in a repository that the host makes anew must not be there
  /// before it: then, no exclude file is made.
  enum class Occasion { kStart, kRestore };
  [[nodiscard]] Result<void> fill(const std::vector<ProtectionRule>& rules, Occasion occasion);
  [[nodiscard]] std::optional<Placeholder::Exclude> exclude_of(const std::string& path);
  [[nodiscard]] Result<void> restore(const std::vector<ProtectionRule>& rules);
  void add_link_targets();
  void watch_gitlinks(const ProjectSurvey& survey);
  /// So that an exclude file that git does not have is a placeholder itself.
  static void add_exclude_files(std::vector<Placeholder>& placeholders);
  /// Whether it is hidden or an ancestor of what is: the host may make it at any time.
  [[nodiscard]] bool leads_to_hidden(const ProtectionRule& rule) const;
  void warn_of_other_names(const std::string& path);
  [[nodiscard]] std::string state_of(const std::string& path) const;

  Task task_;
  PlaceholderStore& store_;
  ProjectDefuser& defuser_;
  Sink sink_;
  std::map<std::string, int> defused_;  ///< how often, by path
  posix::UniqueFd project_;
  std::vector<ProtectionRule> rules_;
  std::vector<std::string> hidden_;  ///< paths of those that hide
  std::map<std::string, std::optional<Placeholder::Exclude>> repositories_;  ///< by directory
  std::optional<ProjectWatch> watch_;
  std::optional<GitlinkGuard> gitlinks_;
  std::optional<BoxMounter> mounter_;
};

}  // namespace mino::linux
