// What an agent plants in a repository for the host's git to run or obey: each attack against the
// walls, and against none, where it has to succeed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "integration/support/protect_fixture.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

/// Scripts of a shell, each run in a directory of the attack's own below the project. @MARK@ is a
/// command that leaves a mark on the host and succeeds.
struct Attack {
  std::string name;
  std::string prepare;  ///< on the host; repository() makes the usual one
  std::string plant;    ///< in the box
  std::string trigger;  ///< on the host: what a person does there every day
};

const std::string kRepository =
    "git init -q . && echo a > a && git add a && git commit -qm first\n";
const std::string kEvilConfig = "printf '[core]\\n\\tfsmonitor = \"@MARK@; false\"\\n'";
const std::string kEvilHook = "printf '#!/bin/sh\\n@MARK@\\n'";
const std::string kEvilGit =
    "git init -q . && " + kEvilConfig + " >> .git/config; git add -A; git commit -qm evil";
const std::string kStatus = "git status > /dev/null 2>&1 || true";
const std::string kCommit = "git commit -q --allow-empty -m again > /dev/null 2>&1 || true";
const std::string kLinked =
    "git init -q main && cd main && echo a > a && git add a && git commit -qm first && "
    "git worktree add -q ../linked\n";
const std::string kSubmodule =
    "git init -q module && (cd module && echo m > m && git add m && git commit -qm first) && " +
    kRepository + "git submodule --quiet add ./module sub && git commit -qm sub && rm -rf module\n";
const std::string kBare =
    "git init -q --bare b.git && git init -q w && cd w && echo a > a && "
    "git add a && git commit -qm first && git remote add up ../b.git\n";
const std::string kPush = "cd w && git push -q up HEAD:x > /dev/null 2>&1 || true";
/// A git directory that is complete but for HEAD.
const std::string kEvilCommon =
    "mkdir -p c && cp -r objects refs c/ && " + kEvilConfig + " > c/config";

