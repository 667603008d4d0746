// What an agent could try against its box, tried inside real boxes by mino-probe and a shell. Where
// a wall is the kernel's answer to one call, the same call is made in a container without that
// wall, and must succeed there: else the attempt would prove nothing.
#include "integration/support/box_test.hpp"
#include "integration/support/leftovers.hpp"

#include <gtest/gtest.h>

#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

using Outcomes = std::map<std::string, std::string>;

/// One call that the init's filter refuses, how, and in which plain container it succeeds.
struct Refusal {
  const char* attempt;
  const char* how;
  enum class Without { kOurFilter, kAnyFilter } without;
};

// Podman's own profile refuses some of them too; there only a container without any filter shows
// that the attempt is sound.
constexpr Refusal kRefusals[] = {
    {"vsock", "EAFNOSUPPORT", Refusal::Without::kOurFilter},
    {"unshare_user", "EPERM", Refusal::Without::kOurFilter},
    {"clone_user", "EPERM", Refusal::Without::kOurFilter},
    {"clone3", "ENOSYS", Refusal::Without::kOurFilter},
    {"clone3_user", "ENOSYS", Refusal::Without::kOurFilter},
    {"keyctl", "EPERM", Refusal::Without::kOurFilter},
    {"io_uring", "ENOSYS", Refusal::Without::kAnyFilter},
    {"add_key", "EPERM", Refusal::Without::kAnyFilter},
    {"perf", "EPERM", Refusal::Without::kAnyFilter},
    {"userfaultfd", "EPERM", Refusal::Without::kAnyFilter},
};

/// Refused by the lack of capabilities, by the namespaces, or by a file system that shows less than
/// the host's.
const Outcomes kWithoutPrivilege = {
    {"packet", "EAFNOSUPPORT"}, {"alg", "EAFNOSUPPORT"},     {"raw", "EPERM"},
    {"unshare_mount", "EPERM"}, {"setns", "EPERM"},          {"bpf", "EPERM"},
    {"tiocsti", "EPERM"},       {"tioclinux", "EPERM"},      {"mount", "EPERM"},
    {"remount", "EPERM"},       {"device", "EPERM"},         {"chroot", "EPERM"},
    {"hostname", "EPERM"},      {"kernel_memory", "ENOENT"}, {"kernel_setting", "EACCES"}};

const Outcomes kAgainstInit = {
    {"init_ptrace", "EPERM"},    {"init_lifeline", "EPERM"},      {"init_stdin", "EPERM"},
    {"init_memory", "EACCES"},   {"init_environ", "EACCES"},      {"init_descriptors", "EACCES"},
    {"init_root", "EACCES"},     {"keeper_ptrace", "EPERM"},      {"keeper_pipe", "EPERM"},
    {"keeper_memory", "EACCES"}, {"keeper_descriptors", "EACCES"}};

/// A box that refused these would be useless.
const Outcomes kOrdinary = {{"unix", "ok"},    {"inet", "ok"}, {"inet6", "ok"},
                            {"netlink", "ok"}, {"fork", "ok"}, {"child_ptrace", "ok"}};

std::vector<std::string> names_of(const Outcomes& outcomes) {
  std::vector<std::string> names;
  for (const auto& [name, how] : outcomes) names.push_back(name);
  return names;
}

Outcomes outcomes_of(const ProgramResult& result) {
  EXPECT_EQ(result.code, 0) << result.err;
  Outcomes outcomes;
  std::istringstream lines(result.out);
  std::string name;
  std::string how;
  while (lines >> name >> how) outcomes[name] = how;
  return outcomes;
}

