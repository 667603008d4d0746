#include "cli/commands/commands.hpp"

#include "application/broker_part.hpp"
#include "application/cleanup_sessions.hpp"
#include "application/credential_part.hpp"
#include "application/issue_credentials.hpp"
#include "application/run_session.hpp"
#include "application/schedule_collection.hpp"
#include "cli/agent_end.hpp"
#include "cli/commands/prepared_command.hpp"
#include "cli/composition_root.hpp"
#include "cli/exit_code.hpp"
#include "cli/host_programs.hpp"
#include "cli/render/error.hpp"
#include "domain/credential/broker.hpp"
#include "domain/run/environment.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <optional>

namespace mino::cli {

namespace {

/// Records and logs that are older than the user wants them.
void clean_up(CompositionRoot& root, const Config& config) {
  const auto paths = root.paths();
  if (!paths.ok()) return;
  application::CleanupSessions cleanup(root.sessions(), root.session_log(), root.clock(),
                                       paths->logs());
  const auto cleaned = cleanup.execute(
      {.older_than = std::chrono::hours(config.integer("session.auto_cleanup_hours"))});
  if (!cleaned.ok()) root.notices().debug(cleaned.error().text());
}

/// Caches that nobody needs any more, in the background.
void collect_caches(CompositionRoot& root, const GlobalOptions& global, const Config& config) {
  const auto paths = root.paths();
  if (!paths.ok()) return;
  application::ScheduleCollection(
      {.schedule = root.collection_schedule(),
       .background = root.background(),
       .files = root.files(),
       .clock = root.clock(),
       .notices = root.notices()},
      {.caches = paths->caches(), .homes = paths->homes(), .log = paths->collection_log()})
      .execute(config, global.config_path ? std::optional(paths->config.native()) : std::nullopt);
}

/// What the token of a broker is made of.
Secret new_token(RandomSource& random) {
  constexpr int kNumbers = 4;
  std::string text;
  for (int i = 0; i < kNumbers; ++i) text += fmt::format("{:016x}", random.next());
  return Secret(std::move(text));
}

/// Gets the credentials of the plan, puts them, or what leads to them, among the agent's variables,
/// and adds the parts of the session that have to do with them.
Result<void> add_credentials(application::PreparedRun& run, CompositionRoot& root,
                             std::vector<std::unique_ptr<application::SessionPart>>& parts) {
  if (run.credentials.empty()) return {};
  application::IssueCredentials use_case({root.fetch_credentials(), root.audit(), root.notices()});
  MINO_ASSIGN(std::vector<application::BoxCredential> credentials,
              use_case.execute(run.plan, run.credentials));
  const Secret token = run.plan.broker ? new_token(root.random()) : Secret();
  std::vector<CredentialProvider> providers;
  for (const application::BoxCredential& each : credentials) {
    const CredentialProvider provider = each.request.provider;
    if (each.issued) {
      providers.push_back(provider);
      for (const auto& [name, value] : each.issued->credential.values) root.hide(value);
    } else if (!run.plan.broker) {
      continue;
    }
    add_credential(run.plan, provider,
                   run.plan.broker ? broker_variables(each.request, token)
                                   : credential_variables(each.request, each.issued->credential),
                   run.variables);
  }
  if (!run.plan.broker) {
    parts.push_back(std::make_unique<application::CredentialPart>(root.audit(), root.notices(),
                                                                  std::move(providers)));
    return {};
  }
  root.hide(token);
  parts.push_back(std::make_unique<application::BrokerPart>(
      application::BrokerPart::Ports{.broker = root.credential_broker(),
                                     .side_work = root.side_work(),
                                     .fetch = root.fetch_credentials(),
                                     .audit = root.audit(),
                                     .clock = root.clock(),
                                     .notices = root.notices()},
      token, std::move(credentials), [&root](const Secret& secret) { root.hide(secret); }));
  return {};
}

Result<int> run(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root,
                Io& io) {
  MINO_ASSIGN(PreparedCommand prepared,
              prepare_command(args, global, root, application::PlanPurpose::kRun));
  const RunPlan& plan = prepared.run.plan;
  MINO_ASSIGN(const Paths paths, root.paths());
  auto parts = root.session_parts();
  MINO_TRY(add_credentials(prepared.run, root, parts));
  application::RunSession use_case(
      {root.sessions(), root.box_runner(), root.engine(), root.files(), root.clock(), root.random(),
       root.processes(), root.detacher(), root.notices()},
      paths.logs(), std::move(parts));
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
  collect_caches(root, global, prepared.config);
  return exit_code(end);
}

}  // namespace

int run_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  if (args.flag("dry-run")) {
    const auto prepared = prepare_command(args, global, root, application::PlanPurpose::kShow);
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

}  // namespace mino::cli
