// Repositories that an agent makes where an index names, or will name, a submodule: git on the host
// looks into each, and must find nothing there to run, while the session still goes on. Each attack
// is tried against the walls, and against none, where it has to succeed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "integration/support/protect_fixture.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

/// Scripts of a shell, each run in a directory of the attack's own below the project. @MARK@ is a
/// command that leaves a mark on the host.
struct Attack {
  std::string name;
  std::string prepare;  ///< on the host
  std::string plant;    ///< in the box
  std::string defused;  ///< in the box: succeeds when there is nothing to run any more
  std::string trigger;  ///< on the host
};

const std::string kRepository =
    "git init -q . && echo a > a && git add a && git commit -qm first\n";
const std::string kEvil = "git init -q evil; git -C evil commit -q --allow-empty -m e; ";
const std::string kSet = "git -C evil config core.fsmonitor '@MARK@; false'; ";
const std::string kUnset = "! git -C evil config core.fsmonitor";
const std::string kText = "printf '[core]\\n\\tfsmonitor = \"@MARK@; false\"\\n'";
const std::string kLink =
    "git update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,";
const std::string kStatus = "git status > /dev/null 2>&1 || true";
const std::string kCommit = "cd evil && git commit -q --allow-empty -m x > /dev/null 2>&1 || true";
const std::string kHook = "printf '#!/bin/sh\\n@MARK@\\n'";
/// A repository beside the place of the submodule, with the configuration set.
const std::string kReal = "git init -q real; git -C real commit -q --allow-empty -m e; " + kText +
                          " >> real/.git/config; mkdir -p evil; ";
const std::string kRealUnset = "! git -C real config core.fsmonitor";
const std::string kFiltered =
    "echo f > evil/f; git -C evil add f; git -C evil commit -qm f; git add evil; "
    "git -C evil config filter.m.clean '@MARK@; cat'; echo '* filter=m' > "
    "evil/.git/info/attributes;"
    " touch -d 2001-01-01 evil/f";

