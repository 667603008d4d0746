#include "domain/protect/protection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace mino {
namespace {

using Kind = ProtectionRule::Kind;

const ProtectionRule* find(const std::vector<ProtectionRule>& rules, const std::string& path) {
  const auto found = std::ranges::find(rules, path, &ProtectionRule::path);
  return found == rules.end() ? nullptr : &*found;
}

std::string kind_of(const std::vector<ProtectionRule>& rules, const std::string& path) {
  const ProtectionRule* rule = find(rules, path);
  if (rule == nullptr) return "none";
  switch (rule->kind) {
    case Kind::kPin:
      return "pin";
    case Kind::kReadOnly:
      return "read-only";
    case Kind::kHidden:
      return "hidden";
  }
  return "?";
}

ProtectionPlan plan(ProtectLevel level, std::vector<std::string> hidden = {}) {
  return {.level = level, .hidden = std::move(hidden), .helper_program = "/h"};
}

ProjectSurvey one_repository() {
  return {.working_trees = {""}, .git_directories = {".git"}, .worktree_entries = {}};
}

TEST(ProtectionRules, OfAProjectWithoutARepositoryAreTheNamesAtItsTop) {
  const auto rules = protection_rules(plan(ProtectLevel::kStrict), {});
  EXPECT_EQ(rules.size(), protected_project_names().size());
  EXPECT_EQ(kind_of(rules, ".envrc"), "read-only");
  ASSERT_NE(find(rules, ".mcp.json"), nullptr);
  EXPECT_EQ(find(rules, ".mcp.json")->placeholder->content, "{\"mcpServers\": {}}\n");
  EXPECT_EQ(find(rules, ".npmrc")->placeholder, std::nullopt) << "agents make it";
}

TEST(ProtectionRules, PinTheGitDirectoryAndFreezeWhatGitRuns) {
  const auto rules = protection_rules(plan(ProtectLevel::kGit), one_repository());
  EXPECT_EQ(kind_of(rules, ".git"), "pin");
  EXPECT_EQ(kind_of(rules, ".git/info"), "pin") << "info/exclude stays writable";
  for (const char* path : {".git/hooks", ".git/config", ".git/config.worktree", ".git/commondir",
                           ".git/info/attributes"})
    EXPECT_EQ(kind_of(rules, path), "read-only") << path;
  EXPECT_EQ(find(rules, ".git/commondir")->placeholder->content, ".\n");
  EXPECT_EQ(kind_of(rules, ".vscode"), "none") << "only with strict";
  EXPECT_EQ(kind_of(rules, ".mino.toml"), "read-only");
}

TEST(ProtectionRules, PinEveryAncestorOfANestedRepository) {
  ProjectSurvey survey = one_repository();
  survey.working_trees.emplace_back("third/party/lib");
  survey.git_directories.emplace_back("third/party/lib/.git");
  const auto rules = protection_rules(plan(ProtectLevel::kStrict), survey);
  for (const char* path : {"third", "third/party", "third/party/lib", "third/party/lib/.git"})
    EXPECT_EQ(kind_of(rules, path), "pin") << path;
  EXPECT_EQ(kind_of(rules, "third/party/lib/.git/hooks"), "read-only");
  EXPECT_EQ(kind_of(rules, "third/party/lib/.envrc"), "read-only");
}

TEST(ProtectionRules, FreezeThePointerOfASubmoduleAndWhatItPointsTo) {
  ProjectSurvey survey = one_repository();
  survey.working_trees.emplace_back("lib");
  survey.git_directories.emplace_back(".git/modules/lib");
  const auto rules = protection_rules(plan(ProtectLevel::kGit), survey);
  EXPECT_EQ(kind_of(rules, "lib/.git"), "read-only");
  EXPECT_EQ(kind_of(rules, ".git/modules"), "pin");
  EXPECT_EQ(kind_of(rules, ".git/modules/lib/config"), "read-only");
  EXPECT_EQ(find(rules, "lib/.git")->placeholder, std::nullopt);
}

TEST(ProtectionRules, FreezeThePointersOfALinkedWorktree) {
  ProjectSurvey survey = one_repository();
  survey.worktree_entries.emplace_back(".git/worktrees/w");
  const auto rules = protection_rules(plan(ProtectLevel::kGit), survey);
  EXPECT_EQ(kind_of(rules, ".git/worktrees/w/commondir"), "read-only");
  EXPECT_EQ(kind_of(rules, ".git/worktrees/w/gitdir"), "read-only");
  EXPECT_EQ(kind_of(rules, ".git/worktrees/w"), "pin");
}

TEST(ProtectionRules, AreForABareRepositoryThoseOfAGitDirectory) {
  const auto rules = protection_rules(
      plan(ProtectLevel::kGit),
      {.working_trees = {}, .git_directories = {"mirror.git"}, .worktree_entries = {}});
  EXPECT_EQ(kind_of(rules, "mirror.git"), "pin");
  EXPECT_EQ(kind_of(rules, "mirror.git/config"), "read-only");
}

TEST(ProtectionRules, OffProtectsOnlyWhatIsHidden) {
  const auto rules =
      protection_rules(plan(ProtectLevel::kOff, {"deploy/keys/.env"}), one_repository());
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(kind_of(rules, "deploy/keys/.env"), "hidden");
  EXPECT_EQ(kind_of(rules, "deploy/keys"), "pin");
}

TEST(ProtectionRules, WhatIsHiddenInAReadOnlyDirectoryIsHiddenStill) {
  const auto rules = protection_rules(plan(ProtectLevel::kStrict, {".vscode/secrets.json"}), {});
  EXPECT_EQ(kind_of(rules, ".vscode"), "read-only");
  EXPECT_EQ(kind_of(rules, ".vscode/secrets.json"), "hidden");
}

TEST(ProtectionRules, HiddenIsMoreThanReadOnly) {
  EXPECT_EQ(kind_of(protection_rules(plan(ProtectLevel::kStrict, {".envrc"}), {}), ".envrc"),
            "hidden");
}

TEST(ProtectionRules, ComeInAnOrderInWhichADirectoryPrecedesWhatIsInIt) {
  ProjectSurvey survey = one_repository();
  for (const char* tree : {"a-b", "a", "a/b", "a.b/c", "z"}) {
    survey.working_trees.emplace_back(tree);
    survey.git_directories.push_back(std::string(tree) + "/.git");
  }
  const auto rules = protection_rules(plan(ProtectLevel::kStrict, {"a-b/x", "a/b/y"}), survey);
  std::set<std::string> seen;
  for (const ProtectionRule& rule : rules) {
    EXPECT_TRUE(seen.insert(rule.path).second) << rule.path << " comes twice";
    for (std::size_t slash = rule.path.find('/'); slash != std::string::npos;
         slash = rule.path.find('/', slash + 1)) {
      EXPECT_TRUE(seen.contains(rule.path.substr(0, slash)))
          << rule.path << " is not held by " << rule.path.substr(0, slash);
    }
  }
}

TEST(ProtectionRules, OfVeryManyRepositoriesHavePlaceholdersOnlyForGit) {
  ProjectSurvey survey = one_repository();
  for (std::size_t i = 0; i < kMaxTreesWithPlaceholders; ++i) {
    survey.working_trees.push_back("r" + std::to_string(i));
    survey.git_directories.push_back(survey.working_trees.back() + "/.git");
  }
  const auto rules = protection_rules(plan(ProtectLevel::kStrict), survey);
  EXPECT_TRUE(find(rules, ".envrc")->placeholder.has_value()) << "at the top they stay";
  EXPECT_FALSE(find(rules, "r7/.envrc")->placeholder.has_value());
  EXPECT_TRUE(find(rules, "r7/.git/commondir")->placeholder.has_value());
}

TEST(ProtectionRules, ThePlaceholderOfAPathBringsThoseOfItsDirectories) {
  const auto rules = protection_rules(plan(ProtectLevel::kGit), one_repository());
  ASSERT_TRUE(find(rules, ".git/info")->placeholder.has_value());
  EXPECT_EQ(find(rules, ".git/info")->placeholder->kind, ProtectedKind::kDirectory);
}

TEST(ProtectionRules, FreezeWhatTheConfigurationNamesAndPinTheWayThere) {
  ProjectSurvey survey = one_repository();
  survey.configured = {{"tools/hooks", ProtectedKind::kDirectory},
                       {"shared.config", ProtectedKind::kFile}};
  const auto rules = protection_rules(plan(ProtectLevel::kGit), survey);
  EXPECT_EQ(kind_of(rules, "tools"), "pin");
  EXPECT_EQ(kind_of(rules, "tools/hooks"), "read-only");
  ASSERT_TRUE(find(rules, "shared.config")->placeholder.has_value());
  EXPECT_EQ(find(rules, "shared.config")->placeholder->kind, ProtectedKind::kFile);
}

TEST(Merged, HoldsTheTargetOfALinkAndItsDirectories) {
  auto rules = protection_rules(plan(ProtectLevel::kStrict), {});
  const ProtectionRule link = *find(rules, ".vscode");
  rules = merged(std::move(rules), rules_for_target(link, "tools/editor"));
  EXPECT_EQ(kind_of(rules, "tools/editor"), "read-only");
  EXPECT_EQ(kind_of(rules, "tools"), "pin");
  EXPECT_EQ(find(rules, "tools/editor")->placeholder, std::nullopt);
}

TEST(ProjectPath, IsNormalized) {
  EXPECT_EQ(project_path("./a//b/./c/").value(), "a/b/c");
  EXPECT_EQ(project_path(".env").value(), ".env");
  EXPECT_EQ(project_path("..a/b..").value(), "..a/b..");
}

TEST(ProjectPath, RefusesWhatIsNotBelowTheProject) {
  for (const char* text :
       {"", ".", "./", "/etc/passwd", "..", "a/../../b", "~/.ssh", "a\nb", "a/.."})
    EXPECT_FALSE(project_path(text).ok()) << text;
}

}  // namespace
}  // namespace mino
