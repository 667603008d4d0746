#pragma once

#include "ports/environment.hpp"
#include "ports/file_system.hpp"

#include <string>

namespace mino::cli {

/// For a command that a box of `--image host` does not have: if the caller's PATH has it elsewhere,
/// the options that would show it to the box; else empty.
[[nodiscard]] std::string host_program_hint(const FileSystem& files, const Environment& environment,
                                            const std::string& command);

}  // namespace mino::cli
