#pragma once

#include <string_view>

namespace mino::cli {

/// "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace mino::cli
