// Values that the user gives to the agent, planted and then looked for wherever they must not be:
// command lines and environments of processes, podman's records and storage, mino's own state, what
// mino prints. And variables that would act on programs outside the box if they got into their
// environment.
#include "integration/support/box_test.hpp"
#include "integration/support/leftovers.hpp"
#include "integration/support/secret_search.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

constexpr seconds kPatience{60};

class Secrets : public BoxTest {
 protected:
  void SetUp() override {
    BoxTest::SetUp();
    if (root_.empty()) return;
    write_config("[container.env]\nMINO_TEST_FILE = \"" + value("file") + "\"\n");
    // What the box must receive, to compare with inside: the test's project is no place that is
    // searched.
    for (const std::string& source : sources())
      std::ofstream(project_ / ("expected-" + source)) << value(source);
  }

  [[nodiscard]] static std::vector<std::string> sources() { return {"flag", "host", "file"}; }
  /// Three ways in: `-e NAME=VALUE`, `-e NAME` with the caller's value, and the configuration file.
  [[nodiscard]] std::string value(const std::string& source) const {
    return "planted-" + source + "-" + name() + "-value";
  }

  [[nodiscard]] ProgramSpec with_secrets(std::vector<std::string> options,
                                         std::vector<std::string> command) const {
    std::vector<std::string> words{"run",
                                   "--image",
                                   image_,
                                   "--network",
                                   "none",
                                   "-e",
                                   "MINO_TEST_FLAG=" + value("flag"),
                                   "-e",
                                   "MINO_TEST_HOST"};
    words.insert(words.end(), options.begin(), options.end());
    words.emplace_back("--");
    words.insert(words.end(), command.begin(), command.end());
    ProgramSpec spec = mino(std::move(words));
    spec.environment["MINO_TEST_HOST"] = value("host");
    return spec;
  }

  /// An agent that checks that it has all three, says so without telling them, and waits.
  [[nodiscard]] static std::vector<std::string> checking_agent(const std::string& then) {
    return {"sh", "-c",
            "[ \"$MINO_TEST_FLAG\" = \"$(cat expected-flag)\" ] && [ \"$MINO_TEST_HOST\" = \"$(cat "
            "expected-host)\" ] && "
            "[ \"$MINO_TEST_FILE\" = \"$(cat expected-file)\" ] && echo all-there; " +
                then};
  }

  [[nodiscard]] SecretSearch search() const {
    std::vector<std::string> values;
    for (const std::string& source : sources()) values.push_back(value(source));
    return {std::move(values), state_};
  }
  [[nodiscard]] std::string found_in(const std::string& text) const { return search().in(text); }
  [[nodiscard]] std::string found_in_files() const { return search().in_files(); }
  [[nodiscard]] std::string found_in_processes(const std::vector<pid_t>& callers) const {
    return search().in_processes(callers);
  }
  [[nodiscard]] std::string inspection() const { return inspection_of(containers()); }
};

TEST_F(Secrets, AreNowhereOutsideTheBoxDuringAndAfterARun) {
  search().expect_to_work(name());
  Background program(
      with_secrets({"--name", name()}, checking_agent("while [ ! -e go ]; do sleep 0.1; done")));
  ASSERT_TRUE(eventually([&] { return program.out() == "all-there\n"; }, kPatience))
      << program.out() << program.err();
  EXPECT_EQ(found_in_processes({program.pid()}), "");
  const std::string said = inspection();
  EXPECT_NE(said.find(name()), std::string::npos);
  EXPECT_EQ(found_in(said), "");
  EXPECT_EQ(found_in_files(), "");
  std::ofstream(project_ / "go") << "";
  EXPECT_EQ(program.wait(kPatience), 0) << program.err();
  EXPECT_EQ(program.err(), "");
  ASSERT_TRUE(eventually([this] { return containers().empty(); }, kPatience));
  EXPECT_EQ(found_in_files(), "") << "after the end";
}

TEST_F(Secrets, AreNowhereWhileADetachedSessionRunsAndItsContainerIsKept) {
  const ProgramResult started =
      run(with_secrets({"--name", name(), "--detach", "--keep"},
                       checking_agent("while [ ! -e go ]; do sleep 0.1; done")));
  ASSERT_EQ(started.code, 0) << started.err;
  ASSERT_TRUE(eventually(
      [this] {
        return run_mino({"logs", name()}).out == "all-there\n";
      },
      kPatience));
  const pid_t supervisor = std::stoi(json_member(slurp(record(name())), "pid"));
  EXPECT_EQ(found_in_processes({supervisor}), "");
  EXPECT_EQ(found_in(slurp("/proc/" + std::to_string(supervisor) + "/cmdline")), "")
      << "a supervisor's command line is everybody's to read";
  EXPECT_EQ(found_in(inspection()), "");
  EXPECT_EQ(found_in_files(), "");
  std::ofstream(project_ / "go") << "";
  ASSERT_TRUE(eventually(
      [this] { return json_member(slurp(record(name())), "status") == "stopped"; }, kPatience));
  ASSERT_FALSE(containers().empty());
  EXPECT_EQ(found_in(inspection()), "");
  EXPECT_EQ(found_in_files(), "");
  for (const std::string& container : containers())
    EXPECT_EQ(run({.argv = {"podman", "rm", "--force", container},
                   .environment = {},
                   .directory = {},
                   .input = {}})
                  .code,
              0);
}

