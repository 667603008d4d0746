#pragma once

#include "ports/box_runner.hpp"

#include <string>

namespace mino::cli {

/// The exit code of `run` and `exec`: the agent's own, 126 or 127 when it could not be run, 128+N
/// after signal N. A box that was lost counts as killed.
[[nodiscard]] int exit_code(const AgentEnd& end);

/// Whether the user or the machine ended it (Ctrl-C, `mino stop`, a shutdown), and not a fault of
/// its own.
[[nodiscard]] bool is_interruption(const AgentEnd& end);

/// Why the command could not be run; only for kNotFound and kNotExecutable. `command` is its first
/// word.
[[nodiscard]] Error command_error(const AgentEnd& end, const std::string& command);

}  // namespace mino::cli
