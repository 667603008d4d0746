#include "domain/run/decide.hpp"

#include <algorithm>
#include <utility>

#include "domain/run/decide_steps.hpp"
#include "domain/run/host_image.hpp"
#include "domain/run/project.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

Result<void> check_engine(const RunInputs& inputs) {
  if (inputs.engine.rootless) return {};
  return Error(ErrorCode::kUnavailable,
               "podman does not run rootless, so a box would not be confined to your rights")
      .set_hint("see what is missing with: mino status");
}

Result<void> check_runtime(const Config& config) {
  const std::string runtime = config.text("general.runtime").value_or("container");
  if (runtime != "native") return {};
  const Origin origin = config.origin("general.runtime");
  return Error(ErrorCode::kConfig, "general.runtime \"native\" (" + to_string(origin) +
                                       ") cannot be had in this version")
      .set_hint("set it to container, or leave it out");
}

RunPlan empty_plan(const RunInputs& inputs) {
  const std::string& name = inputs.session.str();
  RunPlan plan{.session = inputs.session,
               .container_name = "mino-" + name + "-" + inputs.container_suffix,
               .project = inputs.project,
               .workdir = {},
               .hostname = name,
               .runtime_dir = inputs.host.runtime_root + "/" + name,
               .init_program = inputs.host.init_program};
  const bool named = inputs.request.name.has_value();
  explain(plan, "session", name, named ? "flag --name" : "default",
          named ? "" : "a name was made up");
  return plan;
}

}  // namespace

Result<void> check_user(const HostFacts& host) {
  if (host.user_id != 0) return {};
  return Error(ErrorCode::kPermission,
               "boxes are not run as root: an escape would be root on the host")
      .set_hint("run mino as an ordinary user");
}

Result<RunPlan> decide_run(const RunInputs& inputs) {
  MINO_TRY(check_user(inputs.host));
  MINO_TRY(check_runtime(inputs.config));
  MINO_TRY(check_engine(inputs));
  RunPlan plan = empty_plan(inputs);
  MINO_TRY(decide_project(inputs, plan));
  MINO_TRY(decide_image(inputs, plan));
  decide_agent(inputs, plan);
  MINO_TRY(decide_network(inputs, plan));
  MINO_TRY(decide_protection(inputs, plan));
  MINO_TRY(decide_ssh(inputs, plan));
  MINO_TRY(decide_credentials(inputs, plan));
  MINO_TRY(decide_confinement(inputs, plan));
  MINO_TRY(decide_mounts(inputs, plan));
  MINO_TRY(decide_environment(inputs, plan));
  check_invariants(plan);
  return plan;
}

Result<std::vector<VariableSetting>> planned_settings(const RunPlan& plan,
                                                      const RunInputs& inputs) {
  const std::string shell = inputs.config.text("session.shell").value_or("");
  MINO_ASSIGN(std::vector<CredentialRequest> credentials, planned_requests(plan, inputs));
  const bool has_defaults =
      std::ranges::find(plan.mounts, kGitDefaultsPath, &Mount::target) != plan.mounts.end();
  return variable_settings(
      inputs.request, inputs.config,
      {.image = plan.image.kind,
       .streams = plan.streams,
       .term = inputs.host.term,
       .colorterm = inputs.host.colorterm,
       .shell = shell.starts_with('/') ? shell : std::string(kHostImageShell),
       .git_config = has_defaults ? std::string(kGitDefaultsPath) : std::string(),
       .layers =
           inputs.layers ? layer_environment(inputs.layers->layers) : std::vector<LayerVariable>(),
       .caches = plan.cache_variables,
       .ssh_agent = plan.ssh ? std::string(kSshBoxSocket) : std::string(),
       .credentials = std::move(credentials),
       .delivery = plan.broker ? CredentialDelivery::kBroker : CredentialDelivery::kVariables});
}

Result<void> decide_project(const RunInputs& inputs, RunPlan& plan) {
  if (const Result<void> mountable = check_mountable(inputs.project); !mountable.ok()) {
    return Error(mountable.error()).add_context("project");
  }
  const bool named = inputs.request.project.has_value();
  explain(plan, "project", inputs.project, named ? "flag --project" : "default",
          named ? "" : "the current directory");
  plan.grants.emplace_back(ProjectGrant{inputs.project});
  if (const auto why =
          why_sensitive(inputs.project, inputs.host.home, inputs.host.sensitive_paths)) {
    if (inputs.request.sensitive_project != Switch::kOn) {
      return Error(ErrorCode::kPermission,
                   "the project " + visible_text(inputs.project) + " " + visible_text(*why))
          .set_hint("run mino in a project's directory, or insist with --allow-sensitive-project");
    }
    plan.grants.emplace_back(SensitiveProjectGrant{inputs.project, *why});
    explain(plan, "sensitive project", "allowed", "flag --allow-sensitive-project", "it " + *why);
  }
  const std::string configured =
      inputs.config.text("container.workdir").value_or(std::string(kDefaultWorkdir));
  MINO_ASSIGN(plan.workdir, choose_workdir(inputs.project, configured));
  std::string reason;
  if (configured == kDefaultWorkdir) {
    reason = plan.workdir == kDefaultWorkdir ? "the name of the project's folder cannot be used"
                                             : "named like the project's folder";
  }
  explain(plan, "workdir", plan.workdir, origin_of(inputs.config, "container.workdir"),
          std::move(reason));
  return {};
}

Result<void> decide_environment(const RunInputs& inputs, RunPlan& plan) {
  MINO_ASSIGN(const std::vector<VariableSetting> settings, planned_settings(plan, inputs));
  for (const VariableSetting& setting : effective_variables(settings)) {
    if (setting.source == ValueSource::kHost) {
      const auto& missing = inputs.missing_variables;
      if (std::ranges::find(missing, setting.name) != missing.end()) {
        explain(plan, "variable " + setting.name, "left out", setting.origin,
                "it is not set on the host");
        continue;
      }
      plan.grants.emplace_back(HostVariableGrant{setting.name});
    }
    plan.environment.push_back({setting.name, setting.origin});
  }
  return {};
}

void explain(RunPlan& plan, std::string subject, std::string value, std::string origin,
             std::string reason) {
  plan.decisions.push_back(
      {std::move(subject), std::move(value), std::move(origin), std::move(reason)});
}

std::string origin_of(const Config& config, std::string_view key) {
  return to_string(config.origin(key));
}

ErrorCode fault_of(const Origin& origin) {
  return origin.kind == OriginKind::kFlag ? ErrorCode::kUsage : ErrorCode::kConfig;
}

}  // namespace mino