TEST_F(Secrets, OfAnExecAreNowhereEither) {
  ASSERT_EQ(run_box({"--name", name(), "--network", "none", "--detach", "--", "sleep", "600"}).code,
            0);
  ProgramSpec spec = mino(
      {"exec", "-e", "MINO_TEST_FLAG=" + value("flag"), "-e", "MINO_TEST_HOST", name(), "--", "sh",
       "-c",
       "echo \"$MINO_TEST_FLAG $MINO_TEST_HOST\" | rev; while [ ! -e go ]; do sleep 0.1; done"});
  spec.environment["MINO_TEST_HOST"] = value("host");
  Background client(spec);
  const std::string both = value("flag") + " " + value("host");
  ASSERT_TRUE(eventually(
      [&] { return client.out() == std::string(both.rbegin(), both.rend()) + "\n"; }, kPatience))
      << client.out() << client.err();
  EXPECT_EQ(found_in_processes({client.pid()}), "");
  EXPECT_EQ(found_in_files(), "");
  std::ofstream(project_ / "go") << "";
  EXPECT_EQ(client.wait(kPatience), 0);
  EXPECT_EQ(run_mino({"stop", name(), "--time", "1"}).code, 0);
}

TEST_F(Secrets, InACommandAreNotRecorded) {
  // As if the shell had put the value into the agent's own words.
  const ProgramResult result = run(with_secrets(
      {"--name", name()},
      {"sh", "-c", ": --token=" + value("flag") + " " + value("host") + " " + value("file")}));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(fs::exists(record(name())));
  EXPECT_EQ(found_in(slurp(record(name()))), "");
  EXPECT_EQ(found_in(slurp(state_ / "mino/audit.log")), "");
  EXPECT_NE(slurp(state_ / "mino/audit.log").find("--token="), std::string::npos)
      << "the rest of the command is recorded";
  EXPECT_EQ(found_in_files(), "");
}

TEST_F(Secrets, AreNotPrinted) {
  const auto both_streams = [&](std::vector<std::string> before, std::vector<std::string> options,
                                std::vector<std::string> command) {
    ProgramSpec spec = with_secrets(std::move(options), std::move(command));
    spec.argv.insert(spec.argv.begin() + 1, before.begin(), before.end());
    const ProgramResult result = run(spec);
    return result.out + result.err;
  };
  const std::vector<std::string> command{"sh", "-c", ": " + value("flag")};
  const std::string plan = both_streams({}, {"--dry-run"}, command);
  EXPECT_NE(plan.find("MINO_TEST_FLAG"), std::string::npos) << plan;
  EXPECT_EQ(found_in(plan), "") << plan;
  const std::string json = both_streams({}, {"--dry-run", "--json"}, command);
  EXPECT_NE(json.find("MINO_TEST_HOST"), std::string::npos) << json;
  EXPECT_EQ(found_in(json), "") << json;
  ProgramSpec explain = with_secrets({}, command);
  explain.argv[1] = "explain";
  const ProgramResult explained = run(explain);
  EXPECT_EQ(explained.code, 0) << explained.err;
  EXPECT_EQ(found_in(explained.out + explained.err), "") << explained.out;
  EXPECT_EQ(found_in(both_streams({"-vv"}, {}, {"true"})), "");
  EXPECT_EQ(
      found_in(both_streams({"-vv"}, {"--image", "localhost/mino-no-such-image:1"}, {"true"})), "");
  const std::string missing = both_streams({}, {}, {value("flag")});
  EXPECT_NE(missing.find("error: "), std::string::npos) << missing;
  EXPECT_EQ(found_in(missing), "") << missing;
}

TEST_F(Secrets, AreNotToldByAnErrorAboutTheVariable) {
  for (const std::string& setting :
       {"1NAME=" + value("flag"), "NA ME=" + value("flag"), "=" + value("flag")}) {
    const ProgramResult result = run_box({"-e", setting, "--", "true"});
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_EQ(found_in(result.err), "") << result.err;
  }
}

