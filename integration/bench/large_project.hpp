#pragma once

#include <filesystem>

#include "integration/bench/workspace.hpp"

namespace mino::bench {

/// A repository with 100 000 committed files and 50 repositories in it, made once in a workspace.
[[nodiscard]] std::filesystem::path make_large_project(const Workspace& workspace);

}  // namespace mino::bench
