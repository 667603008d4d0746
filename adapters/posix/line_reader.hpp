#pragma once

#include "adapters/posix/spawn.hpp"
#include "domain/result.hpp"

#include <functional>
#include <string_view>

namespace mino::posix {

/// Starts a program with stdin and stdout on /dev/null and gives each line of its stderr, without
/// its end and cut after 64 KiB, to `line`. Blocks without a deadline until it has closed stderr
/// and ended. `spec.descriptors` is replaced.
[[nodiscard]] Result<ExitStatus> run_and_read_lines(
    SpawnSpec spec, const std::function<void(std::string_view)>& line);

}  // namespace mino::posix
