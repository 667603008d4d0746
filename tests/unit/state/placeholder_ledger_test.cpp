// What the real ledger does beyond its contract: git's exclude files, links, a death in between.
#include "adapters/state/placeholder_ledger.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::state {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class PlaceholderLedgerTest : public ::testing::Test {
 protected:
  PlaceholderLedgerTest() { fs::create_directories(project() / ".git/info"); }

  [[nodiscard]] fs::path project() const { return directory_ / "project"; }
  [[nodiscard]] fs::path exclude() const { return project() / ".git/info/exclude"; }
  [[nodiscard]] fs::path ledger() const { return directory_ / "ledger/placeholders.json"; }
  PlaceholderHolder holder(const std::string& session) { return {session, processes_.start()}; }
  [[nodiscard]] Placeholder directory(const std::string& path) const {
    Placeholder placeholder;
    placeholder.project = project().native();
    placeholder.path = path;
    return placeholder;
  }
  [[nodiscard]] Placeholder excluded(const std::string& path) const {
    Placeholder placeholder = directory(path);
    placeholder.kind = ProtectedKind::kFile;
    placeholder.exclude = Placeholder::Exclude{(project() / ".git").native(), "/" + path};
    return placeholder;
  }

  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec json_;
  fakes::FakeProcessTable processes_;
  PlaceholderLedger store_{{.files = files_, .json = json_, .processes = processes_},
                           directory_ / "ledger"};
};

TEST_F(PlaceholderLedgerTest, ExcludesFilesForGitAndTakesItBack) {
  std::ofstream(exclude()) << "*.o\n";
  ASSERT_TRUE(store_.hold(holder("a"), {excluded(".envrc"), excluded(".mcp.json")}).ok());
  EXPECT_NE(slurp(exclude()).find("\n/.envrc\n/.mcp.json\n"), std::string::npos);
  ASSERT_TRUE(store_.hold(holder("b"), {excluded(".envrc")}).ok());
  ASSERT_TRUE(store_.release("a").ok());
  EXPECT_NE(slurp(exclude()).find("\n/.envrc\n"), std::string::npos) << "b still needs it";
  EXPECT_EQ(slurp(exclude()).find("/.mcp.json"), std::string::npos);
  ASSERT_TRUE(store_.release("b").ok());
  EXPECT_EQ(slurp(exclude()), "*.o\n");
  EXPECT_FALSE(fs::exists(ledger()));
}

TEST_F(PlaceholderLedgerTest, AnExcludeFileThatOnlyItNeededIsAPlaceholderToo) {
  fs::remove_all(project() / ".git/info");
  Placeholder info = directory("info");
  info.project = (project() / ".git").native();
  Placeholder file = info;
  file.path = "info/exclude";
  file.kind = ProtectedKind::kFile;
  ASSERT_TRUE(store_.hold(holder("a"), {info, file, excluded(".envrc")}).ok());
  EXPECT_NE(slurp(exclude()).find("\n/.envrc\n"), std::string::npos);
  ASSERT_TRUE(store_.release("a").ok());
  EXPECT_FALSE(fs::exists(project() / ".git/info"));
}

TEST_F(PlaceholderLedgerTest, KeepsTheModeOfAnExcludeFile) {
  std::ofstream(exclude()) << "*.o\n";
  fs::permissions(exclude(), fs::perms(0600));
  ASSERT_TRUE(store_.hold(holder("a"), {excluded(".envrc")}).ok());
  EXPECT_EQ(fs::status(exclude()).permissions(), fs::perms(0600));
}

TEST_F(PlaceholderLedgerTest, FollowsNoLinkOfTheProject) {
  fs::create_directory(directory_ / "outside");
  std::ofstream(directory_ / "outside/exclude") << "mine\n";
  fs::create_directory_symlink(directory_ / "outside", project() / "sub");
  fs::remove_all(project() / ".git/info");
  fs::create_directory_symlink(directory_ / "outside", project() / ".git/info");
  ASSERT_TRUE(store_.hold(holder("a"), {directory("sub/.vscode"), excluded(".envrc")}).ok());
  EXPECT_FALSE(fs::exists(directory_ / "outside/.vscode"));
  EXPECT_EQ(slurp(directory_ / "outside/exclude"), "mine\n");
}

