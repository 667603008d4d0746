// Protected paths of a project: which names, in which boxes, and that neither git in the box nor
// git on the host is disturbed by them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "integration/support/protect_fixture.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::vector<std::string> kMinoNames{".mino.toml", ".mino/x"};
/// Paths that stand for a protected directory name one file in it.
const std::vector<std::string> kStrictNames{".vscode/x",
                                            ".idea/x",
                                            ".devcontainer/x",
                                            ".claude/x",
                                            ".codex/x",
                                            ".gemini/x",
                                            ".cursor/x",
                                            ".husky/x",
                                            ".mcp.json",
                                            ".envrc",
                                            ".mise.toml",
                                            ".tool-versions",
                                            ".pre-commit-config.yaml"};
/// Ordinary work makes these: an agent may, where they do not exist.
const std::vector<std::string> kOrdinaryNames{
    ".gitmodules", ".gitattributes", ".npmrc",   ".yarnrc",    ".yarnrc.yml", ".pypirc",
    ".bashrc",     ".bash_profile",  ".profile", ".zshrc",     ".zshenv",     ".gitconfig",
    ".ripgreprc",  ".zprofile",      ".zlogin",  ".bash_login"};

std::vector<std::string> together(std::vector<std::string> names,
                                  const std::vector<std::string>& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

/// Says $f when that file, or $t in which it lies, can be made, written, moved, removed or
/// replaced.
constexpr char kChange[] = R"sh((
  [ $f = $t ] || mkdir $t
  if (echo x >> $f) || mv -T $t moved || rm -rf $t && [ -e $t ] || ln -sfT /etc $t; then
    echo $f
  elif echo y > n && mv -fT n $t; then
    echo $f
  fi
  rm -f n
) 2> /dev/null
)sh";

class Protect : public ProtectTest {
 protected:
  /// Those of `names` that a box of that level can change in a directory of the project.
  [[nodiscard]] std::vector<std::string> changeable(const std::string& level,
                                                    const std::string& directory,
                                                    const std::vector<std::string>& names) const {
    std::string script = "cd " + directory + "\n";
    for (const std::string& name : names) {
      const std::string top = name.substr(0, name.find('/'));
      script += "f=" + name + "; t=" + top + "\n" + kChange;
    }
    const ProgramResult box =
        in_box(script + "echo end", {"--protect", level, "--image", image_, "--no-local"});
    EXPECT_TRUE(box.out.ends_with("end\n")) << box.code << box.err;
    std::vector<std::string> found;
    for (const std::string& name : names) {
      if (("\n" + box.out).find("\n" + name + "\n") != std::string::npos) found.push_back(name);
    }
    return found;
  }
  void write_all(const std::string& directory, const std::vector<std::string>& names) const {
    for (const std::string& name : names) write(directory + "/" + name, "of the host\n");
  }
};

TEST_F(Protect, EveryNameIsReadOnlyWhereverItExists) {
  const auto names = together(together(kMinoNames, kStrictNames), kOrdinaryNames);
  make_repository();
  make_repository(project_ / "deep/nested");
  for (const std::string& directory : {std::string("."), std::string("deep/nested")}) {
    SCOPED_TRACE(directory);
    write_all(directory, names);
    const auto before = tree();
    EXPECT_EQ(changeable("strict", directory, names), std::vector<std::string>());
    expect_cleared(before);
  }
  EXPECT_EQ(changeable("git", ".", names), together(kStrictNames, kOrdinaryNames));
  EXPECT_EQ(changeable("off", "deep/nested", names), names);
}

TEST_F(Protect, NamesThatAreAbsentCannotBeMade) {
  const auto names = together(kMinoNames, kStrictNames);
  make_repository();
  make_repository(project_ / "deep/nested");
  const auto before = tree();
  for (const std::string& directory : {std::string("."), std::string("deep/nested")}) {
    SCOPED_TRACE(directory);
    EXPECT_EQ(changeable("strict", directory, names), std::vector<std::string>());
    expect_cleared(before);
  }
  EXPECT_EQ(changeable("strict", ".", kOrdinaryNames), kOrdinaryNames);
  EXPECT_EQ(changeable("git", ".", names), kStrictNames);
  EXPECT_EQ(changeable("off", "deep/nested", names), names);
}

