// A machine or a state that cannot work: each ends in one clear error with a hint and the right
// code, and nothing that was there before is lost. What is wrong is made by the test with what an
// ordinary user may do; podman's own storage is left alone.
#include "integration/support/box_test.hpp"
#include "integration/support/leftovers.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

constexpr seconds kPatience{60};

class BadInput : public BoxTest {
 protected:
  void SetUp() override {
    BoxTest::SetUp();
    if (root_.empty()) return;
    // Something to lose.
    ASSERT_EQ(run_box({"--network", "none", "--name", kept(), "--", "echo", "kept"}).code, 0);
    record_before_ = slurp(record(kept()));
  }

  void TearDown() override {
    if (!root_.empty()) {
      EXPECT_EQ(slurp(record(kept())), record_before_);
      EXPECT_EQ(run_mino({"logs", kept()}).out, "kept\n");
    }
    BoxTest::TearDown();
  }

  [[nodiscard]] std::string kept() const { return name("-kept"); }

  [[nodiscard]] ProgramSpec a_run(const std::string& session = {}) const {
    return box(
        {"--network", "none", "--name", session.empty() ? name() : session, "--", "echo", "ran"});
  }

  /// `words` in front of the program, e.g. an unshare.
  [[nodiscard]] static ProgramSpec behind(std::vector<std::string> words, ProgramSpec spec) {
    spec.argv.insert(spec.argv.begin(), words.begin(), words.end());
    return spec;
  }

  static void expect_one_error(const ProgramResult& result, int code, const std::string& about) {
    EXPECT_EQ(result.code, code) << result.err;
    EXPECT_FALSE(result.timed_out);
    EXPECT_EQ(result.out, "");
    int errors = 0;
    int hints = 0;
    std::string text;
    std::istringstream lines(result.err);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("error: ")) {
        ++errors;
        text = line.substr(7);
      }
      if (line.starts_with("hint: ")) ++hints;
    }
    EXPECT_EQ(errors, 1) << result.err;
    EXPECT_EQ(hints, 1) << result.err;
    EXPECT_NE(text.find(about), std::string::npos) << result.err;
    EXPECT_FALSE(text.ends_with('.')) << result.err;
    EXPECT_EQ(result.err.find("bug"), std::string::npos) << result.err;
  }

 private:
  std::string record_before_;
};

/// A process in namespaces of its own, where it may mount; what it mounted is reached through /proc
/// from outside.
class PrivateMount {
 public:
  PrivateMount(const fs::path& directory, const std::string& options)
      : directory_(directory),
        holder_({.argv = {"unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                          "mount -t tmpfs -o " + options + " none '" + directory.string() +
                              "' && touch '" + directory.string() + "/mounted' && exec sleep 600"},
                 .environment = {},
                 .directory = {},
                 .input = {}}) {}

  [[nodiscard]] bool ready() {
    return eventually(
               [this] { return fs::exists(path() / "mounted") || holder_.wait(milliseconds(0)); },
               kPatience) &&
           fs::exists(path() / "mounted");
  }
  [[nodiscard]] fs::path path() const {
    return "/proc/" + std::to_string(holder_.pid()) + "/root" + directory_.string();
  }
  [[nodiscard]] std::string problem() const { return holder_.err(); }

 private:
  fs::path directory_;
  Background holder_;
};

TEST_F(BadInput, NoPodman) {
  ProgramSpec spec = a_run();
  spec.environment["PATH"] = (root_ / "nothing").string();
  expect_one_error(run(spec), 125, "no podman");
  EXPECT_FALSE(fs::exists(record(name())));
  spec = mino({"status"});
  spec.environment["PATH"] = (root_ / "nothing").string();
  const ProgramResult status = run(spec);
  EXPECT_EQ(status.code, 1);
  EXPECT_NE(status.out.find("podman"), std::string::npos) << status.out;
}

