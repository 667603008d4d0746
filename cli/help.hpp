#pragma once

#include "cli/command.hpp"
#include "cli/io.hpp"

#include <string>

namespace mino::cli {

/// The help of one command, or of mino itself: what it does, usage, examples, arguments,
/// subcommands, options.
[[nodiscard]] std::string render_help(const CommandSpec& command, Colour colour, int width);

/// "mino run [OPTIONS] [-- COMMAND...]".
[[nodiscard]] std::string usage_line(const CommandSpec& command);
/// "<SESSION>", "[SESSION]", "<SESSION>...", "{bash|zsh}".
[[nodiscard]] std::string notation(const PositionalSpec& positional);
/// "-n, --name <NAME>", "    --[no-]github", "-e, --env <KEY[=VALUE]>...".
[[nodiscard]] std::string notation(const OptionSpec& option);
/// "mino config set".
[[nodiscard]] std::string command_line_of(const CommandSpec& command);

}  // namespace mino::cli