const std::vector<Attack>& attacks() {
  static const std::vector<Attack> all{
      {"hook", kRepository, kEvilHook + " > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit",
       kCommit},
      {"hook-absent", kRepository + "rm -r .git/hooks",
       "mkdir .git/hooks; " + kEvilHook +
           " > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit",
       kCommit},
      {"hook-link", kRepository,
       "mkdir evil; " + kEvilHook +
           " > evil/pre-commit; chmod +x evil/pre-commit; rm -rf .git/hooks; mv .git/hooks h; "
           "ln -s ../evil .git/hooks",
       kCommit},
      {"hook-edited",
       kRepository + "printf '#!/bin/sh\\n' > .git/hooks/pre-commit\n"
                     "chmod +x .git/hooks/pre-commit",
       "sed -i '$a @MARK@' .git/hooks/pre-commit; echo @MARK@ >> .git/hooks/pre-commit", kCommit},
      {"config", kRepository, kEvilConfig + " >> .git/config", kStatus},
      {"config-by-git", kRepository, "git config core.fsmonitor '@MARK@; false'", kStatus},
      {"config-by-rename", kRepository,
       "cp .git/config n; " + kEvilConfig + " >> n; mv -f n .git/config", kStatus},
      {"config-unlink", kRepository,
       "cp .git/config n; " + kEvilConfig + " >> n; rm -f .git/config; ln -s ../n .git/config",
       kStatus},
      {"config-through-proc", kRepository,
       "cp .git/config n; " + kEvilConfig +
           " >> n; for p in /proc/self/root$PWD /proc/1/root$PWD /proc/self/cwd /proc/thread-self"
           "/cwd ../../app/config-through-proc; do cat n > $p/.git/config; done",
       kStatus},
      {"config-unmounted", kRepository,
       "for m in .git/config .git/hooks .git; do umount $m; umount -l $m; done; "
       "mount -o remount,rw,bind .git/config; mount -t tmpfs none .git/info; " +
           kEvilConfig + " >> .git/config",
       kStatus},
      {"config-open-directory", kRepository,
       "cd .git; mv ../.git ../g; " + kEvilConfig + " >> config; mv ../g ../.git", kStatus},
      {"config-worktree", kRepository + "git config extensions.worktreeConfig true",
       kEvilConfig + " > .git/config.worktree", kStatus},
      {"commondir", kRepository, "cd .git; " + kEvilCommon + "; echo c > commondir", kStatus},
      {"commondir-link", kRepository,
       "cd .git; " + kEvilCommon +
           "; echo c > x; rm -f commondir; ln -sf x commondir; mv -f x commondir",
       kStatus},
      {"attributes", kRepository + "git config filter.mark.clean '@MARK@; cat'",
       "mkdir -p .git/info; echo '* filter=mark' > .git/info/attributes; touch a",
       "touch a && git add a || true"},
      {"attributes-info-renamed", kRepository + "git config filter.mark.clean '@MARK@; cat'",
       "mv .git/info .git/i; mkdir -p .git/info; echo '* filter=mark' > .git/info/attributes",
       "touch a && git add a || true"},
      {"hooks-path", kRepository + "mkdir -p t/h && git config core.hooksPath t/h",
       kEvilHook + " > t/h/pre-commit; chmod +x t/h/pre-commit; mv t u; mkdir -p t/h; " +
           kEvilHook + " > t/h/pre-commit; chmod +x t/h/pre-commit",
       kCommit},
      {"hooks-path-absent", kRepository + "git config core.hooksPath h",
       "mkdir h; " + kEvilHook + " > h/pre-commit; chmod +x h/pre-commit", kCommit},
      {"include-path", kRepository + "git config include.path ../own.config",
       kEvilConfig + " > own.config", kStatus},
      {"git-renamed", kRepository, "mv .git g; " + kEvilGit, kStatus},
      {"git-removed", kRepository, "rm -rf .git; " + kEvilGit, kStatus},
      {"git-again", kRepository,
       "mkdir -p t/hooks; " + kEvilHook +
           " > t/hooks/pre-commit; chmod +x t/hooks/pre-commit; git init -q --template=t .",
       kCommit},
      {"git-link", "mkdir real && cd real && git init -q . && cd .. && ln -s real/.git .git",
       "rm -f .git; " + kEvilGit + "; " + kEvilConfig + " >> real/.git/config", kStatus},
      {"git-link-chain",
       "mkdir -p one/real && git init -q one/real && ln -s one two && ln -s two/real/.git .git",
       "cp -r one three; " + kEvilConfig + " >> three/real/.git/config; rm two; ln -s three two",
       kStatus},
      {"ancestor-renamed", "mkdir -p x/y && cd x/y && " + kRepository,
       "mv x z; mkdir -p x/y; cd x/y; " + kEvilGit, "cd x/y && " + kStatus},
      {"parent-renamed", "mkdir -p x/y && cd x/y && " + kRepository,
       "mv x/y x/z; mkdir -p x/y; cd x/y; " + kEvilGit, "cd x/y && " + kStatus},
      {"attack-directory-renamed", kRepository,
       "cd ..; mv attack-directory-renamed adr; mkdir -p attack-directory-renamed; "
       "cd attack-directory-renamed; " +
           kEvilGit,
       kStatus},
      {"worktree-pointer", kLinked, "cd linked; rm -f .git; " + kEvilGit,
       "cd linked && " + kStatus},
      {"worktree-pointer-written", kLinked,
       "git init -q e; " + kEvilConfig +
           " >> e/.git/config; echo \"gitdir: ../e/.git\" > linked/.git",
       "cd linked && " + kStatus},
      {"worktree-target", kLinked,
       "cd main/.git; " + kEvilCommon + "; echo ../../c > worktrees/linked/commondir",
       "cd linked && " + kStatus},
      {"worktree-target-renamed", kLinked,
       "cd main/.git; " + kEvilCommon +
           "; mv worktrees/linked w; cp -r w worktrees/linked; mv worktrees v; cp -r v worktrees; "
           "echo ../../c > worktrees/linked/commondir",
       "cd linked && " + kStatus},
      {"worktree-main", kLinked, kEvilConfig + " >> main/.git/config", "cd linked && " + kStatus},
      {"worktree-config", kLinked + "git config extensions.worktreeConfig true",
       kEvilConfig + " > main/.git/worktrees/linked/config.worktree", "cd linked && " + kStatus},
      {"submodule-pointer", kSubmodule,
       "git init -q e; " + kEvilConfig +
           " >> e/.git/config; (cd e; git add -A; "
           "git commit -q --allow-empty -m e); echo 'gitdir: ../e/.git' > sub/.git",
       kStatus},
      {"submodule-config", kSubmodule, kEvilConfig + " >> .git/modules/sub/config", kStatus},
      {"submodule-hook", kSubmodule,
       kEvilHook +
           " > .git/modules/sub/hooks/pre-commit; chmod +x .git/modules/sub/hooks/pre-commit",
       "cd sub && " + kCommit},
      {"submodule-renamed", kSubmodule,
       "cp -r .git/modules m; " + kEvilConfig +
           " >> m/sub/config; mv .git/modules .git/n; mv m .git/modules",
       kStatus},
      {"submodule-commondir", kSubmodule,
       "cd .git/modules/sub; " + kEvilCommon + "; echo c > commondir", kStatus},
      {"bare-hook", kBare, kEvilHook + " > b.git/hooks/update; chmod +x b.git/hooks/update", kPush},
      {"bare-config", kBare,
       "mkdir evil; " + kEvilHook +
           " > evil/update; chmod +x evil/update; "
           "printf \"[core]\\n\\thooksPath = ../evil\\n\" >> b.git/config",
       kPush},
      {"bare-renamed", kBare,
       "cp -r b.git c.git; mkdir -p c.git/hooks; " + kEvilHook +
           " > c.git/hooks/update; chmod +x c.git/hooks/update; mv b.git d.git; mv c.git b.git",
       kPush},
  };
  return all;
}

