#include "adapters/linux/project_guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "adapters/linux/link_walk.hpp"
#include "adapters/linux/repository_search.hpp"
#include "adapters/posix/beneath.hpp"
#include "adapters/posix/posix_error.hpp"
#include "domain/protect/exclude_block.hpp"
#include "domain/run/mount.hpp"
#include "domain/run/text.hpp"

namespace mino::linux {
namespace {

using posix::Kind;
using posix::UniqueFd;

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

}  // namespace

ProjectGuard::ProjectGuard(Task task, PlaceholderStore& store, Sink sink)
    : task_(std::move(task)), store_(store), sink_(std::move(sink)) {}

Result<void> ProjectGuard::prepare() {
  project_.reset(::open(task_.project.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!project_) return posix::file_error("opening", task_.project, errno);
  MINO_ASSIGN(watch_, ProjectWatch::make(task_.project));
  ProjectSurvey survey;
  if (task_.plan.level != ProtectLevel::kOff) survey = find_repositories(task_.project);
  if (!survey.is_complete) {
    sink_({Report::Kind::kWarning,
           "the project has more directories than are searched for repositories: those deeper in "
           "are not protected"});
  }
  rules_ = protection_rules(task_.plan, survey);
  add_link_targets();
  return fill(rules_, Occasion::kStart);
}

void ProjectGuard::add_link_targets() {
  std::vector<ProtectionRule> more;
  for (const ProtectionRule& rule : rules_) {
    if (rule.kind == ProtectionRule::Kind::kPin ||
        posix::kind_beneath(project_.get(), rule.path) != Kind::kLink)
      continue;
    LinkWalk walk = walk_links(task_.project, rule.path);
    if (walk.target) walk.links.push_back(*std::move(walk.target));
    for (const std::string& path : walk.links) {
      for (ProtectionRule& found : rules_for_target(rule, path)) more.push_back(std::move(found));
    }
  }
  rules_ = merged(std::move(rules_), std::move(more));
}

Result<void> ProjectGuard::fill(const std::vector<ProtectionRule>& rules, Occasion occasion) {
  std::vector<Placeholder> placeholders;
  for (const ProtectionRule& rule : rules) {
    if (!rule.placeholder) continue;
    Placeholder placeholder;
    placeholder.project = task_.project;
    placeholder.path = rule.path;
    placeholder.kind = rule.placeholder->kind;
    placeholder.content = rule.placeholder->content;
    if (placeholder.kind == ProtectedKind::kFile) placeholder.exclude = exclude_of(rule.path);
    placeholders.push_back(std::move(placeholder));
  }
  if (placeholders.empty()) return {};
  if (occasion == Occasion::kStart) add_exclude_files(placeholders);
  return store_.hold(task_.holder, placeholders).with_context("filling protected paths");
}

void ProjectGuard::add_exclude_files(std::vector<Placeholder>& placeholders) {
  std::set<std::string> git_directories;
  for (const Placeholder& placeholder : placeholders) {
    if (placeholder.exclude) git_directories.insert(placeholder.exclude->git_directory);
  }
  for (const std::string& directory : git_directories) {
    Placeholder info;
    info.project = directory;
    info.path = "info";
    Placeholder exclude = info;
    exclude.path = "info/exclude";
    exclude.kind = ProtectedKind::kFile;
    placeholders.insert(placeholders.begin(), {std::move(info), std::move(exclude)});
  }
}

std::optional<Placeholder::Exclude> ProjectGuard::exclude_of(const std::string& path) {
  const std::string directory = parent_of(path);
  auto known = repositories_.find(directory);
  if (known == repositories_.end()) {
    const std::string absolute =
        directory.empty() ? task_.project : task_.project + "/" + directory;
    std::optional<Placeholder::Exclude> prefix;
    const auto repository = enclosing_repository(absolute);
    // Within a git directory nothing is shown by git.
    if (repository && !is_within(absolute, repository->common_directory)) {
      std::string inside = absolute.substr(repository->tree == "/" ? 0 : repository->tree.size());
      prefix = Placeholder::Exclude{repository->common_directory, std::move(inside)};
    }
    known = repositories_.emplace(directory, std::move(prefix)).first;
  }
  if (!known->second) return std::nullopt;
  const std::string name = directory.empty() ? path : path.substr(directory.size() + 1);
  const std::string inside = known->second->pattern + "/" + name;
  return Placeholder::Exclude{known->second->git_directory, exclude_pattern(inside.substr(1))};
}

Result<void> ProjectGuard::watch_all() {
  for (const ProtectionRule& rule : rules_) MINO_TRY(watch_->watch(rule.path));
  return {};
}

Result<int> ProjectGuard::protect(pid_t box) {
  // First, so that nothing is replaced unseen between the mount and the watch.
  MINO_TRY(watch_all());
  const auto hidden = std::ranges::count_if(rules_, [](const ProtectionRule& rule) {
    return rule.kind == ProtectionRule::Kind::kHidden;
  });
  auto mounter = BoxMounter::enter(box, {.project = task_.project,
                                         .workdir = task_.workdir,
                                         .hidden = static_cast<std::size_t>(hidden)});
  if (!mounter.ok()) return std::move(mounter).error();
  mounter_.emplace(std::move(mounter).value());
  int count = 0;
  std::vector<ProtectionRule> kept;
  for (const ProtectionRule& rule : rules_) {
    MINO_ASSIGN(const BoxMounter::Outcome outcome, apply(rule));
    // What the box itself makes under a name that may be absent stays its own.
    if (outcome != BoxMounter::Outcome::kAbsent || rule.placeholder || leads_to_hidden(rule))
      kept.push_back(rule);
    if (outcome == BoxMounter::Outcome::kAbsent || rule.kind == ProtectionRule::Kind::kPin)
      continue;
    ++count;
    warn_of_other_names(rule.path);
  }
  rules_ = std::move(kept);
  return count;
}

bool ProjectGuard::leads_to_hidden(const ProtectionRule& rule) const {
  return std::ranges::any_of(rules_, [&rule](const ProtectionRule& other) {
    return other.kind == ProtectionRule::Kind::kHidden && is_within(other.path, rule.path);
  });
}

Result<BoxMounter::Outcome> ProjectGuard::apply(const ProtectionRule& rule) {
  return mounter_->mount(rule.kind, rule.path);
}

void ProjectGuard::warn_of_other_names(const std::string& path) {
  const UniqueFd fd = posix::open_beneath(project_.get(), path, O_PATH);
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink < 2) return;
  sink_({Report::Kind::kWarning,
         fmt::format("{} has another name (a hard link), through which the box may be able to "
                     "write it",
                     visible_text(path))});
}

std::string ProjectGuard::state_of(const std::string& path) const {
  const UniqueFd fd = posix::open_beneath(project_.get(), path, O_PATH);
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) return {};
  return fmt::format("{}:{}:{}:{}.{}", info.st_dev, info.st_ino, info.st_size, info.st_ctim.tv_sec,
                     info.st_ctim.tv_nsec);
}