std::vector<Attack> by_the_repository() {
  return {
      {"add", kRepository, kEvil + kSet + "git add evil", kUnset, kStatus},
      {"add-first", kRepository, kEvil + "git add evil; " + kSet, kUnset, kStatus},
      {"committed", kRepository, kEvil + kSet + "git add evil; git commit -qm evil", kUnset,
       kStatus},
      {"top", "cd .. && git init -q .",
       "cd ..; git init -q top/evil; cd top; git -C evil commit -q --allow-empty -m e; " + kSet +
           "git add evil",
       kUnset, "cd .. && " + kStatus},
      {"appended", kRepository, kEvil + "git add evil; " + kText + " >> evil/.git/config", kUnset,
       kStatus},
      {"moved-in", kRepository,
       kLink + "evil; git init -q e; git -C e commit -q --allow-empty -m e; " + kText +
           " >> e/.git/config; mv e evil",
       kUnset, kStatus},
      {"parent-moved-in", kRepository,
       kLink + "p/evil; mkdir b; cd b; " + kEvil + kSet + "cd ..; mv b p",
       "! git -C p/evil config core.fsmonitor", kStatus},
      {"never-initialised", kRepository + kLink + "evil && git commit -qm sub && mkdir evil",
       kEvil + kSet, kUnset, kStatus},
      {"include", kRepository,
       kEvil + "git add evil; " + kText + " > own; git -C evil config include.path ../../own",
       "! git -C evil config include.path", kStatus},
      {"worktree-config", kRepository,
       kEvil +
           "git add evil; git -C evil config core.repositoryFormatVersion 1; "
           "git -C evil config extensions.worktreeConfig true; " +
           kText + " > evil/.git/config.worktree",
       kUnset, kStatus},
      {"config-link", kRepository,
       kEvil + "git add evil; cp evil/.git/config c; " + kText +
           " >> c; ln -sf ../../c evil/.git/config",
       "[ ! -L evil/.git/config ]", kStatus},
      {"commondir", kRepository,
       kEvil + "git add evil; cd evil/.git; mkdir c; cp -r objects refs HEAD c; " + kText +
           " > c/config; echo c > commondir; cd ../..",
       "! grep -q '^.fsmonitor' evil/.git/c/config", kStatus},
      {"unreadable", kRepository, kEvil + "git add evil; chmod 0311 evil/.git; " + kSet, kUnset,
       kStatus},
      {"hooks-path", kRepository,
       kEvil + "git add evil; mkdir h; " + kHook +
           " > h/pre-commit; chmod +x h/pre-commit; git -C evil config core.hooksPath $PWD/h; "
           "git -C evil config core.hooksPath ../../h; git -C evil config core.hooksPath ../h",
       "! git -C evil config core.hooksPath", kCommit},
      {"hook", kRepository,
       kEvil + "git add evil; " + kHook +
           " > evil/.git/hooks/pre-commit; chmod +x evil/.git/hooks/pre-commit",
       "[ ! -e evil/.git/hooks/pre-commit ]", kCommit},
      {"hooks-link", kRepository,
       kEvil + "git add evil; mkdir h; " + kHook +
           " > h/pre-commit; chmod +x h/pre-commit; mv evil/.git/hooks evil/.git/old; "
           "ln -s ../../h evil/.git/hooks",
       "[ ! -e evil/.git/hooks/pre-commit ]", kCommit},
      {"filter", kRepository, kEvil + kFiltered, "! git -C evil config filter.m.clean", kStatus},
      {"pointer", kRepository, kReal + "echo 'gitdir: ../real/.git' > evil/.git; " + kLink + "evil",
       kRealUnset, kStatus},
      {"pointer-to-later", kRepository,
       "mkdir evil; echo 'gitdir: ../later/.git' > evil/.git; " + kLink + "evil; " + kReal +
           "mv real later",
       "! git -C later config core.fsmonitor", kStatus},
      {"pointer-changed", kRepository,
       kEvil + "git init -q good; rm -rf evil/.git; echo 'gitdir: ../good/.git' > evil/.git; " +
           kLink + "evil; " + kReal + "echo 'gitdir: ../real/.git' > evil/.git",
       kRealUnset, kStatus},
      {"git-link", kRepository, kReal + "ln -s ../real/.git evil/.git; " + kLink + "evil",
       kRealUnset, kStatus},
      {"git-link-turned", kRepository,
       "git init -q good; ln -s good way; mkdir evil; ln -s ../way/.git evil/.git; " + kLink +
           "evil; " + kReal + "rm way; ln -s real way",
       kRealUnset, kStatus},
  };
}

