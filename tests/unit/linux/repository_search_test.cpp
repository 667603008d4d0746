#include "adapters/linux/repository_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temp_dir.hpp"

namespace mino::linux {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RepositorySearch : public ::testing::Test {
 protected:
  RepositorySearch() : project_(fs::canonical(directory_.path()) / "project") {
    fs::create_directory(project_);
  }

  void git_directory(const fs::path& path) const {
    fs::create_directories(project_ / path / "objects");
    fs::create_directories(project_ / path / "refs");
    write(path / "HEAD", "ref: refs/heads/main\n");
  }
  void write(const fs::path& path, const std::string& text) const {
    fs::create_directories((project_ / path).parent_path());
    std::ofstream(project_ / path) << text;
  }
  [[nodiscard]] ProjectSurvey find() const { return find_repositories(project_.native()); }

  testing_support::TempDir directory_;
  fs::path project_;
};

TEST_F(RepositorySearch, FindsTheTopAndWhatIsNested) {
  git_directory(".git");
  git_directory("third/party/.git");
  const ProjectSurvey survey = find();
  EXPECT_THAT(survey.working_trees, ElementsAre("", "third/party"));
  EXPECT_THAT(survey.git_directories, ElementsAre(".git", "third/party/.git"));
  EXPECT_TRUE(survey.is_complete);
}

TEST_F(RepositorySearch, ReadsAPointerAsGitDoes) {
  git_directory("one\nline/g");
  write("a/.git", "gitdir: ../one\nline/g" + std::string(5000, '\n'));
  EXPECT_THAT(find().git_directories, ElementsAre("one\nline/g"));
}

TEST_F(RepositorySearch, LooksIntoDirectoriesOfFilesAndOfDirectories) {
  git_directory(".git/modules/m");
  write("files/.git", "gitdir: ../.git/modules/m\n");
  write("files/a", "");
  write("both/.git", "gitdir: ../.git/modules/m\n");
  write("both/deep/a", "");
  fs::create_symlink("files", project_ / "link");
  fs::create_directories(project_ / "not-git");
  write("not-git/HEAD", "");
  const ProjectSurvey survey = find();
  EXPECT_THAT(survey.working_trees, ElementsAre("", "both", "files"));
  EXPECT_THAT(survey.git_directories, ElementsAre(".git", ".git/modules/m"));
}

TEST_F(RepositorySearch, FindsNothingInAProjectWithoutRepositories) {
  write("src/main.c", "");
  EXPECT_THAT(find().working_trees, IsEmpty());
}

TEST_F(RepositorySearch, FollowsThePointerOfASubmodule) {
  git_directory(".git");
  git_directory(".git/modules/libs/one");
  git_directory(".git/modules/libs/one/modules/inner");
  write("lib/.git", "gitdir: ../.git/modules/libs/one\n");
  const ProjectSurvey survey = find();
  EXPECT_THAT(survey.working_trees, ElementsAre("", "lib"));
  EXPECT_THAT(survey.git_directories,
              ElementsAre(".git", ".git/modules/libs/one", ".git/modules/libs/one/modules/inner"));
}

TEST_F(RepositorySearch, FindsTheEntriesOfLinkedWorktrees) {
  git_directory(".git");
  write(".git/worktrees/w/commondir", "../..\n");
  write("w/.git", "gitdir: " + (project_ / ".git/worktrees/w").native() + "\n");
  const ProjectSurvey survey = find();
  EXPECT_THAT(survey.worktree_entries, ElementsAre(".git/worktrees/w"));
  EXPECT_THAT(survey.git_directories, ElementsAre(".git"));
}

TEST_F(RepositorySearch, LeavesWhatLiesOutsideTheProject) {
  fs::create_directories(directory_ / "elsewhere.git");
  write(".git", "gitdir: " + (directory_ / "elsewhere.git").native() + "\n");
  write("sub/.git", "gitdir: /nowhere/at/all\n");
  write("odd/.git", "not a pointer");
  const ProjectSurvey survey = find();
  EXPECT_THAT(survey.working_trees, ElementsAre("", "odd", "sub"));
  EXPECT_THAT(survey.git_directories, IsEmpty());
}

TEST_F(RepositorySearch, FindsBareRepositories) {
  git_directory("mirrors/a.git");
  const ProjectSurvey survey = find();
  EXPECT_THAT(survey.git_directories, ElementsAre("mirrors/a.git"));
  EXPECT_THAT(survey.working_trees, IsEmpty());
}

TEST_F(RepositorySearch, FollowsALinkThatIsAGitDirectoryAndNoOther) {
  git_directory("real");
  fs::create_directory(project_ / "tree");
  fs::create_directory_symlink("../real", project_ / "tree/.git");
  fs::create_directory_symlink("tree", project_ / "again");
  fs::create_directory_symlink(".", project_ / "loop");
  fs::create_directory_symlink("missing", project_ / "dangling");
  const ProjectSurvey survey = find();
  EXPECT_THAT(survey.working_trees, ElementsAre("tree"));
  EXPECT_THAT(survey.git_directories, ElementsAre("real"));
}

TEST_F(RepositorySearch, TakesAnEmptyGitDirectoryForOneThatIsToBecomeARepository) {
  fs::create_directory(project_ / ".git");
  EXPECT_THAT(find().git_directories, ElementsAre(".git"));
}

TEST_F(RepositorySearch, PassesOverWhatCannotBeRead) {
  git_directory("open/.git");
  fs::create_directory(project_ / "closed");
  fs::permissions(project_ / "closed", fs::perms::none);
  EXPECT_THAT(find().working_trees, ElementsAre("open"));
  fs::permissions(project_ / "closed", fs::perms(0700));
  EXPECT_THAT(find_repositories("/nowhere/at/all").working_trees, IsEmpty());
}

TEST_F(RepositorySearch, TheEnclosingRepositoryMayLieAboveTheProject) {
  git_directory(".git");
  fs::create_directories(project_ / "packages/a");
  const auto found =
      enclosing_repository((project_ / "packages/a").native(), (project_ / "packages/a").native());
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->tree, project_.native());
  EXPECT_EQ(found->common_directory, (project_ / ".git").native());
}