TEST_F(Protect, AProjectWithoutARepositoryIsProtectedAsWell) {
  const auto names = together(kMinoNames, kStrictNames);
  write("a", "a");
  const auto before = tree();
  EXPECT_EQ(changeable("strict", ".", names), std::vector<std::string>());
  expect_cleared(before);
}

TEST_F(Protect, TheOtherKindOfFileInANamesPlaceIsHeldToo) {
  make_repository();
  write(".envrc/file", "a directory, where a file is expected\n");
  write(".vscode", "a file, where a directory is expected\n");
  on_host(
      "mkfifo .mise.toml && ln -s ../elsewhere .idea && ln -s loop .husky && ln -s .husky loop "
      "&& ln -s nowhere .mcp.json && mkdir real && echo r > real/f && ln -s real/f one && "
      "ln -s one .tool-versions && ln -s real .claude && ln -s real up && ln -s up/f .mino.toml");
  const auto before = tree();
  const ProgramResult box = in_box(
      "for f in .envrc .vscode .mise.toml .idea .husky .mcp.json .tool-versions .claude .mino.toml "
      "one up real; do mv -T $f moved; rm -f $f; ln -sfn /etc $f; done 2>/dev/null; "
      "for f in .envrc/file .envrc/x .vscode .tool-versions .claude/f .claude/x real/f one up/f "
      ".mino.toml; do echo x >> $f; done 2>/dev/null; rm -rf real up one; echo done",
      {"--image", image_});
  EXPECT_EQ(box.out, "done\n") << box.err;
  EXPECT_EQ(differences(before, tree()), "");
}

TEST_F(Protect, EveryKindOfBoxAndEveryWayIntoItIsProtected) {
  make_repository();
  const auto before = tree();
  const std::string attack =
      "for f in .git/hooks/pre-commit .git/config .envrc .vscode/x .git/commondir; do "
      "(echo x >> $f) 2>/dev/null && echo $f; done; mv .git g 2>/dev/null && echo moved; "
      "echo mine > mine && echo end";
  for (const std::string& image : {image_, user_image_, std::string("host")}) {
    SCOPED_TRACE(image);
    const ProgramResult attached = in_box(attack, {"--image", image});
    EXPECT_EQ(attached.out, "end\n") << attached.err;
    const ProgramResult started =
        run(session(name(), "sleep 1000", {"--detach", "--image", image}));
    ASSERT_EQ(started.code, 0) << started.err;
    const ProgramResult entered = run_mino({"exec", name(), "--", "sh", "-c", attack});
    EXPECT_EQ(entered.out, "end\n") << entered.err;
    EXPECT_EQ(run_mino({"stop", name()}).code, 0);
    on_host("rm mine");
    expect_cleared(before);
  }
}

TEST_F(Protect, GitWorksInTheBox) {
  make_repository();
  make_repository(project_ / "nested");
  make_repository(root_ / "module");
  on_host("git submodule --quiet add \"$ROOT/module\" sub && git commit -qm sub");
  const std::string work =
      "set -e; git status > /dev/null; echo b > b; git add b; git commit -qm b; git branch other; "
      "git checkout -q other; echo c > c; git add c; git commit -qm c; git switch -q -c third; "
      "echo d >> a; git stash -q; git stash pop -q; git commit -qam d; git checkout -q main; "
      "echo e > e; git add e; git commit -qm e; git rebase -q main third; git checkout -q main; "
      "git merge -q -m merged other; git tag t; git cherry-pick third > /dev/null; git gc -q; "
      "git reset -q --hard HEAD; git clean -nd; git log --oneline | wc -l";
  for (const std::string directory : {".", "nested", "sub"}) {
    SCOPED_TRACE(directory);
    const ProgramResult box = in_box(
        "export HOME=/tmp GIT_AUTHOR_NAME=b GIT_AUTHOR_EMAIL=b@b GIT_COMMITTER_NAME=b "
        "GIT_COMMITTER_EMAIL=b@b; cd " +
        directory + " && { " + work + "; }");
    EXPECT_EQ(box.code, 0);
    // What the host made a moment before may be reported; git itself says nothing.
    EXPECT_TRUE(box.err.empty() || box.err.starts_with("report: ")) << box.err;
    EXPECT_THAT(box.out, HasSubstr(std::string(directory) == "." ? "7" : "6"));
  }
  EXPECT_EQ(on_host("git -C nested status --porcelain; git -C sub status --porcelain"), "");
}