class Probe : public BoxTest, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    BoxTest::SetUp();
    if (root_.empty()) return;
    const char* named = ::getenv("MINO_PROBE");
    const fs::path program = named != nullptr
                                 ? fs::path(named)
                                 : fs::path(::getenv("MINO_BIN")).parent_path() / "mino-probe";
    ASSERT_TRUE(fs::exists(program)) << "there is no " << program << "; MINO_PROBE names it";
    fs::copy_file(program, project_ / "mino-probe");
    fs::permissions(project_ / "mino-probe", fs::perms(0755));
  }

  [[nodiscard]] std::string image() const { return GetParam(); }

  [[nodiscard]] ProgramResult in_box(std::vector<std::string> command,
                                     std::vector<std::string> options = {}) const {
    std::vector<std::string> words{"run", "--image", image(), "--network", "none", "--no-home"};
    words.insert(words.end(), options.begin(), options.end());
    words.emplace_back("--");
    words.insert(words.end(), command.begin(), command.end());
    return run(mino(std::move(words)));
  }
  [[nodiscard]] ProgramResult shell(const std::string& script) const {
    return in_box({"sh", "-c", script});
  }

  [[nodiscard]] Outcomes attempts(std::vector<std::string> names,
                                  std::vector<std::string> options = {}) const {
    names.insert(names.begin(), "./mino-probe");
    return outcomes_of(in_box(std::move(names), std::move(options)));
  }

  /// The same in a container of podman's own making: its init, its rights.
  [[nodiscard]] Outcomes attempts_in_plain_container(std::vector<std::string> names,
                                                     std::vector<std::string> options = {}) const {
    std::vector<std::string> words{"podman",    "run",    "--rm",     "--network",
                                   "none",      "--init", "--volume", project_.string() + ":/p",
                                   "--workdir", "/p"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {image_, "./mino-probe"});
    words.insert(words.end(), names.begin(), names.end());
    return outcomes_of(run({.argv = words, .environment = {}, .directory = {}, .input = {}}));
  }
};

TEST_P(Probe, NoCapabilityAndNoWayToGetOne) {
  const ProgramResult status = in_box({"cat", "/proc/self/status"});
  ASSERT_EQ(status.code, 0) << status.err;
  std::map<std::string, std::string> fields;
  std::istringstream lines(status.out);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(":\t");
    if (colon != std::string::npos) fields[line.substr(0, colon)] = line.substr(colon + 2);
  }
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
    EXPECT_EQ(fields[set], "0000000000000000") << set;
  EXPECT_EQ(fields["NoNewPrivs"], "1");
  EXPECT_EQ(fields["Seccomp"], "2");
  if (fields.contains("Seccomp_filters")) {
    EXPECT_EQ(fields["Seccomp_filters"], "2") << "podman's and the init's";
  }
}

TEST_P(Probe, WhatTheFilterRefusesSucceedsWithoutIt) {
  std::vector<std::string> names;
  for (const Refusal& refusal : kRefusals) names.emplace_back(refusal.attempt);
  Outcomes inside = attempts(names);
  Outcomes without_ours = attempts_in_plain_container(names);
  Outcomes without_any =
      attempts_in_plain_container(names, {"--security-opt", "seccomp=unconfined"});
  for (const Refusal& refusal : kRefusals) {
    SCOPED_TRACE(refusal.attempt);
    EXPECT_EQ(inside[refusal.attempt], refusal.how);
    EXPECT_EQ((refusal.without == Refusal::Without::kOurFilter ? without_ours
                                                               : without_any)[refusal.attempt],
              "ok")
        << "the kernel refuses it by itself";
  }
}

TEST_P(Probe, OrdinaryProgramsWorkAndNothingThatTakesPrivilege) {
  Outcomes expected = kOrdinary;
  expected.insert(kWithoutPrivilege.begin(), kWithoutPrivilege.end());
#if defined(__x86_64__)
  expected["x32"] = "SIGSYS";  // system calls by numbers that no rule knows
#endif
  EXPECT_EQ(attempts(names_of(expected)), expected);
}

TEST_P(Probe, TheInitIsOutOfReach) {
  EXPECT_EQ(attempts(names_of(kAgainstInit)), kAgainstInit);
  // An ordinary init of the same user is at the mercy of everything in its container.
  Outcomes plain = attempts_in_plain_container(
      names_of(kAgainstInit), {"--cap-drop", "ALL", "--security-opt", "no-new-privileges"});
  for (const char* attempt : {"init_ptrace", "init_stdin", "init_memory", "init_environ",
                              "init_descriptors", "init_root"})
    EXPECT_EQ(plain[attempt], "ok") << attempt;
}

