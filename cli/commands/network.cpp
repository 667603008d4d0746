#include "application/session_network.hpp"
#include "cli/commands/commands.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/render/error.hpp"
#include "cli/render/table.hpp"
#include "cli/render/text.hpp"

namespace mino::cli {

namespace {

using application::SessionNetwork;

Result<SessionNetwork> use_case_of(CompositionRoot& root, const GlobalOptions& global) {
  MINO_TRY(lenient_config(root, global));
  return SessionNetwork({.sessions = root.sessions(),
                         .processes = root.processes(),
                         .control = root.session_control(),
                         .names = root.names()});
}

std::string table_of(const std::vector<NetworkAnswer::Rule>& rules) {
  Table table({"RULE", "ORIGIN"});
  for (const auto& [rule, origin] : rules) table.add_row({printable(rule), printable(origin)});
  return table.render();
}

JsonValue json_of(const std::string& session, const std::vector<NetworkAnswer::Rule>& rules) {
  JsonValue::Array array;
  for (const auto& [rule, origin] : rules)
    array.emplace_back(JsonValue::Object{{"rule", rule}, {"origin", origin}});
  return JsonValue::Object{{"schema", 1}, {"session", session}, {"rules", std::move(array)}};
}

Result<void> list(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                  Io& io) {
  MINO_ASSIGN(SessionNetwork use_case, use_case_of(root, global));
  const std::string& session = args.positionals.front();
  MINO_ASSIGN(const std::vector<NetworkAnswer::Rule> rules, use_case.list(session));
  if (args.flag("json")) {
    io.out.write(root.json().write(json_of(session, rules), JsonLayout::kPretty) + "\n");
  } else if (!rules.empty()) {
    io.out.write(table_of(rules));
  } else if (!global.quiet) {
    io.err.write("No rules: nothing may be reached.\n");
  }
  return {};
}

Result<void> change(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                    SessionNetwork::Change change) {
  MINO_ASSIGN(SessionNetwork use_case, use_case_of(root, global));
  const std::vector<std::string> rules(args.positionals.begin() + 1, args.positionals.end());
  return use_case.change(args.positionals.front(), change, rules);
}

int exit_code_of(const Result<void>& done, Io& io) {
  if (done.ok()) return kExitSuccess;
  print_error(done.error(), io);
  return exit_code(done.error(), FailedCommand::kPlain);
}

}  // namespace

int network_list_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  return exit_code_of(list(args, root, global, io), io);
}

int network_allow_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  return exit_code_of(change(args, root, global, SessionNetwork::Change::kAllow), io);
}

int network_deny_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  return exit_code_of(change(args, root, global, SessionNetwork::Change::kDeny), io);
}

}  // namespace mino::cli
