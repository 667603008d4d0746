#include <gtest/gtest.h>

#include <algorithm>

#include "domain/run/box_files.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using namespace std::string_literals;
using testing_support::decision_on;
using testing_support::file_origin;
using testing_support::flag_origin;
using testing_support::holds;
using testing_support::host_image_inputs;
using testing_support::mount_at;
using testing_support::plain_inputs;
using testing_support::plan_of;
using testing_support::refusal_of;
using testing_support::set_config;

bool is_fresh_volume(const Mount* mount) {
  return mount != nullptr && mount->kind == MountKind::kVolume && mount->source.empty() &&
         mount->access == MountAccess::kReadWrite;
}

// ---- the host's system

TEST(DecideMounts, HostImageShowsTheSystemReadOnlyInItsOwnPlace) {
  const RunPlan plan = plan_of(host_image_inputs());
  for (const char* path : {"/usr", "/opt", "/etc/ld.so.cache", "/etc/ssl/certs"}) {
    ASSERT_NE(mount_at(plan, path), nullptr) << path;
    EXPECT_EQ(*mount_at(plan, path),
              (Mount{MountKind::kBind, path, path, MountAccess::kReadOnly, MountLabel::kKeep}));
  }
  EXPECT_EQ(mount_at(plan_of(plain_inputs()), "/usr"), nullptr);
}

TEST(DecideMounts, HostImageHasVolumesWhereItWrites) {
  const RunPlan plan = plan_of(host_image_inputs());
  EXPECT_TRUE(is_fresh_volume(mount_at(plan, "/tmp")));
  EXPECT_TRUE(is_fresh_volume(mount_at(plan, "/var/tmp")));
  EXPECT_FALSE(is_fresh_volume(mount_at(plan_of(plain_inputs()), "/tmp")));
}

TEST(DecideMounts, AVolumeOfTheUsersReplacesOurs) {
  RunInputs inputs = host_image_inputs();
  inputs.request.volumes = {"/data/tmp:/tmp", "scratch:/var/tmp/"};
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(mount_at(plan, "/tmp")->source, "/data/tmp");
  EXPECT_EQ(mount_at(plan, "/var/tmp")->source, "scratch");
}

// ---- home

TEST(DecideMounts, HostImageKeepsAHomeForTheProject) {
  const RunPlan plan = plan_of(host_image_inputs());
  EXPECT_EQ(plan.home_volume, "mino-home-aabbccddeeff");
  EXPECT_EQ(*mount_at(plan, "/home/developer"),
            (Mount{MountKind::kVolume, "mino-home-aabbccddeeff", "/home/developer",
                   MountAccess::kReadWrite, MountLabel::kKeep}));
}

TEST(DecideMounts, NoHomeIsAFreshOne) {
  RunInputs by_flag = host_image_inputs();
  by_flag.request.home = Switch::kOff;
  RunInputs by_config = host_image_inputs();
  set_config(by_config.config, "home.enabled", false, file_origin(6));
  for (const RunInputs& inputs : {by_flag, by_config}) {
    const RunPlan plan = plan_of(inputs);
    EXPECT_FALSE(plan.home_volume.has_value());
    EXPECT_TRUE(is_fresh_volume(mount_at(plan, "/home/developer")));
  }
  EXPECT_EQ(decision_on(plan_of(by_flag), "home")->origin, "flag --no-home");
}

TEST(DecideMounts, OnlyAVolumeAtExactlyTheHomeReplacesIt) {
  RunInputs inputs = host_image_inputs();
  inputs.request.volumes = {"/data/home:/home/developer/"};
  EXPECT_FALSE(plan_of(inputs).home_volume.has_value());
  EXPECT_EQ(mount_at(plan_of(inputs), "/home/developer")->source, "/data/home");
  for (const char* volume : {"/data:/home/developer2", "/data:/home/developer/data"}) {
    inputs.request.volumes = {volume};
    EXPECT_TRUE(plan_of(inputs).home_volume.has_value()) << volume;
  }
}

