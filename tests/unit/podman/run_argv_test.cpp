#include "adapters/podman/run_argv.hpp"

#include "helper/protocol/lifeline.hpp"
#include "tests/unit/cli/golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mino::podman {
namespace {

/// Root image, the project mounted, nothing asked for.
RunPlan plain_plan() {
  RunPlan plan{.session = SessionName::parse("calm-otter").value()};
  plan.container_name = "mino-calm-otter-0a1b";
  plan.project = "/src/app";
  plan.workdir = "/app";
  plan.hostname = "calm-otter";
  plan.runtime_dir = "/run/user/1001/mino/calm-otter";
  plan.init_program = "/home/ann/.local/state/mino/helper/mino-init";
  plan.image.reference = "fedora:43";
  plan.command = {AgentCommand::Kind::kCommand, {"make", "secret-target"}};
  plan.environment = {{"API_TOKEN", "-e"}};
  plan.mounts = {{.kind = MountKind::kBind,
                  .source = "/src/app",
                  .target = "/app",
                  .access = MountAccess::kReadWrite},
                 {.kind = MountKind::kBind,
                  .source = "/run/user/1001/mino/calm-otter/hosts",
                  .target = "/etc/hosts"}};
  return plan;
}

std::vector<std::string> argv_of(const RunPlan& plan) {
  return run_argv(
      plan,
      {.podman = "/usr/bin/podman", .cidfile = plan.runtime_dir + "/cid", .version = "0.1.0"});
}

/// One word a line.
std::string text_of(const RunPlan& plan) {
  std::string text;
  for (const std::string& word : argv_of(plan)) text += word + "\n";
  return text;
}

bool has(const RunPlan& plan, const std::string& word) {
  const std::vector<std::string> argv = argv_of(plan);
  return std::ranges::find(argv, word) != argv.end();
}

TEST(RunArgv, OfAnImageThatRunsAsRoot) {
  mino::testing_support::expect_golden("podman/argv-root.txt", text_of(plain_plan()));
}

TEST(RunArgv, OfAnImageWithAUser) {
  RunPlan plan = plain_plan();
  plan.user = {UserMapping::Kind::kKeepId, 1000, 1000};
  plan.mounts.push_back({.kind = MountKind::kVolume,
                         .source = "mino-home-app",
                         .target = "/home/developer",
                         .access = MountAccess::kReadWrite});
  mino::testing_support::expect_golden("podman/argv-keep-id.txt", text_of(plan));
}

TEST(RunArgv, OfTheHostsOwnPrograms) {
  RunPlan plan = plain_plan();
  plan.image = {.kind = ImageChoice::Kind::kHost,
                .reference = "host",
                .root = "/home/ann/.local/state/mino/host-root/00",
                .entrypoint = {}};
  plan.user = {UserMapping::Kind::kKeepId, 1000, 1000};
  plan.mounts.push_back({.kind = MountKind::kBind, .source = "/usr", .target = "/usr"});
  plan.mounts.push_back({.kind = MountKind::kVolume,
                         .source = {},
                         .target = "/tmp",
                         .access = MountAccess::kReadWrite});
  mino::testing_support::expect_golden("podman/argv-host.txt", text_of(plan));
}

TEST(RunArgv, OfAPlanThatNarrowsEverything) {
  RunPlan plan = plain_plan();
  plan.network = NetworkMode::kNone;
  plan.root = RootAccess::kReadOnly;
  plan.after_end = AfterEnd::kKeep;
  plan.limits = {.pids = 64, .memory_bytes = 512 * 1024 * 1024, .cpus = "1.5"};
  mino::testing_support::expect_golden("podman/argv-narrow.txt", text_of(plan));
}

TEST(RunArgv, OfMountsThatAreHardToWrite) {
  RunPlan plan = plain_plan();
  plan.image.entrypoint = "[\"/bin/sh\",\"-c\"]";
  plan.mounts = {{.kind = MountKind::kBind,
                  .source = "/s/a \"b\",c:d=é",
                  .target = "/a \"b\",c:d=é",
                  .access = MountAccess::kReadWrite,
                  .label = MountLabel::kShared},
                 {.kind = MountKind::kBind,
                  .source = "/s/p",
                  .target = "/p",
                  .access = MountAccess::kReadOnly,
                  .label = MountLabel::kPrivate},
                 {.kind = MountKind::kTmpfs,
                  .source = {},
                  .target = "/scratch",
                  .access = MountAccess::kReadWrite}};
  mino::testing_support::expect_golden("podman/argv-mounts.txt", text_of(plan));
}

TEST(RunArgv, HoldsNothingOfTheAgent) {
  const std::string text = text_of(plain_plan());
  EXPECT_EQ(text.find("secret-target"), std::string::npos);
  EXPECT_EQ(text.find("API_TOKEN"), std::string::npos);
  EXPECT_EQ(argv_of(plain_plan()).back(), lifeline::kCommandPlaceholder);
}

TEST(RunArgv, NamesANetworkOnlyWhenItIsNotPodmansDefault) {
  RunPlan plan = plain_plan();
  EXPECT_EQ(text_of(plan).find("--network"), std::string::npos);
  plan.network = NetworkMode::kHost;
  EXPECT_TRUE(has(plan, "--network=host"));
  plan.network = NetworkMode::kNone;
  EXPECT_TRUE(has(plan, "--network=none"));
}

TEST(RunArgv, AlwaysConfines) {
  RunPlan plan = plain_plan();
  plan.image.kind = ImageChoice::Kind::kHost;
  for (const char* word : {"--cap-drop=ALL", "--security-opt=no-new-privileges",
                           "--pids-limit=4096", "--pull=never", "--http-proxy=false"}) {
    EXPECT_TRUE(has(plan, word)) << word;
  }
  EXPECT_EQ(text_of(plan).find("--privileged"), std::string::npos);
  EXPECT_EQ(text_of(plan).find("--cap-add"), std::string::npos);
}

TEST(RunArgv, AnEmptyEntrypointMeansNone) {
  RunPlan plan = plain_plan();
  EXPECT_EQ(text_of(plan).find("--entrypoint"), std::string::npos);
  plan.image.entrypoint = "";
  EXPECT_TRUE(has(plan, "--entrypoint="));
}

}  // namespace
}  // namespace mino::podman
