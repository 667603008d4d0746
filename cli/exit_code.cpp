#include "cli/exit_code.hpp"

namespace mino::cli {

FailedCommand failed_command(const CommandSpec& command) {
  const bool starts_agent =
      command.parent.empty() &&
      (command.name == "run" || command.name == "exec" || command.name == "selftest");
  return starts_agent ? FailedCommand::kStartsAgent : FailedCommand::kPlain;
}

int exit_code(const Error& error, FailedCommand command) {
  switch (error.code()) {
    case ErrorCode::kUsage:
      return kExitUsage;
    case ErrorCode::kDeclined:
      return kExitFailure;
    default:
      return command == FailedCommand::kStartsAgent ? kExitBeforeAgent : kExitFailure;
  }
}

int exit_code_of_signal(int signal) { return 128 + signal; }

}  // namespace mino::cli
