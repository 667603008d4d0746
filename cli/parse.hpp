#pragma once

#include "cli/parsed_args.hpp"
#include "domain/result.hpp"
#include "ports/environment.hpp"

#include <span>
#include <string>

namespace mino::cli {

enum class Action { kRunCommand, kShowHelp, kShowVersion };

/// What the user asked for.
struct Invocation {
  Action action = Action::kShowHelp;
  ParsedArgs args{root_command()};  ///< knows the command: a row of the table, or mino itself
  GlobalOptions global;
};

/// Understands the words after the program's name. The first `--` splits them; what follows it is
/// never looked at. Errors are kUsage, say what is wrong with which word, suggest the nearest one,
/// and carry a hint. Of the environment it reads the variables that stand for global options.
[[nodiscard]] Result<Invocation> parse(std::span<const std::string> arguments,
                                       const Environment& environment);

}  // namespace mino::cli
