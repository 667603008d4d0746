#include "cli/commands/commands.hpp"

#include "application/exec_in_session.hpp"
#include "cli/agent_end.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/reconcile.hpp"
#include "cli/render/error.hpp"
#include "domain/run/environment.hpp"

#include <fmt/format.h>

namespace mino::cli {

namespace {

Result<VariableValues> exec_variables(const ParsedArgs& args, const Environment& environment,
                                      AgentStreams streams) {
  VariableValues values;
  if (streams == AgentStreams::kTerminal) {
    for (const std::string_view name : {"TERM", "COLORTERM"}) {
      if (auto value = environment.get(name); value && !value->empty())
        values.insert_or_assign(std::string(name), Secret(std::move(*value)));
    }
  }
  for (const std::string& text : args.values("env")) {
    MINO_ASSIGN(VariableSetting setting, parse_variable(text));
    if (setting.source == ValueSource::kGiven) {
      values.insert_or_assign(setting.name, std::move(setting.value));
    } else if (auto value = environment.get(setting.name)) {
      values.insert_or_assign(setting.name, Secret(std::move(*value)));
    }
  }
  return values;
}

Result<AgentEnd> exec(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root,
                      application::ExecInSession::Request& request) {
  MINO_ASSIGN(const Config config, lenient_config(root, global));
  MINO_ASSIGN(const HostFacts host, root.host_facts());
  const bool terminals = host.stdin_is_terminal && host.stdout_is_terminal;
  request.streams =
      args.tristate("tty").value_or(terminals) ? AgentStreams::kTerminal : AgentStreams::kPipes;
  MINO_ASSIGN(request.environment, exec_variables(args, root.environment(), request.streams));
  if (!args.positionals.empty()) request.session = args.positionals.front();
  if (args.command_after_dashes) {
    request.command = {AgentCommand::Kind::kCommand, *args.command_after_dashes};
  } else {
    request.command = {AgentCommand::Kind::kShell, default_shells()};
    if (auto shell = config.text("session.shell"); shell && !shell->empty())
      request.command.words = {std::move(*shell)};
  }
  Reconciler reconciler(root);
  application::ExecInSession use_case(root.sessions(), reconciler.use_case(),
                                      root.session_control());
  return use_case.execute(request);
}

}  // namespace

int exec_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  application::ExecInSession::Request request;
  const auto end = exec(args, global, root, request);
  if (!end.ok()) {
    print_error(end.error(), io);
    return exit_code(end.error(), FailedCommand::kStartsAgent);
  }
  if (end->kind == AgentEnd::Kind::kNotFound || end->kind == AgentEnd::Kind::kNotExecutable) {
    print_error(command_error(*end, request.command.words.front()), io);
  }
  return exit_code(*end);
}

}  // namespace mino::cli