TEST_P(Probe, TerminalInputCannotBeInjected) {
  std::vector<std::string> words{"run",       "--image", image(), "--network",    "none",
                                 "--no-home", "--tty",   "--",    "./mino-probe", "tiocsti"};
  Terminal box(mino(words));
  EXPECT_TRUE(box.wait_for("tiocsti EPERM", seconds(60))) << box.screen();
  EXPECT_EQ(box.wait(seconds(60)), 0);
  const ProgramResult plain =
      run({.argv = {"podman", "run", "--rm", "--tty", "--network", "none", "--volume",
                    project_.string() + ":/p", image_, "/p/mino-probe", "tiocsti"},
           .environment = {},
           .directory = {},
           .input = {}});
  // A kernel may refuse it to everybody (dev.tty.legacy_tiocsti), then with EIO.
  EXPECT_EQ(plain.out.find("EPERM"), std::string::npos) << plain.out;
}

TEST_P(Probe, ANestedSandboxIsAGrantOfItsOwn) {
  Outcomes allowed = attempts(
      {"unshare_user", "clone_user", "clone3", "vsock", "keyctl", "io_uring", "init_ptrace"},
      {"--allow-nested-sandbox"});
  EXPECT_EQ(allowed, (Outcomes{{"unshare_user", "ok"},
                               {"clone_user", "ok"},
                               {"clone3", "ok"},
                               {"vsock", "EAFNOSUPPORT"},
                               {"keyctl", "EPERM"},
                               {"io_uring", "ENOSYS"},
                               {"init_ptrace", "EPERM"}}));
}

TEST_P(Probe, AnExecIsInTheSameBox) {
  const ProgramResult started = run(mino({"run", "--detach", "--name", name(), "--image", image(),
                                          "--network", "none", "--no-home", "--", "sleep", "600"}));
  ASSERT_EQ(started.code, 0) << started.err;
  std::vector<std::string> words{"exec", name(), "--", "./mino-probe"};
  for (const Outcomes& group : {kWithoutPrivilege, kAgainstInit}) {
    for (const std::string& attempt : names_of(group)) words.push_back(attempt);
  }
  words.insert(words.end(), {"vsock", "unshare_user"});
  Outcomes expected = kWithoutPrivilege;
  expected.insert(kAgainstInit.begin(), kAgainstInit.end());
  expected.insert({{"vsock", "EAFNOSUPPORT"}, {"unshare_user", "EPERM"}});
  EXPECT_EQ(outcomes_of(run(mino(words))), expected);
  const ProgramResult status =
      run(mino({"exec", name(), "--", "grep", "-E",
                "^(CapEff|CapBnd|NoNewPrivs|Seccomp):", "/proc/self/status"}));
  EXPECT_EQ(status.out,
            "CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n")
      << status.err;
  EXPECT_EQ(run(mino({"stop", name()})).code, 0);
}

TEST_P(Probe, FilesOfTheHostAreNotThere) {
  const fs::path in_home = fs::path(::getenv("HOME")) / (".mino-probe-" + name());
  const fs::path beside = root_ / "beside";
  for (const fs::path& secret : {in_home, beside}) std::ofstream(secret) << "planted-" << name();
  const ProgramResult found = shell("for f in '" + in_home.string() + "' '" + beside.string() +
                                    "' ../beside '" + state_.string() + "' '" + config_.string() +
                                    "'; do test -e \"$f\" && echo \"$f\"; done; true");
  fs::remove(in_home);
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_EQ(found.out, "");
  // Nothing of the host's is served to whoever connects.
  EXPECT_EQ(
      shell("find / \\( -path /proc -o -path /sys \\) -prune -o -type s -print 2>/dev/null").out,
      "");
  EXPECT_EQ(
      shell("ls -d /run/user /run/dbus /run/systemd /var/run/docker.sock /host /.mino 2>/dev/null")
          .out,
      "");
}

class ProbeOfHostImage : public Probe {};