TEST_F(BadInput, Root) {
  // Root of a user namespace is root to every program in it.
  const ProgramResult possible = run({.argv = {"unshare", "--user", "--map-root-user", "id", "-u"},
                                      .environment = {},
                                      .directory = {},
                                      .input = {}});
  if (possible.out != "0\n")
    GTEST_SKIP() << "this user cannot become root of a user namespace: " << possible.err;
  expect_one_error(run(behind({"unshare", "--user", "--map-root-user"}, a_run())), 125, "root");
  EXPECT_FALSE(fs::exists(record(name())));
}

TEST_F(BadInput, NoSubordinateIds) {
  const std::string user = std::to_string(::getuid());
  const std::string group = std::to_string(::getgid());
  const std::string hide =
      "mount --bind /dev/null /etc/subuid && mount --bind /dev/null /etc/subgid && "
      "exec unshare --user --map-user=" +
      user + " --map-group=" + group + " -- \"$@\"";
  const std::vector<std::string> without{
      "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", hide, "sh"};
  const ProgramResult possible =
      run(behind(without, {.argv = {"id", "-u"}, .environment = {}, .directory = {}, .input = {}}));
  if (possible.out != user + "\n")
    GTEST_SKIP() << "the files of subordinate ids cannot be hidden here: " << possible.err;
  // A podman of its own: the user's would take its pause process, which it cannot reach from there,
  // for dead.
  const auto apart = [&](ProgramSpec spec) {
    for (const char* variable :
         {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME"}) {
      const fs::path directory = root_ / "apart" / variable;
      fs::create_directories(directory);
      fs::permissions(directory, fs::perms(0700));
      spec.environment[variable] = directory.string();
    }
    spec.deadline = seconds(120);
    return behind(without, std::move(spec));
  };
  expect_one_error(
      run(apart(mino({"run", "--image", "host", "--no-home", "--network", "none", "--", "true"}))),
      125, "subordinate");
  const ProgramResult status = run(apart(mino({"status"})));
  EXPECT_EQ(status.code, 1) << status.out;
  EXPECT_NE(status.out.find("usermod --add-subuids"), std::string::npos) << status.out;
}

TEST_F(BadInput, BrokenStorageConfiguration) {
  const fs::path configuration = root_ / "xdg-config";
  fs::create_directories(configuration / "containers");
  std::ofstream(configuration / "containers/storage.conf") << "this is [no toml\n";
  ProgramSpec spec = a_run();
  spec.environment["XDG_CONFIG_HOME"] = configuration.string();
  expect_one_error(run(spec), 125, "configuration");
  EXPECT_FALSE(fs::exists(record(name())));
}

TEST_F(BadInput, StorageThatCannotBeMade) {
  ProgramSpec spec = a_run();
  spec.environment["XDG_DATA_HOME"] = "/proc/nowhere";
  expect_one_error(run(spec), 125, "/proc/nowhere");
}

TEST_F(BadInput, AnImageThatIsNowhere) {
  // Names that no resolver knows and no registry has: the same with and without a network.
  for (const std::string& image :
       {std::string("localhost/mino-no-such-image:1"), std::string("registry.invalid/nothing:1"),
        std::string("no-registry-named")}) {
    ProgramSpec spec = mino({"run", "--image", image, "--name", name(), "--", "true"});
    spec.deadline = seconds(180);
    expect_one_error(run(spec), 125, image);
  }
  const ProgramResult malformed = run(mino({"run", "--image", "UPPER case", "--", "true"}));
  expect_one_error(malformed, 2, "UPPER case");
  EXPECT_FALSE(fs::exists(record(name())));
}

TEST_F(BadInput, AFullDisk) {
  fs::create_directories(root_ / "small");
  PrivateMount disk(root_ / "small", "size=96k");
  if (!disk.ready())
    GTEST_SKIP() << "this user cannot mount a small file system: " << disk.problem();
  const std::string config = "# what was there\n[general]\nverbose = false\n";
  std::ofstream(disk.path() / "config.toml") << config;
  std::ofstream(disk.path() / "filler") << std::string(256 * 1024, 'x');

  ProgramSpec spec = a_run();
  spec.environment["XDG_STATE_HOME"] = disk.path().string();
  expect_one_error(run(spec), 125, "no space left on device");
  spec = mino({"list", "--all"});
  spec.environment["XDG_STATE_HOME"] = disk.path().string();
  EXPECT_EQ(run(spec).code, 0);

  const ProgramResult set = run(mino({"--config", (disk.path() / "config.toml").string(), "config",
                                      "set", "container.image", "debian:12"}));
  expect_one_error(set, 1, "no space left on device");
  EXPECT_EQ(slurp(disk.path() / "config.toml"), config);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(disk.path()))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  std::erase(names, "mino");
  EXPECT_EQ(names, (std::vector<std::string>{"config.toml", "filler", "mounted"}))
      << "a half-written file is left";
}

