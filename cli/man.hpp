#pragma once

#include "domain/config/schema.hpp"

#include <span>
#include <string>

namespace mino::cli {

/// mino(1) in man(7) macros, from the command table.
[[nodiscard]] std::string command_man_page();
/// mino-config(5), from the configuration schema.
[[nodiscard]] std::string config_man_page(std::span<const ConfigKey> keys);

}  // namespace mino::cli
