#include "cli/commands/commands.hpp"

#include "application/cleanup_sessions.hpp"
#include "application/prepare_run.hpp"
#include "application/run_session.hpp"
#include "cli/agent_end.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/host_programs.hpp"
#include "cli/reconcile.hpp"
#include "cli/render/error.hpp"
#include "cli/run_options.hpp"

#include <fmt/format.h>

#include <filesystem>

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

void show_plan(const ParsedArgs& args, const RunPlan& plan, PlanDetail detail,
               CompositionRoot& root, Io& io) {
  io.out.write(args.flag("json") ? root.json().write(to_json(plan), JsonLayout::kPretty) + "\n"
                                 : to_text(plan, detail));
}

/// Records and logs that are older than the user wants them.
void clean_up(CompositionRoot& root, const Config& config) {
  application::CleanupSessions cleanup(root.sessions(), root.session_log(), root.clock());
  const auto cleaned = cleanup.execute(
      {.older_than = std::chrono::hours(config.integer("session.auto_cleanup_hours"))});
  if (!cleaned.ok()) root.notices().debug(cleaned.error().text());
}

struct Prepared {
  application::PreparedRun run;
  Config config;
};

Result<Prepared> prepare(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root,
                         application::PlanPurpose purpose) {
  MINO_ASSIGN(const Paths paths, root.paths());
  MINO_ASSIGN(const RunOptions options, run_options(args));
  for (const std::string& flag : options.ineffective)
    root.notices().warn(flag + " has no effect in this version", "");
  if (purpose == application::PlanPurpose::kRun) {
    MINO_TRY(check_name(root, options.request.name));
  }
  MINO_ASSIGN(const HostFacts host, root.host_facts());
  application::PrepareRun use_case({root.files(), root.environment(), root.engine(), root.digest(),
                                    root.random(), root.notices()},
                                   paths.state);
  MINO_ASSIGN(const std::string project, use_case.find_project(options.request, host));
  const auto load = purpose == application::PlanPurpose::kRun ? strict_config : shown_config;
  MINO_ASSIGN(const Config config, load(root, global, project, options.overrides));
  if (purpose == application::PlanPurpose::kRun) Reconciler(root).run_leftovers();
  MINO_ASSIGN(application::PreparedRun prepared,
              use_case.execute(options.request, config, host, purpose));
  if (purpose == application::PlanPurpose::kRun) {
    for (const std::string& warning : prepared.plan.warnings) root.notices().warn(warning, "");
  } else {
    // What is shown must not hold a value that the command line repeats.
    application::redact_plan(prepared.plan, prepared.variables);
  }
  return Prepared{std::move(prepared), config};
}

Result<int> run(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root,
                Io& io) {
  MINO_ASSIGN(Prepared prepared, prepare(args, global, root, application::PlanPurpose::kRun));
  const RunPlan& plan = prepared.run.plan;
  MINO_ASSIGN(const Paths paths, root.paths());
  application::RunSession use_case(
      {root.sessions(), root.box_runner(), root.engine(), root.files(), root.clock(), root.random(),
       root.processes(), root.detacher(), root.notices()},
      paths.logs(), root.session_parts());
  const std::vector<std::string> shown_command =
      application::redact_command(plan.command.words, plan, prepared.run.variables);
  MINO_ASSIGN(const application::RunOutcome outcome,
              use_case.execute(plan, prepared.run.variables));
  if (outcome.detached_code) {
    if (*outcome.detached_code == kExitSuccess) io.out.write(plan.session.str() + "\n");
    return *outcome.detached_code;
  }
  const AgentEnd& end = *outcome.end;
  if (end.kind == AgentEnd::Kind::kNotFound || end.kind == AgentEnd::Kind::kNotExecutable) {
    const std::string& command = plan.command.words.front();
    Error error = command_error(end, shown_command.front());
    if (plan.image.kind == ImageChoice::Kind::kHost && end.kind == AgentEnd::Kind::kNotFound) {
      error.set_hint(host_program_hint(root.files(), root.environment(), command));
    }
    print_error(error, io);
  }
  clean_up(root, prepared.config);
  return exit_code(end);
}

}  // namespace

int run_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  if (args.flag("dry-run")) {
    const auto prepared = prepare(args, global, root, application::PlanPurpose::kShow);
    if (prepared.ok()) {
      show_plan(args, prepared->run.plan, PlanDetail::kValues, root, io);
      return kExitSuccess;
    }
    print_error(prepared.error(), io);
    return exit_code(prepared.error(), FailedCommand::kStartsAgent);
  }
  const auto code = run(args, global, root, io);
  if (!code.ok()) print_error(code.error(), io);
  const int result = code.ok() ? *code : exit_code(code.error(), FailedCommand::kStartsAgent);
  static_cast<void>(io.err.flush());
  root.detacher().report(result);
  return result;
}

int explain_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const auto prepared = prepare(args, global, root, application::PlanPurpose::kShow);
  if (prepared.ok()) {
    show_plan(args, prepared->run.plan, PlanDetail::kReasons, root, io);
    return kExitSuccess;
  }
  print_error(prepared.error(), io);
  return exit_code(prepared.error(), FailedCommand::kPlain);
}

}  // namespace mino::cli