class ProtectAttack : public ProtectTest {
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
  /// All scripts of one kind, each in its directory and with the other attacks' failures ignored.
  [[nodiscard]] std::string all(std::string Attack::*part, const std::string& before = "") const {
    std::string script;
    for (const Attack& attack : attacks())
      script +=
          before + "(cd " + attack.name + " && { " + expanded(attack, attack.*part) + "\n})\n";
    return script;
  }
  void prepare() const {
    std::string script;
    for (const Attack& attack : attacks())
      script += "mkdir " + attack.name + " && (cd " + attack.name + " && " +
                expanded(attack, attack.prepare) + "\n)\n";
    on_host(script);
  }
  /// Plants everything in one box and then does on the host what triggers it; what ran there.
  [[nodiscard]] std::vector<std::string> succeeded(const std::string& level) const {
    prepare();
    const std::string identity =
        "export HOME=/tmp GIT_AUTHOR_NAME=b GIT_AUTHOR_EMAIL=b@b GIT_COMMITTER_NAME=b "
        "GIT_COMMITTER_EMAIL=b@b\n";
    const ProgramResult box =
        in_box(identity + all(&Attack::plant) + "echo planted", {"--protect", level});
    EXPECT_TRUE(box.out.ends_with("planted\n")) << box.code << box.err;
    EXPECT_TRUE(fs::is_empty(root_ / "ran")) << "the box reached the host itself";
    on_host(all(&Attack::trigger));
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_ / "ran"))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
};

TEST_F(ProtectAttack, NothingThatIsPlantedRunsOnTheHost) {
  EXPECT_EQ(succeeded("strict"), std::vector<std::string>());
}

TEST_F(ProtectAttack, TheLevelGitStopsAllOfThemToo) {
  EXPECT_EQ(succeeded("git"), std::vector<std::string>());
}

TEST_F(ProtectAttack, EachOfThemSucceedsWithoutTheWall) {
  std::vector<std::string> names;
  for (const Attack& attack : attacks()) names.push_back(attack.name);
  std::ranges::sort(names);
  EXPECT_EQ(succeeded("off"), names);
}

}  // namespace
}  // namespace mino::integration
