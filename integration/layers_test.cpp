// Layers: images that are built once, by what they are made of, and never from what nobody
// approved.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <fstream>

#include "integration/support/layers_fixture.hpp"
#include "integration/support/leftovers.hpp"

namespace mino::integration {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(LayersTest, AUsersLayerIsBuiltOnceAndUsed) {
  const std::string layer = layer_name("demo");
  write_layer(layer,
              "[env]\nDEMO = \"x $HOME \\\"q\\\" \\\\ back # ' `tick \xC3\xBC\\tt\"\n"
              "[env.path_prepend]\ndirs = [\"/opt/demo $x\"]\n",
              "mkdir -p '/opt/demo $x'\n"
              "printf '#!/bin/sh\\necho \"demo $DEMO\"\\n' >'/opt/demo $x/demo'\n"
              "chmod 755 '/opt/demo $x/demo'\nid -u >/opt/built-by\n");
  const ProgramResult first =
      run(layered(layer, {"sh", "-c", "demo; id -u; cat /opt/built-by; touch ~/kept"}));
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out, "demo x $HOME \"q\" \\ back # ' `tick \xC3\xBC\tt\n1000\n0\n");
  EXPECT_THAT(first.err, HasSubstr(layer + ": install.sh"));
  EXPECT_THAT(podman_calls(), Contains("build"));
  ASSERT_EQ(composed_images().size(), 1U);

  const ProgramResult second = run(layered(layer, {"sh", "-c", "demo >/dev/null; ls ~"}));
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(second.out, "kept\n") << "the home volume is the project's";
  EXPECT_THAT(podman_calls(), ElementsAre("run"));

  // The image alone has it too, and so has a further process of a box.
  EXPECT_EQ(podman_says({"run", "--rm", "--network", "none", composed_images().front(), "demo"}),
            "demo x $HOME \"q\" \\ back # ' `tick \xC3\xBC\tt\n");
  Background box(layered(layer, {"sleep", "60"}));
  const auto session = [this] { return run(mino({"list", "--format", "plain"})).out; };
  ASSERT_TRUE(eventually([&] { return !session().empty(); }, seconds(30)));
  ASSERT_TRUE(eventually(
      [&] {
        return run(mino({"exec", "--", "demo"})).out.starts_with("demo x");
      },
      seconds(30)));
  box.signal(SIGTERM);
  EXPECT_TRUE(box.wait(seconds(30)));
}

TEST_F(LayersTest, AFailingScriptShowsItsLastLinesAndKeepsTheWholeOutput) {
  const std::string layer = layer_name("bad");
  write_layer(layer, "",
              "exec >&2\nfor i in $(seq 40); do echo line $i; done\necho oops\nexit 3\n");
  const ProgramResult result = run(layered(layer, {"true"}));
  EXPECT_EQ(result.code, 125);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr(layer + ": install.sh: "));
  EXPECT_THAT(result.err, HasSubstr("exit status 3"));
  EXPECT_THAT(result.err, HasSubstr("  line 40\n"));
  EXPECT_THAT(result.err, HasSubstr("  oops\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("  line 2\n")));
  const std::string marker = "the whole output is in ";
  const std::size_t at = result.err.find(marker);
  ASSERT_NE(at, std::string::npos) << result.err;
  const std::size_t begin = at + marker.size();
  const std::string log = result.err.substr(begin, result.err.find('\n', begin) - begin);
  EXPECT_THAT(slurp(log), HasSubstr("line 1\n"));
  EXPECT_THAT(composed_images(), IsEmpty());
}

TEST_F(LayersTest, VerboseShowsAllThatABuildPrints) {
  const std::string layer = layer_name("loud");
  write_layer(layer, "", "for i in $(seq 40); do echo line $i; done\n");
  const ProgramResult result = run(watched({"-v", "layers", "build", layer}));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("line 1\n"));
  EXPECT_THAT(result.err, HasSubstr("line 40\n"));
  EXPECT_THAT(composed_images(), ElementsAre(result.out.substr(0, result.out.size() - 1)));
}

