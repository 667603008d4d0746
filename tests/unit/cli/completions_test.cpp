#include "cli/completions/completions.hpp"
#include "cli/command.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/cli/golden.hpp"
#include "tests/unit/cli/script_runner.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace mino::cli {
namespace {

using testing_support::installed;
using testing_support::run_script;

constexpr std::array<std::string_view, 2> kModes = {"bridge", "none"};
constexpr std::array kKeys = {
    ConfigKey{.path = "general.verbose", .type = ValueType::kBoolean},
    ConfigKey{.path = "container.image", .type = ValueType::kString},
    ConfigKey{.path = "container.network", .type = ValueType::kString, .choices = kModes}};

constexpr std::array kShells = {
    std::pair{"bash", Shell::kBash}, std::pair{"zsh", Shell::kZsh}, std::pair{"fish", Shell::kFish},
    std::pair{"elvish", Shell::kElvish}, std::pair{"powershell", Shell::kPowerShell}};

TEST(Completions, AreAsRecorded) {
  for (const auto& [name, shell] : kShells) {
    testing_support::expect_golden(std::string("completions/mino.") + name,
                                   completion_script(shell, kKeys));
  }
}

TEST(Completions, KnowTheirShells) {
  for (const auto& [name, shell] : kShells) EXPECT_EQ(parse_shell(name), shell);
  EXPECT_EQ(parse_shell("tcsh"), std::nullopt);
}

TEST(Completions, NameEveryShownOptionAndNoHiddenOne) {
  for (const auto& [name, shell] : kShells) {
    const std::string script = completion_script(shell, kKeys);
    EXPECT_EQ(script.find("--auto"), std::string::npos) << name;
    for (const CommandSpec& command : command_table()) {
      if (command.hidden) continue;
      EXPECT_NE(script.find(command.name), std::string::npos) << name << " " << command.name;
      for (const OptionSpec& option : command.options) {
        if (option.hidden) continue;
        EXPECT_NE(script.find(option.name), std::string::npos) << name << " --" << option.name;
      }
    }
  }
}

// A completion script beside stand-ins for the programs that it asks.
class LoadedCompletion : public testing::Test {
 protected:
  void load(Shell shell) {
    write("script", completion_script(shell, kKeys));
    write_program("mino",
                  "case \"$*\" in\n"
                  "'list -f plain') printf 'fix-tests\\nfox\\n' ;;\n"
                  "'list --all -f plain') printf 'fix-tests\\nfox\\nold-one\\n' ;;\n"
                  "*) echo \"unexpected: $*\" >&2; exit 1 ;;\n"
                  "esac\n");
    write_program("podman", "echo alpine:3\n");
    write_program("zebra-tool", "");
    write("project/README", "");
  }

  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path file = directory_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

  void write_program(const std::string& name, const std::string& body) {
    write("bin/" + name, "#!/bin/sh\n" + body);
    std::filesystem::permissions(directory_ / "bin" / name, std::filesystem::perms::owner_all);
  }

  // Runs `driver`, where $DIR is the directory of the script, and expects that output.
  void expect_output(const std::vector<std::string>& shell, std::string driver,
                     const std::string& expected) {
    const std::string dir = directory_.path().native();
    for (std::size_t at = driver.find("$DIR"); at != std::string::npos; at = driver.find("$DIR"))
      driver.replace(at, 4, dir);
    write("driver", driver);
    std::vector<std::string> command = shell;
    command.push_back((directory_ / "driver").native());
    const auto result = run_script(command, dir + "/bin:" + std::getenv("PATH"));
    EXPECT_TRUE(result.ended) << "past its deadline";
    std::string output = result.output;
    for (std::size_t at = output.find(dir); at != std::string::npos; at = output.find(dir))
      output.replace(at, dir.size(), "DIR");
    EXPECT_EQ(output, expected);
  }

 private:
  testing_support::TempDir directory_;
};

// What each shell is asked; `|` separates the words of a line.
TEST_F(LoadedCompletion, InBash) {
  if (!installed("bash")) GTEST_SKIP() << "bash is not installed";
  load(Shell::kBash);
  expect_output({"bash", "--norc"}, R"(source $DIR/script
complete -p mino
try() { COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _mino; local IFS=,; echo "${COMPREPLY[*]}"; }
try mino ""
try mino ru
try mino run --host
try mino run --network ""
try mino run --network =
try mino run --network = n
try mino -c x -v run --name a --rea
try mino run --image ""
try mino run -p $DIR/pro
try mino run surplus ""
try mino stop ""
try mino stop fix-tests fo
try mino logs o
try mino logs -l ""
try mino exec fox -- zebra
try mino exec fox -- ls /etc/hostna
try mino list -f ""
try mino config ""
try mino config s
try mino config get container.
try mino config set container.network ""
try mino --config x config --json set general.verbose ""
try mino completions ""
try mino help conf
try mino help config ""
)",
                "complete -F _mino mino\n"
                "run,exec,list,stop,logs,report,network,cache,layers,status,selftest,explain,"
                "config,init,trust,"
                "completions,version,help\n"
                "run\n"
                "--host-path\n"
                "bridge,host,none\n"
                "bridge,host,none\n"
                "none\n"
                "--read-only\n"
                "host,alpine:3\n"
                "DIR/project\n"
                "\n"
                "fix-tests,fox\n"
                "fox\n"
                "old-one\n"
                "\n"
                "zebra-tool\n"
                "/etc/hostname\n"
                "table,json,plain\n"
                "show,get,set,path,init,edit\n"
                "show,set\n"
                "container.image,container.network\n"
                "bridge,none\n"
                "true,false\n"
                "bash,zsh,fish,elvish,powershell\n"
                "config\n"
                "\n");
}

