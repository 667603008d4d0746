// Several sessions in one project, and sessions that are killed: the walls of those that go on
// stand, and nothing is left in the project in the end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "integration/support/leftovers.hpp"
#include "integration/support/protect_fixture.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

constexpr seconds kPatience{60};

const std::vector<std::string> kAbsent{".git/commondir", ".git/config.worktree", ".envrc",
                                       ".vscode/x",      ".git/info/attributes", ".mcp.json",
                                       ".mino.toml"};
const std::vector<std::string> kPresent{".git/config", ".git/hooks/pre-commit"};

class ProtectSessions : public ProtectTest {
 protected:
  void SetUp() override {
    ProtectTest::SetUp();
    if (root_.empty()) return;
    box_image_ = image_;
    make_repository();
    on_host("printf 'own\\nline' > .git/info/exclude");
    before_ = tree();
  }

  void expect_walls(LiveBox& box) const {
    for (const std::string& path : kAbsent) EXPECT_FALSE(box.can_write(path)) << path;
    for (const std::string& path : kPresent) EXPECT_FALSE(box.can_write(path)) << path;
    EXPECT_EQ(git_status(), "");
  }

  std::map<std::string, std::string> before_;
};

enum class Ending { kOrderly, kKilled };

void finish(LiveBox& box, Ending ending) {
  if (ending == Ending::kKilled) return box.kill();
  EXPECT_EQ(box.end(), 0) << box.err();
}

TEST_F(ProtectSessions, TheWallsOfTheOtherStandWhicheverEndsFirst) {
  for (const std::size_t first : {std::size_t{0}, std::size_t{1}}) {
    for (const Ending ending : {Ending::kOrderly, Ending::kKilled}) {
      const std::string word = std::to_string(first) + (ending == Ending::kKilled ? "k" : "o");
      SCOPED_TRACE(word);
      std::array<std::unique_ptr<LiveBox>, 2> boxes{live("-a" + word), live("-b" + word)};
      ASSERT_TRUE(boxes[0] && boxes[1]);
      expect_walls(*boxes[1]);
      finish(*boxes.at(first), ending);
      expect_walls(*boxes.at(1 - first));
      // Whatever clears up after the one leaves the other alone.
      EXPECT_EQ(run_mino({"list"}).code, 0);
      EXPECT_TRUE(eventually([this] { return guards().size() == 2; }, kPatience));
      expect_walls(*boxes.at(1 - first));
      finish(*boxes.at(1 - first), Ending::kOrderly);
      EXPECT_TRUE(eventually([this] { return guards().empty(); }, kPatience));
      EXPECT_EQ(differences(before_, tree()), "");
      EXPECT_FALSE(fs::exists(ledger()));
    }
  }
}

TEST_F(ProtectSessions, TheLastOfThreeClears) {
  const auto first = live("-1");
  const auto second = live("-2");
  const auto third = live("-3", {"--protect", "git"});
  ASSERT_TRUE(first && second && third);
  finish(*second, Ending::kKilled);
  EXPECT_EQ(run_mino({"list"}).code, 0);
  expect_walls(*first);
  EXPECT_FALSE(third->can_write(".git/commondir"));
  finish(*first, Ending::kOrderly);
  EXPECT_FALSE(fs::exists(project_ / ".vscode")) << "nobody needs it any more";
  for (const std::string path : {".git/commondir", ".git/config.worktree", ".mino.toml"})
    EXPECT_FALSE(third->can_write(path)) << path;
  finish(*third, Ending::kKilled);
  expect_cleared(before_);
}

TEST_F(ProtectSessions, AKilledGuardLeavesTheWallsAndIsReported) {
  const auto box = live();
  ASSERT_NE(box, nullptr);
  for (const pid_t guard : guards()) ::kill(guard, SIGKILL);
  ASSERT_TRUE(
      eventually([this] { return audit().find("protect.lost") != std::string::npos; }, kPatience));
  expect_walls(*box);
  EXPECT_EQ(box->end(), 0);
  EXPECT_NE(box->err().find("its guard ended"), std::string::npos) << box->err();
  EXPECT_EQ(differences(before_, tree()), "") << "cleared by the owner";
  EXPECT_FALSE(fs::exists(ledger()));
}