std::vector<Attack> by_the_index() {
  const std::string deep =
      "git init -q deep; git -C deep commit -q --allow-empty -m e; "
      "git -C deep config core.fsmonitor '@MARK@; false'; ";
  return {
      {"cacheinfo", kRepository, kEvil + kSet + kLink + "evil", kUnset, kStatus},
      {"read-tree", kRepository,
       kEvil + kSet + "cp .git/index i; export GIT_INDEX_FILE=$PWD/i; " + kLink +
           "evil; t=$(git write-tree); unset GIT_INDEX_FILE; git read-tree $t",
       kUnset, kStatus},
      {"checkout", kRepository,
       "git checkout -q --detach; " + kLink + "evil; git commit -qm l; git checkout -q -f main; " +
           kEvil + kSet + "git checkout -q -f HEAD@{1}",
       kUnset, kStatus},
      {"written-over", kRepository,
       kEvil + kSet + "cp .git/index i; GIT_INDEX_FILE=$PWD/i " + kLink +
           "evil; cat i > .git/index",
       kUnset, kStatus},
      {"index-link", kRepository,
       kEvil + kSet + "cp .git/index i; GIT_INDEX_FILE=$PWD/i " + kLink +
           "evil; rm .git/index; ln -s ../i .git/index",
       "[ ! -L .git/index ]", kStatus},
      {"version-4", kRepository,
       kEvil + kSet + "git update-index --index-version 4; " + kLink + "evil", kUnset, kStatus},
      {"split", kRepository, kEvil + kSet + kLink + "evil; git update-index --split-index", kUnset,
       kStatus},
      {"split-renamed", kRepository,
       "echo e > evil; git add evil; git update-index --split-index; rm evil; " + kEvil + kSet +
           "git update-index --cacheinfo 160000,$(git -C evil rev-parse HEAD),evil",
       kUnset, kStatus},
      {"sha256",
       "git init -q --object-format=sha256 . && echo a > a && git add a && git commit -qm first",
       "git init -q --object-format=sha256 evil; git -C evil commit -q --allow-empty -m e; " +
           kSet + "git add evil",
       kUnset, kStatus},
      {"deeper", kRepository, kEvil + "cd evil; " + deep + "git add deep; cd ..; git add evil",
       "! git -C evil/deep config core.fsmonitor", kStatus},
      {"other-tree", kRepository,
       kEvil + "mkdir other; cd other; " + deep +
           "cd ..; git -C evil config core.worktree ../../other; git -C other --git-dir=../evil/"
           ".git --work-tree=. add deep; git add evil; " +
           kLink + "evil",
       "! git -C other/deep config core.fsmonitor", kStatus},
      {"nested",
       "mkdir -p x/y && cd x/y && git init -q . && echo a > a && git add a && git commit -qm first",
       "cd x/y; " + kEvil + kSet + "git add evil; cd ../..",
       "! git -C x/y/evil config core.fsmonitor", "cd x/y && " + kStatus},
  };
}

class ProtectGitlink : public ProtectTest {
 protected:
  void SetUp() override {
    ProtectTest::SetUp();
    if (!root_.empty()) fs::create_directories(root_ / "ran");
  }

  [[nodiscard]] std::string expanded(const Attack& attack, std::string text) const {
    const std::string mark = "@MARK@";
    const std::string command = "touch " + (root_ / "ran" / attack.name).string();
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += command.size())
      text.replace(at, mark.size(), command);
    return text;
  }
  /// A script in the directory of the attack.
  [[nodiscard]] std::string in_its_place(const Attack& attack, const std::string& script) const {
    return "(cd " + attack.name + " && { " + expanded(attack, script) + "\n})\n";
  }
  /// Plants each in one box and, while that runs, does on the host what triggers it; what ran.
  [[nodiscard]] std::vector<std::string> succeeded(const std::vector<Attack>& attacks,
                                                   const std::string& level) {
    std::string prepare;
    for (const Attack& attack : attacks)
      prepare += "mkdir " + attack.name + "\n" + in_its_place(attack, attack.prepare);
    on_host(prepare);
    const auto box = live("", {"--protect", level});
    if (box == nullptr) return {"no box"};
    for (const Attack& attack : attacks) plant(*box, attack, level != "off");
    EXPECT_TRUE(fs::is_empty(root_ / "ran")) << "the box reached the host itself";
    for (const Attack& attack : attacks) on_host(in_its_place(attack, attack.trigger));
    EXPECT_EQ(box->end(), 0) << box->err();
    return ran();
  }
  void plant(LiveBox& box, const Attack& attack, bool is_defused) const {
    const std::string identity =
        "export HOME=/tmp GIT_AUTHOR_NAME=b GIT_AUTHOR_EMAIL=b@b GIT_COMMITTER_NAME=b "
        "GIT_COMMITTER_EMAIL=b@b GIT_CONFIG_NOSYSTEM=1\n";
    std::string script = identity + in_its_place(attack, attack.plant);
    const std::string wait = "i=0; until " + attack.defused +
                             "; do i=$((i + 1)); [ $i -lt 1000 ] || { echo STAYS; break; }; "
                             "sleep 0.02; done > out 2>/dev/null; grep STAYS out; rm out";
    if (is_defused) script += in_its_place(attack, wait);
    EXPECT_THAT(box.ask(script), Not(HasSubstr("STAYS"))) << attack.name;
  }
  [[nodiscard]] std::vector<std::string> ran() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_ / "ran"))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
  static std::vector<std::string> names_of(const std::vector<Attack>& attacks) {
    std::vector<std::string> names;
    for (const Attack& attack : attacks) names.push_back(attack.name);
    std::ranges::sort(names);
    return names;
  }
};

