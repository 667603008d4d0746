#pragma once

#include <cstddef>
#include <string>

namespace mino::posix {

/// What is left to read of a pipe.
enum class ReadState { kOpen, kEnded };

/// Reads what is there without blocking (the descriptor must be non-blocking), one MiB at most, and
/// appends it to `text` up to `max_bytes`; more is read and dropped, so that the writer never waits
/// for us. An error counts as the end.
[[nodiscard]] ReadState read_available(int fd, std::string& text, std::size_t max_bytes);

}  // namespace mino::posix
