#include "domain/run/run_plan.hpp"

#include <string_view>

namespace mino {

std::vector<std::string> default_shells() { return {"bash", "sh"}; }
namespace {

constexpr std::int64_t kSchema = 1;

std::string_view word(MountKind kind) {
  switch (kind) {
    case MountKind::kBind:
      return "bind";
    case MountKind::kVolume:
      return "volume";
    case MountKind::kTmpfs:
      return "tmpfs";
  }
  return "";
}

std::string_view word(MountLabel label) {
  switch (label) {
    case MountLabel::kKeep:
      return "keep";
    case MountLabel::kShared:
      return "shared";
    case MountLabel::kPrivate:
      return "private";
  }
  return "";
}

JsonValue optional_text(const std::optional<std::string>& text) {
  return text ? JsonValue(*text) : JsonValue();
}

JsonValue texts(const std::vector<std::string>& list) {
  JsonValue::Array array;
  for (const std::string& text : list) array.emplace_back(text);
  return array;
}

template <typename T>
JsonValue objects(const std::vector<T>& list, JsonValue (*object)(const T&)) {
  JsonValue::Array array;
  for (const T& item : list) array.push_back(object(item));
  return array;
}

JsonValue mount_json(const Mount& mount) {
  return JsonValue::Object{
      {"kind", word(mount.kind)},
      {"source", mount.source},
      {"target", mount.target},
      {"access", mount.access == MountAccess::kReadOnly ? "read-only" : "read-write"},
      {"label", word(mount.label)}};
}

JsonValue grant_json(const Grant& grant) {
  return JsonValue::Object{{"kind", grant_kind(grant)}, {"description", describe(grant)}};
}

JsonValue variable_json(const PlannedVariable& variable) {
  return JsonValue::Object{{"name", variable.name}, {"origin", variable.origin}};
}

JsonValue credential_json(const PlannedCredential& credential) {
  return JsonValue::Object{{"provider", to_string(credential.provider)},
                           {"identity", credential.identity},
                           {"origin", credential.origin}};
}

JsonValue decision_json(const Decision& decision) {
  return JsonValue::Object{{"subject", decision.subject},
                           {"value", decision.value},
                           {"origin", decision.origin},
                           {"reason", decision.reason}};
}

JsonValue image_json(const ImageChoice& image) {
  return JsonValue::Object{{"kind", image.kind == ImageChoice::Kind::kHost ? "host" : "reference"},
                           {"reference", image.reference},
                           {"root", image.root.empty() ? JsonValue() : JsonValue(image.root)},
                           {"entrypoint", optional_text(image.entrypoint)}};
}

JsonValue user_json(const UserMapping& user) {
  return JsonValue::Object{
      {"mapping", user.kind == UserMapping::Kind::kRootIsUser ? "root-is-user" : "keep-id"},
      {"user_id", std::int64_t{user.user_id}},
      {"group_id", std::int64_t{user.group_id}}};
}

JsonValue limits_json(const Limits& limits) {
  return JsonValue::Object{
      {"pids", limits.pids},
      {"memory_bytes", limits.memory_bytes ? JsonValue(*limits.memory_bytes) : JsonValue()},
      {"cpus", optional_text(limits.cpus)}};
}

std::string_view word(NetworkEngine engine) {
  return engine == NetworkEngine::kGateway ? "gateway" : "iptables";
}

JsonValue rule_json(const PolicyRule& rule) {
  return JsonValue::Object{{"rule", to_string(rule.rule)}, {"origin", rule.origin}};
}

JsonValue egress_json(const std::optional<EgressPlan>& egress) {
  if (!egress) return {};
  const EgressPolicy& policy = egress->policy;
  const bool private_allowed = policy.private_answers == PrivateAnswers::kAllowed;
  return JsonValue::Object{{"engine", word(egress->engine)},
                           {"rules", objects(policy.rules, rule_json)},
                           {"private_answers", private_allowed ? "allowed" : "refused"},
                           {"deny_at", policy.deny_at == DenyAt::kDns ? "dns" : "connect"}};
}

JsonValue protection_json(const std::optional<ProtectionPlan>& protection) {
  if (!protection) return {};
  return JsonValue::Object{{"level", to_string(protection->level)},
                           {"hidden", texts(protection->hidden)}};
}

JsonValue identity_json(const std::optional<GitIdentity>& identity) {
  if (!identity) return {};
  return JsonValue::Object{{"name", identity->name}, {"email", identity->email}};
}

JsonValue ssh_json(const std::optional<SshPlan>& ssh) {
  if (!ssh) return {};
  const SshPolicy& policy = ssh->policy;
  return JsonValue::Object{{"agent_socket", ssh->agent_socket},
                           {"keys", texts(policy.keys)},
                           {"hosts", texts(policy.hosts)},
                           {"sign", policy.files == SshPolicy::Files::kAllowed},
                           {"forward", policy.forwarding == SshPolicy::Forwarding::kAllowed},
                           {"confirm", policy.confirmation == SshPolicy::Confirmation::kEachUse},
                           {"known_hosts", texts(ssh->known_hosts)}};
}

JsonValue command_json(const AgentCommand& command) {
  return JsonValue::Object{
      {"kind", command.kind == AgentCommand::Kind::kShell ? "shell" : "command"},
      {"words", texts(command.words)}};
}

JsonValue cache_json(const PlannedCache& cache) {
  return JsonValue::Object{{"volume", to_string(cache.name)}, {"ecosystem", cache.name.ecosystem},
                           {"hash", cache.name.hash},         {"lockfile", cache.lockfile},
                           {"target", cache.target},          {"state", to_string(cache.state)}};
}

}  // namespace

JsonValue to_json(const RunPlan& plan) {
  return JsonValue::Object{
      {"schema", kSchema},
      {"session", plan.session.str()},
      {"container_name", plan.container_name},
      {"project", plan.project},
      {"workdir", plan.workdir},
      {"hostname", plan.hostname},
      {"runtime_dir", plan.runtime_dir},
      {"init_program", plan.init_program},
      {"image", image_json(plan.image)},
      {"user", user_json(plan.user)},
      {"command", command_json(plan.command)},
      {"streams", plan.streams == AgentStreams::kTerminal ? "terminal" : "pipes"},
      {"attachment", plan.attachment == Attachment::kDetached ? "detached" : "foreground"},
      {"network", to_string(plan.network)},
      {"egress", egress_json(plan.egress)},
      {"protection", protection_json(plan.protection)},
      {"git_identity", identity_json(plan.git_identity)},
      {"ssh", ssh_json(plan.ssh)},
      {"root", plan.root == RootAccess::kReadOnly ? "read-only" : "writable"},
      {"after_end", plan.after_end == AfterEnd::kKeep ? "keep" : "remove"},
      {"limits", limits_json(plan.limits)},
      {"mounts", objects(plan.mounts, mount_json)},
      {"environment", objects(plan.environment, variable_json)},
      {"credentials", objects(plan.credentials, credential_json)},
      {"credential_delivery", plan.broker ? "broker" : "env"},
      {"strict_credentials", plan.lacking_credential == LackingCredential::kEndsTheRun},
      {"path_prepend", texts(plan.path_prepend)},
      {"log", plan.log == LogPolicy::kOff ? "off" : "lines"},
      {"log_max_bytes", plan.log_max_bytes},
      {"stop_grace_seconds", plan.stop_grace_seconds},
      {"home_volume", optional_text(plan.home_volume)},
      {"caches", objects(plan.caches, cache_json)},
      {"grants", objects(plan.grants, grant_json)},
      {"decisions", objects(plan.decisions, decision_json)},
      {"warnings", texts(plan.warnings)},
  };
}

}  // namespace mino
