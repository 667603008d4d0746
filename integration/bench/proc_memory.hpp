#pragma once

#include <filesystem>
#include <vector>

namespace mino::bench {

/// The directories in /proc of all processes.
[[nodiscard]] std::vector<std::filesystem::path> processes();

/// Proportional set size in KiB of the process with this directory; 0 when it may not be read.
[[nodiscard]] long pss_of(const std::filesystem::path& process);

constexpr double kKibPerMib = 1024;

}  // namespace mino::bench