TEST_P(ProbeOfHostImage, OfTheHostsConfigurationOnlyWhatProgramsNeed) {
  EXPECT_EQ(shell("ls -d /etc/shadow /etc/gshadow /etc/sudoers /etc/ssl/private /etc/crontab "
                  "/etc/machine-id /var/log /var/lib /boot 2>/dev/null")
                .out,
            "");
  EXPECT_EQ(shell("ls -A /root 2>/dev/null; ls /home").out, "developer\n");
  const passwd* user = ::getpwuid(::getuid());
  ASSERT_NE(user, nullptr);
  const std::string accounts = shell("cat /etc/passwd /etc/group").out;
  EXPECT_NE(accounts.find("developer:"), std::string::npos);
  EXPECT_EQ(("\n" + accounts).find("\n" + std::string(user->pw_name) + ":"), std::string::npos)
      << accounts;
  char host[256] = {};
  ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
  EXPECT_EQ(shell("cat /etc/hosts /etc/hostname").out.find(host), std::string::npos);
  EXPECT_NE(shell("touch /usr/bin/mino-probe").code, 0);
  EXPECT_NE(shell("echo x >> /usr/bin/env").code, 0);
}

TEST_P(Probe, OnlyTheProjectOfTheHostIsWritable) {
  const ProgramResult mounts = in_box({"cat", "/proc/self/mountinfo"});
  ASSERT_EQ(mounts.code, 0) << mounts.err;
  // What podman makes for each container, and the box's own volumes.
  const std::set<std::string> of_the_box = {"/",
                                            "/app",
                                            "/tmp",
                                            "/var/tmp",
                                            "/home/developer",
                                            "/etc/hostname",
                                            "/etc/hosts",
                                            "/etc/resolv.conf",
                                            "/run",
                                            "/run/.containerenv",
                                            "/run/podman-init"};
  const std::set<std::string> kernels = {"proc",   "sysfs",  "tmpfs",   "devtmpfs",
                                         "devpts", "mqueue", "cgroup2", "cgroup"};
  bool project = false;
  std::istringstream lines(mounts.out);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string id, parent, device, root, target, options, word, type;
    fields >> id >> parent >> device >> root >> target >> options;
    while (fields >> word && word != "-") {
    }
    fields >> type;
    const bool writable = options.starts_with("rw");
    project = project || (writable && target == "/app");
    if (writable && !kernels.contains(type)) {
      EXPECT_TRUE(of_the_box.contains(target)) << line;
    }
  }
  EXPECT_TRUE(project) << mounts.out;
}

TEST_P(Probe, ALinkInTheProjectLeadsNowhere) {
  std::ofstream(root_ / "outside") << "untouched";
  fs::create_symlink(root_ / "outside", project_ / "link");
  fs::create_symlink("../outside", project_ / "relative");
  fs::create_symlink(root_, project_ / "directory");
  const ProgramResult written = shell(
      "for f in link relative directory/outside; do echo changed > $f; cat $f; done 2>/dev/null; "
      "true");
  EXPECT_EQ(written.out.find("untouched"), std::string::npos);
  EXPECT_EQ(slurp(root_ / "outside"), "untouched");
}

TEST_P(Probe, ProcessesOfTheHostAreNotThere) {
  const std::string marker = "host-process-" + name();
  Background outside({.argv = {"sh", "-c", "sleep 600; : " + marker},
                      .environment = {},
                      .directory = {},
                      .input = {}});
  const std::string script = "cat /proc/[0-9]*/cmdline | tr '\\0' ' '";
  ASSERT_TRUE(eventually([&] { return !processes_with(marker).empty(); }));
  EXPECT_EQ(shell(script).out.find(marker), std::string::npos);
  const ProgramResult shared = run({.argv = {"podman", "run", "--rm", "--network", "none", "--pid",
                                             "host", image_, "sh", "-c", script},
                                    .environment = {},
                                    .directory = {},
                                    .input = {}});
  EXPECT_NE(shared.out.find(marker), std::string::npos)
      << "the attempt finds nothing even where there is no wall";
}

