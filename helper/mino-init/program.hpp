#pragma once

#include <cstddef>

namespace mino::init {

/// execvpe: looks arguments[0] up in the PATH of `environment` and becomes it. Returns only to say
/// why not: ENOENT if it was found nowhere, EACCES if all that was found is not executable.
[[nodiscard]] int execute(char* const* arguments, char* const* environment);

/// The index of the first of the null-terminated `candidates` that is an executable file, or the
/// number of candidates and in `error` why there is none (ENOENT or EACCES).
[[nodiscard]] std::size_t choose(char* const* candidates, char* const* environment, int& error);

}  // namespace mino::init
