// What the user does on the host during a session: it takes the mounts on a replaced file away in
// the box, and they have to come back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "integration/support/protect_fixture.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr seconds kPatience{30};

/// What a person does, and the paths that the box must not be able to write afterwards.
struct Act {
  std::string script;
  std::vector<std::string> paths;
};

const std::string kNested = "git init -q && echo a > a && git add a && git commit -qm first";

const std::vector<Act>& acts() {
  static const std::vector<Act> all{
      {"git config x.y z", {".git/config"}},
      {"git remote add up ../up && git config --unset x.y && git branch -q --track t main",
       {".git/config"}},
      {"echo '{\"mcpServers\": {}}' > n && mv n .mcp.json", {".mcp.json"}},
      {"git checkout -q other", {".envrc"}},
      {"git checkout -q main", {".envrc"}},
      {"git stash -q -u", {".tool-versions"}},
      {"git clean -fdxq", {".mise.toml", ".tool-versions", ".idea/x", ".codex/x"}},
      {"rm -r .vscode", {".vscode/x"}},
      {"mv .git/hooks h && mkdir -p .git/hooks && rm -r h", {".git/hooks/pre-commit"}},
      {"rm .git/commondir .git/info/attributes .git/config.worktree",
       {".git/commondir", ".git/info/attributes", ".git/config.worktree"}},
      {"rm -r .git/info", {".git/info/attributes"}},
      {"cp -r deep new && mv deep old && mv -T new deep && rm -rf old",
       {"deep/nested/.git/config", "deep/nested/.git/hooks/x", "deep/nested/.git/commondir",
        "deep/nested/.envrc", "deep/nested/.claude/x"}},
      {"mv deep old && rm -rf old && mkdir -p deep/nested && cd deep/nested && " + kNested,
       {"deep/nested/.git/config", "deep/nested/.git/commondir", "deep/nested/.cursor/x"}},
      {"i=0; while [ $i -lt 100 ]; do git config a.b $i; i=$((i + 1)); done", {".git/config"}},
      {"i=0; while [ $i -lt 300 ]; do echo $i > n; mv n .envrc; i=$((i + 1)); done", {".envrc"}},
      {"i=0; while [ $i -lt 100 ]; do rm -rf .gemini; mkdir -p .gemini; i=$((i + 1)); done",
       {".gemini/x"}},
      {"mv .git old && rm -rf old && " + kNested,
       {".git/config", ".git/hooks/x", ".git/commondir"}},
  };
  return all;
}

class ProtectHost : public ProtectTest {
 protected:
  void SetUp() override {
    ProtectTest::SetUp();
    if (root_.empty()) return;
    box_image_ = image_;
    make_repository();
    write(".mcp.json", "{}\n");
    write(".envrc", "main\n");
    write(".vscode/settings.json", "{}\n");
    write(".gitignore", "deep\n");
    on_host(
        "git add . && git commit -qm main && git checkout -q -b other && echo o > .envrc && "
        "git commit -qam other && git checkout -q main");
    make_repository(project_ / "deep/nested");
    write(".tool-versions", "the user's, and not in git\n");
  }

  /// The rule's path: a file stands for its directory where that is what is protected.
  [[nodiscard]] static std::string rule_of(const std::string& path) {
    const std::string directory = path.substr(0, path.rfind('/'));
    const bool in_directory = directory.ends_with("hooks") || path.ends_with("/x");
    return in_directory ? directory : path;
  }
};

TEST_F(ProtectHost, WhatTheHostReplacesIsProtectedAgain) {
  const auto box = live();
  ASSERT_NE(box, nullptr);
  for (const Act& act : acts()) {
    SCOPED_TRACE(act.script);
    std::map<std::string, int> before;
    for (const std::string& path : act.paths) before[path] = restored(rule_of(path));
    on_host(act.script);
    for (const std::string& path : act.paths) {
      EXPECT_TRUE(eventually([&] { return restored(rule_of(path)) > before[path]; }, kPatience))
          << path << '\n'
          << box->err();
      EXPECT_TRUE(eventually([&] { return box->is_mount(rule_of(path)); }, kPatience)) << path;
    }
  }
  for (const Act& act : acts()) {
    for (const std::string& path : act.paths) EXPECT_FALSE(box->can_write(path)) << path;
  }
  EXPECT_EQ(box->end(), 0);
  EXPECT_FALSE(fs::exists(ledger())) << slurp(ledger());
  for (const char* path : {".idea", ".codex", ".git/commondir", ".git/config.worktree",
                           "deep/nested/.cursor", ".tool-versions"})
    EXPECT_FALSE(fs::exists(project_ / path)) << path;
}