TEST_F(Protect, WhatWritesGitsConfigurationSaysSoAndLeavesNoLock) {
  make_repository();
  const std::string before = read(".git/config");
  const ProgramResult box = in_box(
      "export HOME=/tmp; git config x.y z; echo $?; git branch b; git branch -d b; echo $?; "
      "git remote add up /nowhere; echo $?; find .git -name '*.lock'");
  EXPECT_EQ(box.out, "4\nDeleted branch b (was " +
                         on_host("git rev-parse --short main").substr(0, 7) + ").\n0\n128\n");
  EXPECT_THAT(box.err, HasSubstr("could not write config file"));
  EXPECT_EQ(read(".git/config"), before);
}

struct Shape {
  std::string name;
  std::string prepare;  ///< on the host
  std::string project = "app";
  std::string outer = "app";  ///< where else git on the host must see nothing
};

const std::string kFirst = "git init -q && echo a > a && git add a && git commit -qm first";

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all{
      {"repository", "mkdir app && cd app && " + kFirst},
      {"no exclude file", "mkdir app && cd app && " + kFirst + " && rm .git/info/exclude"},
      {"empty exclude file", "mkdir app && cd app && " + kFirst + " && : > .git/info/exclude"},
      {"no info, no hooks", "mkdir app && cd app && " + kFirst + " && rm -r .git/info .git/hooks"},
      {"no last newline",
       "mkdir app && cd app && " + kFirst + " && printf '#\\ny' > .git/info/exclude"},
      {"subdirectory", kFirst + " && mkdir app && cp a app && git add app && git commit -qm app",
       "app", "."},
      {"subdirectory, no info", kFirst + " && rm -r .git/info && mkdir app", "app", "."},
      {"linked worktree", "mkdir m && cd m && " + kFirst + " && git worktree add -q ../app", "app",
       "m"},
      {"submodule",
       "mkdir m s && (cd m && " + kFirst + ") && cd s && " + kFirst +
           " && git submodule --quiet add ../m app && git commit -qm sub",
       "s/app", "s"},
      {"nested repository",
       "mkdir app && cd app && " + kFirst +
           " && echo n > .gitignore && git add . && "
           "git commit -qm ignore && mkdir -p n/r && cd n/r && " +
           kFirst,
       "app", "app/n/r"},
      {"submodule in the project",
       "mkdir m app && (cd m && " + kFirst + ") && cd app && " + kFirst +
           " && git submodule --quiet add ../m sub && git commit -qm sub",
       "app", "app/sub"},
      {"odd names", "mkdir 'o d?[*é' && cd 'o d?[*é' && " + kFirst + " && mkdir 'p p' '#x'",
       "o d?[*é/#x", "o d?[*é"},
  };
  return all;
}

TEST_F(Protect, GitOnTheHostSeesNothingOfIt) {
  const fs::path above = root_ / "shape";
  for (const Shape& shape : shapes()) {
    SCOPED_TRACE(shape.name);
    fs::create_directories(above);
    on_host(shape.prepare, above);
    project_ = above / shape.project;
    const auto before = tree(above);
    const auto box = live("-" + std::to_string(&shape - shapes().data()), {"--image", image_});
    ASSERT_NE(box, nullptr);
    EXPECT_TRUE(fs::exists(project_ / ".envrc")) << "there is nothing to see";
    EXPECT_EQ(git_status(), "");
    EXPECT_EQ(git_status(above / shape.outer), "");
    EXPECT_EQ(on_host("git add -A . && git status --porcelain"), "");
    EXPECT_FALSE(box->can_write(".envrc"));
    EXPECT_EQ(box->end(), 0) << box->err();
    EXPECT_EQ(git_status(above / shape.outer), "");
    EXPECT_EQ(differences(before, tree(above)), "");
    EXPECT_FALSE(fs::exists(ledger()));
    fs::remove_all(above);
  }
}

}  // namespace
}  // namespace mino::integration
