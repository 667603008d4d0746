// A real coding agent in a box: the Claude Code CLI, which is fetched from its registry once,
// against a stand-in of the Messages API that runs in the same box. It works, on pipes, on a
// terminal and detached, and what a model asks it to do stays inside.
#include "integration/support/box_test.hpp"
#include "integration/support/leftovers.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

constexpr seconds kPatience{120};

class AgentCli : public BoxTest {
 protected:
  void SetUp() override {
    const std::string& problem = fetched().problem;
    if (!problem.empty()) GTEST_SKIP() << problem;
    BoxTest::SetUp();
    if (root_.empty()) return;
    fs::copy_file(source() / "integration/agent_api/messages_api.py", project_ / "messages_api.py");
  }

  struct Fetched {
    std::string directory;  ///< that holds the program
    std::string problem;    ///< why there is none
  };

  static fs::path source() {
    const char* directory = ::getenv("MINO_SOURCE_DIR");
    return directory == nullptr ? fs::path() : fs::path(directory);
  }

  /// Asked for once: it is some hundred megabytes.
  static const Fetched& fetched() {
    static const Fetched result = [] {
      if (source().empty())
        return Fetched{.directory = {}, .problem = "MINO_SOURCE_DIR does not name the sources"};
      ProgramResult fetch = run({.argv = {(source() / "integration/env/fetch-agent-cli").string()},
                                 .environment = {},
                                 .directory = {},
                                 .input = {},
                                 .deadline = seconds(420)});
      if (fetch.code != 0)
        return Fetched{.directory = {}, .problem = "the agent cannot be had here: " + fetch.err};
      fetch.out.pop_back();
      return Fetched{.directory = fetch.out, .problem = {}};
    }();
    return result;
  }

  [[nodiscard]] std::string key() const { return "sk-ant-" + name(); }

  /// The agent behind the stand-in, whose model wants `tool_command` run first.
  [[nodiscard]] ProgramSpec agent(std::vector<std::string> options, const std::string& tool_command,
                                  std::vector<std::string> arguments) const {
    std::vector<std::string> words{"run",         "--image",
                                   "host",        "--no-home",
                                   "--network",   "none",
                                   "--name",      name(),
                                   "--host-path", fetched().directory,
                                   "-e",          "ANTHROPIC_API_KEY=" + key(),
                                   "-e",          "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1",
                                   "-e",          "DISABLE_AUTOUPDATER=1"};
    words.insert(words.end(), options.begin(), options.end());
    // What a person answers once, at the first start: theme, trust in the folder, use of the key.
    const std::string answered =
        R"({"hasCompletedOnboarding": true, "theme": "dark", "customApiKeyResponses": {"approved": [")" +
        key().substr(key().size() > 20 ? key().size() - 20 : 0) +
        R"("], "rejected": []}, "projects": {"/app": {"hasTrustDialogAccepted": true, "hasCompletedProjectOnboarding": true}}})";
    words.insert(words.end(),
                 {"--", "sh", "-c", "printf %s \"$1\" > \"$HOME/.claude.json\"; shift; exec \"$@\"",
                  "sh", answered, "python3", "messages_api.py", "--log", "api.log",
                  "--tool-command", tool_command, "--", "claude", "--allowedTools", "Bash"});
    words.insert(words.end(), arguments.begin(), arguments.end());
    ProgramSpec spec = mino(std::move(words));
    spec.deadline = kPatience;
    return spec;
  }

  [[nodiscard]] std::string requests() const { return slurp(project_ / "api.log"); }
};

TEST_F(AgentCli, WorksOnPipesAndStaysInside) {
  std::ofstream(root_ / "outside") << "secret-" << name();
  const std::string outside = (root_ / "outside").string();
  const ProgramResult result =
      run(agent({},
                "cat '" + outside +
                    "' || echo no-file; touch /usr/bin/from-the-agent || echo no-write; "
                    "(exec 3<>/dev/tcp/1.1.1.1/443) 2>/dev/null || echo no-network; id -u > "
                    "made-by-agent; hostname",
                {"-p", "look around"}));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("model read: "), std::string::npos) << result.out << result.err;
  for (const std::string& seen :
       {std::string("no-file"), std::string("no-write"), std::string("no-network"), name()})
    EXPECT_NE(result.out.find(seen), std::string::npos) << seen << ": " << result.out;
  EXPECT_EQ(result.out.find("secret-"), std::string::npos);
  EXPECT_FALSE(fs::exists("/usr/bin/from-the-agent"));
  EXPECT_EQ(slurp(project_ / "made-by-agent"), "1000\n");
  struct stat made {};
  ASSERT_EQ(::stat((project_ / "made-by-agent").c_str(), &made), 0);
  EXPECT_EQ(made.st_uid, ::getuid()) << "what the agent makes is the user's";
  EXPECT_NE(requests().find("\"key\": \"" + key() + "\""), std::string::npos)
      << "the key from -e is the one it uses: " << requests();
}

TEST_F(AgentCli, WorksOnATerminal) {
  Terminal terminal(agent({}, "echo made > made-on-terminal; id -u", {}), 40, 120);
  const termios before = terminal.mode();
  // Its prompt. It draws with cursor movements, so longer texts do not stand in the output as they
  // are seen.
  ASSERT_TRUE(terminal.wait_for("\u276f", kPatience)) << terminal.screen();
  terminal.type("look");
  ASSERT_TRUE(terminal.wait_for("look", kPatience)) << terminal.screen();
  terminal.type("\r");
  EXPECT_TRUE(
      eventually([this] { return slurp(project_ / "made-on-terminal") == "made\n"; }, kPatience))
      << terminal.screen();
  EXPECT_TRUE(
      eventually([this] { return requests().find("\"results\": [\"1000\"]") != std::string::npos; },
                 kPatience))
      << requests();
  ASSERT_TRUE(terminal.wait_for("1000", kPatience)) << terminal.screen();
  // Ctrl-C twice is how it is left.
  const bool left = eventually(
      [&] {
        terminal.type("\x03");
        return terminal.wait(milliseconds(500)).has_value();
      },
      kPatience);
  EXPECT_TRUE(left) << terminal.screen();
  const termios after = terminal.mode();
  EXPECT_EQ(before.c_lflag, after.c_lflag);
  EXPECT_EQ(before.c_iflag, after.c_iflag);
}

TEST_F(AgentCli, WorksDetached) {
  const ProgramResult started =
      run(agent({"--detach"}, "id -u > made-detached; hostname", {"-p", "look around"}));
  ASSERT_EQ(started.code, 0) << started.err;
  EXPECT_EQ(started.out, name() + "\n");
  ASSERT_TRUE(eventually(
      [this] { return json_member(slurp(record(name())), "status") == "stopped"; }, kPatience))
      << slurp(record(name()));
  EXPECT_EQ(json_member(slurp(record(name())), "exit_code"), "0");
  EXPECT_EQ(run_mino({"logs", name()}).out, "model read: " + name() + "\n");
  EXPECT_EQ(slurp(project_ / "made-detached"), "1000\n");
}

}  // namespace
}  // namespace mino::integration
