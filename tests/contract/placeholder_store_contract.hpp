#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ports/placeholder_store.hpp"

namespace mino::contract {

class PlaceholderStoreHarness {
 public:
  virtual ~PlaceholderStoreHarness() = default;
  virtual PlaceholderStore& store() = 0;
  /// Another store over the same ledger, as another process has it.
  virtual PlaceholderStore& other() = 0;
  /// A project that exists.
  virtual std::string project() = 0;
  virtual bool exists(const std::string& path) = 0;
  /// Something of the user's at that path of the project.
  virtual void put(const std::string& path, const std::string& content) = 0;
  /// An owner that lives until it is ended.
  virtual ProcessIdentity start_owner() = 0;
  virtual void end_owner(const ProcessIdentity& owner) = 0;
};

using PlaceholderStoreFactory = std::unique_ptr<PlaceholderStoreHarness> (*)();

class PlaceholderStoreContract : public ::testing::TestWithParam<PlaceholderStoreFactory> {
 protected:
  PlaceholderHolder holder(const std::string& session) { return {session, world().start_owner()}; }
  Placeholder directory(const std::string& path) {
    Placeholder placeholder;
    placeholder.project = world().project();
    placeholder.path = path;
    return placeholder;
  }
  Placeholder file(const std::string& path, const std::string& content = "") {
    Placeholder placeholder = directory(path);
    placeholder.kind = ProtectedKind::kFile;
    placeholder.content = content;
    return placeholder;
  }
  PlaceholderStoreHarness& world() { return *harness_; }

 private:
  std::unique_ptr<PlaceholderStoreHarness> harness_ = GetParam()();
};

TEST_P(PlaceholderStoreContract, MakesWhatIsAbsentAndRemovesItAgain) {
  ASSERT_TRUE(
      world().store().hold(holder("a"), {directory(".vscode"), file(".envrc", "x\n")}).ok());
  EXPECT_TRUE(world().exists(".vscode"));
  EXPECT_TRUE(world().exists(".envrc"));
  ASSERT_TRUE(world().store().release("a").ok());
  EXPECT_FALSE(world().exists(".vscode"));
  EXPECT_FALSE(world().exists(".envrc"));
}

TEST_P(PlaceholderStoreContract, LeavesWhatIsTheUsers) {
  world().put(".envrc", "export A=1\n");
  ASSERT_TRUE(world().store().hold(holder("a"), {file(".envrc")}).ok());
  ASSERT_TRUE(world().store().release("a").ok());
  EXPECT_TRUE(world().exists(".envrc"));
}

TEST_P(PlaceholderStoreContract, LeavesWhatTheUserPutInAPlaceholdersPlace) {
  ASSERT_TRUE(world().store().hold(holder("a"), {file(".envrc")}).ok());
  world().put(".envrc", "export A=1\n");
  ASSERT_TRUE(world().store().release("a").ok());
  EXPECT_TRUE(world().exists(".envrc"));
}

TEST_P(PlaceholderStoreContract, TheLastOneRemoves) {
  ASSERT_TRUE(world().store().hold(holder("a"), {file(".envrc")}).ok());
  ASSERT_TRUE(world().other().hold(holder("b"), {file(".envrc")}).ok());
  ASSERT_TRUE(world().store().release("a").ok());
  EXPECT_TRUE(world().exists(".envrc")) << "b still needs it";
  ASSERT_TRUE(world().other().release("b").ok());
  EXPECT_FALSE(world().exists(".envrc"));
}

TEST_P(PlaceholderStoreContract, ASessionThatHoldsTwiceIsCountedOnce) {
  const PlaceholderHolder one = holder("a");
  ASSERT_TRUE(world().store().hold(one, {file(".envrc")}).ok());
  ASSERT_TRUE(world().store().hold(one, {file(".envrc")}).ok());
  ASSERT_TRUE(world().store().release("a").ok());
  EXPECT_FALSE(world().exists(".envrc"));
}

TEST_P(PlaceholderStoreContract, ReleasingWhatIsNotHeldIsFine) {
  EXPECT_TRUE(world().store().release("nobody").ok());
  EXPECT_TRUE(world().store().sweep().ok());
}

TEST_P(PlaceholderStoreContract, ASweepRemovesWhatOnlyTheDeadNeed) {
  const PlaceholderHolder dead = holder("a");
  ASSERT_TRUE(world().store().hold(dead, {file(".envrc"), directory(".idea")}).ok());
  ASSERT_TRUE(world().store().hold(holder("b"), {directory(".idea")}).ok());
  ASSERT_TRUE(world().other().sweep().ok());
  EXPECT_TRUE(world().exists(".envrc"));
  world().end_owner(dead.owner);
  ASSERT_TRUE(world().other().sweep().ok());
  EXPECT_FALSE(world().exists(".envrc"));
  EXPECT_TRUE(world().exists(".idea"));
}

}  // namespace mino::contract
