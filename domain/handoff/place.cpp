#include "domain/handoff/place.hpp"

#include <algorithm>
#include <array>

#include "domain/protect/protected_names.hpp"

namespace mino {
namespace {

constexpr std::uint32_t kSetIdBits = 06000;
constexpr std::uint32_t kExecuteBits = 0111;
constexpr std::string_view kHusky = ".husky";

struct NamedClass {
  std::string_view name;
  HandoffClass what;
};

constexpr auto kBuild = HandoffClass::kBuildFile;
constexpr auto kServer = HandoffClass::kCi;
constexpr auto kTreeNames = std::to_array<NamedClass>({
    {".git", HandoffClass::kGitFile},
    {"package.json", HandoffClass::kPackageScripts},
    {"Makefile", kBuild},
    {"makefile", kBuild},
    {"GNUmakefile", kBuild},
    {"justfile", kBuild},
    {"Justfile", kBuild},
    {".justfile", kBuild},
    {"Taskfile.yml", kBuild},
    {"Taskfile.yaml", kBuild},
    {"taskfile.yml", kBuild},
    {"taskfile.yaml", kBuild},
    {"Jenkinsfile", kServer},
    {"azure-pipelines.yml", kServer},
    {"azure-pipelines.yaml", kServer},
    {"bitbucket-pipelines.yml", kServer},
    {".gitlab-ci.yml", kServer},
    {".travis.yml", kServer},
    {".drone.yml", kServer},
    {".woodpecker.yml", kServer},
    {".cirrus.yml", kServer},
    {"appveyor.yml", kServer},
    {".appveyor.yml", kServer},
});
constexpr auto kGitNames = std::to_array<NamedClass>({
    {"hooks", HandoffClass::kHook},  // when it is no directory
    {"config", HandoffClass::kGitConfig},
    {"config.worktree", HandoffClass::kGitConfig},
    {"commondir", HandoffClass::kGitFile},
    {"info", HandoffClass::kGitFile},  // when it is no directory
});
constexpr auto kStores = std::to_array<std::string_view>({"objects", "refs", "logs", "lfs"});
constexpr auto kCiDirectories =
    std::to_array<std::string_view>({".circleci", ".woodpecker", ".buildkite", ".gitea"});
constexpr auto kGithubCi = std::to_array<std::string_view>({"workflows", "actions"});

/// Sorts most names out: this is asked for every name of a project. 0xE2 and 0xEF begin the
/// characters that looks_like() leaves out.
bool may_be_known(std::string_view name) {
  constexpr std::string_view kFirst = ".pMGmjJTtab\xE2\xEF";
  return name.ends_with(".sh") ||
         (!name.empty() && kFirst.find(name.front()) != std::string_view::npos);
}

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

template <typename Names>
std::optional<HandoffClass> class_in(const Names& names, std::string_view name) {
  const auto found = std::ranges::find(names, name, &NamedClass::name);
  if (found == names.end()) return std::nullopt;
  return found->what;
}

bool is_protected(std::string_view name, ProtectedKind kind) {
  return std::ranges::any_of(protected_project_names(), [&](const ProtectedName& each) {
    return each.kind == kind && each.name == name;
  });
}

bool may_be_taken_for_another(std::string_view name) {
  return std::ranges::any_of(
      name, [](char c) { return (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; });
}

bool is_look_alike(std::string_view name) {
  if (!may_be_taken_for_another(name)) return false;
  if (looks_like(name, ".git")) return true;
  return std::ranges::any_of(protected_project_names(), [name](const ProtectedName& each) {
    return looks_like(name, each.name);
  });
}

bool is_hook(std::string_view name) {
  return !name.ends_with(".sample") && !name.ends_with(".mino-quarantined") &&
         !name.starts_with('.') && !name.ends_with(".md");
}

std::optional<HandoffClass> class_by_name(Place place, std::string_view name) {
  switch (place) {
    case Place::kTree:
    case Place::kGithub:
      if (const auto found = class_in(kTreeNames, name)) return found;
      if (is_protected(name, ProtectedKind::kFile) || is_protected(name, ProtectedKind::kDirectory))
        return HandoffClass::kProtectedName;
      if (is_look_alike(name)) return HandoffClass::kLookAlike;
      return std::nullopt;
    case Place::kModules:
      if (name == ".git") return HandoffClass::kGitFile;
      if (is_look_alike(name) && looks_like(name, ".git")) return HandoffClass::kLookAlike;
      return std::nullopt;
    case Place::kGit:
    case Place::kWorktree:
      return class_in(kGitNames, name);
    case Place::kGitHooks:
      return is_hook(name) ? std::optional(HandoffClass::kHook) : std::nullopt;
    case Place::kGitInfo:
      return name == "attributes" ? std::optional(HandoffClass::kGitFile) : std::nullopt;
    case Place::kProtected:
      return HandoffClass::kProtectedName;
    case Place::kCi:
      return HandoffClass::kCi;
    case Place::kGitStore:
      return std::nullopt;
  }
  return std::nullopt;
}

bool is_script(const Entry& entry) {
  return (entry.mode & kExecuteBits) != 0 ||
         (entry.name.ends_with(".sh") && entry.place != Place::kModules);
}

}  // namespace

void GitMarks::add(std::string_view name) {
  if (name == "HEAD") head = true;
  if (name == "objects") objects = true;
  if (name == "refs") refs = true;
  if (name == "commondir") commondir = true;
}

Place place_with(Place place, const GitMarks& marks) {
  const bool is_tree = place == Place::kTree || place == Place::kModules;
  if (!is_tree || !marks.head) return place;
  if (marks.objects && marks.refs) return Place::kGit;
  return marks.commondir ? Place::kWorktree : place;
}

Place place_below(Place parent, std::string_view name) {
  if (name == ".git" && parent != Place::kGitStore) return Place::kGit;
  switch (parent) {
    case Place::kTree:
      if (name == "node_modules") return Place::kModules;
      if (name == ".github") return Place::kGithub;
      if (name == kHusky) return Place::kGitHooks;
      if (holds(kCiDirectories, name)) return Place::kCi;
      return is_protected(name, ProtectedKind::kDirectory) ? Place::kProtected : Place::kTree;
    case Place::kGithub:
      return holds(kGithubCi, name) ? Place::kCi : Place::kTree;
    case Place::kGit:
    case Place::kWorktree:
      if (name == "hooks") return Place::kGitHooks;
      if (name == "info") return Place::kGitInfo;
      return holds(kStores, name) ? Place::kGitStore : Place::kTree;
    case Place::kGitInfo:
      return Place::kTree;
    case Place::kModules:
    case Place::kGitHooks:
    case Place::kGitStore:
    case Place::kProtected:
    case Place::kCi:
      return parent;
  }
  return parent;
}

bool is_candidate(Place place, std::string_view name) {
  if (place == Place::kTree && !may_be_known(name)) return false;
  if (class_by_name(place, name)) return true;
  return place == Place::kTree && name.ends_with(".sh");
}

std::optional<HandoffClass> classify(const Entry& entry) {
  const std::optional<HandoffClass> named = class_by_name(entry.place, entry.name);
  if (entry.kind == EntryKind::kDirectory) {
    // What is in a directory of a known name is told, not the directory.
    return named == HandoffClass::kLookAlike ? named : std::nullopt;
  }
  if (named && *named < HandoffClass::kSetuid) return named;
  if (entry.kind == EntryKind::kFile && (entry.mode & kSetIdBits) != 0)
    return HandoffClass::kSetuid;
  const bool is_readable = entry.kind == EntryKind::kFile || entry.kind == EntryKind::kLink;
  if (named && is_readable) return named;
  if (entry.kind == EntryKind::kLink && entry.leaves_project) return HandoffClass::kLink;
  const bool is_tree = entry.place == Place::kTree || entry.place == Place::kModules ||
                       entry.place == Place::kGithub;
  if (is_tree && entry.kind == EntryKind::kFile && is_script(entry))
    return HandoffClass::kExecutable;
  return std::nullopt;
}

bool leaves_by_name(std::string_view path, std::string_view target) {
  if (target.starts_with('/')) return true;
  std::ptrdiff_t depth = std::ranges::count(path, '/');
  while (!target.empty()) {
    const std::size_t end = std::min(target.find('/'), target.size());
    const std::string_view part = target.substr(0, end);
    if (part == "..") {
      if (--depth < 0) return true;
    } else if (!part.empty() && part != ".") {
      ++depth;
    }
    target.remove_prefix(std::min(end + 1, target.size()));
  }
  return false;
}

}  // namespace mino