TEST_F(Secrets, TheOwnerOfASessionCannotBeReadByOtherProcessesOfTheUser) {
  const auto expect_closed = [](pid_t process) {
    const std::string directory = "/proc/" + std::to_string(process);
    EXPECT_LT(::open((directory + "/mem").c_str(), O_RDONLY | O_CLOEXEC), 0);
    EXPECT_LT(::open((directory + "/environ").c_str(), O_RDONLY | O_CLOEXEC), 0);
  };
  // The same is possible with any ordinary process.
  Background ordinary({.argv = {"sleep", "600"}, .environment = {}, .directory = {}, .input = {}});
  ASSERT_TRUE(eventually(
      [&] {
        return ::open(("/proc/" + std::to_string(ordinary.pid()) + "/mem").c_str(),
                      O_RDONLY | O_CLOEXEC) >= 0;
      },
      kPatience));

  Background attached(with_secrets({"--name", name("-a")}, checking_agent("sleep 600")));
  ASSERT_TRUE(eventually([&] { return attached.out() == "all-there\n"; }, kPatience))
      << attached.err();
  expect_closed(attached.pid());
  attached.signal(SIGTERM);
  EXPECT_TRUE(attached.wait(kPatience).has_value());

  ASSERT_EQ(run(with_secrets({"--name", name("-d"), "--detach"}, checking_agent("sleep 600"))).code,
            0);
  expect_closed(std::stoi(json_member(slurp(record(name("-d"))), "pid")));
  EXPECT_EQ(run_mino({"stop", name("-d"), "--time", "1"}).code, 0);
}

class VariablesOfTheAgent : public Secrets {
 protected:
  /// The agent waits while the test looks around.
  void expect_only_inside(const std::string& variable, const std::string& setting) const {
    SCOPED_TRACE(variable);
    const std::string session = name("-" + variable);
    ProgramSpec spec = mino({"run", "--image", "host", "--no-home", "--network", "none", "--name",
                             session, "-e", variable + "=" + setting, "--", "/bin/sh", "-c",
                             "echo \"$" + variable + "\"; while [ ! -e go-" + variable +
                                 " ]; do /bin/sleep 0.2; done"});
    Background program(spec);
    ASSERT_TRUE(eventually([&] { return program.out() == setting + "\n"; }, kPatience))
        << program.out() << program.err();
    for (const ProcessView& process : own_processes()) {
      if (process.pid == program.pid() || SecretSearch::in_a_box(process)) continue;
      const std::string environment =
          '\0' + slurp("/proc/" + std::to_string(process.pid) + "/environ");
      EXPECT_EQ(environment.find('\0' + variable + "=" + setting), std::string::npos)
          << process.words;
      EXPECT_EQ(process.words.find(setting), std::string::npos) << process.words;
    }
    std::ofstream(project_ / ("go-" + variable)) << "";
    EXPECT_EQ(program.wait(kPatience), 0) << program.err();
  }
};

TEST_F(VariablesOfTheAgent, ActOnNothingOutside) {
  // A podman, conmon, crun and newuidmap of the agent's choice would leave a file.
  const fs::path programs = project_ / "bin";
  fs::create_directories(programs);
  for (const char* program :
       {"podman", "conmon", "crun", "slirp4netns", "newuidmap", "newgidmap", "true"}) {
    std::ofstream(programs / program)
        << "#!/bin/sh\ntouch '" << (root_ / "ran-outside").string() << "'\nexit 1\n";
    fs::permissions(programs / program, fs::perms(0755));
  }
  expect_only_inside("PATH", programs.string());
  expect_only_inside("HOME", (project_ / "elsewhere").string());
  expect_only_inside("XDG_RUNTIME_DIR", (project_ / "run").string());
  expect_only_inside("CONTAINERS_CONF", (project_ / "containers.conf").string());
  expect_only_inside("BASH_ENV", (project_ / "bashrc").string());
  EXPECT_FALSE(fs::exists(root_ / "ran-outside"));
}

TEST_F(VariablesOfTheAgent, APreloadedLibraryIsLoadedInTheBoxAlone) {
  // The dynamic linker tells of a library that is not there, in every program that it starts with
  // this in its environment.
  const std::string library = "/nowhere/" + name() + ".so";
  const ProgramResult result = run(mino({"-vv", "run", "--image", "host", "--no-home", "--network",
                                         "none", "-e", "LD_PRELOAD=" + library, "--", "/bin/sh",
                                         "-c", "/bin/true 2>preload-message; echo done"}));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "done\n");
  EXPECT_NE(slurp(project_ / "preload-message").find(library), std::string::npos)
      << "it did not reach the agent";
  std::size_t told = 0;
  for (std::size_t at = result.err.find(library); at != std::string::npos;
       at = result.err.find(library, at + 1))
    ++told;
  EXPECT_EQ(told, 1U) << "the agent's own shell alone: " << result.err;
}

}  // namespace
}  // namespace mino::integration
