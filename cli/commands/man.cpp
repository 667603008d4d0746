#include "cli/commands/commands.hpp"

#include "cli/exit_code.hpp"
#include "cli/man.hpp"
#include "domain/config/schema.hpp"

namespace mino::cli {

int man_command(const ParsedArgs& args, const GlobalOptions&, Io& io) {
  const bool configuration = !args.positionals.empty() && args.positionals.front() == "5";
  io.out.write(configuration ? config_man_page(config_schema()) : command_man_page());
  return kExitSuccess;
}

}  // namespace mino::cli
