#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using testing_support::flag_origin;
using testing_support::host_image_inputs;
using testing_support::plain_inputs;
using testing_support::plan_of;
using testing_support::set_config;

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
  RunInputs with_caches = plain_inputs();
  with_caches.caches.lockfiles = {{"npm", "package-lock.json", "0123456789ab"}};
  RunInputs with_rules = plain_inputs();
  set_config(with_rules.config, "container.network_allow",
             ConfigList{"github.com:443", "host.mino.internal:80"}, flag_origin("--network-allow"));
  set_config(with_rules.config, "container.network_allow_private", true,
             flag_origin("--network-allow-private"));
  const struct {
    const char* name;
    RunInputs inputs;
    std::function<void(RunPlan&)> spoil;
  } cases[] = {
      {"host network", plain_inputs(), [](RunPlan& plan) { plan.network = NetworkMode::kHost; }},
      {"cache without its volume", with_caches,
       [](RunPlan& plan) { plan.caches.back().target = "/cache/go"; }},
      {"open network", plain_inputs(), drop<OpenNetworkGrant>},
      {"network grant for none", plain_inputs(),
       [](RunPlan& plan) { plan.network = NetworkMode::kNone; }},
      {"rules taken away", with_rules, [](RunPlan& plan) { plan.egress.reset(); }},
      {"rules of another network", with_rules,
       [](RunPlan& plan) { plan.network = NetworkMode::kNone; }},
      {"an allow-list without rules to enforce", plain_inputs(),
       [](RunPlan& plan) {
         drop<OpenNetworkGrant>(plan);
         plan.network = NetworkMode::kAllowList;
       }},
      {"destination", with_rules, drop<EgressGrant>},
      {"the host's loopback", with_rules, drop<HostLoopbackGrant>},
      {"private addresses", with_rules, drop<PrivateAddressesGrant>},
      {"private addresses that are not granted to anybody", with_rules,
       [](RunPlan& plan) { plan.egress->policy.private_answers = PrivateAnswers::kRefused; }},
      {"another destination", with_rules,
       [](RunPlan& plan) {
         plan.egress->policy.rules[0].rule = parse_egress_rule("evil.example:443").value();
       }},
      {"another port", with_rules,
       [](RunPlan& plan) { plan.egress->policy.rules[0].rule.port = std::nullopt; }},
      {"one rule more", with_rules,
       [](RunPlan& plan) {
         plan.egress->policy.rules.push_back({parse_egress_rule("evil.example:443").value(), ""});
       }},
      {"one grant more", with_rules,
       [](RunPlan& plan) { plan.grants.emplace_back(EgressGrant{"evil.example:443"}); }},
      {"a grant without rules", plain_inputs(),
       [](RunPlan& plan) { plan.grants.emplace_back(EgressGrant{"evil.example:443"}); }},
      {"the host's loopback as any other name", with_rules,
       [](RunPlan& plan) {
         drop<HostLoopbackGrant>(plan);
         plan.grants.emplace_back(EgressGrant{"host.mino.internal:80"});
       }},
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
