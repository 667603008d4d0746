#include "application/config_init.hpp"

#include "cli/commands/commands.hpp"
#include "cli/commands/config.hpp"
#include "cli/exit_code.hpp"
#include "cli/render/error.hpp"

namespace mino::cli {
namespace {

Result<void> init(const ParsedArgs& args, CompositionRoot& root, Io& io) {
  MINO_ASSIGN(const Paths paths, root.paths());
  const std::filesystem::path directory =
      std::filesystem::absolute(args.value("path").value_or("."));
  const auto overwrite =
      args.flag("force") ? application::Overwrite::kYes : application::Overwrite::kNo;
  application::ConfigWriter writer = config_writer(root);
  MINO_ASSIGN(const application::WrittenConfig written,
              application::InitConfig(writer).execute(
                  {(directory / application::kProjectFileName).lexically_normal(),
                   application::ConfigTarget::kProjectFile, overwrite}));
  report_written(written, root);
  io.out.write(written.file.string() + "\n");
  return {};
}

}  // namespace

int init_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const auto done = init(args, root, io);
  if (done.ok()) return kExitSuccess;
  print_error(done.error(), io);
  return exit_code(done.error(), FailedCommand::kPlain);
}

}  // namespace mino::cli
