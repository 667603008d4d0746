// Whether the box gets the user's SSH agent, and what it may do with it.
#include <utility>

#include "domain/run/decide_steps.hpp"
#include "domain/run/ssh_plan.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::string_view kSubject = "ssh agent";
constexpr std::string_view kFlagOn = "flag --ssh-agent";

/// Why the agent cannot be forwarded, with what to do about it.
std::string obstacle_of(const SshAgentFacts& agent) {
  using State = SshAgentFacts::State;
  const std::string place = "SSH_AUTH_SOCK (" + visible_text(agent.socket) + ")";
  switch (agent.state) {
    case State::kNone:
      return "SSH_AUTH_SOCK is not set: start an agent with eval $(ssh-agent)";
    case State::kMissing:
      return place + " does not exist: start an agent with eval $(ssh-agent), or unset it";
    case State::kNoSocket:
      return place + " is no socket: unset it, or start an agent with eval $(ssh-agent)";
    case State::kForeign:
      return place + " is another user's: start an agent of your own with eval $(ssh-agent)";
    case State::kStale:
      return "nobody listens at " + place + ": start an agent with eval $(ssh-agent), or unset it";
    case State::kSilent:
      return "the agent at " + place + " does not answer: see whether ssh-add -l does";
    case State::kUsable:
      break;
  }
  return {};
}

Result<SshPolicy> policy_of(const Config& config) {
  SshPolicy policy;
  policy.keys = config.list("ssh.keys");
  for (const std::string& text : config.list("ssh.hosts")) {
    Result<std::string> host = parse_ssh_host(text);
    if (!host.ok()) {
      const Origin origin = config.origin("ssh.hosts");
      host.error()
          .set_code(ErrorCode::kConfig)
          .add_context("ssh.hosts (" + to_string(origin) + ")");
      return std::move(host).error();
    }
    policy.hosts.push_back(*std::move(host));
  }
  if (config.boolean("ssh.sign")) policy.files = SshPolicy::Files::kAllowed;
  if (config.boolean("ssh.forward")) policy.forwarding = SshPolicy::Forwarding::kAllowed;
  if (config.boolean("ssh.confirm")) policy.confirmation = SshPolicy::Confirmation::kEachUse;
  return policy;
}

void explain_limits(const RunInputs& inputs, const SshPlan& ssh, RunPlan& plan) {
  const auto limit = [&](std::string_view key, std::string value) {
    explain(plan, std::string(key), std::move(value), origin_of(inputs.config, key), "");
  };
  const auto joined = [](const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
    return text;
  };
  const SshPolicy& policy = ssh.policy;
  if (!policy.keys.empty()) limit("ssh.keys", joined(policy.keys));
  if (!policy.hosts.empty()) limit("ssh.hosts", joined(policy.hosts));
  if (policy.files == SshPolicy::Files::kAllowed) limit("ssh.sign", "on");
  if (policy.forwarding == SshPolicy::Forwarding::kAllowed) limit("ssh.forward", "on");
  if (policy.confirmation == SshPolicy::Confirmation::kEachUse) limit("ssh.confirm", "on");
  if (!ssh.known_hosts.empty())
    explain(plan, "known hosts", joined(ssh.known_hosts), "default", "the box gets a copy");
}

}  // namespace

std::string ssh_directory(const RunPlan& plan) {
  return plan.runtime_dir + "/" + std::string(kSshDirectoryName);
}

Result<void> decide_ssh(const RunInputs& inputs, RunPlan& plan) {
  const Switch asked = inputs.request.ssh_agent;
  const std::string subject(kSubject);
  const std::string origin = asked == Switch::kOn ? std::string(kFlagOn) : "default";
  // A mistake in the configuration is told whether or not there is an agent today.
  MINO_ASSIGN(SshPolicy policy, policy_of(inputs.config));
  if (asked == Switch::kOff) {
    explain(plan, subject, "not forwarded", "flag --no-ssh-agent", "");
    return {};
  }
  const SshAgentFacts& agent = inputs.host.ssh_agent;
  if (const std::string obstacle = obstacle_of(agent); !obstacle.empty()) {
    explain(plan, subject, "not forwarded", origin, obstacle);
    // Most who have no agent want none.
    if (agent.state != SshAgentFacts::State::kNone || asked == Switch::kOn)
      plan.warnings.push_back("the SSH agent is not forwarded: " + obstacle);
    return {};
  }
  SshPlan ssh{.agent_socket = agent.socket,
              .policy = std::move(policy),
              .known_hosts = inputs.host.known_hosts,
              .known_hosts_copy = {},
              .helper_program = inputs.host.helper_program};
  if (!ssh.known_hosts.empty())
    ssh.known_hosts_copy = plan.runtime_dir + "/" + std::string(kSshKnownHostsName);
  explain(plan, subject, "forwarded, to " + describe(ssh.policy), origin,
          plan.network == NetworkMode::kNone ? "it also serves a box without a network" : "");
  explain_limits(inputs, ssh, plan);
  if (!ssh.policy.hosts.empty() && ssh.known_hosts.empty()) {
    plan.warnings.emplace_back(
        "ssh.hosts is set and there is no known_hosts file, so no login will be allowed");
  }
  plan.grants.emplace_back(SshAgentGrant{describe(ssh.policy)});
  plan.ssh = std::move(ssh);
  return {};
}

}  // namespace mino