// A real interactive zsh on a pseudo-terminal: TAB is pressed, and a second key writes a mark once
// the completion is over.
TEST_F(LoadedCompletion, InZsh) {
  if (!installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  load(Shell::kZsh);
  write("init", R"(PS1= PS2=
unset zle_bracketed_paste
unsetopt auto_list prompt_sp
autoload -Uz compinit
compinit -u -D
source $HITS/script
zstyle ':completion:*' insert-tab false
compadd() {
  local -a hits
  builtin compadd -O hits "$@"
  (( $#hits )) && print -r -- "${(j:,:)hits}" >> $HITS/hits
  builtin compadd "$@"
}
mark() { print DONE >> $HITS/hits }
zle -N mark
bindkey '^X^M' mark
print DONE >> $HITS/hits
)");
  expect_output({"zsh", "-f"}, R"(zmodload zsh/zpty zsh/zselect
wait_for_mark() {
  local i out
  for i in {1..2000}; do
    while zpty -r -t z out; do :; done
    grep -q DONE $DIR/hits 2>/dev/null && return
    zselect -t 1
  done
}
zpty z zsh -f -i
zpty -w z 'HITS=$DIR; source $DIR/init'
wait_for_mark
try() {
  : > $DIR/hits
  zpty -w -n z $'\C-u'"$1"$'\t\C-x\C-m'
  wait_for_mark
  grep -v DONE $DIR/hits | sort -u | paste -sd ' '
}
for line in 'mino ' 'mino run --host' 'mino run --network ' 'mino run --network=n' 'mino -c x stop ' 'mino stop fix-tests fo' \
    'mino logs -f o' 'mino run --image ' 'mino list -f ' 'mino config se' 'mino config get container.' \
    'mino config set container.network ' 'mino completions ' 'mino help conf' 'mino exec fox -- zebra' 'mino run --keep --r'; do
  try $line
done
zpty -d z
)",
                "run,exec,list,stop,logs,report,network,cache,layers,status,selftest,explain,"
                "config,init,trust,"
                "completions,version,help\n"
                "--host-path\n"
                "bridge,host,none\n"
                "none\n"
                "fix-tests,fox\n"
                "fox\n"
                "old-one\n"
                "host,alpine:3\n"
                "table,json,plain\n"
                "set\n"
                "container.image,container.network\n"
                "bridge,none\n"
                "bash,zsh,fish,elvish,powershell\n"
                "config\n"
                "zebra-tool\n"
                "--read-only\n");
}

TEST_F(LoadedCompletion, InFish) {
  if (!installed("fish")) GTEST_SKIP() << "fish is not installed";
  load(Shell::kFish);
  expect_output({"fish", "--no-config"}, R"(set -x HOME $DIR
source $DIR/script
function try
    complete -C $argv[1] | string replace -r '\t.*' '' | sort | string join ,
end
try 'mino r'
try 'mino run --host'
try 'mino run --network '
try 'mino run --network=n'
try 'mino -c x stop '
try 'mino stop fix-tests fo'
try 'mino logs -f o'
try 'mino run --image '
try 'mino list -f '
try 'mino config s'
try 'mino config get container.'
try 'mino config set container.network '
try 'mino completions '
try 'mino help conf'
try 'mino exec fox -- zebra'
try 'mino run -p $DIR/pro'
)",
                "run\n"
                "--host-path\n"
                "bridge,host,none\n"
                "--network=none\n"
                "fix-tests,fox\n"
                "fox\n"
                "old-one\n"
                "alpine:3,host\n"
                "json,plain,table\n"
                "set,show\n"
                "container.image,container.network\n"
                "bridge,none\n"
                "bash,elvish,fish,powershell,zsh\n"
                "config\n"
                "zebra-tool\n"
                "DIR/project/\n");
}

// Elvish has its editor only on a terminal; the script's own function is called with the editor's
// functions stood in for.
TEST_F(LoadedCompletion, InElvish) {
  if (!installed("elvish")) GTEST_SKIP() << "elvish is not installed";
  load(Shell::kElvish);
  expect_output({"elvish", "-norc"},
                "use str\n"
                "var edit: = (ns [&'completion:'=(ns [&arg-completer=[&]]) "
                "&complex-candidate~={|word &display=''| put $word } "
                "&complete-filename~={|word| put 'file:'$word }])\n" +
                    completion_script(Shell::kElvish, kKeys) + R"(
fn attempt {|@words|
    var current = $words[-1]
    echo (str:join ',' [($edit:completion:arg-completer[mino] $@words | each {|w| if (str:has-prefix $w $current) { put $w } })])
}
attempt mino r
attempt mino run --host
attempt mino run --network ''
attempt mino -c x stop ''
attempt mino logs o
attempt mino run --image ''
attempt mino list -f ''
attempt mino config s
attempt mino config get container.
attempt mino completions ''
attempt mino help conf
)",
                "run\n"
                "--host-path\n"
                "bridge,host,none\n"
                "fix-tests,fox\n"
                "old-one\n"
                "host,alpine:3\n"
                "table,json,plain\n"
                "show,set\n"
                "container.image,container.network\n"
                "bash,zsh,fish,elvish,powershell\n"
                "config\n");
}

}  // namespace
}  // namespace mino::cli