TEST_F(ProtectGitlink, NothingInASubmodulesPlaceRunsOnTheHost) {
  EXPECT_EQ(succeeded(by_the_repository(), "strict"), std::vector<std::string>());
}

TEST_F(ProtectGitlink, AllOfThatRunsWithoutTheWall) {
  EXPECT_EQ(succeeded(by_the_repository(), "off"), names_of(by_the_repository()));
}

TEST_F(ProtectGitlink, NothingThatAnyKindOfIndexNamesRunsOnTheHost) {
  EXPECT_EQ(succeeded(by_the_index(), "git"), std::vector<std::string>());
}

TEST_F(ProtectGitlink, AllThatAnIndexNamesRunsWithoutTheWall) {
  EXPECT_EQ(succeeded(by_the_index(), "off"), names_of(by_the_index()));
}

/// Maps a file of git's, lets go of its descriptor and only then writes, through the memory: the
/// kernel tells nobody of that. The words are the file, what is to be replaced, and by what.
std::string write_silently(const std::string& words) {
  return R"(cat > map.py <<'END'
import mmap, os, sys, time
old, new = (word.encode().decode("unicode_escape").encode("latin1") for word in sys.argv[2:])
file = os.open(sys.argv[1], os.O_RDWR)
memory = mmap.mmap(file, 0)
os.close(file)
time.sleep(0.3)
at = memory.find(old)
memory[at:at + len(new)] = new
open("written", "w").close()
while True: time.sleep(1)
END
setsid python3 map.py )" +
         words +
         R"( < /dev/null > /dev/null 2>&1 &
i=0; until [ -e written ] || [ $i -gt 500 ]; do i=$((i + 1)); sleep 0.02; done)";
}

std::vector<Attack> through_memory() {
  return {
      {"config", kRepository,
       kEvil +
           "printf '[core]\\n\\t#smonitor = \"@MARK@; false\"\\n' >> evil/.git/config; "
           "git add evil; " +
           write_silently("evil/.git/config '#smon' 'fsmon'"),
       kUnset, kStatus},
      // A link is an entry of mode 120000, a submodule one of 160000.
      {"index", kRepository,
       "ln -s a evil; git add evil; rm evil; " + kEvil + kSet +
           write_silently(R"(.git/index '\x00\x00\xa0\x00' '\x00\x00\xe0\x00')"),
       kUnset, kStatus},
  };
}

TEST_F(ProtectGitlink, NothingThatIsWrittenThroughMemoryRunsOnTheHost) {
  EXPECT_EQ(succeeded(through_memory(), "strict"), std::vector<std::string>());
}

TEST_F(ProtectGitlink, WhatIsWrittenThroughMemoryRunsWithoutTheWall) {
  EXPECT_EQ(succeeded(through_memory(), "off"), names_of(through_memory()));
}

