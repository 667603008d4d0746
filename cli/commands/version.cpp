#include "cli/commands/commands.hpp"

#include "cli/exit_code.hpp"
#include "cli/version.hpp"

#include <fmt/format.h>

namespace mino::cli {

int version_command(const ParsedArgs& args, const GlobalOptions&, Io& io) {
  if (args.flag("json")) {
    io.out.write(fmt::format("{{\"schema\": 1, \"version\": \"{}\"}}\n", version()));
  } else {
    io.out.write(fmt::format("mino {}\n", version()));
  }
  return kExitSuccess;
}

}  // namespace mino::cli
