#include "cli/commands/commands.hpp"

#include "application/stop_session.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/reconcile.hpp"
#include "cli/render/error.hpp"

#include <fmt/format.h>

namespace mino::cli {

namespace {

Result<void> stop(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                  const std::string& name, Io& io) {
  MINO_ASSIGN(const Config config, lenient_config(root, global));
  Reconciler reconciler(root);
  application::StopSession use_case(
      {root.sessions(), root.session_control(), root.engine(), root.processes(), root.notices()},
      reconciler.use_case());
  application::StopSession::Request request;
  request.session = name;
  if (args.flag("force")) request.force = StopForce::kKill;
  request.grace = std::chrono::seconds(args.number("time").value_or(
      static_cast<std::uint32_t>(config.integer("session.stop_timeout_secs"))));
  MINO_ASSIGN(const auto outcome, use_case.execute(request));
  if (outcome == application::StopSession::Outcome::kAlreadyStopped) {
    if (!global.quiet) io.err.write(fmt::format("session {} is already stopped\n", name));
    return {};
  }
  io.out.write(name + "\n");
  return {};
}

}  // namespace

int stop_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  int code = kExitSuccess;
  for (const std::string& name : args.positionals) {
    const auto stopped = stop(args, root, global, name, io);
    if (stopped.ok()) continue;
    print_error(stopped.error(), io);
    code = exit_code(stopped.error(), FailedCommand::kPlain);
  }
  return code;
}

}  // namespace mino::cli