TEST_F(ProtectSessions, NothingIsLeftWhenMinoAndItsGuardAreKilled) {
  const auto box = live();
  ASSERT_NE(box, nullptr);
  const std::vector<pid_t> guards = this->guards();
  ASSERT_EQ(guards.size(), 2U) << "the guard, and its process in the box's namespaces";
  ASSERT_EQ(::kill(box->pid(), SIGSTOP), 0);
  for (const pid_t guard : guards) ::kill(guard, SIGKILL);
  box->kill();
  EXPECT_TRUE(fs::exists(project_ / ".envrc")) << "there is nothing to clear";
  expect_cleared(before_);
}

TEST_F(ProtectSessions, AGuardThatDiesBeforeTheWallsStandIsAnErrorAndStartsNoAgent) {
  int failed = 0;
  for (int after = 0; after <= 120; after += 20) {
    SCOPED_TRACE(after);
    Background program(session(name("-" + std::to_string(after)), "echo agent"));
    ASSERT_TRUE(
        eventually([&] { return !guards().empty() || program.wait(milliseconds(0)); }, kPatience));
    std::this_thread::sleep_for(milliseconds(after));
    for (const pid_t guard : guards()) ::kill(guard, SIGKILL);
    const auto code = program.wait(kPatience);
    ASSERT_TRUE(code.has_value());
    EXPECT_EQ(program.out(), *code == 0 ? "agent\n" : "");
    if (*code != 0) {
      ++failed;
      EXPECT_EQ(*code, 125);
      EXPECT_NE(program.err().find("error: the project cannot be protected"), std::string::npos)
          << program.err();
    }
    expect_cleared(before_);
  }
  EXPECT_GT(failed, 0) << "no guard was killed in time";
}

TEST_F(ProtectSessions, APodmanThatDiesLeavesNothing) {
  for (int after = 0; after <= 240; after += 60) {
    SCOPED_TRACE(after);
    Background program(session(name("-" + std::to_string(after)), "sleep 0.2"));
    ASSERT_TRUE(eventually(
        [&] {
          return !children_named(program.pid(), "podman").empty() || program.wait(milliseconds(0));
        },
        kPatience));
    std::this_thread::sleep_for(milliseconds(after));
    for (const int podman : children_named(program.pid(), "podman")) ::kill(podman, SIGKILL);
    ASSERT_TRUE(program.wait(kPatience).has_value());
    expect_cleared(before_);
  }
}

TEST_F(ProtectSessions, NothingIsLeftWheneverMinoDies) {
  for (int after = 0; after <= 500; after += 20) {
    SCOPED_TRACE(after);
    Background program(session(name("-" + std::to_string(after)), "sleep 0.2"));
    std::this_thread::sleep_for(milliseconds(after));
    program.signal(SIGKILL);
    ASSERT_TRUE(program.wait(kPatience).has_value());
    expect_cleared(before_);
  }
}

TEST_F(ProtectSessions, ASignalToTheWholeGroupDoesNotReachTheGuard) {
  const auto box = live();
  ASSERT_NE(box, nullptr);
  EXPECT_EQ(box->ask("trap '' INT"), "");
  const std::vector<pid_t> guards = this->guards();
  ASSERT_FALSE(guards.empty());
  for (const pid_t guard : guards) EXPECT_NE(::getpgid(guard), ::getpgid(box->pid()));
  EXPECT_EQ(box->end(), 0);
}

TEST_F(ProtectSessions, TheUsersOwnFilesInAPlaceholdersPlaceStay) {
  const auto box = live();
  ASSERT_NE(box, nullptr);
  on_host(
      "echo 'use nix' > .envrc && echo '{}' > .vscode/settings.json && echo s > n && "
      "mv n .tool-versions && mkdir .claude/commands && "
      "ln -s a n && mv -T n .mise.toml && echo more >> .git/info/exclude && "
      "printf '#!/bin/sh\\n' > .git/hooks/post-commit && git config user.name me");
  const std::string status = git_status();
  EXPECT_EQ(box->end(), 0);
  auto expected = before_;
  expected[".envrc"] = "file use nix\n";
  expected[".vscode"] = "directory";
  expected[".vscode/settings.json"] = "file {}\n";
  expected[".tool-versions"] = "file s\n";
  expected[".claude"] = "directory";
  expected[".claude/commands"] = "directory";
  expected[".mise.toml"] = "link to a";
  expected[".git/hooks/post-commit"] = "file #!/bin/sh\n";
  expected[".git/config"] = "file " + read(".git/config");
  // Its last line had no end, and the host's line had to come after one.
  expected[".git/info/exclude"] = "file own\nline\nmore\n";
  EXPECT_EQ(differences(expected, tree()), "");
  EXPECT_FALSE(fs::exists(ledger()));
}

}  // namespace
}  // namespace mino::integration
