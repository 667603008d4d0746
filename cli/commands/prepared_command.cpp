#include "cli/commands/prepared_command.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "application/choose_layers.hpp"
#include "application/choose_network.hpp"
#include "application/run_session.hpp"
#include "cli/commands/config.hpp"
#include "cli/configuration.hpp"
#include "cli/layer_services.hpp"
#include "cli/reconcile.hpp"
#include "cli/run_options.hpp"

namespace mino::cli {

namespace {

/// A live session of that name is refused before any other work.
Result<void> check_name(CompositionRoot& root, const std::optional<std::string>& asked) {
  if (!asked) return {};
  MINO_ASSIGN(const SessionName name, SessionName::parse(*asked));
  const auto found = root.sessions().load(name);
  if (!found.ok() || !found->has_value())
    return {};  // an unreadable record is reported when it is replaced
  if (!is_live((*found)->status) || !root.processes().alive((*found)->supervisor)) return {};
  return std::move(
      Error(ErrorCode::kAlreadyExists, fmt::format("session {} is already running", *asked))
          .set_hint("mino exec " + *asked));
}

/// Where nothing says which network boxes are to have, whoever is there is asked.
Result<void> choose_network(const GlobalOptions& global, CompositionRoot& root, Config& config) {
  if (global.quiet) return {};
  MINO_ASSIGN(const std::filesystem::path file,
              config_file(root, application::ConfigTarget::kUserFile));
  application::ConfigWriter writer = config_writer(root);
  application::SetConfig set_config(root.config_source(), root.config_editor(), writer);
  return application::ChooseNetwork(root.prompter(), set_config, root.notices())
      .execute(config, file);
}

/// Where nothing says what boxes are to be made of, whoever is there is asked.
Result<void> choose_layers(const GlobalOptions& global, CompositionRoot& root,
                           LayerServices& layers, const std::string& project, Config& config) {
  if (global.quiet) return {};
  MINO_ASSIGN(const Paths paths, root.paths());
  const application::ConfigProject projects(root.files(), project_owner(root));
  MINO_ASSIGN(const auto found, projects.find(project));
  application::ConfigWriter writer = config_writer(root);
  application::SetConfig set_config(root.config_source(), root.config_editor(), writer);
  application::ChooseLayers use_case(
      {.prompter = root.prompter(), .set_config = set_config, .notices = root.notices()},
      layers.resolve,
      {.user_file = paths.config,
       .project_file =
           found ? found->path : std::filesystem::path(project) / application::kProjectFileName});
  MINO_ASSIGN(const auto written,
              use_case.execute(config, root.environment().get("MINO_LAYERS"), Config()));
  if (written) report_written(*written, root);
  return {};
}

}  // namespace

Result<PreparedCommand> prepare_command(const ParsedArgs& args, const GlobalOptions& global,
                                        CompositionRoot& root, application::PlanPurpose purpose) {
  MINO_ASSIGN(const Paths paths, root.paths());
  MINO_ASSIGN(const RunOptions options, run_options(args));
  for (const std::string& flag : options.ineffective)
    root.notices().warn(flag + " has no effect in this version", "");
  if (purpose == application::PlanPurpose::kRun) {
    MINO_TRY(check_name(root, options.request.name));
  }
  MINO_ASSIGN(const HostFacts host, root.host_facts());
  application::PrepareRun::Ports ports{root.files(),  root.environment(), root.engine(),
                                       root.digest(), root.random(),      root.notices(),
                                       root.names(),  root.find_caches()};
  MINO_ASSIGN(const std::string project,
              application::PrepareRun(ports, paths.state).find_project(options.request, host));
  const bool is_run = purpose == application::PlanPurpose::kRun;
  MINO_ASSIGN(
      application::LoadedConfig loaded,
      loaded_config(root, global, project, options.overrides,
                    is_run ? application::LocalTrust::kAsk : application::LocalTrust::kSkip));
  Config& config = loaded.config;
  LayerServices layers(root, paths, std::move(loaded.layers));
  ports.layers = &layers.compose;
  application::PrepareRun use_case(ports, paths.state);
  if (is_run) {
    MINO_TRY(choose_network(global, root, config));
    MINO_TRY(choose_layers(global, root, layers, project, config));
    Reconciler(root).run_leftovers();
  }
  MINO_ASSIGN(application::PreparedRun prepared,
              use_case.execute(options.request, config, host, purpose));
  if (is_run) {
    for (const std::string& warning : prepared.plan.warnings) root.notices().warn(warning, "");
  } else {
    // What is shown must not hold a value that the command line repeats.
    application::redact_plan(prepared.plan, prepared.variables);
  }
  return PreparedCommand{std::move(prepared), std::move(config)};
}

void show_plan(const ParsedArgs& args, const RunPlan& plan, PlanDetail detail,
               CompositionRoot& root, Io& io) {
  io.out.write(args.flag("json") ? root.json().write(to_json(plan), JsonLayout::kPretty) + "\n"
                                 : to_text(plan, detail));
}

}  // namespace mino::cli