TEST(DecideMounts, OtherImagesHaveNoHomeOfOurs) {
  const RunPlan plan = plan_of(plain_inputs());
  EXPECT_FALSE(plan.home_volume.has_value());
  EXPECT_EQ(mount_at(plan, "/root"), nullptr);
}

TEST(DecideMounts, AReadOnlyRootStillHasAHomeThatCanBeWritten) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.read_only", true, flag_origin("--read-only"));
  EXPECT_TRUE(is_fresh_volume(mount_at(plan_of(inputs), "/root")));
  EXPECT_EQ(plan_of(inputs).root, RootAccess::kReadOnly);
  inputs.image->home = "/";
  EXPECT_EQ(mount_at(plan_of(inputs), "/"), nullptr);
  inputs.image->home = "";
  EXPECT_TRUE(decide_run(inputs).ok());
  inputs.image->home = "/home/node/";
  inputs.request.volumes = {"/data:/home/node"};
  EXPECT_EQ(mount_at(plan_of(inputs), "/home/node")->source, "/data");
  inputs.request.volumes.clear();
  inputs.image->home = "/app";
  EXPECT_EQ(mount_at(plan_of(inputs), "/app")->source, "/src/app")
      << "the project is there already";
}

// ---- name files

TEST(DecideMounts, OurNameFilesStandWhereTheNetworkIsNotTheHosts) {
  const struct {
    const char* network;
    bool hosts;
    bool resolver;
  } cases[] = {{"bridge", true, false}, {"none", true, true}, {"host", false, false}};
  for (const auto& [network, hosts, resolver] : cases) {
    RunInputs inputs = plain_inputs();
    set_config(inputs.config, "container.network", std::string(network), flag_origin("--network"));
    const RunPlan plan = plan_of(inputs);
    EXPECT_EQ(mount_at(plan, "/etc/hosts") != nullptr, hosts) << network;
    EXPECT_EQ(mount_at(plan, "/etc/resolv.conf") != nullptr, resolver) << network;
  }
  for (const char* engine : {"gateway", "iptables"}) {
    RunInputs inputs = plain_inputs();
    set_config(inputs.config, "container.network_preset", "dev"s, flag_origin("--network-preset"));
    set_config(inputs.config, "container.network_engine", std::string(engine), file_origin(1));
    const RunPlan plan = plan_of(inputs);
    EXPECT_NE(mount_at(plan, "/etc/hosts"), nullptr);
    EXPECT_NE(mount_at(plan, "/etc/resolv.conf"), nullptr) << engine;
  }
  EXPECT_EQ(*mount_at(plan_of(plain_inputs()), "/etc/hosts"),
            (Mount{MountKind::kBind, "/run/user/1001/mino/calm-otter/hosts", "/etc/hosts",
                   MountAccess::kReadOnly, MountLabel::kKeep}));
}

TEST(DecideMounts, OurNameFilesNameTheBoxAndNothingOfTheHost) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.network", "none"s, flag_origin("--network"));
  const std::vector<BoxFile> files = box_files(plan_of(inputs));
  const auto content = [&files](std::string_view target) {
    const auto file = std::ranges::find(files, target, &BoxFile::target);
    return file == files.end() ? "none"s : file->content;
  };
  EXPECT_NE(content("/etc/hosts").find("127.0.0.1 calm-otter\n"), std::string::npos);
  EXPECT_EQ(content("/etc/hosts").find("host.containers.internal"), std::string::npos);
  EXPECT_EQ(content("/etc/resolv.conf").find("nameserver"), std::string::npos);
}

// ---- SELinux

TEST(DecideMounts, RelabelsTheProjectOnlyWhereThereIsSelinux) {
  RunInputs inputs = plain_inputs();
  EXPECT_EQ(mount_at(plan_of(inputs), "/app")->label, MountLabel::kKeep);
  inputs.host.selinux_enabled = true;
  EXPECT_EQ(mount_at(plan_of(inputs), "/app")->label, MountLabel::kShared);
  EXPECT_EQ(mount_at(plan_of(inputs), "/etc/hosts")->label, MountLabel::kShared);
  set_config(inputs.config, "container.selinux_relabel", false, file_origin(1));
  EXPECT_EQ(mount_at(plan_of(inputs), "/app")->label, MountLabel::kKeep);
}