TEST_F(BadInput, ADiskThatFillsUpDuringASessionCostsItsLogAlone) {
  fs::create_directories(state_ / "mino/logs");
  fs::remove_all(root_ / "logs-elsewhere");
  fs::create_directories(root_ / "small");
  PrivateMount disk(root_ / "small", "size=64k");
  if (!disk.ready())
    GTEST_SKIP() << "this user cannot mount a small file system: " << disk.problem();
  const std::string kept_log = slurp(state_ / "mino/logs" / (kept() + ".log"));
  fs::rename(state_ / "mino/logs", root_ / "logs-elsewhere");
  fs::create_directory_symlink(disk.path(), state_ / "mino/logs");
  ProgramSpec spec = box({"--network", "none", "--name", name(), "--", "sh", "-c",
                          "seq 1 50000; echo end >&2; exit 5"});
  const ProgramResult result = run(spec);
  fs::remove(state_ / "mino/logs");
  fs::rename(root_ / "logs-elsewhere", state_ / "mino/logs");
  EXPECT_EQ(result.code, 5) << result.err;
  EXPECT_TRUE(result.out.ends_with("\n49999\n50000\n"));
  EXPECT_NE(result.err.find("end\n"), std::string::npos);
  EXPECT_NE(result.err.find("log"), std::string::npos) << result.err;
  EXPECT_LT(std::ranges::count(result.err, '\n'), 5)
      << "warned once, not for every line: " << result.err;
}

TEST_F(BadInput, AStateDirectoryThatCannotBeWritten) {
  const fs::path closed = root_ / "closed";
  fs::create_directories(closed);
  fs::permissions(closed, fs::perms(0500));
  ProgramSpec spec = a_run();
  spec.environment["XDG_STATE_HOME"] = closed.string();
  expect_one_error(run(spec), 125, closed.string());
  spec = mino({"list"});
  spec.environment["XDG_STATE_HOME"] = closed.string();
  const ProgramResult listed = run(spec);
  EXPECT_EQ(listed.code, 0) << listed.err;
  EXPECT_EQ(listed.out, "");
}

TEST_F(BadInput, AProjectThatCannotBeUsed) {
  expect_one_error(run_box({"--project", (root_ / "absent").string(), "--", "true"}), 125,
                   (root_ / "absent").string());
  std::ofstream(root_ / "file") << "";
  expect_one_error(run_box({"--project", (root_ / "file").string(), "--", "true"}), 2,
                   (root_ / "file").string());
  fs::create_directories(root_ / "closed/inner");
  fs::permissions(root_ / "closed", fs::perms(0));
  expect_one_error(run_box({"--project", (root_ / "closed/inner").string(), "--", "true"}), 125,
                   (root_ / "closed").string());
  fs::permissions(root_ / "closed", fs::perms(0700));
}

