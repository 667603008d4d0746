#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using testing_support::host_image_inputs;
using testing_support::plain_inputs;
using testing_support::plan_of;

template <typename T>
void drop(RunPlan& plan) {
  std::erase_if(plan.grants, [](const Grant& grant) { return std::holds_alternative<T>(grant); });
}

TEST(CheckInvariantsDeathTest, WhatIsNotGrantedEndsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "fast");
  RunInputs with_volume = plain_inputs();
  with_volume.request.volumes = {"/data:/data"};
  RunInputs with_path = host_image_inputs();
  with_path.request.host_paths = {"/tools"};
  with_path.host_paths = {{"/tools", "/tools", HostPathFacts::Layout::kPrograms}};
  const struct {
    const char* name;
    RunInputs inputs;
    std::function<void(RunPlan&)> spoil;
  } cases[] = {
      {"host network", plain_inputs(), [](RunPlan& plan) { plan.network = NetworkMode::kHost; }},
      {"open network", plain_inputs(), drop<OpenNetworkGrant>},
      {"network grant for none", plain_inputs(),
       [](RunPlan& plan) { plan.network = NetworkMode::kNone; }},
      {"project", plain_inputs(), drop<ProjectGrant>},
      {"project elsewhere", plain_inputs(),
       [](RunPlan& plan) { plan.mounts.front().target = "/other"; }},
      {"volume", with_volume, drop<MountGrant>},
      {"volume made writable", with_volume,
       [](RunPlan& plan) { plan.mounts.back().access = MountAccess::kReadOnly; }},
      {"host system", host_image_inputs(), drop<HostSystemGrant>},
      {"host path", with_path, drop<HostPathGrant>},
      {"more of /etc", host_image_inputs(),
       [](RunPlan& plan) {
         plan.mounts.push_back({MountKind::kBind, "/etc/shadow", "/etc/shadow",
                                MountAccess::kReadOnly, MountLabel::kKeep});
       }},
      {"a bind of anything", plain_inputs(),
       [](RunPlan& plan) {
         plan.mounts.push_back(
             {MountKind::kBind, "/home/ann", "/h", MountAccess::kReadOnly, MountLabel::kKeep});
       }},
      {"writable name files", plain_inputs(),
       [](RunPlan& plan) { plan.mounts.back().access = MountAccess::kReadWrite; }},
      {"two mounts at one place", plain_inputs(),
       [](RunPlan& plan) { plan.mounts.push_back(plan.mounts.front()); }},
      {"PATH", plain_inputs(), [](RunPlan& plan) { plan.path_prepend.emplace_back("/evil"); }},
      {"root kept as root", plain_inputs(),
       [](RunPlan& plan) { plan.user.kind = UserMapping::Kind::kKeepId; }},
      {"bad variable", plain_inputs(),
       [](RunPlan& plan) {
         plan.environment.push_back({"A=B", "default"});
       }},
      {"no command", plain_inputs(), [](RunPlan& plan) { plan.command.words.clear(); }},
  };
  for (const auto& [name, inputs, spoil] : cases) {
    RunPlan plan = plan_of(inputs);
    check_invariants(plan);
    spoil(plan);
    EXPECT_DEATH(check_invariants(plan), "this is a bug") << name;
  }
}

}  // namespace
}  // namespace mino