TEST_F(LayersTest, ForceBuildsAgainAndLeavesNoImageWithoutAName) {
  const std::string layer = layer_name("again");
  write_layer(layer, "", "cat /proc/sys/kernel/random/uuid >/built\n");
  const auto id = [&] {
    return podman_says({"image", "inspect", "--format", "{{.Id}}", composed_images().front()});
  };
  ASSERT_EQ(run(watched({"layers", "build", layer})).code, 0);
  const std::string before = id();
  ASSERT_EQ(run(watched({"layers", "build", layer})).code, 0);
  EXPECT_EQ(id(), before);
  ASSERT_EQ(run(watched({"layers", "build", layer, "--force"})).code, 0);
  EXPECT_NE(id(), before);
  const std::string old = before.substr(0, before.find('\n'));
  EXPECT_NE(run({.argv = {"podman", "image", "exists", old}}).code, 0);
}

TEST_F(LayersTest, ABuildThatIsBrokenOffLeavesNothing) {
  const std::string layer = layer_name("slow");
  const std::string marker = "sleep 7" + std::to_string(::getpid());
  write_layer(layer, "", "echo started\n" + marker + "\n");
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    Background mino(layered(layer, {"true"}));
    ASSERT_TRUE(eventually([&] { return !processes_with(marker).empty(); }, seconds(60)))
        << mino.err();
    mino.signal(number);
    const auto code = mino.wait(seconds(60));
    EXPECT_EQ(code, 125) << mino.err();
    EXPECT_THAT(mino.err(), HasSubstr("was interrupted"));
    EXPECT_TRUE(eventually([&] { return processes_with(marker).empty(); })) << number;
    EXPECT_EQ(build_remains(), "") << number;
    EXPECT_THAT(composed_images(), IsEmpty());
  }
}

TEST_F(LayersTest, WhatAKilledBuildLeftIsClearedUpByTheNext) {
  const std::string layer = layer_name("killed");
  const std::string marker = "sleep 8" + std::to_string(::getpid());
  write_layer(layer, "", "echo started\n" + marker + "\n");
  {
    Background mino(layered(layer, {"true"}));
    ASSERT_TRUE(eventually([&] { return !processes_with(marker).empty(); }, seconds(60)));
    mino.signal(SIGKILL);
    static_cast<void>(mino.wait(seconds(10)));
  }
  EXPECT_NE(build_remains(), "");
  const std::string other = layer_name("next");
  write_layer(other, "", "true\n");
  const ProgramResult next = run(layered(other, {"echo", "there"}));
  EXPECT_EQ(next.out, "there\n") << next.err;
  EXPECT_TRUE(eventually([&] { return processes_with(marker).empty(); }));
  EXPECT_EQ(build_remains(), "");
}

TEST_F(LayersTest, TwoRunsAtOnceBuildOnce) {
  const std::string layer = layer_name("both");
  write_layer(layer, "", "sleep 2\n");
  const ProgramSpec spec = layered(layer, {"echo", "there"});
  Background one(spec);
  Background other(spec);
  EXPECT_EQ(one.wait(seconds(100)), 0) << one.err();
  EXPECT_EQ(other.wait(seconds(100)), 0) << other.err();
  EXPECT_EQ(one.out() + other.out(), "there\nthere\n");
  const std::vector<std::string> calls = podman_calls();
  EXPECT_EQ(std::ranges::count(calls, "build"), 1);
}