TEST(DecideMounts, NeverRelabelsAHomeDirectory) {
  RunInputs inputs = plain_inputs();
  inputs.host.selinux_enabled = true;
  inputs.project = "/home/ann";
  inputs.request.sensitive_project = Switch::kOn;
  const RunPlan plan = plan_of(inputs);
  EXPECT_EQ(mount_at(plan, "/ann")->label, MountLabel::kKeep);
  EXPECT_EQ(plan.warnings.size(), 1U);
}

// ---- volumes

TEST(DecideMounts, VolumesAreGrantsAndKeepTheirOptions) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.volumes", ConfigList{"./shared:/shared:ro", "cache:/cache"},
             file_origin(7));
  inputs.request.volumes = {"~/data:/data:ro,Z"};
  inputs.host.working_directory = "/elsewhere";
  const RunPlan plan = plan_of(inputs);
  const Mount data{MountKind::kBind, "/home/ann/data", "/data", MountAccess::kReadOnly,
                   MountLabel::kPrivate};
  const Mount shared{MountKind::kBind, "/src/app/shared", "/shared", MountAccess::kReadOnly,
                     MountLabel::kKeep};
  EXPECT_EQ(*mount_at(plan, "/data"), data);
  EXPECT_EQ(*mount_at(plan, "/shared"), shared);
  EXPECT_TRUE(holds(plan, MountGrant{data}));
  EXPECT_TRUE(holds(plan, MountGrant{shared}));
}

TEST(DecideMounts, TwoMountsAtOnePlaceNameBoth) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.volumes", ConfigList{"/a:/data"}, file_origin(7));
  inputs.request.volumes = {"/b:/data/"};
  const Error error = refusal_of(inputs);
  EXPECT_EQ(error.code(), ErrorCode::kUsage);
  EXPECT_EQ(error.text(),
            "two mounts at /data: /home/ann/.config/mino/config.toml:7:1 and flag --volume");
}

TEST(DecideMounts, NoVolumeTakesThePlaceOfTheProject) {
  RunInputs inputs = plain_inputs();
  inputs.request.volumes = {"/b:/app"};
  EXPECT_EQ(refusal_of(inputs).text(), "two mounts at /app: the project and flag --volume");
  inputs.request.volumes = {"modules:/app/node_modules"};
  EXPECT_EQ(mount_at(plan_of(inputs), "/app/node_modules")->source, "modules");
}

TEST(DecideMounts, ReservedPlacesAreRefused) {
  for (const char* target :
       {"/", "/proc", "/proc/1", "/sys", "/dev", "/dev/kvm", "/etc/hosts", "/tmp/../proc"}) {
    RunInputs inputs = plain_inputs();
    inputs.request.volumes = {"/b:"s + target};
    const Error error = refusal_of(inputs);
    EXPECT_EQ(error.code(), ErrorCode::kUsage) << target;
    EXPECT_NE(error.text().find("flag --volume"), std::string::npos) << target;
  }
}

TEST(DecideMounts, ABadVolumeIsTheFaultOfWhoWroteIt) {
  RunInputs inputs = plain_inputs();
  inputs.request.volumes = {"/b"};
  EXPECT_EQ(refusal_of(inputs).code(), ErrorCode::kUsage);
  inputs.request.volumes.clear();
  set_config(inputs.config, "container.volumes", ConfigList{"/b"}, file_origin(7));
  EXPECT_EQ(refusal_of(inputs).code(), ErrorCode::kConfig);
  EXPECT_NE(refusal_of(inputs).text().find("config.toml:7:1"), std::string::npos);
}

// ---- host paths

RunInputs with_host_path(std::string path, HostPathFacts::Layout layout) {
  RunInputs inputs = host_image_inputs();
  inputs.request.host_paths = {path};
  inputs.host_paths = {{path, path, layout}};
  return inputs;
}

