#include "cli/parse.hpp"

#include "tests/fakes/fake_environment.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mino::cli {
namespace {

using Words = std::vector<std::string>;

Result<Invocation> parsed(const Words& words,
                          std::map<std::string, std::string, std::less<>> variables = {}) {
  return parse(words, fakes::FakeEnvironment(std::move(variables)));
}

Invocation accepted(const Words& words) {
  Result<Invocation> result = parsed(words);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().text());
  return result.ok() ? std::move(*result) : Invocation{};
}

std::string path_of(const Invocation& invocation) {
  const CommandSpec& command = invocation.args.command();
  return std::string(command.parent) + (command.parent.empty() ? "" : " ") +
         std::string(command.name);
}

struct Refusal {
  Words words;
  std::string message;
  std::string hint;
};

class ParseRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ParseRefuses, WithMessageAndHint) {
  const Result<Invocation> result = parsed(GetParam().words);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kUsage);
  EXPECT_EQ(result.error().text(), GetParam().message);
  EXPECT_EQ(result.error().hint(), GetParam().hint);
}

constexpr const char* kAgentOptions =
    "options of the command in the box go behind '--': mino run [OPTIONS] [-- COMMAND...]";

INSTANTIATE_TEST_SUITE_P(
    All, ParseRefuses,
    testing::Values(
        Refusal{{"lst"}, "unknown command 'lst'; did you mean 'list'?", "mino --help"},
        Refusal{{"frobnicate"}, "unknown command 'frobnicate'", "mino --help"},
        Refusal{{""}, "unknown command ''", "mino --help"},
        Refusal{{"-"}, "unknown command '-'", "mino --help"},
        Refusal{{"config", "sett"},
                "unknown command 'config sett'; did you mean 'config set'?",
                "mino config --help"},
        Refusal{{"help", "rnu"}, "unknown command 'rnu'; did you mean 'run'?", "mino --help"},
        Refusal{{"help", "run", "set"}, "unknown command 'run set'", "mino run --help"},
        Refusal{{"help", "config", "set", "x"}, "unexpected argument 'x'", "mino help --help"},
        Refusal{{"run", "--netwrok", "none"},
                "unknown option '--netwrok'; did you mean '--network'?",
                "mino run --help"},
        Refusal{{"run", "--no-ttty"},
                "unknown option '--no-ttty'; did you mean '--no-tty'?",
                "mino run --help"},
        Refusal{{"run", "--netw", "none"},
                "unknown option '--netw'; did you mean '--network'?",
                "mino run --help"},
        Refusal{{"run", "--net=none"}, "unknown option '--net'", kAgentOptions},
        Refusal{
            {"list", "--al"}, "unknown option '--al'; did you mean '--all'?", "mino list --help"},
        Refusal{{"list", "-x"}, "unknown option '-x'", "mino list --help"},
        Refusal{{"list", "-ax"}, "unknown option '-x'", "mino list --help"},
        Refusal{{"list", "-\u00e4"}, "unknown option '-\u00e4'", "mino list --help"},
        Refusal{{"run", "-dzn", "fox"}, "unknown option '-z'", kAgentOptions},
        Refusal{{"list", "-5"}, "unknown option '-5'", "mino list --help"},
        Refusal{{"--name", "x", "run"}, "unknown option '--name'", "mino --help"},
        Refusal{{"--bogus", "run"}, "unknown option '--bogus'", "mino --help"},
        Refusal{{"--bogus"}, "unknown option '--bogus'", "mino --help"},
        Refusal{{"run", "claude"},
                "unexpected argument 'claude': a command goes behind '--'",
                "mino run -- claude"},
        Refusal{{"run", "-d", "make", "test"},
                "unexpected argument 'make': a command goes behind '--'",
                "mino run -- make test"},
        Refusal{{"run", "echo $HOME"},
                "unexpected argument 'echo $HOME': a command goes behind '--'",
                "mino run [OPTIONS] [-- COMMAND...]"},
        Refusal{{"exec", "fox", "ls"},
                "unexpected argument 'ls': a command goes behind '--'",
                "mino exec fox -- ls"},
        Refusal{{"list", "fox"}, "unexpected argument 'fox'", "mino list --help"},
        Refusal{{"list", "--", "fox"}, "unexpected argument 'fox'", "mino list --help"},
        Refusal{{"stop"}, "missing argument <SESSION>...", "mino stop --help"},
        Refusal{{"logs", "-f"}, "missing argument <SESSION>", "mino logs --help"},
        Refusal{
            {"network"}, "missing command: expected list, allow or deny", "mino network --help"},
        Refusal{{"network", "-v"},
                "missing command: expected list, allow or deny",
                "mino network --help"},
        Refusal{{"network", "fox"}, "unknown command 'network fox'", "mino network --help"},
        Refusal{
            {"network", "allow", "fox"}, "missing argument <RULE>...", "mino network allow --help"},
        Refusal{{"network", "list"}, "missing argument <SESSION>", "mino network list --help"},
        Refusal{{"run", "--network-preset", "dev", "--network-allow", "a:1"},
                "'--network-preset' and '--network-allow' cannot be used together",
                "mino run --help"},
        Refusal{{"run", "--network-preset", "develop"},
                "invalid value 'develop' for '--network-preset': expected dev or registries",
                "mino run --help"},
        Refusal{{"run", "--network-engine", "nft"},
                "invalid value 'nft' for '--network-engine': expected auto, gateway or iptables",
                "mino run --help"},
        Refusal{{"run", "--network-allow", ""},
                "option '--network-allow' needs a value",
                "mino run --help"},
        Refusal{{"explain", "fox", "a:1", "ls"},
                "unexpected argument 'ls': a command goes behind '--'",
                "mino explain fox a:1 -- ls"},
        Refusal{{"config", "set", "container.image"},
                "missing argument <VALUE>",
                "mino config set --help"},
        Refusal{{"run", "--name"}, "option '--name' needs a value", "mino run --help"},
        Refusal{{"run", "-n"}, "option '--name' needs a value", "mino run --help"},
        Refusal{{"run", "--network="}, "option '--network' needs a value", "mino run --help"},
        Refusal{{"run", "--network", ""}, "option '--network' needs a value", "mino run --help"},
        Refusal{{"run", "--name", "--", "x"}, "option '--name' needs a value", "mino run --help"},
        Refusal{{"run", "-e", "-x"},
                "option '--env' needs a value, and '-x' looks like an option; write --env=-x if it "
                "is the value",
                "mino run --help"},
        Refusal{{"run", "--name", "--detach"},
                "option '--name' needs a value, and '--detach' looks like an option; write "
                "--name=--detach if it is the value",
                "mino run --help"},
        Refusal{{"run", "--detach=yes"}, "option '--detach' takes no value", "mino run --help"},
        Refusal{{"run", "-n", "a", "--name", "b"},
                "option '--name' is given more than once",
                "mino run --help"},
        Refusal{{"run", "--rm", "--keep"},
                "'--rm' and '--keep' cannot be used together",
                "mino run --help"},
        Refusal{{"run", "--keep", "--rm"},
                "'--rm' and '--keep' cannot be used together",
                "mino run --help"},
        Refusal{{"run", "-t", "--no-tty"},
                "'--tty' and '--no-tty' cannot be used together",
                "mino run --help"},
        Refusal{{"run", "--ssh-agent", "--no-ssh-agent"},
                "'--ssh-agent' and '--no-ssh-agent' cannot be used together",
                "mino run --help"},
        Refusal{{"-q", "list", "-v"},
                "'--quiet' and '--verbose' cannot be used together",
                "mino list --help"},
        Refusal{{"-c", "a", "list", "-c", "b"},
                "option '--config' is given more than once",
                "mino list --help"},
        Refusal{{"list", "--json", "-f", "plain"},
                "'--json' and '--format' cannot be used together",
                "mino list --help"},
        Refusal{{"stop", "x", "--force", "--time", "3"},
                "'--time' and '--force' cannot be used together",
                "mino stop --help"},
        Refusal{{"run", "--json"}, "'--json' needs '--dry-run'", "mino run --help"},
        Refusal{{"run", "--network", "bridg"},
                "invalid value 'bridg' for '--network': expected bridge, host or none; did you "
                "mean 'bridge'?",
                "mino run --help"},
        Refusal{{"run", "--network", "Host"},
                "invalid value 'Host' for '--network': expected bridge, host or none; did you mean "
                "'host'?",
                "mino run --help"},
        Refusal{{"list", "-f", "yaml"},
                "invalid value 'yaml' for '--format': expected table, json or plain",
                "mino list --help"},
        Refusal{{"logs", "x", "-l", "many"},
                "invalid value 'many' for '--lines': expected a whole number from 0 to 4294967295",
                "mino logs --help"},
        Refusal{{"logs", "x", "-l", "4294967296"},
                "invalid value '4294967296' for '--lines': expected a whole number from 0 to "
                "4294967295",
                "mino logs --help"},
        Refusal{{"logs", "x", "-l", "1x"},
                "invalid value '1x' for '--lines': expected a whole number from 0 to 4294967295",
                "mino logs --help"},
        Refusal{{"logs", "x", "--lines=-1"},
                "invalid value '-1' for '--lines': expected a whole number from 0 to 4294967295",
                "mino logs --help"},
        Refusal{{"completions", "tcsh"},
                "invalid value 'tcsh' for SHELL: expected bash, zsh, fish, elvish or powershell",
                "mino completions --help"},
        Refusal{{"run", "--\x1b[31m"}, "unknown option '--\\x1b[31m'", kAgentOptions},
        Refusal{{"--", "ls"}, "no command of mino before '--'", "mino run -- COMMAND"}));