TEST_F(PlaceholderLedgerTest, ADirectoryThatGotContentStays) {
  ASSERT_TRUE(store_.hold(holder("a"), {directory(".vscode")}).ok());
  std::ofstream(project() / ".vscode/settings.json") << "{}";
  ASSERT_TRUE(store_.release("a").ok());
  EXPECT_TRUE(fs::exists(project() / ".vscode/settings.json"));
  EXPECT_FALSE(fs::exists(ledger())) << "it is the user's now";
}

TEST_F(PlaceholderLedgerTest, AnEmptyDirectoryOfTheUsersIsNotTaken) {
  fs::create_directory(project() / ".vscode");
  ASSERT_TRUE(store_.hold(holder("a"), {directory(".vscode")}).ok());
  ASSERT_TRUE(store_.release("a").ok());
  EXPECT_TRUE(fs::exists(project() / ".vscode"));
}

TEST_F(PlaceholderLedgerTest, MakesAParentAndRemovesItLast) {
  fs::remove_all(project() / ".git/info");
  Placeholder attributes = directory(".git/info/attributes");
  attributes.kind = ProtectedKind::kFile;
  ASSERT_TRUE(store_.hold(holder("a"), {directory(".git/info"), attributes}).ok());
  EXPECT_TRUE(fs::exists(project() / ".git/info/attributes"));
  ASSERT_TRUE(store_.release("a").ok());
  EXPECT_FALSE(fs::exists(project() / ".git/info"));
}

TEST_F(PlaceholderLedgerTest, RemovesManyDirectoriesFromTheInnermostOut) {
  std::vector<Placeholder> wanted;
  for (int i = 0; i < 20; ++i) {
    const std::string top = ".d" + std::to_string(i);
    for (const std::string& path : {top, top + "/x", top + "/x/y", top + "-x"})
      wanted.push_back(directory(path));
  }
  ASSERT_TRUE(store_.hold(holder("a"), wanted).ok());
  for (const Placeholder& each : wanted) EXPECT_TRUE(fs::exists(project() / each.path));
  ASSERT_TRUE(store_.release("a").ok());
  for (const Placeholder& each : wanted) EXPECT_FALSE(fs::exists(project() / each.path));
}

TEST_F(PlaceholderLedgerTest, WhatNobodyCanMakeIsPassedOver) {
  if (::geteuid() == 0) GTEST_SKIP() << "root can";
  fs::create_directory(project() / "closed");
  fs::permissions(project() / "closed", fs::perms(0500));
  EXPECT_TRUE(store_
                  .hold(holder("a"), {directory("closed/.vscode"), directory("gone/.vscode"),
                                      directory(".idea")})
                  .ok());
  EXPECT_TRUE(fs::exists(project() / ".idea"));
  EXPECT_TRUE(store_.release("a").ok());
}

TEST_F(PlaceholderLedgerTest, ADeathBeforeAnythingWasMadeLeavesWhatASweepForgets) {
  const PlaceholderHolder dead = holder("a");
  ASSERT_TRUE(store_.hold(dead, {directory(".vscode"), excluded(".envrc")}).ok());
  // As it is between the writing of the ledger and the making of the files.
  fs::remove(project() / ".vscode");
  fs::remove(project() / ".envrc");
  fs::remove(exclude());
  processes_.end(dead.owner);
  ASSERT_TRUE(store_.sweep().ok());
  EXPECT_FALSE(fs::exists(ledger()));
}

TEST_F(PlaceholderLedgerTest, ADamagedLedgerIsAnErrorThatNamesIt) {
  fs::create_directory(directory_ / "ledger");
  for (const char* text :
       {"{", "{}", R"({"placeholders": [1]})",
        R"({"placeholders": [{"project": "x", "path": "y", "kind": "file"}]})"}) {
    std::ofstream(ledger()) << text;
    const auto held = store_.hold(holder("a"), {directory(".vscode")});
    ASSERT_FALSE(held.ok()) << text;
    EXPECT_EQ(held.error().code(), ErrorCode::kCorrupt);
    EXPECT_NE(held.error().text().find(ledger().native()), std::string::npos);
    EXPECT_FALSE(fs::exists(project() / ".vscode"));
  }
}

}  // namespace
}  // namespace mino::state
