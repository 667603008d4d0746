#pragma once

#include "integration/bench/process.hpp"

namespace mino::bench {

/// mino keeps its memory from being looked at, by other processes of its user too. The same command
/// with that one request of its turned down, so that its memory can be measured.
[[nodiscard]] Command inspectable(Command command);

/// Whether this program was started to be such a command.
[[nodiscard]] bool is_inspectable_start(int argument_count, char** arguments);
/// Becomes the command. Returns only when it cannot, with an exit code.
int start_inspectable(char** arguments);

}  // namespace mino::bench