TEST(Parse, NothingAtAllShowsTheHelp) {
  const Invocation invocation = accepted({});
  EXPECT_EQ(invocation.action, Action::kShowHelp);
  EXPECT_EQ(path_of(invocation), "");
}

TEST(Parse, HelpIsFoundAnywhereBeforeTheDashes) {
  const std::vector<std::pair<Words, std::string>> cases = {
      {{"-h"}, ""},
      {{"--help"}, ""},
      {{"help"}, ""},
      {{"run", "-h"}, "run"},
      {{"--help", "run"}, "run"},
      {{"help", "run"}, "run"},
      {{"config", "-h"}, "config"},
      {{"network", "-h"}, "network"},
      {{"network", "list", "-h"}, "network list"},
      {{"help", "config"}, "config"},
      {{"config", "show", "-h"}, "config show"},
      {{"help", "config", "set"}, "config set"},
      {{"config", "set", "--help"}, "config set"},
      {{"stop", "--help"}, "stop"},
      {{"run", "surplus", "--help"}, "run"},
      {{"-vh"}, ""},
      {{"help", "--help"}, "help"}};
  for (const auto& [words, path] : cases) {
    const Invocation invocation = accepted(words);
    EXPECT_EQ(invocation.action, Action::kShowHelp) << testing::PrintToString(words);
    EXPECT_EQ(path_of(invocation), path) << testing::PrintToString(words);
  }
}