// What `mino selftest` takes for a wall when it fails succeeds where there is none.
TEST_P(Probe, TheSearchesFindWhatIsThere) {
  const auto plain = [this](const std::vector<std::string>& options,
                            const std::vector<std::string>& attempts) {
    std::vector<std::string> words{
        "podman", "run", "--rm", "--volume", project_.string() + ":/p", "--workdir", "/p"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {image_, "./mino-probe"});
    words.insert(words.end(), attempts.begin(), attempts.end());
    return run({.argv = words, .environment = {}, .directory = {}, .input = {}}).out;
  };
  std::ofstream(project_ / "file") << "x";
  EXPECT_EQ(plain({"--network", "none"}, {"write:file", "write:new", "make:directory", "move:file",
                                          "read:file", "see:/p", "interfaces"}),
            "write:file ok\nwrite:new ok\nmake:directory ok\nmove:file ok\nread:file ok\nsee:/p "
            "ok\ninterfaces none\n");
  EXPECT_EQ(plain({}, {"interfaces"}).substr(0, 14), "interfaces ok ");
  EXPECT_EQ(plain({"--pid", "host"}, {"other_processes"}).substr(0, 19), "other_processes ok ");
  EXPECT_EQ(plain({"--env", "PLANTED=a"}, {"variables=PATH\nHOME\nHOSTNAME\nTERM\ncontainer"}),
            "variables ok PLANTED:af63dc4c8601ec8c\n");
  EXPECT_EQ(plain({}, {"other_mounts=/\n/etc/hosts"}).substr(0, 16), "other_mounts ok ");
}

TEST_P(Probe, OnlyHarmlessDevices) {
  const std::set<std::string> harmless = {"console", "core", "fd",      "full", "mqueue", "null",
                                          "ptmx",    "pts",  "random",  "shm",  "stderr", "stdin",
                                          "stdout",  "tty",  "urandom", "zero"};
  std::istringstream devices(shell("ls /dev").out);
  int count = 0;
  for (std::string device; devices >> device; ++count)
    EXPECT_TRUE(harmless.contains(device)) << device;
  EXPECT_GT(count, 5);
}

TEST_P(Probe, NoDescriptorOfTheHostGetsIn) {
  std::ofstream(root_ / "held") << "secret";
  const std::string held = (root_ / "held").string();
  const auto through_shell = [&](std::vector<std::string> words) {
    ProgramSpec spec = mino({});
    spec.argv = {"sh", "-c", "exec 5<'" + held + "' 7>>'" + held + "' 9</; exec \"$@\"", "sh"};
    spec.argv.insert(spec.argv.end(), words.begin(), words.end());
    return run(spec);
  };
  const std::string program = ::getenv("MINO_BIN");
  const ProgramResult outside = through_shell({"./mino-probe", "descriptors"});
  EXPECT_EQ(outside.out, "descriptors ok 5 7 9\n") << "the shell gives none on";
  const ProgramResult inside =
      through_shell({program, "run", "--image", image(), "--network", "none", "--no-home", "--",
                     "./mino-probe", "descriptors"});
  EXPECT_EQ(inside.code, 0) << inside.err;
  EXPECT_EQ(inside.out, "descriptors none\n");
  const ProgramResult kinds =
      in_box({"sh", "-c", "for n in 0 1 2; do readlink /proc/self/fd/$n; done"});
  std::istringstream lines(kinds.out);
  int pipes = 0;
  for (std::string line; std::getline(lines, line); ++pipes)
    EXPECT_TRUE(line.starts_with("pipe:")) << line;
  EXPECT_EQ(pipes, 3) << kinds.out;
}

std::string label(const ::testing::TestParamInfo<const char*>& test) {
  const std::string image = test.param;
  return image == "host" ? "Host" : image.find("user") != std::string::npos ? "User" : "Root";
}

INSTANTIATE_TEST_SUITE_P(Images, Probe,
                         ::testing::Values("localhost/mino-test:latest",
                                           "localhost/mino-test-user:latest", "host"),
                         label);
INSTANTIATE_TEST_SUITE_P(Images, ProbeOfHostImage, ::testing::Values("host"), label);

}  // namespace
}  // namespace mino::integration