TEST_F(LayersTest, ABaseThatChangedMakesAnotherImageAndTakesTheOldAway) {
  const std::string base = "localhost/" + image_name("base");
  podman_says({"tag", user_image_, base});
  write_config("[container]\nnetwork = \"none\"\nlayer_base = \"" + base + "\"\n");
  const std::string layer = layer_name("moved");
  write_layer(layer, "", "true\n");
  EXPECT_EQ(run(layered(layer, {"true"})).code, 0);
  const std::vector<std::string> before = composed_images();
  ASSERT_EQ(before.size(), 1U);

  std::ofstream(root_ / "Containerfile")
      << "FROM " << user_image_ << "\nUSER root\nRUN echo new >/etc/motd\nUSER developer\n";
  podman_says({"build", "--quiet", "--layers=false", "--tag", base, "--file",
               (root_ / "Containerfile").string(), root_.string()});
  const ProgramResult after = run(layered(layer, {"cat", "/etc/motd"}));
  EXPECT_EQ(after.out, "new\n") << after.err;
  ASSERT_EQ(composed_images().size(), 1U);
  EXPECT_NE(composed_images(), before);
  podman_says({"rmi", composed_images().front(), base});
}

TEST_F(LayersTest, HostileManifestsNeverReachABuild) {
  const std::string layer = layer_name("evil");
  const std::string rows[] = {"[env]\nA = \"x\\nUSER root\\nRUN id\"\n",
                              "[env]\n\"A=1\\nRUN id\" = \"x\"\n",
                              "[env]\nPATH = \"/evil\"\n",
                              "[env.path_prepend]\ndirs = [\"/a\\nCOPY / /\"]\n",
                              "[root_install]\npackages = [\"--allow-downgrades\"]\n",
                              "[root_install]\npackages = [\"a && id\"]\n",
                              "[root_install]\npackages = [\"$(id)\"]\n",
                              "[cache]\npaths = [\"/cache/../etc\"]\n",
                              "[user_install]\nnpm_globals = [\"-g\"]\n",
                              "[user_install]\nuv_tools = [\"a\\nb\"]\n",
                              "[unknown]\nx = 1\n"};
  for (const std::string& row : rows) {
    write_layer(layer, row, "true\n");
    const ProgramResult result = run(layered(layer, {"true"}));
    EXPECT_EQ(result.code, 125) << row;
    EXPECT_THAT(result.err, HasSubstr("layer.toml:")) << row;
    EXPECT_THAT(podman_calls(), Not(Contains("build"))) << row;
  }
  for (const char* bad : {"../x", "a/b", "-x", "a\nb", "\xC3\xBC"}) {
    const ProgramResult result =
        run(watched({"run", std::string("--layers=") + bad, "--", "true"}));
    EXPECT_EQ(result.code, 2) << bad;
  }
  std::ofstream(layers_ / layer / "layer.toml", std::ios::binary)
      << "[layer]\nname = \"../../x\"\ndescription = \"d\"\nversion = \"1\"\n";
  EXPECT_EQ(run(layered(layer, {"true"})).code, 125);
  EXPECT_THAT(podman_calls(), Not(Contains("build")));
  EXPECT_THAT(composed_images(), IsEmpty());
}

TEST_F(LayersTest, AProjectsLayerIsUsedOnlyWhenItIsApprovedAsItIs) {
  const std::string layer = layer_name("own");
  write_layer(layer, "[env]\nFROM_WHERE = \"user\"\n", "");
  const std::filesystem::path directory = project_ / ".mino/layers";
  write_layer_in(directory, layer, "[env]\nFROM_WHERE = \"project\"\n", "touch /evil\n");
  const auto from_where = [&] {
    return run(layered(layer, {"sh", "-c", "echo $FROM_WHERE; ls / | grep evil"}));
  };
  ProgramResult result = from_where();
  EXPECT_EQ(result.out, "user\n") << result.err;
  EXPECT_THAT(result.err, HasSubstr("the project's layer " + layer + " is not approved"));

  const ProgramResult trusted = run(mino({"trust"}));
  EXPECT_EQ(trusted.code, 0) << trusted.err;
  EXPECT_THAT(trusted.err, HasSubstr("2 files in .mino/layers"));
  result = from_where();
  EXPECT_EQ(result.out, "project\nevil\n") << result.err;

  write_layer_in(directory, layer, "[env]\nFROM_WHERE = \"agent\"\n", "touch /evil\n");
  EXPECT_EQ(from_where().out, "user\n");
  std::filesystem::remove_all(layers_ / layer);
  result = from_where();
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr("mino trust"));
}