TEST(Parse, VersionIsFoundAnywhereBeforeTheDashes) {
  for (const Words& words :
       std::vector<Words>{{"-V"}, {"--version"}, {"run", "--version"}, {"-V", "stop"}}) {
    EXPECT_EQ(accepted(words).action, Action::kShowVersion) << testing::PrintToString(words);
  }
}

TEST(Parse, WhatFollowsTheDashesIsNeverLookedAt) {
  const Invocation invocation =
      accepted({"run", "-d", "--", "claude", "--help", "-V", "--", "--network=", "-e"});
  EXPECT_EQ(invocation.action, Action::kRunCommand);
  EXPECT_TRUE(invocation.args.flag("detach"));
  EXPECT_EQ(invocation.args.command_after_dashes,
            (Words{"claude", "--help", "-V", "--", "--network=", "-e"}));
  EXPECT_TRUE(invocation.args.values("env").empty());
}

TEST(Parse, DashesWithNothingBehindThemAreNoCommand) {
  EXPECT_FALSE(accepted({"run", "--"}).args.command_after_dashes.has_value());
  EXPECT_FALSE(accepted({"run"}).args.command_after_dashes.has_value());
  EXPECT_EQ(accepted({"run", "--", "--"}).args.command_after_dashes, (Words{"--"}));
  EXPECT_EQ(accepted({"run", "--", ""}).args.command_after_dashes, (Words{""}));
}

