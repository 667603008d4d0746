#include "cli/commands/commands.hpp"

#include "cli/completions/completions.hpp"
#include "cli/exit_code.hpp"
#include "domain/check.hpp"
#include "domain/config/schema.hpp"

namespace mino::cli {

int completions_command(const ParsedArgs& args, const GlobalOptions&, Io& io) {
  const std::optional<Shell> shell = parse_shell(args.positionals.at(0));
  MINO_CHECK(shell.has_value());
  io.out.write(completion_script(*shell, config_schema()));
  return kExitSuccess;
}

}  // namespace mino::cli