TEST_F(ProtectGitlink, ItIsSaidOnceAuditedAndReported) {
  make_repository();
  const auto box = live();
  ASSERT_NE(box, nullptr);
  const std::string wait =
      "until ! git -C evil config core.fsmonitor > /dev/null; do sleep 0.02; "
      "done; ";
  const std::string out = box->ask(
      "git init -q evil; git -C evil -c user.name=b -c user.email=b@b commit -q --allow-empty -m "
      "e; git add evil 2>/dev/null; "
      "for i in 1 2 3; do git -C evil config core.fsmonitor x; " +
      wait + "done");
  EXPECT_EQ(out, "");
  EXPECT_EQ(box->end(), 0);
  const std::string err = box->err();
  const std::size_t first = err.find("evil/.git/config was defused");
  ASSERT_NE(first, std::string::npos) << err;
  EXPECT_EQ(err.find("was defused", first + 20), std::string::npos) << err;
  EXPECT_THAT(err, HasSubstr("report: defused while the session ran: evil/.git/config"));
  EXPECT_THAT(audit(), HasSubstr("\"protect.defused\""));
  const ProgramResult report = run_mino({"report", name()});
  EXPECT_THAT(report.out, HasSubstr("evil/.git/config (core.fsmonitor)"));
}

TEST_F(ProtectGitlink, WorkWithSubmodulesGoesOnInSilence) {
  make_repository(root_ / "module");
  on_host("git init -q . && git clone -q --bare " + quoted((root_ / "module").string()) +
          " m.git && for n in mine later; do git submodule --quiet add ./m.git $n; done && "
          "git commit -qm first && git submodule --quiet deinit -f later && "
          "rm -rf .git/modules/later && git submodule --quiet init later");
  // What runs in the user's own submodule is the user's.
  on_host(
      "git -C mine config filter.own.clean cat; printf '#!/bin/sh\\n' > "
      ".git/modules/mine/hooks/pre-push; chmod +x .git/modules/mine/hooks/pre-push");
  const auto before = tree();
  const auto box = live();
  ASSERT_NE(box, nullptr);
  const std::string out = box->ask(
      "export HOME=/tmp GIT_AUTHOR_NAME=b GIT_AUTHOR_EMAIL=b@b GIT_COMMITTER_NAME=b "
      "GIT_COMMITTER_EMAIL=b@b GIT_ALLOW_PROTOCOL=file; "
      "git -c submodule.later.url=$PWD/m.git submodule --quiet update later && "
      "git -C later commit -q --allow-empty -m l && git -C mine commit -q --allow-empty -m m && "
      "git clone -q m.git yours 2>&1 && git -c advice.addEmbeddedRepo=false add yours later mine "
      "2> /dev/null && git commit -qm all && git -C yours checkout -q -b next && echo n > yours/n "
      "&& git -C yours add n && git -C yours commit -qm n && git status --short && "
      "git rm -q --cached yours && git -C yours log --oneline | wc -l");
  EXPECT_EQ(out, " M yours\n?? m.git/\n2\n");
  EXPECT_EQ(box->end(), 0);
  EXPECT_THAT(box->err(), Not(HasSubstr("defused")));
  EXPECT_THAT(audit(), Not(HasSubstr("protect.defused")));
  for (const char* path : {".git/modules/mine/config", ".git/modules/mine/hooks/pre-push"})
    EXPECT_EQ("file " + read(path), before.at(path));
}

TEST_F(ProtectGitlink, TheIndexOfARepositoryAroundTheProjectIsReadToo) {
  const fs::path above = root_ / "above";
  fs::create_directories(above);
  on_host("git init -q . && mkdir -p app/evil && echo a > app/a && git add . && " + kLink +
              "app/evil && git commit -qm first",
          above);
  project_ = above / "app";
  const Attack attack{"evil", "", "cd ..; " + kEvil + kSet, "! git config core.fsmonitor", ""};
  for (const std::string level : {"strict", "off"}) {
    const auto box = live("-" + level, {"--protect", level});
    ASSERT_NE(box, nullptr);
    plant(*box, attack, level != "off");
    on_host("git status > /dev/null 2>&1 || true", above);
    EXPECT_EQ(ran().empty(), level != "off");
    EXPECT_EQ(box->end(), 0);
  }
}

}  // namespace
}  // namespace mino::integration