TEST(Parse, DashesProtectPositionalsOfOtherCommands) {
  EXPECT_EQ(accepted({"config", "set", "session.shell", "--", "-x"}).args.positionals,
            (Words{"session.shell", "-x"}));
  EXPECT_EQ(accepted({"stop", "--", "--force"}).args.positionals, (Words{"--force"}));
}

TEST(Parse, ExecTakesASessionAndACommand) {
  const Invocation invocation = accepted({"exec", "fox", "-t", "-e", "A=1", "--", "ls", "-la"});
  EXPECT_EQ(invocation.args.positionals, (Words{"fox"}));
  EXPECT_EQ(invocation.args.tristate("tty"), true);
  EXPECT_EQ(invocation.args.command_after_dashes, (Words{"ls", "-la"}));
  EXPECT_TRUE(accepted({"exec"}).args.positionals.empty());
}

TEST(Parse, GroupsFallBackToTheirDefaultSubcommand) {
  EXPECT_EQ(path_of(accepted({"config"})), "config show");
  const Invocation json = accepted({"config", "--json"});
  EXPECT_EQ(path_of(json), "config show");
  EXPECT_TRUE(json.args.flag("json"));
  EXPECT_EQ(path_of(accepted({"config", "init"})), "config init");
  EXPECT_EQ(path_of(accepted({"init"})), "init");
}

TEST(Parse, OptionsMayStandBeforeASubcommand) {
  const Invocation invocation = accepted({"-c", "a", "config", "-v", "--local", "set", "k", "v"});
  EXPECT_EQ(path_of(invocation), "config set");
  EXPECT_TRUE(invocation.args.flag("local"));
  EXPECT_EQ(invocation.args.positionals, (Words{"k", "v"}));
  EXPECT_EQ(invocation.global.verbosity, 1);
}

TEST(Parse, EverySpellingOfAValue) {
  for (const Words& words : std::vector<Words>{{"run", "-n", "fox"},
                                               {"run", "-nfox"},
                                               {"run", "-n=fox"},
                                               {"run", "--name", "fox"},
                                               {"run", "--name=fox"},
                                               {"run", "-dnfox"},
                                               {"run", "-dn", "fox"}}) {
    EXPECT_EQ(accepted(words).args.value("name"), "fox") << testing::PrintToString(words);
  }
}

TEST(Parse, ValuesOfRepeatableOptionsKeepTheirOrderAndTheirText) {
  const Invocation invocation =
      accepted({"run", "-e", "A=", "--env=B==x", "-e", "C=-1", "--env=-D", "-eE=a b", "-e", "F"});
  EXPECT_EQ(invocation.args.values("env"), (Words{"A=", "B==x", "C=-1", "-D", "E=a b", "F"}));
}

TEST(Parse, AnEmptyEntrypointMeansNone) {
  EXPECT_EQ(accepted({"run", "--entrypoint="}).args.value("entrypoint"), "");
  EXPECT_EQ(accepted({"run", "--entrypoint", ""}).args.value("entrypoint"), "");
  EXPECT_EQ(accepted({"run"}).args.value("entrypoint"), std::nullopt);
}

TEST(Parse, ALoneDashIsAValue) { EXPECT_EQ(accepted({"run", "-n", "-"}).args.value("name"), "-"); }

TEST(Parse, NegatableFlagsHaveThreeStates) {
  EXPECT_EQ(accepted({"run"}).args.tristate("github"), std::nullopt);
  EXPECT_EQ(accepted({"run", "--github"}).args.tristate("github"), true);
  EXPECT_EQ(accepted({"run", "--no-github"}).args.tristate("github"), false);
  EXPECT_EQ(accepted({"run", "--no-tty"}).args.tristate("tty"), false);
  EXPECT_EQ(accepted({"run", "-t"}).args.tristate("tty"), true);
}

TEST(Parse, ARepeatedFlagIsHarmless) {
  EXPECT_TRUE(accepted({"run", "-d", "--detach"}).args.flag("detach"));
}

