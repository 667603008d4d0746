#include "application/encode_rule.hpp"
#include "application/explain_destination.hpp"
#include "application/session_network.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/prepared_command.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/render/error.hpp"

#include <fmt/format.h>

namespace mino::cli {

namespace {

using application::DestinationExplanation;

constexpr std::string_view kJson = "json";

Result<EgressDestination> destination_of(const std::string& typed, CompositionRoot& root) {
  MINO_ASSIGN(const std::string encoded, application::encode_rule(root.names(), typed));
  auto destination = parse_egress_destination(encoded);
  if (!destination.ok() && typed.find(':') == std::string::npos)
    destination.error().set_hint("mino explain [SESSION] HOST:PORT, or mino explain -- COMMAND");
  return destination;
}

/// By the plan that the options make.
Result<DestinationExplanation> explain_run(const ParsedArgs& args, const GlobalOptions& global,
                                           CompositionRoot& root) {
  MINO_ASSIGN(const EgressDestination destination, destination_of(args.positionals.front(), root));
  MINO_ASSIGN(const PreparedCommand prepared,
              prepare_command(args, global, root, application::PlanPurpose::kShow));
  const RunPlan& plan = prepared.run.plan;
  if (!plan.egress) return application::explain_without_rules(plan.network, destination);
  return application::explain_by_rules(explain_egress(plan.egress->policy, destination));
}

/// By the rules that are in force in a session.
Result<DestinationExplanation> explain_session(const ParsedArgs& args, const GlobalOptions& global,
                                               CompositionRoot& root) {
  for (const OptionSpec& option : args.command().options) {
    if (option.name == kJson || args.values(option.name).empty()) continue;
    return Error(ErrorCode::kUsage,
                 fmt::format("'--{}' is an option of a run, and session {} is one already",
                             option.name, args.positionals.front()));
  }
  MINO_TRY(lenient_config(root, global));
  application::SessionNetwork use_case({.sessions = root.sessions(),
                                        .processes = root.processes(),
                                        .control = root.session_control(),
                                        .names = root.names()});
  return use_case.explain(args.positionals.front(), args.positionals.back());
}

Result<int> explain_destination(const ParsedArgs& args, const GlobalOptions& global,
                                CompositionRoot& root, Io& io) {
  const auto by = args.positionals.size() == 1 ? explain_run : explain_session;
  MINO_ASSIGN(const DestinationExplanation explanation, by(args, global, root));
  io.out.write((args.flag(kJson) ? root.json().write(to_json(explanation), JsonLayout::kPretty)
                                 : explanation.text) +
               "\n");
  return explanation.facts.allowed ? kExitSuccess : kExitFailure;
}

Result<int> explain_plan(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root,
                         Io& io) {
  MINO_ASSIGN(const PreparedCommand prepared,
              prepare_command(args, global, root, application::PlanPurpose::kShow));
  show_plan(args, prepared.run.plan, PlanDetail::kReasons, root, io);
  return kExitSuccess;
}

}  // namespace

int explain_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const auto code =
      (args.positionals.empty() ? explain_plan : explain_destination)(args, global, root, io);
  if (code.ok()) return *code;
  print_error(code.error(), io);
  return exit_code(code.error(), FailedCommand::kPlain);
}

}  // namespace mino::cli
