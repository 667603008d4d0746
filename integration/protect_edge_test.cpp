// Projects that nobody has on purpose, and what is given wrongly.
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

class ProtectEdge : public ProtectTest {
 protected:
  void SetUp() override {
    ProtectTest::SetUp();
    box_image_ = image_;
  }
};

TEST_F(ProtectEdge, OddProjectsAreProtectedAsFarAsThereIsSomething) {
  const std::vector<std::string> projects{
      "mkdir .git",
      "ln -s nowhere .git",
      "ln -s .git .git",
      "echo 'gitdir: nowhere' > .git",
      "echo 'gitdir: .' > .git",
      "echo 'gitdir: /' > .git",
      ": > .git",
      "mkfifo .git .envrc .mcp.json && mkdir .vscode && mkfifo .vscode/f",
      "mkdir \"$(printf 'n\\nl')\" && git init -q \"$(printf 'n\\nl')\" && git init -q .",
      "mkdir \"$(printf 'x\\377\\376')\" && git init -q \"$(printf 'x\\377\\376')\"",
      "mkdir closed && git init -q closed/r && chmod 0 closed",
      "git init -q . && chmod 500 .git .",
      "git init -q . && chmod 0 .git/info .git/hooks",
      "git init -q --bare .",
      "d=12345678901234567890123456789012345678901234567890; i=0; while [ $i -lt 79 ]; do mkdir "
      "$d; "
      "cd $d; i=$((i + 1)); done; mkdir -p .git/objects .git/refs && : > .git/HEAD"};
  for (const std::string& prepare : projects) {
    SCOPED_TRACE(prepare);
    project_ = root_ / ("odd" + std::to_string(&prepare - projects.data()));
    fs::create_directories(project_);
    on_host(prepare);
    const std::string before = on_host("ls -Ra 2>/dev/null || true");
    const ProgramResult box = in_box(
        "for f in .mino.toml .git/config; do [ -p ${f%/*} ] || echo x >> $f; done "
        "2>/dev/null; echo end");
    EXPECT_EQ(box.out, "end\n") << box.err;
    EXPECT_EQ(box.code, 0);
    EXPECT_EQ(on_host("ls -Ra 2>/dev/null || true"), before);
    EXPECT_FALSE(fs::exists(ledger())) << slurp(ledger());
    on_host("chmod 700 . .git closed .git/info .git/hooks 2>/dev/null || true");
  }
}

TEST_F(ProtectEdge, ManyRepositoriesAreAllProtected) {
  make_repository();
  on_host(
      "git init -q --template= t && i=0; while [ $i -lt 260 ]; do mkdir -p n/$i; cp -r t/.git "
      "n/$i/.git; "
      "i=$((i + 1)); done; i=0; mkdir .git/modules; while [ $i -lt 100 ]; do "
      "cp -r t/.git .git/modules/$i; i=$((i + 1)); done; rm -r t; mkdir w; cd w; "
      "i=0; while [ $i -lt 100 ]; do mkdir -p $i/a $i/b; i=$((i + 1)); done");
  const std::string before = on_host("find . | sort");
  const ProgramResult box = in_box(
      "for f in n/*/.git .git/modules/* .git; do for x in config commondir hooks/x; do "
      "echo x >> $f/$x && echo $f/$x; done; mv -T $f ${f}x; done 2>/dev/null; echo end");
  EXPECT_EQ(box.out, "end\n") << box.err;
  EXPECT_EQ(on_host("find . | sort"), before);
  EXPECT_FALSE(fs::exists(ledger()));
}

TEST_F(ProtectEdge, AWrongLevelIsAnErrorOfUsage) {
  const ProgramResult refused = run_box({"--protect", "some", "--", "true"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("strict"));
  write_config("[container]\nprotect = \"some\"\n");
  const ProgramResult configured = run_box({"--", "true"});
  EXPECT_EQ(configured.code, 125);
  EXPECT_THAT(configured.err, HasSubstr("container.protect"));
}

TEST_F(ProtectEdge, ExplainSaysWhatIsProtected) {
  const ProgramResult strict = run_mino({"explain", "--image", image_, "--", "true"});
  EXPECT_EQ(strict.code, 0) << strict.err;
  EXPECT_THAT(strict.out, HasSubstr("what later runs on the host is read-only"));
  const ProgramResult off =
      run_mino({"explain", "--image", image_, "--protect", "off", "--", "true"});
  EXPECT_EQ(off.code, 0) << off.err;
  EXPECT_THAT(off.out, HasSubstr("the box may write what later runs on the host"));
}

}  // namespace
}  // namespace mino::integration