TEST(Parse, NumbersAreNumbers) {
  EXPECT_EQ(accepted({"logs", "x", "-l", "0"}).args.number("lines"), 0U);
  EXPECT_EQ(accepted({"logs", "x", "-l4294967295"}).args.number("lines"), 4294967295U);
  EXPECT_EQ(accepted({"logs", "x"}).args.number("lines"), std::nullopt);
}

TEST(Parse, HiddenOptionsAreAccepted) {
  EXPECT_TRUE(accepted({"run", "--strict-credentials"}).args.flag("strict-credentials"));
}

TEST(Parse, GlobalOptionsStandOnBothSides) {
  const std::vector<Words> cases = {
      {"-v", "-c", "f", "--no-local", "--trust-local", "list"},
      {"list", "-v", "-c", "f", "--no-local", "--trust-local"},
      {"-vc", "f", "list", "--no-local", "--trust-local"},
      {"--config=f", "--no-local", "list", "--trust-local", "--verbose"},
      {"-cf", "list", "-v", "--no-local", "--trust-local"}};
  for (const Words& words : cases) {
    const GlobalOptions global = accepted(words).global;
    EXPECT_EQ(global.verbosity, 1) << testing::PrintToString(words);
    EXPECT_EQ(global.config_path, "f") << testing::PrintToString(words);
    EXPECT_TRUE(global.no_local) << testing::PrintToString(words);
    EXPECT_TRUE(global.trust_local) << testing::PrintToString(words);
    EXPECT_FALSE(global.quiet) << testing::PrintToString(words);
  }
  EXPECT_EQ(accepted({"-v", "list", "-v"}).global.verbosity, 2);
  EXPECT_EQ(accepted({"list", "-vv"}).global.verbosity, 2);
  EXPECT_TRUE(accepted({"-q", "list"}).global.quiet);
}

TEST(Parse, AConfigNamedLikeACommandIsAValue) {
  const Invocation invocation = accepted({"--config", "run", "list"});
  EXPECT_EQ(path_of(invocation), "list");
  EXPECT_EQ(invocation.global.config_path, "run");
}

TEST(Parse, VariablesStandForGlobalOptions) {
  const Result<Invocation> from_variable = parsed({"list"}, {{"MINO_CONFIG", "/a"}});
  ASSERT_TRUE(from_variable.ok());
  EXPECT_EQ(from_variable->global.config_path, "/a");
  const Result<Invocation> overridden = parsed({"list", "-c", "/b"}, {{"MINO_CONFIG", "/a"}});
  ASSERT_TRUE(overridden.ok());
  EXPECT_EQ(overridden->global.config_path, "/b");
  const Result<Invocation> empty = parsed({"list"}, {{"MINO_CONFIG", ""}});
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(empty->global.config_path, std::nullopt);
}

TEST(Parse, TrustLocalVariable) {
  for (const char* value : {"1", "true", "yes", "on", "TRUE", "Yes"}) {
    const Result<Invocation> result = parsed({"list"}, {{"MINO_TRUST_LOCAL", value}});
    ASSERT_TRUE(result.ok()) << value;
    EXPECT_TRUE(result->global.trust_local) << value;
  }
  for (const char* value : {"0", "false", "no", "off", ""}) {
    const Result<Invocation> result = parsed({"list"}, {{"MINO_TRUST_LOCAL", value}});
    ASSERT_TRUE(result.ok()) << value;
    EXPECT_FALSE(result->global.trust_local) << value;
  }
  const Result<Invocation> odd = parsed({"list"}, {{"MINO_TRUST_LOCAL", "maybe"}});
  ASSERT_FALSE(odd.ok());
  EXPECT_EQ(odd.error().code(), ErrorCode::kUsage);
  EXPECT_NE(odd.error().text().find("MINO_TRUST_LOCAL"), std::string::npos);
  EXPECT_TRUE(parsed({"--help"}, {{"MINO_TRUST_LOCAL", "maybe"}}).ok());
}

TEST(Parse, TrustListJsonNeedsList) {
  EXPECT_TRUE(accepted({"trust", "--list", "--json"}).args.flag("json"));
  EXPECT_FALSE(parsed({"trust", "--json"}).ok());
  EXPECT_FALSE(parsed({"trust", "--list", "--revoke"}).ok());
}

}  // namespace
}  // namespace mino::cli
