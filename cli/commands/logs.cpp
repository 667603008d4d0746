#include "cli/commands/commands.hpp"

#include "application/show_logs.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/reconcile.hpp"
#include "cli/render/error.hpp"

namespace mino::cli {

namespace {

/// The agent's stdout to ours and its stderr to ours.
class IoLogOutput final : public LogOutput {
 public:
  explicit IoLogOutput(Io& io) : io_(io) {}

  Wanted write(LogStream stream, std::string_view bytes) override {
    Writer& writer = stream == LogStream::kStdout ? io_.out : io_.err;
    writer.write(bytes);
    // Shown as it comes; what a failed write has to say is said at the end.
    if (auto flushed = writer.flush(); !flushed.ok() && !failure_)
      failure_ = std::move(flushed).error();
    return failure_ || writer.closed() ? Wanted::kNoMore : Wanted::kMore;
  }

  [[nodiscard]] Result<void> result() const {
    if (failure_) return *failure_;
    return {};
  }

 private:
  Io& io_;
  std::optional<Error> failure_;
};

Result<void> logs(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                  Io& io) {
  MINO_TRY(lenient_config(root, global));
  MINO_ASSIGN(const Paths paths, root.paths());
  MINO_ASSIGN(const SessionName name, SessionName::parse(args.positionals.front()));
  application::ShowLogs use_case(root.sessions(), root.processes(), root.session_log(),
                                 paths.logs());
  application::ShowLogsRequest request{.name = name};
  request.last_lines = args.number("lines").value_or(application::ShowLogsRequest::kDefaultLines);
  if (args.flag("follow")) request.follow = application::LogFollow::kYes;
  if (args.flag("network")) request.subject = application::LogSubject::kNetwork;
  IoLogOutput output(io);
  MINO_TRY(use_case.execute(request, output));
  return output.result();
}

}  // namespace

int logs_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const auto shown = logs(args, root, global, io);
  if (shown.ok()) return kExitSuccess;
  print_error(shown.error(), io);
  return exit_code(shown.error(), FailedCommand::kPlain);
}

}  // namespace mino::cli