TEST_F(LayersTest, ShowingAPlanBuildsNothing) {
  const std::string layer = layer_name("shown");
  write_layer(layer, "", "true\n");
  const ProgramResult plan = run(watched({"run", "--layers", layer, "--dry-run", "--", "true"}));
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("localhost/mino-composed-"));
  EXPECT_THAT(plan.out, HasSubstr(layer));
  EXPECT_THAT(podman_calls(), Not(Contains("build")));
  EXPECT_THAT(run(watched({"explain", "--layers", layer})).out, HasSubstr("to be built"));
  EXPECT_THAT(composed_images(), IsEmpty());
}

TEST_F(LayersTest, CommandsListShowAndMakeLayers) {
  const std::string layer = layer_name("new");
  const ProgramResult made = run(mino({"layers", "new", layer}));
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.out, (layers_ / layer).string() + "\n");
  EXPECT_EQ(run(mino({"layers", "new", layer})).code, 1);
  EXPECT_EQ(run(mino({"layers", "new", "a/b"})).code, 2);

  const ProgramResult list = run(mino({"layers"}));
  EXPECT_THAT(list.out, HasSubstr(layer));
  EXPECT_THAT(list.out, HasSubstr("built-in"));
  const ProgramResult json = run(mino({"layers", "list", "--json"}));
  EXPECT_THAT(json.out, HasSubstr("\"name\": \"rust\""));
  EXPECT_EQ(json.err, "");
  EXPECT_THAT(run(mino({"layers", "show", "rust"})).out, HasSubstr("rustup"));
  EXPECT_THAT(run(mino({"layers", "show", "base"})).out, HasSubstr("FROM ${MINO_BASE}"));
  EXPECT_THAT(run(mino({"layers", "show", layer, "--containerfile"})).out,
              HasSubstr("FROM ${MINO_BASE}"));
  EXPECT_EQ(run(mino({"layers", "show", "nope"})).code, 1);

  const ProgramResult local = run(mino({"layers", "new", layer + "2", "--project"}));
  EXPECT_EQ(local.code, 0) << local.err;
  EXPECT_TRUE(std::filesystem::exists(project_ / ".mino/layers" / (layer + "2") / "layer.toml"));
}

TEST_F(LayersTest, ABaseThatIsNotHereSaysHowToMakeOne) {
  write_config("[container]\nnetwork = \"none\"\nlayer_base = \"localhost/" + image_name("none") +
               "\"\n");
  const std::string layer = layer_name("any");
  write_layer(layer, "", "true\n");
  const ProgramResult result = run(layered(layer, {"true"}));
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr("mino layers build base"));
  EXPECT_THAT(podman_calls(), Not(Contains("build")));
}

TEST_F(LayersTest, AFullDiskWhileBuildingIsAClearError) {
  const std::string layer = layer_name("full");
  write_layer(layer, "", "echo 'tar: x: Cannot write: No space left on device' >&2\nexit 1\n");
  const ProgramResult result = run(layered(layer, {"true"}));
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr("the disk is full"));
  EXPECT_THAT(result.err, HasSubstr("podman system df"));
}

