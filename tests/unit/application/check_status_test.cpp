#include "application/check_status.hpp"

#include "domain/status/subordinate_ids.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_session_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace mino::application {
namespace {

/// A machine on which everything is as it should be.
class CheckStatusTest : public ::testing::Test {
 protected:
  CheckStatusTest() {
    for (const char* program : {"podman", "slirp4netns", "newuidmap", "newgidmap"})
      files_.add_file(std::string("/usr/bin/") + program, "x", 0755);
    files_.add_directory("/proc/self");
    files_.add_file("/etc/passwd",
                    "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n");
    files_.add_file("/etc/subuid", "ann:100000:65536\n");
    files_.add_file("/etc/subgid", "1000:100000:65536\n");
    files_.add_file("/proc/sys/user/max_user_namespaces", "15000\n");
    files_.add_file("/proc/sys/kernel/seccomp/actions_avail", "errno\n");
    files_.add_file("/sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n");
    files_.add_directory("/home/ann/.local/state/mino", 0700);
    files_.add_directory("/run/user/1000", 0700);
    engine_.images["fedora:43"] = {.id = "1",
                                   .user = "",
                                   .user_id = 0,
                                   .group_id = 0,
                                   .home = "/root",
                                   .entrypoint = {},
                                   .working_directory = {}};
  }

  StatusReport report() {
    CheckStatus use_case(
        {.engine = engine_, .files = files_, .environment = environment_, .sessions = store_});
    return use_case.execute({.image = image_,
                             .state = "/home/ann/.local/state/mino",
                             .runtime = "/run/user/1000/mino"});
  }
  StatusCheck check(const std::string& id) {
    const StatusReport all = report();
    const auto found = std::ranges::find(all.checks, id, &StatusCheck::id);
    EXPECT_NE(found, all.checks.end()) << id;
    return found == all.checks.end() ? StatusCheck{} : *found;
  }
  void expect_missing(const std::string& id, const std::string& in_hint) {
    const StatusCheck found = check(id);
    EXPECT_EQ(found.state, CheckState::kMissing) << id << ": " << found.detail;
    EXPECT_NE(found.hint.find(in_hint), std::string::npos) << found.hint;
    EXPECT_FALSE(is_usable(report()));
  }
  void expect_warning(const std::string& id, const std::string& in_detail) {
    const StatusCheck found = check(id);
    EXPECT_EQ(found.state, CheckState::kWarning) << id;
    EXPECT_NE(found.detail.find(in_detail), std::string::npos) << found.detail;
    EXPECT_TRUE(is_usable(report()));
  }
  void remove(const std::string& path) { ASSERT_TRUE(files_.remove_tree(path).ok()); }

