#include "domain/protect/git_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/test_paths.hpp"

namespace mino {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::size_t kNoLimit = 1000;

/// Written by git 2.39, but for "threads-hidden".
std::string fixture(const std::string& name) {
  const std::filesystem::path tests =
      std::filesystem::path(testing_support::golden_directory()).parent_path();
  std::ifstream file(tests / "fuzz/corpus/git_index" / name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

IndexScan gitlinks(const std::string& name, GitHash hash = GitHash::kSha1) {
  return scan_git_index(fixture(name), hash, IndexEntries::kGitlinks, kNoLimit);
}

TEST(GitIndex, NamesTheSubmodulesInEveryVersion) {
  for (const char* name : {"version-2", "version-3", "version-4", "threads-2"}) {
    const IndexScan scan = gitlinks(name);
    EXPECT_THAT(scan.paths, testing::IsSupersetOf({"evil", "libs/one", "libs/ünï x"})) << name;
    EXPECT_TRUE(scan.is_whole) << name;
    EXPECT_THAT(scan.shared, IsEmpty());
  }
  EXPECT_THAT(gitlinks("threads-4").paths, ElementsAre("evil", "libs/one"));
}

TEST(GitIndex, NamesThemInARepositoryOfLongHashes) {
  const IndexScan scan = gitlinks("sha256", GitHash::kSha256);
  EXPECT_THAT(scan.paths, ElementsAre("evil", "libs/one", "libs/ünï x"));
  EXPECT_TRUE(scan.is_whole);
}

TEST(GitIndex, NamesNoFile) {
  const IndexScan scan = gitlinks("conflict");
  EXPECT_THAT(scan.paths, IsEmpty());
  EXPECT_TRUE(scan.is_whole);
}

TEST(GitIndex, ReadsNamesThatAreTooLongForTheirFlags) {
  EXPECT_THAT(gitlinks("long-name").paths, ElementsAre(std::string(4095, 'n')));
  EXPECT_THAT(gitlinks("long-name-4").paths,
              ElementsAre(std::string(4094, 'n') + "m", std::string(4095, 'n')));
}

TEST(GitIndex, NamesTheFileThatASplitIndexIsBuiltOn) {
  const IndexScan scan = gitlinks("split");
  EXPECT_THAT(scan.paths, ElementsAre("libs/one"));
  EXPECT_THAT(scan.shared, ElementsAre(StartsWith("sharedindex.")));
  EXPECT_FALSE(scan.renames_shared);
  EXPECT_THAT(gitlinks("split-shared").paths, ElementsAre("evil"));
}

TEST(GitIndex, TellsOfASubmoduleThatReplacesAnEntryOfThatFile) {
  EXPECT_TRUE(gitlinks("split-replaces").renames_shared);
  EXPECT_THAT(
      scan_git_index(fixture("split-shared"), GitHash::kSha1, IndexEntries::kAll, kNoLimit).paths,
      ElementsAre("a", "dir/b", "dir/bb", "evil", "zz"));
}

TEST(GitIndex, ReadsWhatOnlyTheTableForThreadsNames) {
  const IndexScan scan = gitlinks("threads-hidden");
  EXPECT_THAT(scan.paths, Contains("hidden"));
  EXPECT_TRUE(scan.is_whole);
}

TEST(GitIndex, StopsAtTheLimitAndSaysSo) {
  const IndexScan scan =
      scan_git_index(fixture("threads-2"), GitHash::kSha1, IndexEntries::kGitlinks, 2);
  EXPECT_THAT(scan.paths, ElementsAre("evil", "libs/one"));
  EXPECT_FALSE(scan.is_whole);
}

TEST(GitIndex, KeepsWhatComesBeforeDamage) {
  const std::string whole = fixture("version-2");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const IndexScan scan =
        scan_git_index(whole.substr(0, size), GitHash::kSha1, IndexEntries::kGitlinks, kNoLimit);
    EXPECT_LE(scan.paths.size(), 3U);
  }
  const IndexScan cut = scan_git_index(whole.substr(0, whole.size() - 120), GitHash::kSha1,
                                       IndexEntries::kGitlinks, kNoLimit);
  EXPECT_THAT(cut.paths, Contains("evil"));
  EXPECT_FALSE(cut.is_whole);
  for (const char* text : {"", "DIRC", "no index at all, but long enough to be one"}) {
    EXPECT_FALSE(scan_git_index(text, GitHash::kSha1, IndexEntries::kGitlinks, kNoLimit).is_whole);
  }
}

}  // namespace
}  // namespace mino
