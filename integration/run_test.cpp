// `mino run`: its exit codes, its streams, and the agent's command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class RunCode : public AgentTest {};

TEST_F(RunCode, OfTheAgentIsPassedOn) {
  for (const int code : {0, 1, 2, 125, 126, 127, 128, 255}) {
    EXPECT_EQ(run_sh("exit " + std::to_string(code)).code, code);
  }
}

TEST_F(RunCode, OfEveryExecIsPassedOn) {
  const std::string session = sleeping_session();
  for (int code = 0; code < 256; ++code) {
    ASSERT_EQ(run_mino({"exec", session, "--", "sh", "-c", "exit " + std::to_string(code)}).code,
              code);
  }
}

TEST_F(RunCode, OfACommandThatIsNotThere) {
  const ProgramResult result = run_agent({"no-such-command"});
  EXPECT_EQ(result.code, 127);
  EXPECT_EQ(result.err, "error: no-such-command: no such command in the box\n");
}

TEST_F(RunCode, OfAPathThatIsNotThere) { EXPECT_EQ(run_agent({"/no/such/command"}).code, 127); }

TEST_F(RunCode, OfAFileThatIsNotExecutable) {
  const ProgramResult result = run_agent({"/etc/passwd"});
  EXPECT_EQ(result.code, 126);
  EXPECT_THAT(result.err, StartsWith("error: /etc/passwd: cannot be executed in the box"));
}

TEST_F(RunCode, OfADirectory) { EXPECT_EQ(run_agent({"/etc"}).code, 126); }

TEST_F(RunCode, OfABinaryOfAnotherKindIs126) {
  std::ofstream(project_ / "noise", std::ios::binary) << std::string(
      "\x7f"
      "ELF\0\0\0\0",
      8);
  ::chmod((project_ / "noise").c_str(), 0755);
  EXPECT_EQ(run_agent({"./noise"}).code, 126);
}

TEST_F(RunCode, OfASignalIsAbove128) {
  EXPECT_EQ(run_sh("kill -KILL $$").code, 137);
  EXPECT_EQ(run_sh("kill -TERM $$").code, 143);
  EXPECT_EQ(run_sh("kill -SEGV $$").code, 139);
}

TEST_F(RunCode, OfAUsageErrorIs2) {
  const std::vector<std::vector<std::string>> wrong = {
      {"--netwrok", "none"}, {"--network", "wlan"}, {"--name", "no spaces"},
      {"--pids", "many"},    {"--memory", "much"},  {"--rm", "--keep"},
      {"--volume", "only"},  {"--image", ""},       {"--host-path", "/usr/lib"}};
  for (const auto& flags : wrong) {
    const ProgramResult result = run_agent({"true"}, flags);
    EXPECT_EQ(result.code, 2) << flags.front() << ": " << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, StartsWith("error: ")) << flags.front();
  }
}

TEST_F(RunCode, OfAConfigurationErrorIs125) {
  write_config("[container]\nimage = 7\n");
  const ProgramResult result = run_agent({"true"});
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr(config_.string() + ":2:"));
}

TEST_F(RunCode, OfAnImageThatDoesNotExistIs125) {
  image_ = "localhost/mino-no-such-image:latest";
  const ProgramResult result = run_agent({"true"});
  EXPECT_EQ(result.code, 125);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("error: pulling the image " + image_));
  EXPECT_THAT(result.err, HasSubstr("\nhint: "));
}

TEST_F(RunCode, OfAProjectThatDoesNotExistIs125) {
  const ProgramResult result = run_agent({"true"}, {"-p", "no/such/project"});
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr("no/such/project"));
  EXPECT_THAT(result.err, HasSubstr("hint: name the project's directory with -p DIR"));
}

TEST_F(RunCode, OfAProjectThatCannotBeReadIs125) {
  std::filesystem::create_directories(root_ / "closed");
  ::chmod((root_ / "closed").c_str(), 0);
  const ProgramResult result = run_agent({"true"}, {"-p", (root_ / "closed").string()});
  ::chmod((root_ / "closed").c_str(), 0700);
  EXPECT_EQ(result.code, 125);
  EXPECT_THAT(result.err, HasSubstr("hint: see who may read it with: ls -ld"));
}

TEST_F(RunCode, OfAProjectThatIsAFileIs2) {
  std::ofstream(root_ / "file") << "x";
  const ProgramResult result = run_agent({"true"}, {"-p", (root_ / "file").string()});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("is not a directory"));
}

class RunStreams : public AgentTest {};

TEST_F(RunStreams, StayApart) {
  const ProgramResult result = run_sh("echo to stdout; echo to stderr >&2");
  EXPECT_EQ(result.out, "to stdout\n");
  EXPECT_EQ(result.err, "to stderr\n");
}

TEST_F(RunStreams, HoldNothingOfMinos) {
  const ProgramResult result = run_agent({"true"});
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "");
}

TEST_F(RunStreams, CarryWhatIsPipedIn) {
  const ProgramResult result = run(bash("echo x | box -- cat"));
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "x\n");
}

