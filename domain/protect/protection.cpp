#include "domain/protect/protection.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "domain/run/mount.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

using Kind = ProtectionRule::Kind;

std::string below(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : directory + "/" + std::string(name);
}

/// A directory comes before what is below it, and both before any other name that begins like the
/// directory: "a", "a/b", "a-b".
struct ByComponents {
  bool operator()(const std::string& a, const std::string& b) const {
    return std::ranges::lexicographical_compare(a, b, {}, weight, weight);
  }
  static int weight(char c) { return c == '/' ? -1 : static_cast<unsigned char>(c); }
};

class RuleSet {
 public:
  /// Directories above a placeholder are placeholders themselves, but for `base`, in which it is
  /// wanted, and what is above that: where the host removes those, they stay away.
  void add(ProtectionRule rule, std::string_view base = {}) {
    for (std::size_t slash = rule.path.find('/'); slash != std::string::npos;
         slash = rule.path.find('/', slash + 1)) {
      std::optional<ProtectionRule::Placeholder> directory;
      if (rule.placeholder && slash > base.size()) directory = ProtectionRule::Placeholder{};
      insert({.path = rule.path.substr(0, slash), .kind = Kind::kPin, .placeholder = directory});
    }
    insert(std::move(rule));
  }
  void pin(const std::string& path) {
    if (!path.empty()) add({.path = path, .kind = Kind::kPin, .placeholder = std::nullopt});
  }

  /// What lies below a read-only or hidden directory needs no rule of its own, unless it is hidden.
  [[nodiscard]] std::vector<ProtectionRule> take() {
    std::vector<ProtectionRule> rules;
    const ProtectionRule* cover = nullptr;
    for (auto& [path, rule] : rules_) {
      const bool covered = cover != nullptr && path.starts_with(cover->path + "/");
      if (covered && !(rule.kind == Kind::kHidden && cover->kind == Kind::kReadOnly)) continue;
      if (!covered) cover = rule.kind == Kind::kPin ? nullptr : &rule;
      rules.push_back(rule);
    }
    return rules;
  }

  void insert(ProtectionRule rule) {
    const auto [place, is_new] = rules_.try_emplace(rule.path, rule);
    if (is_new) return;
    if (static_cast<int>(rule.kind) > static_cast<int>(place->second.kind))
      place->second.kind = rule.kind;
    if (!place->second.placeholder) place->second.placeholder = std::move(rule.placeholder);
  }

 private:
  std::map<std::string, ProtectionRule, ByComponents> rules_;
};

std::optional<ProtectionRule::Placeholder> placeholder_of(const ProtectedName& name) {
  if (name.when_absent == WhenAbsent::kReport) return std::nullopt;
  return ProtectionRule::Placeholder{name.kind, std::string(name.placeholder)};
}

enum class Absent { kPlaceholder, kLeave };

void add_names(RuleSet& rules, const std::string& directory, std::span<const ProtectedName> names,
               ProtectLevel level, Absent absent) {
  for (const ProtectedName& name : names) {
    if (name.level > level) continue;
    rules.add({.path = below(directory, name.name),
               .kind = Kind::kReadOnly,
               .placeholder = absent == Absent::kPlaceholder ? placeholder_of(name) : std::nullopt},
              directory);
  }
}

}  // namespace

Result<std::string> project_path(std::string_view text) {
  const auto refused = [text](std::string_view why) {
    return Error(ErrorCode::kUsage, "\"" + visible_text(text) + "\" " + std::string(why));
  };
  if (text.empty() || text.starts_with('/') || text.starts_with('~'))
    return refused("is not a path below the project");
  if (!check_mountable(text).ok()) return refused("holds control characters or is not UTF-8");
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('/', at), text.size());
    if (text.substr(at, end - at) == "..") return refused("leads out of the project");
    at = end + 1;
  }
  std::string path = normalize_path("/" + std::string(text)).substr(1);
  if (path.empty()) return refused("is the project itself");
  return path;
}

std::vector<ProtectionRule> protection_rules(const ProtectionPlan& plan,
                                             const ProjectSurvey& survey) {
  RuleSet rules;
  for (const std::string& path : plan.hidden)
    rules.add({.path = path, .kind = Kind::kHidden, .placeholder = std::nullopt});
  if (plan.level == ProtectLevel::kOff) return rules.take();

  const Absent deeper = survey.working_trees.size() > kMaxTreesWithPlaceholders
                            ? Absent::kLeave
                            : Absent::kPlaceholder;
  add_names(rules, "", protected_project_names(), plan.level, Absent::kPlaceholder);
  for (const std::string& tree : survey.working_trees) {
    if (!tree.empty()) add_names(rules, tree, protected_project_names(), plan.level, deeper);
    const std::string git = below(tree, ".git");
    // A pointer to the git directory, or a link, is no directory that could be pinned.
    const bool is_directory =
        std::ranges::find(survey.git_directories, git) != survey.git_directories.end();
    if (!is_directory)
      rules.add({.path = git, .kind = Kind::kReadOnly, .placeholder = std::nullopt});
  }
  for (const std::string& directory : survey.git_directories) {
    rules.pin(directory);
    add_names(rules, directory, protected_git_names(), plan.level, Absent::kPlaceholder);
  }
  for (const std::string& entry : survey.worktree_entries) {
    for (const std::string_view name : {"commondir", "gitdir"})
      rules.add({.path = below(entry, name), .kind = Kind::kReadOnly, .placeholder = std::nullopt});
    rules.add({.path = below(entry, "config.worktree"),
               .kind = Kind::kReadOnly,
               .placeholder = ProtectionRule::Placeholder{ProtectedKind::kFile, {}}},
              entry);
  }
  for (const ProjectSurvey::Configured& named : survey.configured) {
    const std::string directory = named.path.substr(0, named.path.find_last_of('/') + 1);
    rules.add({.path = named.path,
               .kind = Kind::kReadOnly,
               .placeholder = ProtectionRule::Placeholder{named.kind, {}}},
              directory);
  }
  for (const std::string& link : survey.links)
    rules.add({.path = link, .kind = Kind::kReadOnly, .placeholder = std::nullopt});
  return rules.take();
}

std::vector<ProtectionRule> rules_for_target(const ProtectionRule& link,
                                             const std::string& target) {
  RuleSet rules;
  rules.add({.path = target, .kind = link.kind, .placeholder = std::nullopt});
  return rules.take();
}

std::vector<ProtectionRule> merged(std::vector<ProtectionRule> rules,
                                   std::vector<ProtectionRule> more) {
  RuleSet all;
  for (ProtectionRule& rule : rules) all.insert(std::move(rule));
  for (ProtectionRule& rule : more) all.insert(std::move(rule));
  return all.take();
}

}  // namespace mino
