#pragma once

namespace mino {

/// Ends the program with a message that names the place. Only for states that mino's own code makes
/// impossible, never for input.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace mino

/// Always compiled in.
#define MINO_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::mino::check_failed(#condition, __FILE__, __LINE__))