TEST_F(RunStreams, AreAtTheirEndWithoutInput) {
  const ProgramResult result = run_agent({"cat"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "");
}

TEST_F(RunStreams, CarryEveryByteBothWays) {
  ProgramSpec spec = agent({"cat"});
  std::string bytes;
  std::uint32_t state = 1;
  while (bytes.size() < std::size_t{8} << 20) {
    state = state * 1664525 + 1013904223;
    bytes.push_back(static_cast<char>(state >> 24));
  }
  spec.input = bytes;
  const ProgramResult result = run(spec);
  EXPECT_EQ(result.code, 0);
  EXPECT_TRUE(result.out == bytes) << result.out.size() << " of " << bytes.size();
}

TEST_F(RunStreams, CarryMuchOnBothAtOnce) {
  const ProgramResult result = run_sh("seq 100000 >&2 & seq 100000; wait");
  const ProgramResult wanted = run({.argv = {"seq", "100000"}});
  EXPECT_TRUE(result.out == wanted.out);
  EXPECT_TRUE(result.err == wanted.out);
}

TEST_F(RunStreams, EndTheAgentWhenNobodyReads) {
  const ProgramResult result = run(bash("box -- yes | head -1; echo ${PIPESTATUS[0]} >&2"));
  EXPECT_EQ(result.out, "y\n");
  EXPECT_EQ(result.err, "141\n");
}

TEST_F(RunStreams, EndAWholePipelineWhenNobodyReads) {
  const ProgramResult result = run(bash("yes | box -- cat | head -1"));
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.out, "y\n");
}

TEST_F(RunStreams, EndTheWriterWhenTheAgentDoesNotRead) {
  const ProgramResult result = run(bash("yes | box -- true; echo ${PIPESTATUS[*]}"));
  EXPECT_EQ(result.out, "141 0\n");
}

TEST_F(RunStreams, StillWorkWhenStdoutIsClosed) {
  EXPECT_EQ(run(bash("box -- sh -c 'exit 7' >&-")).code, 7);
}

TEST_F(RunStreams, StillWorkWhenStdinIsClosed) {
  const ProgramResult result = run(bash("box -- sh -c 'cat; echo after' <&-"));
  EXPECT_EQ(result.out, "after\n") << result.err;
}

class RunCommand : public AgentTest {};

TEST_F(RunCommand, IsNotParsedByMino) {
  const ProgramResult result =
      run_agent({"printf", "%s|", "--image", "-h", "--", "$HOME", "a b", "", "*"});
  EXPECT_EQ(result.out, "--image|-h|--|$HOME|a b||*|");
}

TEST_F(RunCommand, MayBeAScriptWithoutAnInterpreterLine) {
  std::ofstream(project_ / "script") << "echo \"$0 $1\"\n";
  ::chmod((project_ / "script").c_str(), 0755);
  EXPECT_EQ(run_agent({"./script", "word"}).out, "./script word\n");
}

TEST_F(RunCommand, IsAShellWhenThereIsNone) {
  ProgramSpec spec = box({"--network", "none"});
  spec.input = "echo shell=$0\n";
  EXPECT_EQ(run(spec).out, "shell=sh\n");
}

TEST_F(RunCommand, IsAShellAfterNothingButDashes) {
  ProgramSpec spec = agent({});
  spec.input = "echo shell=$0; exit 9\n";
  const ProgramResult result = run(spec);
  EXPECT_EQ(result.out, "shell=sh\n");
  EXPECT_EQ(result.code, 9);
}

TEST_F(RunCommand, IsTheShellOfTheConfiguration) {
  write_config("[session]\nshell = \"/bin/ash\"\n");
  ProgramSpec spec = agent({});
  spec.input = "echo shell=$0\n";
  EXPECT_EQ(run(spec).out, "shell=/bin/ash\n");
}

TEST_F(RunCommand, FailsForAConfiguredShellThatIsNotThere) {
  write_config("[session]\nshell = \"/bin/no-such-shell\"\n");
  EXPECT_EQ(run_agent({}).code, 127);
}

TEST_F(RunCommand, PassesTheEntrypointOfTheImage) {
  image_ = "localhost/mino-test-entrypoint:latest";
  EXPECT_EQ(run_agent({"echo", "hello"}).out, "entrypoint:\nhello\n");
}

TEST_F(RunCommand, PassesAnotherEntrypoint) {
  image_ = "localhost/mino-test-entrypoint:latest";
  EXPECT_EQ(run_agent({"hello"}, {"--entrypoint", "/bin/echo"}).out, "hello\n");
}

TEST_F(RunCommand, PassesNoEntrypoint) {
  image_ = "localhost/mino-test-entrypoint:latest";
  EXPECT_EQ(run_agent({"echo", "hello"}, {"--entrypoint="}).out, "hello\n");
}

class RunName : public AgentTest {};

TEST_F(RunName, InUseIsRefused) {
  const std::string session = sleeping_session();
  image_ = "localhost/mino-no-such-image:latest";  // refused before anything is pulled
  const ProgramResult second = run_agent({"true"}, {"-n", session});
  EXPECT_EQ(second.code, 125);
  EXPECT_EQ(second.err,
            "error: session " + session + " is already running\nhint: mino exec " + session + "\n");
}

TEST_F(RunName, OfAFinishedSessionIsFree) {
  EXPECT_EQ(run_sh("exit 3", {"-n", name()}).code, 3);
  EXPECT_EQ(run_sh("exit 4", {"-n", name()}).code, 4);
  EXPECT_THAT(slurp(record(name())), HasSubstr("\"exit_code\": 4"));
}

TEST_F(RunName, IsMadeUp) {
  EXPECT_EQ(run_agent({"true"}).code, 0);
  EXPECT_THAT(run_mino({"list", "--all", "--format", "plain"}).out,
              ::testing::MatchesRegex("[a-z]+-[a-z]+-[0-9a-f]{4}\n"));
}

TEST_F(RunName, IsTheHostNameOfTheBox) {
  EXPECT_EQ(run_agent({"hostname"}, {"-n", name()}).out, name() + "\n");
}

}  // namespace
}  // namespace mino::integration
