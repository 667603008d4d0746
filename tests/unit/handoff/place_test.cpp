#include "domain/handoff/place.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace mino {
namespace {

/// The place of the directory at a path below the project.
Place place_of(std::string_view path) {
  Place place = Place::kTree;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    place = place_below(place, path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return place;
}

struct Case {
  std::string directory;
  std::string name;
  std::optional<HandoffClass> expected;
  EntryKind kind = EntryKind::kFile;
  std::uint32_t mode = 0644;
};

class Classify : public ::testing::TestWithParam<Case> {};

TEST_P(Classify, SaysWhatAnEntryIs) {
  const Case& each = GetParam();
  const Place place = place_of(each.directory);
  EXPECT_EQ(classify({.place = place, .name = each.name, .kind = each.kind, .mode = each.mode}),
            each.expected)
      << each.directory << "/" << each.name;
}

TEST_P(Classify, NamesThatMatterAreCandidates) {
  const Case& each = GetParam();
  if (!each.expected || each.kind != EntryKind::kFile || (each.mode & 06111U) != 0) return;
  EXPECT_TRUE(is_candidate(place_of(each.directory), each.name)) << each.name;
}

constexpr auto kNothing = std::nullopt;
using enum HandoffClass;
INSTANTIATE_TEST_SUITE_P(
    Git, Classify,
    ::testing::Values(Case{".git/hooks", "pre-commit", kHook, EntryKind::kFile, 0755},
                      Case{".git/hooks", "pre-commit", kHook},
                      Case{".git/hooks", "pre-commit", kHook, EntryKind::kLink},
                      Case{".git/hooks", "pre-commit.sample", kNothing, EntryKind::kFile, 0755},
                      Case{".git/hooks", "pre-commit.mino-quarantined", kNothing},
                      Case{".git", "hooks", kHook, EntryKind::kLink},
                      Case{".git", "hooks", kNothing, EntryKind::kDirectory},
                      Case{"a/node_modules/b/.git/hooks", "post-checkout", kHook},
                      Case{".husky", "pre-commit", kHook}, Case{".husky/_", "pre-push", kHook},
                      Case{".husky", ".gitignore", kNothing}, Case{".git", "config", kGitConfig},
                      Case{".git", "config.worktree", kGitConfig},
                      Case{".git", "commondir", kGitFile},
                      Case{".git/info", "attributes", kGitFile},
                      Case{".git/info", "exclude", kNothing}, Case{".git", "index", kNothing},
                      Case{"", ".git", kGitFile}, Case{"a/node_modules/b", ".git", kGitFile},
                      Case{"", ".git", kNothing, EntryKind::kDirectory},
                      Case{"", "config", kNothing}));
INSTANTIATE_TEST_SUITE_P(
    Names, Classify,
    ::testing::Values(Case{"", ".envrc", kProtectedName}, Case{"a/b", ".npmrc", kProtectedName},
                      Case{".vscode", "tasks.json", kProtectedName},
                      Case{"a/.idea/x", "y", kProtectedName},
                      Case{"", ".vscode", kProtectedName, EntryKind::kLink},
                      Case{"", ".GIT", kLookAlike, EntryKind::kDirectory},
                      Case{"", ".g\xE2\x80\x8Cit", kLookAlike, EntryKind::kDirectory},
                      Case{"", "\xE2\x80\x8C.git", kLookAlike}, Case{"", ".Envrc", kLookAlike},
                      Case{"", ".gitx", kNothing}, Case{"a", "package.json", kPackageScripts},
                      Case{"node_modules/a", "package.json", kNothing},
                      Case{"a", "package.json", kNothing, EntryKind::kOther},
                      Case{"", "Makefile", kBuildFile}, Case{"", "GNUmakefile", kBuildFile},
                      Case{"", "justfile", kBuildFile}, Case{"", "Taskfile.yml", kBuildFile},
                      Case{".github/workflows", "x.yml", kCi}, Case{".github", "x.yml", kNothing},
                      Case{".circleci", "config.yml", kCi}, Case{"", "Jenkinsfile", kCi},
                      Case{"", ".gitlab-ci.yml", kCi}, Case{"", "main.cpp", kNothing}));
INSTANTIATE_TEST_SUITE_P(
    Modes, Classify,
    ::testing::Values(Case{"", "x", kExecutable, EntryKind::kFile, 0755},
                      Case{"", "x.sh", kExecutable}, Case{"node_modules", "x.sh", kNothing},
                      Case{"node_modules", "x", kExecutable, EntryKind::kFile, 0755},
                      Case{"", "x", kSetuid, EntryKind::kFile, 04755},
                      Case{"", "x", kSetuid, EntryKind::kFile, 02644},
                      Case{"", "Makefile", kSetuid, EntryKind::kFile, 04755},
                      Case{"", "x", kNothing, EntryKind::kDirectory, 02755},
                      Case{".git", "x", kNothing, EntryKind::kFile, 0755}));

TEST(Classify, ALinkCountsWhenItLeavesTheProject) {
  Entry link{.name = "x", .kind = EntryKind::kLink, .mode = 0777};
  EXPECT_EQ(classify(link), std::nullopt);
  link.leaves_project = true;
  EXPECT_EQ(classify(link), HandoffClass::kLink);
}

TEST(Place, KnowsGitDirectoriesByWhatTheyHold) {
  GitMarks marks;
  for (const char* name : {"HEAD", "objects", "refs", "config"}) marks.add(name);
  EXPECT_EQ(place_with(Place::kTree, marks), Place::kGit);
  EXPECT_EQ(place_with(Place::kModules, marks), Place::kGit);
  EXPECT_EQ(place_with(Place::kGitHooks, marks), Place::kGitHooks);
  marks = {.head = true, .commondir = true};
  EXPECT_EQ(place_with(Place::kTree, marks), Place::kWorktree);
  marks = {.head = true, .objects = true};
  EXPECT_EQ(place_with(Place::kTree, marks), Place::kTree);
}

TEST(Place, LeavesObjectStoresOut) {
  EXPECT_EQ(place_of(".git/objects"), Place::kGitStore);
  EXPECT_EQ(place_of(".git/objects/aa"), Place::kGitStore);
  EXPECT_EQ(place_of("objects"), Place::kTree);
  EXPECT_EQ(place_of(".git/modules/objects"), Place::kTree);
}

TEST(LeavesByName, CountsStepsUp) {
  EXPECT_TRUE(leaves_by_name("a", "/etc/passwd"));
  EXPECT_TRUE(leaves_by_name("a", ".."));
  EXPECT_TRUE(leaves_by_name("a/b", "x/../../../y"));
  EXPECT_TRUE(leaves_by_name("a/b", "../.."));
  EXPECT_FALSE(leaves_by_name("a/b", ".."));
  EXPECT_FALSE(leaves_by_name("a/b/c", "../../x"));
  EXPECT_FALSE(leaves_by_name("a", "./b//c/../d"));
  EXPECT_FALSE(leaves_by_name("a", "..b"));
}

}  // namespace
}  // namespace mino