TEST_F(RepositorySearch, TheCommonDirectoryOfALinkedWorktreeIsTheMainOne) {
  git_directory(".git");
  write(".git/worktrees/w/commondir", "../..\n");
  write("w/.git", "gitdir: " + (project_ / ".git/worktrees/w").native() + "\n");
  const auto found = enclosing_repository((project_ / "w").native(), project_.native());
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->tree, (project_ / "w").native());
  EXPECT_EQ(found->common_directory, (project_ / ".git").native());
}

/// The repository that a tree in the project claims to belong to lies outside it.
class ForeignRepository : public RepositorySearch {
 protected:
  ForeignRepository() : foreign_(fs::canonical(directory_.path()) / "foreign.git") {
    fs::create_directories(foreign_);
    write(".git", "gitdir: " + foreign_.native() + "\n");
  }
  [[nodiscard]] bool is_believed() const {
    return enclosing_repository(project_.native(), project_.native()).has_value();
  }

  fs::path foreign_;
};

TEST_F(ForeignRepository, IsNotBelievedOnTheProjectsWord) {
  EXPECT_FALSE(is_believed());
  std::ofstream(foreign_ / "gitdir") << (directory_ / "other/.git").native() << '\n';
  EXPECT_FALSE(is_believed());
}

TEST_F(ForeignRepository, IsBelievedWhenItNamesTheTreeAsALinkedWorktreeDoes) {
  std::ofstream(foreign_ / "gitdir") << (project_ / ".git").native() << '\n';
  EXPECT_TRUE(is_believed());
}

TEST_F(ForeignRepository, IsBelievedWhenItNamesTheTreeAsASubmoduleDoes) {
  std::ofstream(foreign_ / "config") << "[core]\n\tworktree = ../project\n";
  EXPECT_TRUE(is_believed());
}

TEST_F(ForeignRepository, IsNotReachedThroughACommonDirectoryOfTheProjects) {
  std::ofstream(foreign_ / "gitdir") << (project_ / ".git").native() << '\n';
  fs::remove(project_ / ".git");
  git_directory(".git");
  write(".git/commondir", foreign_.native() + "\n");
  EXPECT_FALSE(is_believed());
}

TEST_F(RepositorySearch, FindsWhatTheConfigurationNamesInTheProject) {
  git_directory(".git");
  write(".git/config",
        "[core]\n\thooksPath = tools/hooks/\n[include]\n\tpath = ../shared.config\n"
        "\tpath = ~/own\n[includeIf \"onbranch:x\"]\n\tpath = /etc/other\n");
  git_directory(".git/modules/lib");
  write(".git/modules/lib/config", "[core]\n\tworktree = ../../../lib\n\thooksPath = .hooks\n");
  write("lib/.git", "gitdir: ../.git/modules/lib\n");
  using Configured = ProjectSurvey::Configured;
  EXPECT_THAT(find().configured, ElementsAre(Configured{"lib/.hooks", ProtectedKind::kDirectory},
                                             Configured{"shared.config", ProtectedKind::kFile},
                                             Configured{"tools/hooks", ProtectedKind::kDirectory}));
}

TEST_F(RepositorySearch, TakesACommonDirectoryOfTheProjectForAGitDirectory) {
  git_directory(".git");
  write(".git/commondir", "elsewhere\n");
  fs::create_directories(project_ / ".git/elsewhere");
  EXPECT_THAT(find().git_directories, ElementsAre(".git", ".git/elsewhere"));
}

}  // namespace
}  // namespace mino::linux
