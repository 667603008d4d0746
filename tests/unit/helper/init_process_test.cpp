#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <set>

#include "tests/support/temp_dir.hpp"
#include "tests/unit/helper/init_box.hpp"

namespace mino::testing_support {
namespace {

using lifeline::Kind;

InitProcess agent(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
  InitProcess process;
  process.arguments = std::move(arguments);
  process.environment = std::move(environment);
  process.flags = lifeline::kAgentFlag;
  return process;
}

InitProcess shell_agent(const std::string& script) { return agent({"sh", "-c", script}); }

/// A directory that the unprivileged user can read, with programs in it.
class ProgramDirectory {
 public:
  ProgramDirectory() { ::chmod(directory_.path().c_str(), 0755); }

  std::string add(const std::string& name, const std::string& content, mode_t mode) {
    const auto path = directory_ / name;
    std::ofstream(path, std::ios::binary) << content;
    ::chmod(path.c_str(), mode);
    return path.native();
  }

  [[nodiscard]] std::string path() const { return directory_.path().native(); }

 private:
  TempDir directory_;
};

TEST(InitProcess, SaysItIsReadyFirst) {
  InitBox box;
  EXPECT_EQ(box.expect(Kind::kReady, 0).packet.value, static_cast<int>(lifeline::kVersion));
}

TEST(InitProcess, GivesTheThreePipesToTheAgent) {
  InitBox box;
  box.expect(Kind::kReady, 0);
  const InitOutcome outcome = box.run(shell_agent("cat; echo error >&2; exit 7"), "hello\n");
  EXPECT_EQ(outcome.out, "hello\n");
  EXPECT_EQ(outcome.err, "error\n");
  EXPECT_EQ(outcome.last.value, 7);
  EXPECT_EQ(outcome.last.flags, 0U);
  EXPECT_TRUE(box.is_closed());
  EXPECT_EQ(box.wait(), 0);
}

TEST(InitProcess, PassesEveryExitCodeOn) {
  InitBox box;
  box.start_idle_agent();
  for (int code = 0; code < 256; ++code) {
    InitProcess process;
    process.id = static_cast<std::uint32_t>(code);
    process.arguments = {"sh", "-c", "exit " + std::to_string(code)};
    const InitOutcome outcome = box.run(process);
    ASSERT_EQ(outcome.last.value, code);
    ASSERT_EQ(outcome.last.flags, 0U);
  }
}

TEST(InitProcess, TellsDeathBySignalFromAnExitCode) {
  for (const int number : {SIGSEGV, SIGKILL, SIGTERM, SIGPIPE}) {
    InitBox box;
    box.expect(Kind::kReady, 0);
    const InitOutcome outcome = box.run(shell_agent("kill -" + std::to_string(number) + " $$"));
    EXPECT_EQ(outcome.last.value, number);
    EXPECT_EQ(outcome.last.flags, lifeline::kSignalled);
  }
}

TEST(InitProcess, EndsWhenTheAgentIsNotFound) {
  for (const char* name : {"no-such-program", "/no/such/program", ""}) {
    InitBox box;
    box.expect(Kind::kReady, 0);
    const InitOutcome outcome = box.run(agent({name}));
    EXPECT_EQ(outcome.last.kind, Kind::kFailed) << name;
    EXPECT_EQ(outcome.last.value, ENOENT) << name;
    EXPECT_EQ(outcome.last.flags, lifeline::kFailedExec) << name;
    EXPECT_EQ(box.wait(), 125);
  }
}

TEST(InitProcess, TellsWhatIsNotExecutableFromWhatIsNotThere) {
  ProgramDirectory directory;
  directory.add("plain", "#!/bin/sh\n", 0644);
  for (const std::string& name :
       {std::string("plain"), directory.path() + "/plain", directory.path()}) {
    InitBox box;
    box.expect(Kind::kReady, 0);
    const InitOutcome outcome =
        box.run(agent({name}, {"PATH=/nowhere:" + directory.path() + ":/bin"}));
    EXPECT_EQ(outcome.last.kind, Kind::kFailed) << name;
    EXPECT_EQ(outcome.last.value, EACCES) << name;
  }
}

TEST(InitProcess, OutlivesAProcessThatIsNotTheAgentAndCannotStart) {
  InitBox box;
  box.start_idle_agent();
  EXPECT_EQ(box.run({.id = 2, .arguments = {"no-such-program"}}).last.kind, Kind::kFailed);
  EXPECT_EQ(box.run({.id = 3, .arguments = {"echo", "fine"}}).out, "fine\n");
}

TEST(InitProcess, LooksInThePathOfTheProcessItself) {
  ProgramDirectory first;
  ProgramDirectory second;
  first.add("tool", "not for you", 0644);
  second.add("tool", "#!/bin/sh\necho found \"$@\"\n", 0755);
  InitBox box;
  box.start_idle_agent();
  EXPECT_EQ(box.run({.id = 1, .arguments = {"tool"}}).last.value, ENOENT);
  const std::string path = "PATH=" + first.path() + ":" + second.path();
  EXPECT_EQ(box.run({.id = 2, .arguments = {"tool", "a b", ""}, .environment = {path}}).out,
            "found a b \n");
}

TEST(InitProcess, HasAPathWhenTheImageHasNone) {
  InitBox box({.environment = {}});
  box.start_idle_agent();
  EXPECT_EQ(box.run({.id = 2, .arguments = {"echo", "found"}}).out, "found\n");
}

TEST(InitProcess, RunsAScriptWithoutMagicByTheShell) {
  ProgramDirectory directory;
  const std::string script = directory.add("script", "echo \"$0\" \"$1\"\n", 0755);
  const std::string binary = directory.add("binary",
                                           std::string("\x7f"
                                                       "ELF\0\0\0junk",
                                                       11),
                                           0755);
  InitBox box;
  box.start_idle_agent();
  EXPECT_EQ(box.run({.id = 1, .arguments = {script, "first"}}).out, script + " first\n");
  const InitOutcome outcome = box.run({.id = 2, .arguments = {binary}});
  EXPECT_EQ(outcome.last.kind, Kind::kFailed);
  EXPECT_EQ(outcome.last.value, ENOEXEC);
}

TEST(InitProcess, StartsTheFirstShellThatIsThere) {
  ProgramDirectory directory;
  const std::string plain = directory.add("plain-shell", "", 0644);
  InitBox box;
  box.start_idle_agent();
  InitProcess process{.id = 1,
                      .arguments = {"no-shell", plain, "/bin", "sh", "cat"},
                      .flags = lifeline::kShellFlag};
  EXPECT_EQ(box.run(process, "echo $0 $#").out, "sh 0\n");
  process = {.id = 2, .arguments = {"no-shell"}, .flags = lifeline::kShellFlag};
  EXPECT_EQ(box.run(process).last.value, ENOENT);
  process = {.id = 3, .arguments = {"no-shell", plain}, .flags = lifeline::kShellFlag};
  EXPECT_EQ(box.run(process).last.value, EACCES);
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    lines.insert(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

TEST(InitProcess, LaysTheAgentsEnvironmentOverTheImages) {
  InitBox box({.environment = {"PATH=/usr/bin:/bin", "IMAGE=1", "BOTH=image", "BOT=x"}});
  box.expect(Kind::kReady, 0);
  const InitOutcome outcome =
      box.run(agent({"env"}, {"BOTH=agent", "OWN=a=b", "EMPTY=", "OWN=last"}));
  EXPECT_EQ(lines_of(outcome.out),
            (std::set<std::string>{"PATH=/usr/bin:/bin", "IMAGE=1", "BOTH=agent", "BOT=x",
                                   "OWN=last", "EMPTY="}));
}

TEST(InitProcess, GivesTheAgentsEnvironmentToLaterProcesses) {
  InitBox box({.environment = {"PATH=/usr/bin:/bin", "IMAGE=1"}});
  box.start_idle_agent({"TOKEN=secret", "TERM=dumb"});
  const std::set<std::string> base = {"PATH=/usr/bin:/bin", "IMAGE=1", "TOKEN=secret"};
  auto with = [&](std::initializer_list<std::string> more) {
    std::set<std::string> all = base;
    all.insert(more);
    return all;
  };
  EXPECT_EQ(
      lines_of(
          box.run({.id = 1, .arguments = {"env"}, .environment = {"TERM=xterm", "MORE=1"}}).out),
      with({"TERM=xterm", "MORE=1"}));
  EXPECT_EQ(lines_of(box.run({.id = 2, .arguments = {"env"}}).out), with({"TERM=dumb"}));
}

TEST(InitProcess, TakesALargeEnvironment) {
  InitBox box;
  box.expect(Kind::kReady, 0);
  const std::string value(100000, 'x');
  const InitOutcome outcome = box.run(
      agent({"sh", "-c", "echo ${#A} ${#B} ${#C}"}, {"A=" + value, "B=" + value, "C=" + value}));
  EXPECT_EQ(outcome.out, "100000 100000 100000\n");
}

TEST(InitProcess, PutsTheEntrypointBeforeTheAgentOnly) {
  InitBox box({.arguments = {"--", "env", "ENTRY=1", "mino-agent"}});
  box.expect(Kind::kReady, 0);
  const InitPipes pipes = box.start(shell_agent("echo $ENTRY; exec cat"));
  EXPECT_EQ(read_until(pipes.out.get(), "\n"), "1\n");
  EXPECT_EQ(box.run({.id = 2, .arguments = {"sh", "-c", "echo \"<$ENTRY>\""}}).out, "<>\n");
}

TEST(InitProcess, TakesAnEntrypointWithoutDashes) {
  InitBox box({.arguments = {"echo", "prefix", "mino-agent"}});
  box.expect(Kind::kReady, 0);
  EXPECT_EQ(box.run(agent({"mino-agent", "--"})).out, "prefix mino-agent --\n");
}

TEST(InitProcess, TakesAnEntrypointThatIsAll) {
  InitBox box({.arguments = {"--", "echo", "alone", "mino-agent"}});
  box.expect(Kind::kReady, 0);
  EXPECT_EQ(box.run(agent({})).out, "alone\n");
}

TEST(InitProcess, GivesOneShellToTheEntrypoint) {
  InitBox box({.arguments = {"--", "echo", "mino-agent"}});
  box.expect(Kind::kReady, 0);
  InitProcess process = agent({"no-shell", "sh", "cat"});
  process.flags |= lifeline::kShellFlag;
  EXPECT_EQ(box.run(process).out, "sh\n");
}

TEST(InitProcess, RefusesABoxWithoutThePlaceholder) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"--"}, {"--", "mino-agent", "more"}, {"--", "sh"}}) {
    InitBox box({.arguments = arguments});
    box.expect(Kind::kReady, 0);
    const InitOutcome outcome = box.run(agent({"true"}));
    EXPECT_EQ(outcome.last.kind, Kind::kFailed);
    EXPECT_EQ(outcome.last.flags, lifeline::kFailedDescription);
    EXPECT_EQ(box.wait(), 125);
  }
}

TEST(InitProcess, RefusesAnAgentOfNothing) {
  InitBox box;
  box.expect(Kind::kReady, 0);
  EXPECT_EQ(box.run(agent({})).last.flags, lifeline::kFailedDescription);
  EXPECT_EQ(box.wait(), 125);
}

TEST(InitProcess, DirectoriesOfTheDescriptionGoBeforePath) {
  const std::string variable = std::string(lifeline::kPathPrependVariable) + "=/first:/second";
  InitBox box({.environment = {"PATH=/usr/bin:/bin"}});
  box.expect(Kind::kReady, 0);
  EXPECT_EQ(box.run(agent({"sh", "-c", "echo $PATH"}, {variable})).out,
            "/first:/second:/usr/bin:/bin\n");
}

TEST(InitProcess, LaterProcessesHaveTheAgentsPathOnce) {
  const std::string variable = std::string(lifeline::kPathPrependVariable) + "=/first";
  InitBox box({.environment = {"PATH=/usr/bin:/bin"}});
  box.start_idle_agent({variable});
  EXPECT_EQ(box.run({.id = 2, .arguments = {"sh", "-c", "echo $PATH"}}).out,
            "/first:/usr/bin:/bin\n");
}

}  // namespace
}  // namespace mino::testing_support
