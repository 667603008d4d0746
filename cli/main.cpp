#include "cli/argument_privacy.hpp"
#include "cli/composition_root_streams.hpp"
#include "cli/dispatch.hpp"
#include "cli/exit_code.hpp"
#include "cli/parse.hpp"
#include "cli/render/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <span>
#include <string>
#include <vector>

namespace mino::cli {
namespace {

int fail_as_bug(std::string_view what, FailedCommand failed, Io& io) {
  Error error(ErrorCode::kInternal, fmt::format("{}: this is a bug in mino", what));
  error.set_hint("please report it with the command line that led here");
  print_error(error, io);
  return exit_code(error, failed);
}

bool has_option(const CommandSpec& command, std::string_view name) {
  return std::ranges::any_of(command.options,
                             [&](const OptionSpec& option) { return option.name == name; });
}

int run_main(std::span<char*> words, const Environment& environment, Io& io) {
  FailedCommand failed = FailedCommand::kPlain;
  try {
    const Result<Invocation> invocation =
        parse(std::vector<std::string>(words.begin(), words.end()), environment);
    if (!invocation) {
      print_error(invocation.error(), io);
      return exit_code(invocation.error(), FailedCommand::kPlain);
    }
    const ParsedArgs& args = invocation->args;
    if (has_option(args.command(), "env")) blank_values(words, args.values("env"));
    failed = failed_command(args.command());
    return run_invocation(*invocation, io);
  } catch (const std::exception& error) {
    return fail_as_bug(error.what(), failed, io);
  } catch (...) {
    return fail_as_bug("unknown exception", failed, io);
  }
}

}  // namespace
}  // namespace mino::cli

int main(int argc, char** argv) {
  using namespace mino::cli;
  ProcessStreams streams;
  Io& io = streams.io();
  int code = run_main({argv + (argc > 0 ? 1 : 0), argv + argc}, streams.environment(), io);
  if (const mino::Result<void> delivered = io.out.flush(); !delivered) {
    print_error(delivered.error(), io);
    if (code == kExitSuccess) code = kExitFailure;
  }
  static_cast<void>(io.err.flush());
  return code;
}
