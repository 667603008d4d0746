#pragma once

#include <optional>

namespace mino::terminal {

struct TerminalSize {
  int columns = 0;
  int rows = 0;
};

[[nodiscard]] bool is_terminal(int fd);

/// Nothing when `fd` is no terminal or does not know its size.
[[nodiscard]] std::optional<TerminalSize> terminal_size(int fd);

/// Opens /dev/null as each of descriptors 0, 1 and 2 that is closed, so that no file opened later
/// takes its place and gets what is meant for a stream.
void open_missing_standard_streams();

/// Makes a write to a pipe without reader fail with EPIPE. Programs started later have the default
/// again, which they would not if the signal were ignored.
void make_broken_pipes_errors();

}  // namespace mino::terminal
