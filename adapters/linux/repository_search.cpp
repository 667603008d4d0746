#include "adapters/linux/repository_search.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

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
constexpr std::size_t kMaxPointerBytes = 4096;
constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;
constexpr std::string_view kPointer = "gitdir: ";

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

std::string below(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : directory + "/" + std::string(name);
}

std::string first_line(std::string text) {
  text.resize(std::min(text.find('\n'), text.size()));
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

/// What a `.git` file names, absolute against `tree`; empty when it is no such file.
std::string pointed_to(const std::string& text, const fs::path& tree) {
  if (!text.starts_with(kPointer)) return {};
  return (tree / first_line(text).substr(kPointer.size())).native();
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
  struct Entry {
    std::string name;
    bool is_directory = false;
  };

  /// Nothing for what is no directory or cannot be read.
  std::vector<Entry> entries_of(const std::string& directory) const {
    std::vector<Entry> entries;
    UniqueFd fd = posix::open_beneath(root_.get(), directory, O_RDONLY | O_DIRECTORY);
    if (!fd) return entries;
    const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(fd.get()));
    if (stream == nullptr) return entries;
    static_cast<void>(fd.release());
    while (const dirent* entry = ::readdir(stream.get())) {
      const std::string_view name = static_cast<const char*>(entry->d_name);
      if (name == "." || name == "..") continue;
      bool is_directory = entry->d_type == DT_DIR;
      if (entry->d_type == DT_UNKNOWN)
        is_directory = posix::kind_beneath(root_.get(), below(directory, name)) == Kind::kDirectory;
      // Of files only those names matter that make a repository.
      if (is_directory || name == ".git" || name == "HEAD")
        entries.push_back({std::string(name), is_directory});
    }
    return entries;
  }

  void look_at(const std::string& directory) {
    const std::vector<Entry> entries = entries_of(directory);
    const auto has = [&entries](std::string_view name) {
      return std::ranges::find(entries, name, &Entry::name) != entries.end();
    };
    if (has("HEAD") && has("objects") && has("refs")) return add_git_directory(directory);
    if (has(".git")) add_working_tree(directory);
    for (const Entry& entry : entries) {
      if (entry.is_directory && entry.name != ".git")
        pending_.push_back(below(directory, entry.name));
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
        if (text) add_target(pointed_to(*text, fs::path(project_) / tree), tree);
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
    if (common && first_line(*common) != ".")
      add_target((fs::path(project_) / directory / first_line(*common)).native(), directory);
    for (const Entry& entry : entries_of(below(directory, "worktrees"))) {
      if (entry.is_directory)
        survey_.worktree_entries.push_back(below(directory, "worktrees/" + entry.name));
    }
    add_modules(below(directory, "modules"));
  }

  /// The name of a submodule may hold slashes, so its directory may lie deeper.
  void add_modules(const std::string& directory) {
    for (const Entry& entry : entries_of(directory)) {
      if (!entry.is_directory || ++directories_ > kMaxDirectories) continue;
      const std::string path = below(directory, entry.name);
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
      git = pointed_to(*text, tree);
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
    if (fs::weakly_canonical(git / first_line(*pointer), error) == tree / ".git") return true;
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
        common = fs::canonical(git / first_line(*named), error);
      if (error) return std::nullopt;
      const bool is_boxed = is_within(tree.native(), project);
      const bool stays = is_within(common.native(), project);
      if (is_boxed && !stays && (is_within(git.native(), project) || !claims(git, tree)))
        return std::nullopt;
      return EnclosingRepository{tree.native(), common.native()};
    }
    if (!tree.has_relative_path()) return std::nullopt;
  }
}

}  // namespace mino::linux
