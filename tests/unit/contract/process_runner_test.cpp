#include "adapters/posix/boost_process_runner.hpp"
#include "tests/contract/process_runner_contract.hpp"
#include "tests/fakes/fake_process_runner.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

namespace mino::contract {
namespace {

class FakeHarness final : public ProcessRunnerHarness {
 public:
  ProcessRunner& runner() override { return runner_; }
  ProcessSpec program(const ProgramConduct& conduct) override {
    runner_.define({"program"}, [conduct](const ProcessSpec& spec) -> Result<ProcessOutput> {
      ProcessOutput output{.exit_code = conduct.exit_code,
                           .signal = {},
                           .output = conduct.echoes_input ? spec.input : conduct.output,
                           .errors = conduct.errors};
      if (conduct.signal != 0) {
        output.exit_code.reset();
        output.signal = conduct.signal;
      }
      return output;
    });
    return spec_of("program");
  }
  ProcessSpec endless_program() override {
    runner_.define({"endless"}, [](const ProcessSpec&) -> Result<ProcessOutput> {
      return Error(ErrorCode::kTimeout, "endless did not end");
    });
    return spec_of("endless");
  }

 private:
  static ProcessSpec spec_of(const std::string& name) {
    ProcessSpec spec;
    spec.argv = {name};
    return spec;
  }
  fakes::FakeProcessRunner runner_;
};

ProcessSpec shell(const std::string& script) {
  ProcessSpec spec;
  spec.argv = {"sh", "-c", script};
  spec.environment = {{"PATH", "/usr/bin:/bin"}};
  return spec;
}

class BoostHarness final : public ProcessRunnerHarness {
 public:
  ProcessRunner& runner() override { return runner_; }
  ProcessSpec program(const ProgramConduct& conduct) override {
    if (conduct.echoes_input) return shell("exec cat");
    const std::string end = conduct.signal != 0 ? "kill -" + std::to_string(conduct.signal) + " $$"
                                                : "exit " + std::to_string(conduct.exit_code);
    return shell("printf '" + conduct.output + "'; printf '" + conduct.errors + "' >&2; " + end);
  }
  ProcessSpec endless_program() override {
    ProcessSpec spec = shell("sleep 60 & sleep 60");
    spec.deadline = std::chrono::milliseconds(50);
    return spec;
  }

 private:
  posix::BoostProcessRunner runner_;
};

template <typename Harness>
std::unique_ptr<ProcessRunnerHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Fake, ProcessRunnerContract, ::testing::Values(&make<FakeHarness>));
INSTANTIATE_TEST_SUITE_P(Boost, ProcessRunnerContract, ::testing::Values(&make<BoostHarness>));

std::string output_of(const ProcessSpec& spec) {
  const Result<ProcessOutput> result = posix::BoostProcessRunner().run(spec);
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.ok() ? result->output : std::string();
}

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) != -1; }

TEST(BoostProcessRunner, GivesNothingButTheNamedVariables) {
  ::setenv("MINO_TEST_PLANTED", "1", 1);
  ProcessSpec spec = shell("exec env");
  spec.environment.emplace_back("A", "b c=d");
  const std::string output = output_of(spec);
  ::unsetenv("MINO_TEST_PLANTED");
  EXPECT_EQ(output.find("MINO_TEST_PLANTED"), std::string::npos);
  EXPECT_NE(output.find("A=b c=d\n"), std::string::npos);
}

TEST(BoostProcessRunner, GivesNoDescriptorButTheStreams) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);  // without O_CLOEXEC, as a library might
  const std::string output = output_of(shell("exec ls /proc/self/fd"));
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(output, "0\n1\n2\n3\n");  // the last is the directory that ls reads
}

TEST(BoostProcessRunner, StartsWithDefaultSignals) {
  sigset_t blocked{};
  sigset_t before{};
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  struct sigaction ignore {};
  struct sigaction old {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGHUP, &ignore, &old);
  const std::string output = output_of(shell("exec grep -E '^Sig(Blk|Ign)' /proc/self/status"));
  ::sigaction(SIGHUP, &old, nullptr);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(output, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(BoostProcessRunner, LeadsASessionOfItsOwn) {
  const std::string output = output_of(shell("cut -d' ' -f1,5,6 /proc/$$/stat"));
  const std::string pid = output.substr(0, output.find(' '));
  EXPECT_EQ(output, pid + " " + pid + " " + pid + "\n");
  EXPECT_NE(pid, std::to_string(::getpid()));
}

TEST(BoostProcessRunner, BoundsTheOutputWithoutStoppingTheProgram) {
  ProcessSpec spec = shell("head -c 1000000 /dev/zero; echo done >&2");
  spec.max_output_bytes = 1000;
  const Result<ProcessOutput> result = posix::BoostProcessRunner().run(spec);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->output.size(), 1000U);
  EXPECT_EQ(result->errors, "done\n");
}

TEST(BoostProcessRunner, DoesNotWaitForAGrandchildThatHoldsTheStreams) {
  ProcessSpec spec = shell("sleep 30 & echo $!");
  spec.deadline = std::chrono::seconds(20);
  const std::string grandchild = output_of(spec);
  ASSERT_FALSE(grandchild.empty());
  EXPECT_EQ(::kill(std::stoi(grandchild), SIGKILL), 0);
}

/// Dead, and nothing but perhaps a zombie of whoever inherits orphans here.
bool is_gone(const std::string& pid) {
  const std::string state =
      output_of(shell("cut -d' ' -f3 /proc/" + pid + "/stat 2>/dev/null || true"));
  return state.empty() || state == "Z\n";
}

TEST(BoostProcessRunner, KillsTheWholeGroupAtTheDeadline) {
  const testing_support::TempDir directory;
  ProcessSpec spec = shell("sleep 60 & echo $! > pid; mv pid done; wait");
  spec.argv[2] = "cd " + directory.path().string() + "; " + spec.argv[2];
  spec.deadline = std::chrono::milliseconds(500);
  const Result<ProcessOutput> result = posix::BoostProcessRunner().run(spec);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kTimeout);
  const std::string pid = output_of(shell("cat " + (directory / "done").string()));
  ASSERT_FALSE(pid.empty());
  EXPECT_TRUE(is_gone(pid.substr(0, pid.size() - 1)));
}