Result<void> ProjectGuard::handle_changes() {
  const std::vector<std::string> changed = watch_->take_changes();
  if (changed.empty()) return {};
  std::vector<ProtectionRule> concerned;
  for (const ProtectionRule& rule : rules_) {
    const bool is_concerned = std::ranges::any_of(changed, [&rule](const std::string& path) {
      return rule.path == path || rule.path.starts_with(path + "/");
    });
    if (is_concerned) concerned.push_back(rule);
  }
  // A directory before what is in it: what appears in one after the look at it is told again.
  Result<void> handled;
  for (const ProtectionRule& rule : concerned) {
    Result<void> watched = watch_->watch(rule.path);
    if (handled.ok()) handled = std::move(watched);
  }
  std::vector<ProtectionRule> absent;
  for (const ProtectionRule& rule : concerned) {
    if (posix::kind_beneath(project_.get(), rule.path) == Kind::kAbsent) absent.push_back(rule);
  }
  if (!absent.empty()) {
    Result<void> filled = fill(absent, Occasion::kRestore);
    if (handled.ok()) handled = std::move(filled);
  }
  // One that cannot be restored leaves the others as they are to be.
  for (const ProtectionRule& rule : concerned) {
    Result<void> restored = restore(rule);
    if (handled.ok()) handled = std::move(restored);
  }
  return handled;
}

Result<void> ProjectGuard::restore(const ProtectionRule& rule) {
  const std::string before = state_of(rule.path);
  MINO_ASSIGN(const BoxMounter::Outcome outcome, apply(rule));
  if (outcome != BoxMounter::Outcome::kMounted || rule.kind == ProtectionRule::Kind::kPin)
    return {};
  const bool is_changed = state_of(rule.path) != before;
  sink_({is_changed ? Report::Kind::kRestoredChanged : Report::Kind::kRestored, rule.path});
  return {};
}

}  // namespace mino::linux
