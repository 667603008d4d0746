#pragma once

#include "cli/io.hpp"
#include "domain/selftest/wall.hpp"

#include <string>

namespace mino::cli {

/// One line a wall, what is wrong below it, and a last line that sums up.
[[nodiscard]] std::string render_self_test(const SelfTestReport& report, Colour colour);

}  // namespace mino::cli