/// On a terminal, whoever is there is asked. CI of the machine that runs the test counts as nobody.
ProgramSpec at_terminal(ProgramSpec spec) {
  spec.environment["TERM"] = "xterm";
  spec.argv = [words = spec.argv] {
    std::vector<std::string> all{"env", "-u", "CI"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }();
  return spec;
}

TEST_F(LayersTest, TheFirstRunAsksWhatBoxesAreMadeOfAndRemembersIt) {
  const std::string layer = layer_name("asked");
  write_layer(layer, "[env]\nASKED = \"yes\"\n", "true\n");
  {
    Terminal terminal(at_terminal(watched({"run", "--", "sh", "-c", "echo asked=$ASKED"})));
    ASSERT_TRUE(terminal.wait_for("What are boxes to be made of?")) << terminal.screen();
    ASSERT_TRUE(terminal.wait_for("1) The image fedora:43 as it is")) << terminal.screen();
    ASSERT_TRUE(terminal.wait_for(layer + ": of a test")) << terminal.screen();
    ASSERT_TRUE(terminal.wait_for("Choose one or more")) << terminal.screen();
    const std::size_t at = terminal.screen().find(") " + layer);
    const std::size_t line = terminal.screen().rfind('\n', at);
    terminal.type(terminal.screen().substr(line + 1, at - line - 1) + "\r");
    ASSERT_TRUE(terminal.wait_for("Remember container.layers")) << terminal.screen();
    ASSERT_TRUE(terminal.wait_for("Choose 1-3 [1]: ")) << terminal.screen();
    terminal.type("\r");
    ASSERT_TRUE(terminal.wait_for("\x1b[K[")) << "a line that is replaced: " << terminal.screen();
    ASSERT_TRUE(terminal.wait_for("asked=yes", seconds(60))) << terminal.screen();
    EXPECT_EQ(terminal.wait(seconds(30)), 0) << terminal.screen();
  }
  EXPECT_THAT(slurp(config_), HasSubstr("layers = [\"" + layer + "\"]"));
  Terminal again(at_terminal(watched({"run", "--", "sh", "-c", "echo asked=$ASKED"})));
  ASSERT_TRUE(again.wait_for("asked=yes", seconds(60))) << again.screen();
  EXPECT_THAT(again.screen(), Not(HasSubstr("made of?")));
  EXPECT_EQ(again.wait(seconds(30)), 0);
}

TEST_F(LayersTest, AProjectsLayerIsAskedAboutWhenItIsUsed) {
  const std::string layer = layer_name("question");
  write_layer_in(project_ / ".mino/layers", layer, "[env]\nFROM_WHERE = \"project\"\n", "");
  Terminal terminal(at_terminal(layered(layer, {"sh", "-c", "echo from=$FROM_WHERE"})));
  ASSERT_TRUE(terminal.wait_for("brings layers of its own: " + layer)) << terminal.screen();
  ASSERT_TRUE(terminal.wait_for("[y/N] ")) << terminal.screen();
  terminal.type("y\r");
  ASSERT_TRUE(terminal.wait_for("from=project", seconds(60))) << terminal.screen();
  EXPECT_EQ(terminal.wait(seconds(30)), 0);
  EXPECT_EQ(run(layered(layer, {"sh", "-c", "echo from=$FROM_WHERE"})).out, "from=project\n");
}

TEST_F(LayersTest, CtrlCAtATerminalStopsABuild) {
  const std::string layer = layer_name("ctrlc");
  const std::string marker = "sleep 9" + std::to_string(::getpid());
  write_layer(layer, "", "echo started\n" + marker + "\n");
  Terminal terminal(at_terminal(layered(layer, {"true"})));
  ASSERT_TRUE(eventually([&] { return !processes_with(marker).empty(); }, seconds(60)))
      << terminal.screen();
  terminal.type("\x03");
  EXPECT_EQ(terminal.wait(seconds(60)), 125) << terminal.screen();
  EXPECT_THAT(terminal.screen(), HasSubstr("was interrupted"));
  EXPECT_TRUE(eventually([&] { return processes_with(marker).empty(); }));
  EXPECT_EQ(build_remains(), "");
}

}  // namespace
}  // namespace mino::integration