/// A process that runs a program, and is ended by the signal `ending` in the middle of it.
class EndedCaller {
 public:
  EndedCaller(ProcessEnd end, int ending) {
    ProcessSpec spec = shell("cd " + directory_.path().string() +
                             "; sleep 60 & echo $$ > leader; echo $! > child; mv child done; wait");
    spec.end = end;
    const pid_t caller = ::fork();
    if (caller == 0) {
      static_cast<void>(posix::BoostProcessRunner().run(spec));
      ::_exit(0);
    }
    child_ = read("done");
    leader_ = read("leader");
    ::kill(caller, ending);
    ::waitpid(caller, nullptr, 0);
  }
  ~EndedCaller() {
    for (const std::string& pid : {leader_, child_})
      if (!pid.empty() && !is_gone(pid)) ::kill(std::stoi(pid), SIGKILL);
  }
  EndedCaller(const EndedCaller&) = delete;
  EndedCaller& operator=(const EndedCaller&) = delete;

  [[nodiscard]] const std::string& leader() const { return leader_; }
  [[nodiscard]] const std::string& child() const { return child_; }

 private:
  /// Waits for it.
  [[nodiscard]] std::string read(const std::string& name) const {
    const std::string path = (directory_ / name).string();
    return output_of(
        shell("until test -s " + path + "; do sleep 0.02; done; tr -d '\\n' <" + path));
  }
  testing_support::TempDir directory_;
  std::string leader_;
  std::string child_;
};

bool are_gone_soon(const EndedCaller& caller) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!is_gone(caller.leader()) || !is_gone(caller.child()))
    if (std::chrono::steady_clock::now() > deadline) return false;
  return true;
}

TEST(BoostProcessRunner, ProgramsEndWithTheirCallerWhenTheyAreToDoSo) {
  for (const int ending : {SIGKILL, SIGINT, SIGTERM}) {
    const EndedCaller caller(ProcessEnd::kWithCaller, ending);
    ASSERT_FALSE(caller.child().empty());
    EXPECT_TRUE(are_gone_soon(caller)) << "signal " << ending;
  }
}

TEST(BoostProcessRunner, OthersGoOnWithoutTheirCaller) {
  const EndedCaller caller(ProcessEnd::kByItself, SIGKILL);
  ASSERT_FALSE(caller.child().empty());
  EXPECT_FALSE(is_gone(caller.leader()));
  EXPECT_FALSE(is_gone(caller.child()));
}

TEST(BoostProcessRunner, WhatAProgramLeavesBehindStaysWhenItEndedBeforeItsCaller) {
  ProcessSpec spec = shell("sleep 30 & echo $!");
  spec.end = ProcessEnd::kWithCaller;
  const std::string grandchild = output_of(spec);
  ASSERT_FALSE(grandchild.empty());
  EXPECT_EQ(::kill(std::stoi(grandchild), SIGKILL), 0);
  EXPECT_FALSE(has_children());
}

TEST(BoostProcessRunner, AProgramThatReadsNothingEndsAllTheSame) {
  ProcessSpec spec = shell("exec true");
  spec.input = std::string(1'000'000, 'x');
  const Result<ProcessOutput> result = posix::BoostProcessRunner().run(spec);
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_TRUE(result->succeeded());
}

TEST(BoostProcessRunner, LeavesNoChildWhateverHappens) {
  const testing_support::TempDir directory;
  posix::BoostProcessRunner runner;
  ProcessSpec spec;
  spec.argv = {(directory / "nothing").string()};
  EXPECT_EQ(runner.run(spec).error().code(), ErrorCode::kNotFound);
  spec.argv = {directory.path().string()};
  EXPECT_EQ(runner.run(spec).error().code(), ErrorCode::kPermission);
  EXPECT_FALSE(runner.run({}).ok());
  static_cast<void>(output_of(shell("true")));
  EXPECT_FALSE(has_children());
}

TEST(BoostProcessRunner, LooksOnlyInAbsoluteDirectoriesOfThePath) {
  ProcessSpec spec;
  spec.argv = {"sh", "-c", "true"};
  spec.environment = {{"PATH", "bin:.::../bin"}};
  EXPECT_EQ(posix::BoostProcessRunner().run(spec).error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace mino::contract
