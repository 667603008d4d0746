#include <algorithm>
#include <set>

#include "domain/check.hpp"
#include "domain/run/decide.hpp"
#include "domain/run/host_image.hpp"

namespace mino {
namespace {

bool is_granted(const RunPlan& plan, const Grant& grant) {
  return std::ranges::find(plan.grants, grant) != plan.grants.end();
}

/// Whether something allows the box to see that path of the host.
bool is_backed(const RunPlan& plan, const Mount& mount) {
  if (is_granted(plan, MountGrant{mount})) return true;
  if (mount.kind != MountKind::kBind) return true;
  if (mount.source == plan.project)
    return mount.target == plan.workdir && is_granted(plan, ProjectGrant{plan.project});
  if (mount.access != MountAccess::kReadOnly) return false;
  if (is_within(mount.source, plan.runtime_dir)) return true;
  if (plan.broker && mount.source == plan.broker->credential_program) return true;
  if (mount.source != mount.target) return false;
  if (is_granted(plan, HostPathGrant{mount.source})) return true;
  return has_grant<HostSystemGrant>(plan.grants) && is_shown_path(mount.source);
}

Grant grant_of(const EgressRule& rule) {
  const auto* exact = std::get_if<ExactName>(&rule.target);
  if (exact != nullptr && exact->name.str() == kHostLoopbackName)
    return HostLoopbackGrant{to_string(rule)};
  return EgressGrant{to_string(rule)};
}

/// One grant for each rule and none beside them.
void check_network(const RunPlan& plan) {
  MINO_CHECK((plan.network == NetworkMode::kHost) == has_grant<HostNetworkGrant>(plan.grants));
  MINO_CHECK((plan.network == NetworkMode::kBridge) == has_grant<OpenNetworkGrant>(plan.grants));
  MINO_CHECK((plan.network == NetworkMode::kAllowList) == plan.egress.has_value());
  const EgressPolicy policy = plan.egress ? plan.egress->policy : EgressPolicy{};
  MINO_CHECK((policy.private_answers == PrivateAnswers::kAllowed) ==
             has_grant<PrivateAddressesGrant>(plan.grants));
  MINO_CHECK(policy.rules.size() <= EgressPolicy::kMaxRules);
  for (const PolicyRule& rule : policy.rules) MINO_CHECK(is_granted(plan, grant_of(rule.rule)));
  const auto granted = std::ranges::count_if(plan.grants, [](const Grant& grant) {
    return std::holds_alternative<EgressGrant>(grant) ||
           std::holds_alternative<HostLoopbackGrant>(grant);
  });
  MINO_CHECK(static_cast<std::size_t>(granted) == policy.rules.size());
}

void check_protection(const RunPlan& plan) {
  const ProtectLevel level = plan.protection ? plan.protection->level : ProtectLevel::kOff;
  MINO_CHECK((level != ProtectLevel::kStrict) == has_grant<UnprotectedProjectGrant>(plan.grants));
  MINO_CHECK(!plan.protection || !plan.protection->helper_program.empty());
}

void check_ssh(const RunPlan& plan) {
  MINO_CHECK(plan.ssh.has_value() == has_grant<SshAgentGrant>(plan.grants));
  if (!plan.ssh) return;
  MINO_CHECK(is_granted(plan, SshAgentGrant{describe(plan.ssh->policy)}));
  MINO_CHECK(plan.ssh->agent_socket.starts_with('/') && !plan.ssh->helper_program.empty());
}

/// One grant for each credential and none beside them.
void check_credentials(const RunPlan& plan) {
  for (const PlannedCredential& credential : plan.credentials) {
    MINO_CHECK(is_granted(plan, CredentialGrant{std::string(display_name(credential.provider)),
                                                credential.identity}));
  }
  const auto granted = std::ranges::count_if(plan.grants, [](const Grant& grant) {
    return std::holds_alternative<CredentialGrant>(grant);
  });
  MINO_CHECK(static_cast<std::size_t>(granted) == plan.credentials.size());
  MINO_CHECK(!plan.broker || (!plan.credentials.empty() && plan.network != NetworkMode::kHost));
}

/// A cache is noted as used exactly when the box has its volume.
void check_caches(const RunPlan& plan) {
  for (const PlannedCache& cache : plan.caches) {
    MINO_CHECK(std::ranges::any_of(plan.mounts, [&cache](const Mount& mount) {
      return mount.kind == MountKind::kVolume && mount.source == to_string(cache.name) &&
             mount.target == cache.target;
    }));
  }
}

void check_mounts(const RunPlan& plan) {
  std::set<std::string> targets;
  for (const Mount& mount : plan.mounts) {
    MINO_CHECK(mount.target.starts_with('/') && normalize_path(mount.target) == mount.target);
    MINO_CHECK(targets.insert(mount.target).second);
    MINO_CHECK(is_backed(plan, mount));
    MINO_CHECK(mount.kind != MountKind::kBind || check_mountable(mount.source).ok());
  }
  MINO_CHECK(targets.contains(plan.workdir));
}

}  // namespace

void check_invariants(const RunPlan& plan) {
  check_network(plan);
  check_protection(plan);
  check_ssh(plan);
  check_credentials(plan);
  MINO_CHECK((plan.image.kind == ImageChoice::Kind::kHost) ==
             has_grant<HostSystemGrant>(plan.grants));
  MINO_CHECK(plan.user.kind != UserMapping::Kind::kKeepId || plan.user.user_id != 0);
  MINO_CHECK(plan.limits.pids > 0);
  MINO_CHECK(!plan.command.words.empty());
  check_mounts(plan);
  check_caches(plan);
  for (const std::string& directory : plan.path_prepend) {
    MINO_CHECK(std::ranges::any_of(plan.grants, [&directory](const Grant& grant) {
      const auto* path = std::get_if<HostPathGrant>(&grant);
      return path != nullptr && is_within(directory, path->path);
    }));
  }
  std::set<std::string> names;
  for (const PlannedVariable& variable : plan.environment) {
    MINO_CHECK(is_environment_name(variable.name));
    MINO_CHECK(names.insert(variable.name).second);
  }
}

}  // namespace mino
