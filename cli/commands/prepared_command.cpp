#include "cli/commands/prepared_command.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "application/choose_network.hpp"
#include "application/run_session.hpp"
#include "cli/commands/config.hpp"
#include "cli/configuration.hpp"
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
  application::PrepareRun use_case({root.files(), root.environment(), root.engine(), root.digest(),
                                    root.random(), root.notices(), root.names()},
                                   paths.state);
  MINO_ASSIGN(const std::string project, use_case.find_project(options.request, host));
  const auto load = purpose == application::PlanPurpose::kRun ? strict_config : shown_config;
  MINO_ASSIGN(Config config, load(root, global, project, options.overrides));
  if (purpose == application::PlanPurpose::kRun) {
    MINO_TRY(choose_network(global, root, config));
    Reconciler(root).run_leftovers();
  }
  MINO_ASSIGN(application::PreparedRun prepared,
              use_case.execute(options.request, config, host, purpose));
  if (purpose == application::PlanPurpose::kRun) {
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
