#include "domain/handoff/git_config.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mino {
namespace {

using namespace std::string_literals;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(std::string_view text) {
  Pairs pairs;
  for (const GitConfigEntry& entry : parse_git_config(text))
    pairs.emplace_back(entry.key, entry.value);
  return pairs;
}

struct ParseCase {
  std::string text;
  Pairs expected;
};

class GitConfigParse : public ::testing::TestWithParam<ParseCase> {};

// Each agrees with `git config --list -f`.
TEST_P(GitConfigParse, ReadsAsGitDoes) {
  EXPECT_EQ(pairs_of(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, GitConfigParse,
    ::testing::Values(
        ParseCase{"", {}}, ParseCase{"[core]\n", {}},
        ParseCase{"[core]\n\tbare = false\n", {{"core.bare", "false"}}},
        ParseCase{"[CORE]\nFsMonitor=x", {{"core.fsmonitor", "x"}}},
        ParseCase{"[core] fsmonitor = x\n", {{"core.fsmonitor", "x"}}},
        ParseCase{"[a][core]fsmonitor=x\n", {{"core.fsmonitor", "x"}}},
        ParseCase{"[remote \"Or.I\"]\nurl = x\n", {{"remote.Or.I.url", "x"}}},
        ParseCase{"[remote \"a\\\"b\\\\c\"]\nurl = x\n", {{"remote.a\"b\\c.url", "x"}}},
        ParseCase{"[Branch.Main]\nremote = x\n", {{"branch.main.remote", "x"}}},
        ParseCase{"[core]\nbare\n", {{"core.bare", "true"}}},
        ParseCase{"[core]\nx = a \\\n  b\n", {{"core.x", "a   b"}}},
        ParseCase{"[core]\r\nx = a\r\ny = b\\\r\nc\r\n", {{"core.x", "a"}, {"core.y", "bc"}}},
        ParseCase{"[core]\nx = a # y = b\n# z = c\n; z = c\n", {{"core.x", "a"}}},
        ParseCase{"[core]\nx = \"a # b\" ; c\n", {{"core.x", "a # b"}}},
        ParseCase{"[core]\nx = a # b \\\ny = c\n", {{"core.x", "a"}, {"core.y", "c"}}},
        ParseCase{"[core]\nx = \" a \"  \n", {{"core.x", " a "}}},
        ParseCase{"[core]\nx = \"a\\tb\\\\n\\\"\"\n", {{"core.x", "a\tb\\n\""}}},
        ParseCase{"[core]\nx =\n", {{"core.x", ""}}},
        ParseCase{"\xEF\xBB\xBF[core]\nx = a\n", {{"core.x", "a"}}},
        ParseCase{"[core]\nx = a\0b\n"s, {{"core.x", "a\0b"s}}}));

INSTANTIATE_TEST_SUITE_P(
    WhatGitRefuses, GitConfigParse,
    ::testing::Values(ParseCase{"[core]\nx = \"a\ny = b\n", {{"core.x", ""}, {"core.y", "b"}}},
                      ParseCase{"[core]\nx = \\q\ny = b\n", {{"core.x", ""}, {"core.y", "b"}}},
                      ParseCase{"[core\n[core]\ny = b\n", {{"core.y", "b"}}},
                      ParseCase{"[core]\n1 = 2\n= 3\ny = b\n", {{"core.y", "b"}}},
                      ParseCase{"[core \"a\n\"]\nx = y\n", {{"core.a.x", "y"}}},
                      ParseCase{"[core]\nx = a\\", {{"core.x", ""}}}));

struct KeyCase {
  std::string key;
  std::string value;
  std::size_t depth = 1;
};

class GitConfigDanger : public ::testing::TestWithParam<KeyCase> {};
TEST_P(GitConfigDanger, IsSeen) {
  const auto& [key, value, depth] = GetParam();
  EXPECT_TRUE(is_dangerous({.key = key, .value = value}, depth)) << key << " = " << value;
}
INSTANTIATE_TEST_SUITE_P(
    All, GitConfigDanger,
    ::testing::Values(KeyCase{"core.fsmonitor", "./x"}, KeyCase{"core.hookspath", "x"},
                      KeyCase{"core.sshcommand", "x"}, KeyCase{"core.editor", "x"},
                      KeyCase{"core.pager", "x"}, KeyCase{"core.gitproxy", "x"},
                      KeyCase{"core.askpass", "x"}, KeyCase{"core.alternaterefscommand", "x"},
                      KeyCase{"core.worktree", "/home/user"}, KeyCase{"core.worktree", "../.."},
                      KeyCase{"core.worktree", "~/x"}, KeyCase{"alias.st", "!x"},
                      KeyCase{"filter.lfs.clean", "x"}, KeyCase{"filter.a.b.smudge", "x"},
                      KeyCase{"filter.a.process", "x"}, KeyCase{"diff.external", "x"},
                      KeyCase{"diff.a.textconv", "x"}, KeyCase{"diff.a.command", "x"},
                      KeyCase{"merge.a.driver", "x"}, KeyCase{"credential.helper", "x"},
                      KeyCase{"credential.https://a.b/c.helper", "x"}, KeyCase{"gpg.program", "x"},
                      KeyCase{"gpg.ssh.program", "x"}, KeyCase{"include.path", "x"},
                      KeyCase{"includeif.gitdir:x.path", "x"}, KeyCase{"remote.a.uploadpack", "x"},
                      KeyCase{"remote.a.receivepack", "x"}, KeyCase{"remote.a.url", "ext::sh -c x"},
                      KeyCase{"remote.a.url", "-x"}, KeyCase{"url.x.insteadof", "y"},
                      KeyCase{"http.proxy", "x"}, KeyCase{"http.https://a/.sslverify", "false"},
                      KeyCase{"submodule.a.update", "!x"}, KeyCase{"protocol.ext.allow", "always"},
                      KeyCase{"sequence.editor", "x"}, KeyCase{"init.templatedir", "x"},
                      KeyCase{"interactive.difffilter", "x"}, KeyCase{"pager.log", "x"},
                      KeyCase{"browser.a.cmd", "x"}, KeyCase{"man.a.path", "x"},
                      KeyCase{"difftool.a.cmd", "x"}, KeyCase{"mergetool.a.path", "x"},
                      KeyCase{"trailer.a.command", "x"}, KeyCase{"branch.a.remote", "ext::x"}));

class GitConfigHarmless : public ::testing::TestWithParam<KeyCase> {};
TEST_P(GitConfigHarmless, IsLetBe) {
  const auto& [key, value, depth] = GetParam();
  EXPECT_FALSE(is_dangerous({.key = key, .value = value}, depth)) << key << " = " << value;
}
INSTANTIATE_TEST_SUITE_P(
    All, GitConfigHarmless,
    ::testing::Values(KeyCase{"core.bare", "false"}, KeyCase{"core.fsmonitor", "true"},
                      KeyCase{"core.worktree", "../../../lib/a", 3}, KeyCase{"pager.log", "false"},
                      KeyCase{"remote.origin.url", "https://github.com/a/b"},
                      KeyCase{"remote.origin.url", "git@github.com:a/b.git"},
                      KeyCase{"remote.origin.url", "https://[::1]/a"},
                      KeyCase{"remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"},
                      KeyCase{"branch.main.remote", "origin"},
                      KeyCase{"branch.main.merge", "refs/heads/main"},
                      KeyCase{"submodule.a.update", "rebase"}, KeyCase{"submodule.a.url", "../a"},
                      KeyCase{"http.sslverify", "true"}, KeyCase{"user.name", "x"},
                      KeyCase{"nosection", "x"}));

TEST(GitConfigDefused, MakesCommentsOfDangerousVariablesOnly) {
  const std::string text =
      "[core]\r\n\tbare = false\r\n\tfsmonitor = \"a\\\n  b\"\n\teditor=x\n# kept\n"
      "[alias] st = !x\n[user]\n\tname = y";
  EXPECT_EQ(defused_git_config(text, 1),
            "[core]\r\n\tbare = false\r\n\t# mino: fsmonitor = \"a\\\n# mino:   b\"\n"
            "\t# mino: editor=x\n# kept\n[alias] \n# mino: st = !x\n[user]\n\tname = y");
}

TEST(GitConfigDefused, LeavesAHarmlessFileAsItIs) {
  const std::string text = "[core]\n\tbare = false\n;x\n[broken\n";
  EXPECT_EQ(defused_git_config(text, 1), text);
}

TEST(GitConfigDefused, HoldsNothingDangerousAndAllElse) {
  const std::string text =
      "\xEF\xBB\xBF[core]fsmonitor=a\nbare=no\n[core]pager=\"x\nx=1\n[alias]\na\nb = \\q\n";
  const std::string defused = defused_git_config(text, 1);
  EXPECT_EQ(dangerous_keys(defused, 1), std::vector<std::string>());
  EXPECT_EQ(pairs_of(defused), (Pairs{{"core.bare", "no"}, {"core.x", "1"}}));
}

TEST(GitConfigDangerousKeys, AreSortedAndNamedOnce) {
  EXPECT_EQ(dangerous_keys("[alias]\nb=1\na=2\nb=3\n[core]\nx=1\n", 1),
            (std::vector<std::string>{"alias.a", "alias.b"}));
}

}  // namespace
}  // namespace mino