TEST_F(ProtectHost, AFileThatTheBoxWritesInTheGapIsReported) {
  const auto box = live();
  ASSERT_NE(box, nullptr);
  // The box tries all the time; whatever gets through must be said.
  EXPECT_EQ(
      box->ask("(while [ ! -e /ctl/stop ]; do echo planted >> .envrc; done) > /dev/null 2>&1 &"),
      "");
  bool got_through = false;
  for (int round = 0; round < 30; ++round) {
    const int before = restored(".envrc");
    on_host("echo trusted > n && mv n .envrc");
    ASSERT_TRUE(eventually([&] { return restored(".envrc") > before; }, kPatience)) << box->err();
    ASSERT_TRUE(eventually([&] { return box->is_mount(".envrc"); }, kPatience));
    got_through = got_through || read(".envrc") != "trusted\n";
  }
  on_host(": > \"$ROOT/ctl/stop\"");
  EXPECT_EQ(box->end(), 0);
  const bool is_said = audit().find("\"changed\":true") != std::string::npos;
  EXPECT_EQ(got_through, is_said) << box->err();
}

constexpr char kHidden[] = "hide = [\".env\", \"secrets\", \"link\", \"later\", \"b/c/deep\"]\n";

class ProtectHide : public ProtectTest {
 protected:
  void hide(const std::string& line) const {
    std::string text = slurp(config_);
    const std::string table = "[container]\n";
    text.insert(text.find(table) + table.size(), line);
    write_config(text);
  }
};

TEST_F(ProtectHide, ReadsAsEmptyInTheBoxAndStaysOnTheHost) {
  make_repository();
  hide(kHidden);
  box_image_ = image_;
  write(".env", "KEY=secret\n");
  write("secrets/key", "secret\n");
  write("elsewhere", "secret\n");
  on_host("ln -s elsewhere link && git add -A && git commit -qm all");
  for (const std::string& level : {std::string("strict"), std::string("off")}) {
    SCOPED_TRACE(level);
    const auto before = tree();
    const auto box = live("-" + level, {"--protect", level});
    ASSERT_NE(box, nullptr);
    const std::string look =
        "cat .env link secrets/key elsewhere later b/c/deep 2>/dev/null; ls -A secrets; "
        "grep -s secret .env link elsewhere later secrets/* b/c/*";
    EXPECT_EQ(box->ask(look), "");
    for (const std::string path : {".env", "secrets/key", "secrets/new", "link", "elsewhere"})
      EXPECT_FALSE(box->can_write(path)) << path;
    EXPECT_EQ(box->ask("rm -rf .env secrets link elsewhere 2>/dev/null; mv .env e 2>/dev/null; "
                       "mv secrets s 2>/dev/null; mv link l 2>/dev/null; umount .env 2>/dev/null; "
                       "ls e s l 2>/dev/null"),
              "");
    // Made or replaced by the host during the session.
    on_host(
        "echo 'secret 2' > n && mv n .env && echo secret > later && mkdir -p b/c && "
        "echo secret > b/c/deep && rm -r secrets && mkdir secrets && echo secret > secrets/k2");
    EXPECT_TRUE(eventually([&] { return box->ask(look + "; cat secrets/k2 2>/dev/null").empty(); },
                           kPatience))
        << box->ask(look);
    EXPECT_EQ(read(".env"), "secret 2\n");
    EXPECT_EQ(box->end(), 0);
    on_host("git checkout -q . && rm -r later b secrets/k2");
    EXPECT_EQ(read("secrets/key"), "secret\n");
  }
}

TEST_F(ProtectHide, StaysHiddenHoweverOftenTheHostSavesIt) {
  hide("hide = [\".env\"]\n");
  box_image_ = image_;
  write(".env", "secret\n");
  const auto box = live();
  ASSERT_NE(box, nullptr);
  for (int round = 0; round < 80; ++round) {
    const int before = restored(".env");
    on_host("echo secret > n && mv n .env");
    ASSERT_TRUE(eventually([&] { return restored(".env") > before; }, kPatience)) << box->err();
  }
  EXPECT_EQ(box->ask("cat .env"), "");
  EXPECT_EQ(box->end(), 0);
}

TEST_F(ProtectHide, GitInTheBoxGoesOn) {
  make_repository();
  hide("hide = [\".env\"]\n");
  write(".env", "KEY=secret\n");
  on_host("echo .env > .gitignore && git add .gitignore && git commit -qm ignore");
  const ProgramResult box = in_box(
      "export HOME=/tmp; cat .env; git status --porcelain; echo b > b; git add -A; "
      "git -c user.name=b -c user.email=b@b commit -qm b; git log --oneline | wc -l");
  EXPECT_EQ(box.out, "3\n") << box.err;
  EXPECT_EQ(read(".env"), "KEY=secret\n");
  EXPECT_EQ(git_status(), "");
}

TEST_F(ProtectHide, APathOutsideTheProjectIsRefused) {
  for (const std::string& path : {std::string("../x"), std::string("/etc/passwd"),
                                  std::string("a/../../x"), std::string("."), std::string("~/x")}) {
    SCOPED_TRACE(path);
    write_config("[container]\nnetwork = \"none\"\nhide = [\"" + path + "\"]\n");
    const ProgramResult refused = run_box({"--", "true"});
    EXPECT_EQ(refused.code, 125);
    EXPECT_THAT(refused.err, HasSubstr("error: container.hide (" + config_.string()));
  }
}

}  // namespace
}  // namespace mino::integration