TEST_F(BadInput, RecordsOfANewerMino) {
  const std::string newer = R"({"schema": 999, "name": "newer", "status": {"new": "form"}})";
  std::ofstream(record("newer")) << newer;
  const ProgramResult listed = run_mino({"list", "--all"});
  EXPECT_EQ(listed.code, 0);
  EXPECT_NE(listed.out.find(kept()), std::string::npos) << "one unreadable record hides the others";
  EXPECT_NE(listed.err.find("newer"), std::string::npos) << listed.err;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"exec", "newer", "--", "true"},
        {"stop", "newer"},
        {"logs", "newer"}}) {
    const ProgramResult result = run_mino(words);
    EXPECT_NE(result.code, 0) << words.front();
    EXPECT_TRUE(result.err.starts_with("error: ")) << words.front() << ": " << result.err;
  }
  EXPECT_EQ(slurp(record("newer")), newer);
}

TEST_F(BadInput, ACorruptRecordIsReportedAndKept) {
  std::ofstream(record("corrupt")) << "{\"name\": \"corr";
  const ProgramResult listed = run_mino({"list", "--all"});
  EXPECT_EQ(listed.code, 0);
  EXPECT_NE(listed.out.find(kept()), std::string::npos);
  EXPECT_NE(listed.err.find("corrupt.json"), std::string::npos) << listed.err;
  EXPECT_EQ(slurp(record("corrupt")), "{\"name\": \"corr");
  EXPECT_EQ(run(a_run()).out, "ran\n");
}

TEST_F(BadInput, OtherStateOfANewerMinoOrDamagedIsNoReasonToFail) {
  for (const std::string& text :
       {std::string(R"({"schema": 999, "facts": 7})"), std::string("{not json"), std::string()}) {
    std::ofstream(state_ / "mino/host_facts.json") << text;
    const ProgramResult result = run(a_run());
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out, "ran\n");
  }
}

TEST_F(BadInput, ATrustFileOfANewerMinoTrustsNothingAndIsKept) {
  const std::string newer = R"({"schema": 999, "projects": {"everything": true}})";
  std::ofstream(state_ / "mino/trust.json") << newer;
  std::ofstream(project_ / ".mino.toml") << "[container.env]\nFROM_PROJECT = \"yes\"\n";
  fs::permissions(project_ / ".mino.toml", fs::perms(0600));
  const ProgramResult result =
      run(box({"--network", "none", "--", "sh", "-c", "echo \"<$FROM_PROJECT>\""}));
  if (result.code == 0) {
    EXPECT_EQ(result.out, "<>\n") << "not approved, so not applied";
  } else {
    EXPECT_EQ(result.code, 125) << result.err;
  }
  EXPECT_NE(result.err, "");
  EXPECT_EQ(slurp(state_ / "mino/trust.json"), newer);
}

TEST_F(BadInput, WithoutARuntimeDirectory) {
  const ProgramResult unset =
      run(behind({"env", "--unset=XDG_RUNTIME_DIR"}, a_run(name("-unset"))));
  EXPECT_EQ(unset.out, "ran\n") << unset.err;
  // Podman would make it, mino does as well.
  ProgramSpec spec = a_run(name("-absent"));
  spec.environment["XDG_RUNTIME_DIR"] = (root_ / "absent-run").string();
  const ProgramResult absent = run(spec);
  if (absent.code == 0) {
    EXPECT_EQ(absent.out, "ran\n");
  } else {
    expect_one_error(absent, 125, "absent-run");
  }
}

TEST_F(BadInput, AnOldStateDirectoryWithNothingInItIsAFreshOne) {
  ProgramSpec spec = a_run();
  spec.environment["XDG_STATE_HOME"] = (root_ / "new/state").string();
  EXPECT_EQ(run(spec).out, "ran\n");
  EXPECT_TRUE(fs::exists(root_ / "new/state/mino/sessions" / (name() + ".json")));
  EXPECT_EQ(fs::status(root_ / "new/state/mino/sessions").permissions(), fs::perms(0700));
  EXPECT_EQ(fs::status(root_ / "new/state/mino/sessions" / (name() + ".json")).permissions(),
            fs::perms(0600));
}

}  // namespace
}  // namespace mino::integration
