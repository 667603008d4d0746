#pragma once

#include "cli/io.hpp"
#include "cli/parse.hpp"

#include <string_view>

namespace mino::cli {

/// Does what a command is for and returns the exit code. Errors have been printed by then.
using CommandFunction = int (*)(const ParsedArgs&, const GlobalOptions&, Io&);

/// Runs what was asked for.
[[nodiscard]] int run_invocation(const Invocation& invocation, Io& io);

}  // namespace mino::cli
