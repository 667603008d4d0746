#include "adapters/linux/repository_search.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "adapters/linux/git_pointer.hpp"
#include "adapters/linux/link_walk.hpp"
#include "adapters/posix/beneath.hpp"
#include "domain/handoff/git_config.hpp"
#include "domain/run/mount.hpp"

namespace mino::linux {
namespace {

namespace fs = std::filesystem;
using posix::Kind;
using posix::UniqueFd;

/// More than any project that people work in has; about a second of looking.
constexpr std::size_t kMaxDirectories = 200'000;

/// Those on which a directory has two links and one for each directory in it (ext4: one, when
/// there are too many to count).
bool counts_directories(int fd) {
  struct statfs info {};
  if (::fstatfs(fd, &info) != 0) return false;
  return info.f_type == EXT4_SUPER_MAGIC || info.f_type == XFS_SUPER_MAGIC ||
         info.f_type == TMPFS_MAGIC;
}

std::string below(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : directory + "/" + std::string(name);
}

class Search {
 public:
  explicit Search(const std::string& project)
      : project_(project),
        root_(::open(project.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {}

  ProjectSurvey run() {
    if (!root_) return survey_;
    pending_.emplace_back();
    while (!pending_.empty()) {
      const std::string directory = std::move(pending_.back());
      pending_.pop_back();
      if (++directories_ > kMaxDirectories) {
        survey_.is_complete = false;
        break;
      }
      look_at(directory);
    }
    return std::move(survey_);
  }

 private:
  /// What of a directory makes it a repository or leads to one.
  struct Listing {
    std::vector<std::string> directories;
    bool has_head = false;
    bool has_git = false;  ///< of whatever kind
    [[nodiscard]] bool has_directory(std::string_view name) const {
      return std::ranges::find(directories, name) != directories.end();
    }
  };

  /// Nothing for what is no directory or cannot be read.
  Listing list(const std::string& directory) {
    Listing listing;
    const UniqueFd fd = posix::open_beneath(root_.get(), directory, O_RDONLY | O_DIRECTORY);
    struct stat info {};
    if (!fd || ::fstat(fd.get(), &info) != 0) return listing;
    if (info.st_nlink == 2 && counts_links(fd.get(), info.st_dev)) {
      // Most directories hold files only, and to read their names is what takes the time.
      listing.has_git = ::fstatat(fd.get(), ".git", &info, AT_SYMLINK_NOFOLLOW) == 0;
      return listing;
    }
    for (;;) {
      const ssize_t got = ::getdents64(fd.get(), buffer_.data(), buffer_.size());
      if (got <= 0) return listing;
      for (ssize_t at = 0; at < got;) at += add_entry(fd.get(), buffer_.data() + at, listing);
    }
  }

  /// The entry's length.
  static ssize_t add_entry(int directory, const char* start, Listing& listing) {
    dirent64 entry{};
    std::memcpy(&entry, start, offsetof(dirent64, d_name));
    const char* text = start + offsetof(dirent64, d_name);
    const std::string_view name = text;
    if (name == "." || name == "..") return entry.d_reclen;
    if (name == "HEAD") listing.has_head = true;
    if (name == ".git") listing.has_git = true;
    bool is_directory = entry.d_type == DT_DIR;
    struct stat info {};
    if (entry.d_type == DT_UNKNOWN)
      is_directory =
          ::fstatat(directory, text, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode);
    if (is_directory) listing.directories.emplace_back(name);
    return entry.d_reclen;
  }

  bool counts_links(int fd, dev_t device) {
    const auto known = counts_links_.find(device);
    if (known != counts_links_.end()) return known->second;
    return counts_links_.emplace(device, counts_directories(fd)).first->second;
  }

  void look_at(const std::string& directory) {
    const Listing listing = list(directory);
    if (listing.has_head && listing.has_directory("objects") && listing.has_directory("refs"))
      return add_git_directory(directory);
    if (listing.has_git) add_working_tree(directory);
    for (const std::string& name : listing.directories) {
      if (name != ".git") pending_.push_back(below(directory, name));
    }
  }

  void add_working_tree(const std::string& tree) {
    survey_.working_trees.push_back(tree);
    const std::string git = below(tree, ".git");
    switch (posix::kind_beneath(root_.get(), git)) {
      case Kind::kDirectory:
        add_git_directory(git);
        return add_configured(tree, git);
      case Kind::kFile: {
        const auto text = posix::read_beneath(root_.get(), git, kMaxPointerBytes);
        if (text) add_target(git_pointer(*text, fs::path(project_) / tree), tree);
        return;
      }
      case Kind::kLink:
        return add_target((fs::path(project_) / git).native(), tree);
      default:
        return;
    }
  }

  /// A git directory that is named, not found: only in the project it concerns the box.
  void add_target(const std::string& path, const std::string& tree) {
    if (path.empty()) return;
    const LinkWalk walk = walk_links(project_, path);
    survey_.links.insert(survey_.links.end(), walk.links.begin(), walk.links.end());
    if (!walk.target || posix::kind_beneath(root_.get(), *walk.target) != Kind::kDirectory) return;
    if (fs::path(*walk.target).parent_path().filename() == "worktrees") {
      survey_.worktree_entries.push_back(*walk.target);
    } else {
      add_git_directory(*walk.target);
    }
    add_configured(tree, *walk.target);
  }

  /// Hooks and configuration that lie where the configuration says.
  void add_configured(const std::string& tree, const std::string& git) {
    for (const char* name : {"config", "config.worktree"}) {
      const auto text = posix::read_beneath(root_.get(), below(git, name), kMaxConfigBytes);
      if (!text) continue;
      for (const GitConfigEntry& entry : parse_git_config(*text)) {
        if (entry.value.starts_with('~') || entry.value.starts_with('%'))
          continue;  // not in the project
        if (entry.key == "core.hookspath")
          add_configured_path(fs::path(project_) / tree / entry.value, ProtectedKind::kDirectory);
        if (entry.key == "include.path" ||
            (entry.key.starts_with("includeif.") && entry.key.ends_with(".path")))
          add_configured_path(fs::path(project_) / git / entry.value, ProtectedKind::kFile);
      }
    }
  }

  void add_configured_path(const fs::path& path, ProtectedKind kind) {
    std::string named = normalize_path(path.native());
    if (named == project_ || !is_within(named, project_)) return;
    survey_.configured.push_back({named.substr(project_ == "/" ? 1 : project_.size() + 1), kind});
  }

  void add_git_directory(const std::string& directory) {
    if (!known_.insert(directory).second) return;
    survey_.git_directories.push_back(directory);
    const auto common =
        posix::read_beneath(root_.get(), below(directory, "commondir"), kMaxPointerBytes);
    if (common && path_in(*common) != ".")
      add_target((fs::path(project_) / directory / path_in(*common)).native(), directory);
    for (const std::string& name : list(below(directory, "worktrees")).directories)
      survey_.worktree_entries.push_back(below(directory, "worktrees/" + name));
    add_modules(below(directory, "modules"));
  }

  /// The name of a submodule may hold slashes, so its directory may lie deeper.
  void add_modules(const std::string& directory) {
    for (const std::string& name : list(directory).directories) {
      if (++directories_ > kMaxDirectories) continue;
      const std::string path = below(directory, name);
      if (posix::kind_beneath(root_.get(), path + "/HEAD") == Kind::kFile) {
        add_git_directory(path);
      } else {
        add_modules(path);
      }
    }
  }

  const std::string project_;
  const UniqueFd root_;
  std::vector<std::string> pending_;
  std::set<std::string> known_;
  std::size_t directories_ = 0;
  std::map<dev_t, bool> counts_links_;  ///< by file system
  std::array<char, 64 * 1024> buffer_{};
  ProjectSurvey survey_;
};

}  // namespace

ProjectSurvey find_repositories(const std::string& project) {
  ProjectSurvey survey = Search(project).run();
  for (auto* list :
       {&survey.working_trees, &survey.git_directories, &survey.worktree_entries, &survey.links}) {
    std::ranges::sort(*list);
    list->erase(std::ranges::unique(*list).begin(), list->end());
  }
  std::ranges::sort(survey.configured);
  survey.configured.erase(std::ranges::unique(survey.configured).begin(), survey.configured.end());
  return survey;
}

namespace {

/// The git directory that a working tree names; empty when there is none.
fs::path named_git_directory(const fs::path& tree) {
  const UniqueFd at(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  fs::path git;
  const Kind kind = at ? posix::kind_beneath(at.get(), ".git") : Kind::kAbsent;
  if (kind == Kind::kDirectory || kind == Kind::kLink) git = tree / ".git";
  if (kind == Kind::kFile) {
    if (const auto text = posix::read_beneath(at.get(), ".git", kMaxPointerBytes))
      git = git_pointer(*text, tree);
  }
  std::error_code error;
  if (!git.empty()) git = fs::canonical(git, error);
  return error ? fs::path() : git;
}

/// Whether a git directory says that `tree` is its own, as that of a linked worktree does in
/// `gitdir` (gitrepository-layout(5)) and that of a submodule in core.worktree.
bool claims(const fs::path& git, const fs::path& tree) {
  const UniqueFd at(::open(git.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::error_code error;
  if (const auto pointer = posix::read_beneath(at.get(), "gitdir", kMaxPointerBytes)) {
    if (fs::weakly_canonical(git / path_in(*pointer), error) == tree / ".git") return true;
  }
  const auto config = posix::read_beneath(at.get(), "config", kMaxConfigBytes);
  if (!config) return false;
  const std::vector<GitConfigEntry> entries = parse_git_config(*config);
  return std::ranges::any_of(entries, [&](const GitConfigEntry& entry) {
    return entry.key == "core.worktree" && fs::weakly_canonical(git / entry.value, error) == tree;
  });
}

}  // namespace

std::optional<EnclosingRepository> enclosing_repository(std::string directory,
                                                        const std::string& project) {
  for (fs::path tree = std::move(directory);; tree = tree.parent_path()) {
    if (const fs::path git = named_git_directory(tree); !git.empty()) {
      fs::path common = git;
      const UniqueFd inside(::open(git.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
      std::error_code error;
      if (const auto named = posix::read_beneath(inside.get(), "commondir", kMaxPointerBytes))
        common = fs::canonical(git / path_in(*named), error);
      if (error) return std::nullopt;
      const bool is_boxed = is_within(tree.native(), project);
      const bool stays = is_within(common.native(), project);
      if (is_boxed && !stays && (is_within(git.native(), project) || !claims(git, tree)))
        return std::nullopt;
      return EnclosingRepository{tree.native(), git.native(), common.native()};
    }
    if (!tree.has_relative_path()) return std::nullopt;
  }
}

}  // namespace mino::linux
