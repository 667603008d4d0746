#include "adapters/linux/project_guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <set>
#include <utility>

#include "adapters/linux/link_walk.hpp"
#include "adapters/linux/repository_search.hpp"
#include "adapters/posix/beneath.hpp"
#include "adapters/posix/directory_steps.hpp"
#include "adapters/posix/posix_error.hpp"
#include "domain/protect/exclude_block.hpp"
#include "domain/run/mount.hpp"
#include "domain/run/text.hpp"

namespace mino::linux {
namespace {

using posix::Kind;
using posix::UniqueFd;

/// Git shows nothing that lies in a directory of that name, wherever it is.
bool is_unseen_by_git(const std::string& directory) {
  return ("/" + directory + "/").find("/.git/") != std::string::npos;
}

}  // namespace

ProjectGuard::ProjectGuard(Task task, PlaceholderStore& store, ProjectDefuser& defuser, Sink sink)
    : task_(std::move(task)), store_(store), defuser_(defuser), sink_(std::move(sink)) {}

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
  for (const ProtectionRule& rule : rules_) {
    if (rule.kind == ProtectionRule::Kind::kHidden) hidden_.push_back(rule.path);
  }
  MINO_TRY(fill(rules_, Occasion::kStart));
  // Found out here, while the box is being made, and not when the agent waits for it.
  std::erase_if(rules_, [this](const ProtectionRule& rule) {
    return !rule.placeholder && !leads_to_hidden(rule) &&
           posix::kind_beneath(project_.get(), rule.path) == Kind::kAbsent;
  });
  // Before anything is mounted, so that nothing is replaced unseen afterwards.
  for (const ProtectionRule& rule : rules_) MINO_TRY(watch_->watch(rule.path));
  if (task_.plan.level != ProtectLevel::kOff) watch_gitlinks(survey);
  return {};
}

void ProjectGuard::watch_gitlinks(const ProjectSurvey& survey) {
  const auto defused = [this](const std::string& path, const std::string& what) {
    // A box that writes it again and again fills neither the audit log nor the owner's socket.
    const auto times = static_cast<unsigned>(++defused_[path]);
    if (std::has_single_bit(times)) sink_({Report::Kind::kDefused, path, what});
  };
  const auto failed = [this](const std::string& path, const Error& error) {
    if (defused_.emplace(path, 0).second) {
      sink_({Report::Kind::kWarning,
             fmt::format("{} runs something when git looks at it, and cannot be defused: {}",
                         visible_text(path), error.text())});
    }
  };
  const auto warning = [this](const std::string& text) { sink_({Report::Kind::kWarning, text}); };
  gitlinks_.emplace(task_.project, project_.get(), *watch_, defuser_,
                    GitlinkGuard::Sink{{defused, failed}, warning});
  gitlinks_->start(survey);
}

void ProjectGuard::leave() {
  mounter_.reset();
  if (gitlinks_) gitlinks_->look_at_all();
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
  const posix::SplitPath split = posix::split_path(path);
  const std::string directory(split.directory);
  if (is_unseen_by_git(directory)) return std::nullopt;
  auto known = repositories_.find(directory);
  if (known == repositories_.end()) {
    const std::string absolute =
        directory.empty() ? task_.project : task_.project + "/" + directory;
    std::optional<Placeholder::Exclude> prefix;
    const auto repository = enclosing_repository(absolute, task_.project);
    // A git directory may have another name.
    if (repository && !is_within(absolute, repository->common_directory)) {
      std::string inside = absolute.substr(repository->tree == "/" ? 0 : repository->tree.size());
      prefix = Placeholder::Exclude{repository->common_directory, std::move(inside)};
    }
    known = repositories_.emplace(directory, std::move(prefix)).first;
  }
  if (!known->second) return std::nullopt;
  const std::string inside = known->second->pattern + "/" + std::string(split.name);
  return Placeholder::Exclude{known->second->git_directory, exclude_pattern(inside.substr(1))};
}

Result<int> ProjectGuard::protect(pid_t box) {
  auto mounter = BoxMounter::enter(
      box, {.project = task_.project, .workdir = task_.workdir, .hidden = hidden_.size()});
  if (!mounter.ok()) return std::move(mounter).error();
  mounter_.emplace(std::move(mounter).value());
  MINO_ASSIGN(const std::vector<BoxMounter::Outcome> outcomes, mounter_->mount(rules_));
  int count = 0;
  std::vector<ProtectionRule> kept;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const ProtectionRule& rule = rules_[i];
    const bool is_absent = outcomes[i] == BoxMounter::Outcome::kAbsent;
    // What the box itself makes under a name that may be absent stays its own.
    if (!is_absent || rule.placeholder || leads_to_hidden(rule)) kept.push_back(rule);
    if (is_absent || rule.kind == ProtectionRule::Kind::kPin) continue;
    ++count;
    warn_of_other_names(rule.path);
  }
  rules_ = std::move(kept);
  return count;
}

bool ProjectGuard::leads_to_hidden(const ProtectionRule& rule) const {
  return std::ranges::any_of(
      hidden_, [&rule](const std::string& hidden) { return is_within(hidden, rule.path); });
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
  if (gitlinks_) gitlinks_->handle(changed);
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
    Result<void> watched = watch_->watch_anew(rule.path);
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
  Result<void> restored = restore(concerned);
  if (handled.ok()) handled = std::move(restored);
  return handled;
}

Result<void> ProjectGuard::restore(const std::vector<ProtectionRule>& rules) {
  std::vector<std::string> before;
  before.reserve(rules.size());
  for (const ProtectionRule& rule : rules) before.push_back(state_of(rule.path));
  MINO_ASSIGN(const std::vector<BoxMounter::Outcome> outcomes, mounter_->mount(rules));
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (outcomes[i] != BoxMounter::Outcome::kMounted || rules[i].kind == ProtectionRule::Kind::kPin)
      continue;
    const bool is_changed = state_of(rules[i].path) != before[i];
    sink_({is_changed ? Report::Kind::kRestoredChanged : Report::Kind::kRestored, rules[i].path});
  }
  return {};
}

}  // namespace mino::linux
