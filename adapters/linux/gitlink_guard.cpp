#include "adapters/linux/gitlink_guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

#include "adapters/linux/git_pointer.hpp"
#include "adapters/linux/link_walk.hpp"
#include "adapters/linux/repository_search.hpp"
#include "adapters/posix/beneath.hpp"
#include "adapters/posix/directory_steps.hpp"
#include "domain/handoff/git_config.hpp"
#include "domain/protect/git_index.hpp"
#include "domain/run/mount.hpp"
#include "domain/run/text.hpp"

namespace mino::linux {
namespace {

namespace fs = std::filesystem;
using posix::Kind;
using posix::UniqueFd;

/// Watched at the same time.
constexpr std::size_t kMaxLinks = 1000;
constexpr std::size_t kMaxNames = 100'000;
/// Directories, beside those of the repositories that were there before.
constexpr std::size_t kMaxWatched = 20'000;
/// Some five million files.
constexpr std::size_t kMaxIndexBytes = std::size_t{512} << 20;
constexpr std::string_view kSharedIndex = "sharedindex.";

/// Whether a program has the file open for writing, or mapped so; false where the file system
/// cannot tell. No program that writes an index with git's own locking ever does.
bool has_writer(int root, const std::string& path) {
  const UniqueFd fd = posix::open_beneath(root, path, O_RDONLY | O_NONBLOCK);
  if (!fd) return false;
  if (::fcntl(fd.get(), F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN;
  ::fcntl(fd.get(), F_SETLEASE, F_UNLCK);
  return false;
}

/// The last value of a variable of git's.
std::optional<std::string> value_of(const std::string& config, std::string_view key) {
  std::optional<std::string> value;
  for (GitConfigEntry& entry : parse_git_config(config)) {
    if (entry.key == key) value = std::move(entry.value);
  }
  return value;
}

std::string below(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : directory + "/" + std::string(name);
}

GitHash hash_in(const std::string& config) {
  return value_of(config, "extensions.objectformat") == "sha256" ? GitHash::kSha256
                                                                 : GitHash::kSha1;
}

/// `path` relative to the project; nothing for what is not below it.
std::optional<std::string> below_project(const std::string& project, const fs::path& path) {
  std::string absolute = normalize_path(path.native());
  if (absolute == project || !is_within(absolute, project)) return std::nullopt;
  return absolute.substr(project == "/" ? 1 : project.size() + 1);
}

/// Names of submodules in the index of a git directory, and of the files that it is split into.
IndexScan scan_index(int git_directory, const std::string& name, GitHash hash,
                     IndexEntries wanted) {
  const auto text = posix::read_beneath(git_directory, name, kMaxIndexBytes);
  if (text) return scan_git_index(*text, hash, wanted, kMaxNames);
  IndexScan none;
  none.is_whole = posix::kind_beneath(git_directory, name) != Kind::kFile;
  return none;
}

}  // namespace

GitlinkGuard::GitlinkGuard(std::string project, int root, ProjectWatch& watch,
                           ProjectDefuser& defuser, Sink sink)
    : project_(std::move(project)),
      root_(root),
      watch_(watch),
      sink_(std::move(sink)),
      defuser_(project_, root, defuser, sink_.defused) {}

void GitlinkGuard::start(const ProjectSurvey& survey) {
  covered_trees_.insert(survey.working_trees.begin(), survey.working_trees.end());
  covered_.insert(survey.git_directories.begin(), survey.git_directories.end());
  covered_.insert(survey.worktree_entries.begin(), survey.worktree_entries.end());
  read_outer_index();
  for (const std::string& tree : survey.working_trees) {
    const std::string git = git_directory_of(tree, below(tree, ".git"));
    if (!git.empty()) set_repository(tree, git);
  }
  most_watched_ = watch_.size() + kMaxWatched;
  has_started_ = true;
}

void GitlinkGuard::handle(const std::vector<std::string>& changed) {
  std::set<std::string> trees;
  std::set<std::string> links;
  for (const std::string& path : changed) {
    const posix::SplitPath split = posix::split_path(path);
    const std::string directory(split.directory);
    for (const std::string& each : {path, directory + "/"}) {
      if (const auto found = interested_.find(each); found != interested_.end())
        links.insert(found->second.begin(), found->second.end());
    }
    if (split.name != "index" && !split.name.starts_with(kSharedIndex)) continue;
    if (const auto found = trees_.find(directory); found != trees_.end())
      trees.insert(found->second.begin(), found->second.end());
  }
  for (const std::string& tree : trees) read_index(tree);
  for (const std::string& link : links) {
    if (interests_.contains(link)) look_at(link);
  }
}

void GitlinkGuard::look_for_silent_writes() {
  std::vector<std::string> written;
  std::vector<std::string> open;
  for (const auto& [tree, repository] : repositories_) {
    const bool is_written = std::ranges::any_of(repository.index_files, [&](const auto& name) {
      return has_writer(root_, below(repository.git_directory, name));
    });
    if (is_written) written.push_back(tree);
    if (!covered_.contains(repository.git_directory)) open.push_back(tree);
  }
  for (const std::string& tree : written) read_index(tree);
  for (const std::string& link : open) {
    if (interests_.contains(link)) look_at(link);
  }
}

void GitlinkGuard::look_at_all() {
  std::vector<std::string> trees;
  for (const auto& [tree, repository] : repositories_) trees.push_back(tree);
  for (const std::string& tree : trees) read_index(tree);
  std::vector<std::string> links;
  for (const auto& [link, paths] : interests_) links.push_back(link);
  for (const std::string& link : links) {
    if (interests_.contains(link)) look_at(link);
  }
}

void GitlinkGuard::read_outer_index() {
  const auto outer = enclosing_repository(project_, project_);
  if (!outer || is_within(outer->git_directory, project_)) return;
  const UniqueFd git = posix::open_canonical(outer->git_directory, O_PATH | O_DIRECTORY);
  const UniqueFd common = posix::open_canonical(outer->common_directory, O_PATH | O_DIRECTORY);
  if (!git || !common) return;
  const auto config = posix::read_beneath(common.get(), "config", kMaxConfigBytes);
  const IndexScan scan =
      scan_index(git.get(), "index", hash_in(config.value_or("")), IndexEntries::kGitlinks);
  for (const std::string& name : scan.paths) {
    if (auto path = below_project(project_, fs::path(outer->tree) / name))
      outer_links_.insert(*std::move(path));
  }
  add_links({outer_links_.begin(), outer_links_.end()});
}

void GitlinkGuard::set_repository(const std::string& tree, const std::string& git_directory) {
  Repository& repository = repositories_[tree];
  if (repository.git_directory != git_directory) {
    if (!repository.git_directory.empty()) trees_[repository.git_directory].erase(tree);
    repository.git_directory = git_directory;
    trees_[git_directory].insert(tree);
  }
  read_index(tree);
}

void GitlinkGuard::drop_repository(const std::string& tree) {
  const auto found = repositories_.find(tree);
  if (found == repositories_.end()) return;
  trees_[found->second.git_directory].erase(tree);
  const std::set<std::string> links = std::move(found->second.links);
  repositories_.erase(found);
  for (const std::string& link : links) {
    if (!is_named(link)) forget(link);
  }
}

void GitlinkGuard::read_index(const std::string& tree) {
  const auto found = repositories_.find(tree);
  if (found == repositories_.end()) return;
  const std::string git = found->second.git_directory;
  const std::string index = below(git, "index");
  check(watch_.watch_file(index));
  // One that is a link or a pipe could be written without a change that is told.
  if (has_started_) defuser_.drop_if_odd(index);
  std::set<std::string> links = links_of(tree, found->second);
  std::vector<std::string> added;
  std::ranges::set_difference(links, found->second.links, std::back_inserter(added));
  const std::set<std::string> before = std::exchange(found->second.links, std::move(links));
  for (const std::string& link : before) {
    if (!is_named(link)) forget(link);
  }
  add_links(std::move(added));
}

std::set<std::string> GitlinkGuard::links_of(const std::string& tree, Repository& repository) {
  const std::string& git = repository.git_directory;
  const std::string config = config_of(git);
  const GitHash hash = hash_in(config);
  const UniqueFd directory = posix::open_beneath(root_, git, O_PATH | O_DIRECTORY);
  IndexScan scan = scan_index(directory.get(), "index", hash, IndexEntries::kGitlinks);
  repository.index_files = {"index"};
  for (const std::string& shared : scan.shared) {
    check(watch_.watch_file(below(git, shared)));
    repository.index_files.push_back(shared);
    const auto wanted = scan.renames_shared ? IndexEntries::kAll : IndexEntries::kGitlinks;
    IndexScan base = scan_index(directory.get(), shared, hash, wanted);
    scan.paths.merge(base.paths);
    scan.is_whole = scan.is_whole && base.is_whole;
  }
  std::vector<fs::path> trees{fs::path(project_) / tree};
  // The repository's own word; where the box cannot write it, it names this tree.
  if (const auto named = value_of(config, "core.worktree"))
    trees.push_back(fs::path(project_) / git / *named);
  std::set<std::string> links;
  for (const fs::path& base : trees) {
    for (const std::string& name : scan.paths) {
      if (auto path = below_project(project_, base / name)) links.insert(*std::move(path));
    }
  }
  return links;
}

std::string GitlinkGuard::config_of(const std::string& git_directory) const {
  std::string common = git_directory;
  const auto named =
      posix::read_beneath(root_, below(git_directory, "commondir"), kMaxPointerBytes);
  if (named) {
    const fs::path path = fs::path(project_) / git_directory / path_in(*named);
    common = walk_links(project_, path.native()).target.value_or(git_directory);
  }
  return posix::read_beneath(root_, below(common, "config"), kMaxConfigBytes).value_or("");
}

void GitlinkGuard::add_links(std::vector<std::string> links) {
  std::erase_if(links, [this](const std::string& link) {
    return covered_trees_.contains(link) || interests_.contains(link);
  });
  const std::size_t room = kMaxLinks - std::min(kMaxLinks, interests_.size());
  if (links.size() > room) {
    warn_once(
        fmt::format("git's index names more than {} submodules that are not there yet: those "
                    "beyond are not watched; read the report before you run git on the host",
                    kMaxLinks));
    std::ranges::stable_partition(links, [this](const std::string& link) {
      return posix::kind_beneath(root_, below(link, ".git")) != Kind::kAbsent;
    });
    links.resize(room);
  }
  for (const std::string& link : links) look_at(link);
}

bool GitlinkGuard::is_named(const std::string& link) const {
  return outer_links_.contains(link) ||
         std::ranges::any_of(repositories_, [&link](const auto& repository) {
           return repository.second.links.contains(link);
         });
}

void GitlinkGuard::forget(const std::string& link) {
  lose_interest(link);
  interests_.erase(link);
  drop_repository(link);
}

void GitlinkGuard::lose_interest(const std::string& link) {
  for (const std::string& path : interests_[link]) {
    const auto found = interested_.find(path);
    if (found == interested_.end()) continue;
    found->second.erase(link);
    if (found->second.empty()) interested_.erase(found);
  }
  interests_[link].clear();
}

void GitlinkGuard::look_at(const std::string& link) {
  lose_interest(link);
  const std::string git = git_directory_of(link, below(link, ".git"));
  if (git.empty()) return drop_repository(link);
  // Beyond the bounds of the search, and the user's.
  if (!has_started_) covered_.insert(git);
  if (!covered_.contains(git)) defuse(link, git);
  set_repository(link, git);
}

void GitlinkGuard::defuse(const std::string& link, const std::string& git_directory) {
  watch_git_directory(link, git_directory);
  defuser_.defuse(git_directory);
  const auto named =
      posix::read_beneath(root_, below(git_directory, "commondir"), kMaxPointerBytes);
  if (!named) return;
  const fs::path path = fs::path(project_) / git_directory / path_in(*named);
  const std::string common = follow(link, path.native());
  if (common.empty() || common == git_directory || covered_.contains(common)) return;
  watch_git_directory(link, common);
  defuser_.defuse(common);
}

void GitlinkGuard::watch_git_directory(const std::string& link, const std::string& git_directory) {
  // Before what is in them is looked at, so that nothing is replaced unseen afterwards.
  for (const char* name : {"config", "config.worktree", "commondir", "hooks"}) {
    const std::string path = below(git_directory, name);
    note(link, path);
    check(watch_.watch_file(path));
  }
  const std::string hooks = below(git_directory, "hooks");
  note(link, hooks + "/");
  check(watch_.watch_contents(hooks));
}

std::string GitlinkGuard::git_directory_of(const std::string& tree, const std::string& pointer) {
  std::string git =
      covered_trees_.contains(tree) && posix::kind_beneath(root_, pointer) == Kind::kDirectory
          ? pointer
          : follow(tree, pointer);
  if (git.empty() || posix::kind_beneath(root_, git) == Kind::kDirectory) return git;
  if (!covered_trees_.contains(tree)) check(watch_.watch_file(git));
  const auto text = posix::read_beneath(root_, git, kMaxPointerBytes);
  if (!text) return {};
  const std::string path = git_pointer(*text, fs::path(project_) / tree);
  if (path.empty()) return {};
  git = follow(tree, path);
  return posix::kind_beneath(root_, git) == Kind::kDirectory ? git : std::string();
}

std::string GitlinkGuard::follow(const std::string& link, const std::string& path) {
  constexpr int kRounds = 8;
  LinkWalk walk = walk_links(project_, path);
  if (covered_trees_.contains(link)) return walk.target.value_or("");
  for (int round = 0; round < kRounds; ++round) {
    if (watch_.size() > most_watched_) {
      warn_once("the box leads git to more directories than are watched for submodules");
      break;
    }
    for (const std::string& step : walk.steps) {
      note(link, step);
      check(watch_.watch_surely(step));
    }
    // Again, now that a change would be told.
    LinkWalk again = walk_links(project_, path);
    const bool is_same = again.steps == walk.steps;
    walk = std::move(again);
    if (is_same) break;
  }
  return walk.target.value_or("");
}

void GitlinkGuard::note(const std::string& link, const std::string& path) {
  interested_[path].insert(link);
  interests_[link].insert(path);
}

void GitlinkGuard::check(const Result<void>& watched) {
  if (!watched.ok()) warn_once(watched.error().text());
}

void GitlinkGuard::warn_once(const std::string& text) {
  if (warned_.insert(text).second) sink_.warning(text);
}

}  // namespace mino::linux
