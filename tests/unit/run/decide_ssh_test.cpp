#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "domain/run/ssh_plan.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino {
namespace {

using testing_support::decision_on;
using testing_support::file_origin;
using testing_support::holds;
using testing_support::mount_at;
using testing_support::plain_inputs;
using testing_support::plan_of;
using testing_support::refusal_of;
using testing_support::set_config;
using State = SshAgentFacts::State;

RunInputs inputs_with(State state) {
  RunInputs inputs = plain_inputs();
  inputs.host.ssh_agent = {state, "/run/user/1001/agent"};
  return inputs;
}

bool has_variable(const RunPlan& plan) {
  return std::ranges::find(plan.environment, "SSH_AUTH_SOCK", &PlannedVariable::name) !=
         plan.environment.end();
}

TEST(DecideSsh, AnAgentThatAnswersIsForwarded) {
  const RunPlan plan = plan_of(inputs_with(State::kUsable));
  ASSERT_TRUE(plan.ssh);
  EXPECT_EQ(plan.ssh->agent_socket, "/run/user/1001/agent");
  EXPECT_EQ(plan.ssh->policy, SshPolicy{});
  EXPECT_TRUE(holds(plan, SshAgentGrant{"log in to any host with every key"}));
  const Mount* mount = mount_at(plan, "/run/mino/ssh");
  ASSERT_NE(mount, nullptr);
  EXPECT_EQ(mount->source, "/run/user/1001/mino/calm-otter/ssh");
  EXPECT_EQ(mount->access, MountAccess::kReadOnly);
  EXPECT_TRUE(has_variable(plan));
  EXPECT_EQ(mount_at(plan, "/etc/ssh/ssh_known_hosts"), nullptr) << "the host has none";
  EXPECT_TRUE(plan.warnings.empty());
}

TEST(DecideSsh, TheAgentItselfIsNoMount) {
  const RunPlan plan = plan_of(inputs_with(State::kUsable));
  for (const Mount& mount : plan.mounts) EXPECT_NE(mount.source, "/run/user/1001/agent");
}

TEST(DecideSsh, WithoutAnAgentThereIsNoWord) {
  const RunPlan plan = plan_of(plain_inputs());
  EXPECT_FALSE(plan.ssh);
  EXPECT_FALSE(has_variable(plan));
  EXPECT_TRUE(plan.warnings.empty());
  EXPECT_EQ(decision_on(plan, "ssh agent")->value, "not forwarded");
}

TEST(DecideSsh, AFlagWithoutAnAgentIsAWarningWithTheFix) {
  RunInputs inputs = plain_inputs();
  inputs.request.ssh_agent = Switch::kOn;
  const RunPlan plan = plan_of(inputs);
  EXPECT_FALSE(plan.ssh);
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_NE(plan.warnings[0].find("ssh-agent"), std::string::npos);
}

TEST(DecideSsh, AnAgentThatIsNoneIsOneWarning) {
  for (const State state :
       {State::kMissing, State::kNoSocket, State::kForeign, State::kStale, State::kSilent}) {
    const RunPlan plan = plan_of(inputs_with(state));
    EXPECT_FALSE(plan.ssh);
    EXPECT_FALSE(has_variable(plan));
    ASSERT_EQ(plan.warnings.size(), 1U);
    EXPECT_NE(plan.warnings[0].find("/run/user/1001/agent"), std::string::npos);
  }
}

TEST(DecideSsh, TheFlagSwitchesItOff) {
  RunInputs inputs = inputs_with(State::kUsable);
  inputs.request.ssh_agent = Switch::kOff;
  const RunPlan plan = plan_of(inputs);
  EXPECT_FALSE(plan.ssh);
  EXPECT_EQ(decision_on(plan, "ssh agent")->origin, "flag --no-ssh-agent");
  RunInputs stale = inputs_with(State::kStale);
  stale.request.ssh_agent = Switch::kOff;
  EXPECT_TRUE(plan_of(stale).warnings.empty());
}

TEST(DecideSsh, ABoxWithoutANetworkMaySignToo) {
  RunInputs inputs = inputs_with(State::kUsable);
  set_config(inputs.config, "container.network", std::string("none"), file_origin(3));
  EXPECT_TRUE(plan_of(inputs).ssh);
}

TEST(DecideSsh, TheConfigurationLimitsIt) {
  RunInputs inputs = inputs_with(State::kUsable);
  inputs.host.known_hosts = {"/home/ann/.ssh/known_hosts"};
  set_config(inputs.config, "ssh.keys", std::vector<std::string>{"work@laptop"}, file_origin(3));
  set_config(inputs.config, "ssh.hosts", std::vector<std::string>{"git.example:2222"},
             file_origin(3));
  set_config(inputs.config, "ssh.sign", true, file_origin(3));
  set_config(inputs.config, "ssh.forward", true, file_origin(3));
  set_config(inputs.config, "ssh.confirm", true, file_origin(3));
  const RunPlan plan = plan_of(inputs);
  ASSERT_TRUE(plan.ssh);
  EXPECT_EQ(plan.ssh->policy, (SshPolicy{.keys = {"work@laptop"},
                                         .hosts = {"[git.example]:2222"},
                                         .files = SshPolicy::Files::kAllowed,
                                         .forwarding = SshPolicy::Forwarding::kAllowed,
                                         .confirmation = SshPolicy::Confirmation::kEachUse}));
  EXPECT_TRUE(holds(plan, SshAgentGrant{describe(plan.ssh->policy)}));
  EXPECT_TRUE(plan.warnings.empty());
  const Mount* mount = mount_at(plan, "/etc/ssh/ssh_known_hosts");
  ASSERT_NE(mount, nullptr);
  EXPECT_EQ(mount->source, "/run/user/1001/mino/calm-otter/ssh_known_hosts");
}

TEST(DecideSsh, AHostThatCannotBeOneIsAMistakeOfTheConfiguration) {
  RunInputs inputs = plain_inputs();
  set_config(inputs.config, "ssh.hosts", std::vector<std::string>{"*.example.com"}, file_origin(3));
  const Error error = refusal_of(inputs);
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_NE(error.text().find("ssh.hosts"), std::string::npos);
}

TEST(DecideSsh, HostsWithoutKnownHostsAreAWarning) {
  RunInputs inputs = inputs_with(State::kUsable);
  set_config(inputs.config, "ssh.hosts", std::vector<std::string>{"github.com"}, file_origin(3));
  ASSERT_EQ(plan_of(inputs).warnings.size(), 1U);
}

TEST(DecideSsh, AMountOfTheUsersTakesThePlaceOfTheKnownHosts) {
  RunInputs inputs = inputs_with(State::kUsable);
  inputs.host.known_hosts = {"/home/ann/.ssh/known_hosts"};
  inputs.request.volumes = {"/src/hosts:/etc/ssh/ssh_known_hosts:ro"};
  EXPECT_EQ(mount_at(plan_of(inputs), "/etc/ssh/ssh_known_hosts")->source, "/src/hosts");
}

TEST(DecideSsh, AVariableOfTheUsersHoldsOverOurs) {
  RunInputs inputs = inputs_with(State::kUsable);
  inputs.request.variables = {"SSH_AUTH_SOCK=/elsewhere"};
  const RunPlan plan = plan_of(inputs);
  const auto settings = planned_settings(plan, inputs);
  ASSERT_TRUE(settings.ok());
  const auto values =
      variable_values(*settings, [](std::string_view) { return std::optional<std::string>(); });
  EXPECT_EQ(values.at("SSH_AUTH_SOCK").reveal(), "/elsewhere");
}

TEST(DecideSsh, TheGrantIsInBothFormsOfThePlan) {
  const RunPlan plan = plan_of(inputs_with(State::kUsable));
  EXPECT_NE(to_text(plan).find("the SSH agent, to log in to any host with every key"),
            std::string::npos);
  EXPECT_NE(to_json(plan).find("ssh")->find_string("agent_socket"), nullptr);
}

}  // namespace
}  // namespace mino