TEST(DecideMounts, AHostPathIsReadOnlyInItsOwnPlaceAndOnPath) {
  const RunPlan plan =
      plan_of(with_host_path("/home/ann/.local/bin", HostPathFacts::Layout::kPrograms));
  EXPECT_EQ(*mount_at(plan, "/home/ann/.local/bin"),
            (Mount{MountKind::kBind, "/home/ann/.local/bin", "/home/ann/.local/bin",
                   MountAccess::kReadOnly, MountLabel::kKeep}));
  EXPECT_EQ(plan.path_prepend, std::vector<std::string>{"/home/ann/.local/bin"});
  EXPECT_TRUE(holds(plan, HostPathGrant{"/home/ann/.local/bin"}));
}

TEST(DecideMounts, APrefixHasItsBinOnPath) {
  const RunPlan plan =
      plan_of(with_host_path("/home/ann/.nvm/versions/node/v22", HostPathFacts::Layout::kPrefix));
  EXPECT_NE(mount_at(plan, "/home/ann/.nvm/versions/node/v22"), nullptr);
  EXPECT_EQ(plan.path_prepend, std::vector<std::string>{"/home/ann/.nvm/versions/node/v22/bin"});
}

TEST(DecideMounts, HostPathsKeepTheirOrderAndStandOnce) {
  RunInputs inputs = host_image_inputs();
  set_config(inputs.config, "container.host_path", ConfigList{"/opt2/a"}, file_origin(8));
  inputs.request.host_paths = {"/opt2/c", "b/", "/opt2/./a"};
  for (const char* path : {"/opt2/a", "/src/app/b", "/opt2/c"})
    inputs.host_paths.push_back({path, path, HostPathFacts::Layout::kPrograms});
  EXPECT_EQ(plan_of(inputs).path_prepend,
            (std::vector<std::string>{"/opt2/a", "/opt2/c", "/src/app/b"}));
}

TEST(DecideMounts, HostPathsNeedTheHostImage) {
  RunInputs inputs = plain_inputs();
  inputs.request.host_paths = {"/opt2/a"};
  const Error error = refusal_of(inputs);
  EXPECT_EQ(error.code(), ErrorCode::kUsage);
  EXPECT_NE(error.text().find("--host-path"), std::string::npos);
  EXPECT_NE(error.text().find("--image host"), std::string::npos);
}

TEST(DecideMounts, AConfiguredHostPathIsLeftOutOfOtherImages) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "container.host_path", ConfigList{"/opt2/a"}, file_origin(8));
  const RunPlan plan = plan_of(inputs);
  EXPECT_TRUE(plan.path_prepend.empty());
  EXPECT_FALSE(has_grant<HostPathGrant>(plan.grants));
}

TEST(DecideMounts, SensitiveHostPathsAreRefusedByEitherName) {
  for (const char* path : {"/", "/home", "/home/ann", "/home/ann/.ssh", "/home/ann/.cargo",
                           "/home/ann/.config", "/home/ann/.codex/bin"}) {
    const Error error = refusal_of(with_host_path(path, HostPathFacts::Layout::kPrograms));
    EXPECT_EQ(error.code(), ErrorCode::kPermission) << path;
    EXPECT_NE(error.text().find("flag --host-path"), std::string::npos) << path;
  }
  RunInputs linked = with_host_path("/home/ann/tools", HostPathFacts::Layout::kPrograms);
  linked.host_paths[0].canonical = "/home/ann/.ssh";
  EXPECT_EQ(refusal_of(linked).code(), ErrorCode::kPermission);
  linked.host_paths[0].canonical = "/home/ann/.real-tools";
  EXPECT_TRUE(decide_run(linked).ok());
}

TEST(DecideMounts, HostPathsStayOutOfTheKernelsTrees) {
  EXPECT_EQ(refusal_of(with_host_path("/proc/self", HostPathFacts::Layout::kPrograms)).code(),
            ErrorCode::kUsage);
  EXPECT_EQ(refusal_of(with_host_path("/usr", HostPathFacts::Layout::kPrograms)).code(),
            ErrorCode::kUsage);
}

}  // namespace
}  // namespace mino