  fakes::FakeContainerEngine engine_;
  fakes::FakeFileSystem files_;
  fakes::FakeEnvironment environment_{{{"PATH", "/usr/local/bin:/usr/bin"}}};
  fakes::FakeSessionStore store_;
  std::string image_ = "fedora:43";
};

TEST_F(CheckStatusTest, AllIsWell) {
  const StatusReport all = report();
  for (const StatusCheck& each : all.checks) {
    EXPECT_EQ(each.state, CheckState::kOk) << each.id << ": " << each.detail;
    EXPECT_TRUE(each.hint.empty()) << each.id;
  }
  EXPECT_TRUE(is_usable(all));
  EXPECT_FALSE(files_.exists("/home/ann/.local/state/mino/.status"));
}

TEST_F(CheckStatusTest, AMissingPodmanIsTheFirstThingSaid) {
  engine_.failures.insert(
      {"facts", std::move(Error(ErrorCode::kUnavailable, "there is no podman on the PATH")
                              .set_hint("sudo apt-get install podman"))});
  const StatusReport all = report();
  EXPECT_EQ(all.checks.front().id, "podman");
  expect_missing("podman", "apt-get install podman");
  EXPECT_EQ(check("image").state, CheckState::kWarning);
}

TEST_F(CheckStatusTest, RootIsRefused) {
  files_.set_owner("/proc/self", 0);
  expect_missing("rootless", "without sudo");
}

TEST_F(CheckStatusTest, SubordinateIdsAreCounted) {
  files_.add_file("/etc/subgid", "bob:100000:65536\nann:x:65536\nann:1\n");
  expect_missing("subordinate-ids", "usermod");
  files_.add_file("/etc/nsswitch.conf", "passwd: files\nsubid: sss\n");
  EXPECT_EQ(check("subordinate-ids").state, CheckState::kOk);
  files_.add_file("/etc/subgid", "ann:100000:1000\n");
  expect_warning("subordinate-ids", "1000 groups");
  remove("/etc/subuid");
  remove("/etc/nsswitch.conf");
  expect_missing("subordinate-ids", "usermod");
}

TEST_F(CheckStatusTest, AUserThatIsOnlyInTheDirectoryServiceIsKnownByTheEnvironment) {
  files_.add_file("/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
  files_.add_file("/etc/subgid", "ann:100000:65536\n");
  EXPECT_EQ(check("subordinate-ids").state, CheckState::kMissing);
  environment_.variables["USER"] = "ann";
  EXPECT_EQ(check("subordinate-ids").state, CheckState::kOk);
}

TEST_F(CheckStatusTest, NeedsBothIdMappers) {
  remove("/usr/bin/newgidmap");
  expect_missing("newuidmap", "uidmap");
  files_.add_file("/usr/bin/newgidmap", "x", 0644);
  expect_missing("newuidmap", "uidmap");
}

TEST_F(CheckStatusTest, NeedsTheProgramOfPodmansNetwork) {
  remove("/usr/bin/slirp4netns");
  expect_missing("network", "slirp4netns");
  files_.add_file("/usr/libexec/podman/slirp4netns", "x", 0755);
  EXPECT_EQ(check("network").state, CheckState::kOk);
  engine_.engine_facts.rootless_network = "pasta";
  expect_missing("network", "passt");
}

TEST_F(CheckStatusTest, NeedsUserNamespaces) {
  files_.add_file("/proc/sys/user/max_user_namespaces", "0\n");
  expect_missing("user-namespaces", "max_user_namespaces");
  remove("/proc/sys/user/max_user_namespaces");
  EXPECT_EQ(check("user-namespaces").state, CheckState::kOk);
}

TEST_F(CheckStatusTest, NeedsSeccomp) {
  remove("/proc/sys/kernel/seccomp/actions_avail");
  expect_missing("seccomp", "CONFIG_SECCOMP_FILTER");
}

TEST_F(CheckStatusTest, LimitsThatAreNotEnforcedAreAWarning) {
  engine_.engine_facts.cgroup_controllers = {"pids"};
  expect_warning("cgroups", "memory, cpu");
  remove("/sys/fs/cgroup/cgroup.controllers");
  files_.add_directory("/sys/fs/cgroup/unified");
  expect_warning("cgroups", "mixed");
  remove("/sys/fs/cgroup/unified");
  files_.add_directory("/sys/fs/cgroup/memory");
  expect_warning("cgroups", "v1");
  remove("/sys/fs/cgroup/memory");
  expect_warning("cgroups", "no cgroups");
}

TEST_F(CheckStatusTest, ASlowStorageDriverIsAWarning) {
  engine_.engine_facts.storage_driver = "vfs";
  expect_warning("storage", "vfs");
}

TEST_F(CheckStatusTest, AnImageThatIsNotHereIsAWarning) {
  image_ = "debian:12";
  expect_warning("image", "not here yet");
  EXPECT_EQ(check("image").hint, "podman pull debian:12");
  engine_.failures.insert({"image", Error(ErrorCode::kUnavailable, "the storage is broken")});
  expect_warning("image", "the storage is broken");
}

TEST_F(CheckStatusTest, TheHostItselfNeedsNoImage) {
  image_ = "host";
  EXPECT_EQ(check("image").state, CheckState::kOk);
  EXPECT_EQ(std::ranges::count(engine_.calls, "image"), 0);
}

TEST_F(CheckStatusTest, AStateDirectoryThatCannotBeWrittenIsMissing) {
  files_.fail("/home/ann/.local/state/mino/.status", 28);
  expect_missing("state", "make room");
}

TEST_F(CheckStatusTest, AStateDirectoryThatIsNotThereYetIsFine) {
  remove("/home/ann/.local/state/mino");
  EXPECT_EQ(check("state").state, CheckState::kOk);
  EXPECT_FALSE(files_.exists("/home/ann/.local/state/mino"));
}

TEST_F(CheckStatusTest, SaysWhatIsWrongInTheStateDirectory) {
  files_.add_directory("/home/ann/.local/state/open", 0755);
  store_.corrupt(SessionName::parse("broken").value());
  expect_warning("state", "broken.json");
}

TEST_F(CheckStatusTest, AnOpenStateDirectoryIsAWarning) {
  remove("/home/ann/.local/state/mino");
  files_.add_directory("/home/ann/.local/state/mino", 0755);
  expect_warning("state", "open to others");
}

TEST_F(CheckStatusTest, TheRuntimeDirectoryMustBeOnesOwn) {
  files_.set_owner("/run/user/1000", 7);
  expect_warning("runtime", "not a directory of your own");
  remove("/run/user/1000");
  expect_warning("runtime", "not a directory of your own");
}

TEST(StatusReport, IsUsableWhenOnlyOptionalThingsAreMissing) {
  StatusReport report{{{.id = "a",
                        .title = "A",
                        .state = CheckState::kMissing,
                        .detail = {},
                        .hint = {},
                        .critical = false}}};
  EXPECT_TRUE(is_usable(report));
  report.checks[0].critical = true;
  EXPECT_FALSE(is_usable(report));
  report.checks[0].state = CheckState::kWarning;
  EXPECT_TRUE(is_usable(report));
}

TEST(StatusReport, IsJsonForAProgram) {
  const StatusReport report{{{.id = "a",
                              .title = "A",
                              .state = CheckState::kMissing,
                              .detail = "d",
                              .hint = "h",
                              .critical = true}}};
  const JsonValue json = to_json(report);
  EXPECT_EQ(*json.find("schema"), JsonValue(1));
  EXPECT_EQ(*json.find("usable"), JsonValue(false));
  const JsonValue& check = json.find("checks")->array()->front();
  EXPECT_EQ(*check.find_string("id"), "a");
  EXPECT_EQ(*check.find_string("state"), "missing");
  EXPECT_EQ(*check.find_string("hint"), "h");
  EXPECT_EQ(*check.find("critical"), JsonValue(true));
}

TEST(SubordinateIds, AreAddedUp) {
  EXPECT_EQ(count_subordinate_ids("ann:1:10\nann:100:5\n1000:7:1\nbob:1:99\n", "ann", 1000), 16U);
  EXPECT_EQ(count_subordinate_ids("", "ann", 1000), 0U);
  EXPECT_EQ(count_subordinate_ids(":1:10\nann:1:-5\nann:1:10:3\n#ann:1:10", "", 7), 0U);
  EXPECT_EQ(count_subordinate_ids("a:0:4294967295\na:0:4294967295", "a", 0), 8589934590U);
}

}  // namespace
}  // namespace mino::application
