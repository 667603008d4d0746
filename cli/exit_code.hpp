#pragma once

#include "cli/command.hpp"
#include "domain/error.hpp"

namespace mino::cli {

inline constexpr int kExitSuccess = 0;
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;
/// `run`, `exec` and `selftest`: mino or podman failed before the agent ran.
inline constexpr int kExitBeforeAgent = 125;
inline constexpr int kExitNotExecutable = 126;
inline constexpr int kExitNotFound = 127;

/// Whose failure it is: `run` and `exec` pass the agent's own code on, and so keep theirs out of
/// its way; so does `selftest`, whose 1 says that a wall is missing.
enum class FailedCommand { kPlain, kStartsAgent };

[[nodiscard]] FailedCommand failed_command(const CommandSpec& command);

/// 2 for kUsage; 1 for kDeclined; else 125 for a command that starts an agent and 1 for any other.
[[nodiscard]] int exit_code(const Error& error, FailedCommand command);

/// 128 + `signal`.
[[nodiscard]] int exit_code_of_signal(int signal);

}  // namespace mino::cli
