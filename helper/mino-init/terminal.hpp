#pragma once

#include <cstdint>

#include "helper/mino-init/descriptor.hpp"

namespace mino::init {

/// Both sides of a terminal of the box.
struct Terminal {
  Descriptor master;
  Descriptor slave;
};

/// Makes one from the box's own /dev/ptmx. Returns 0 or an errno.
[[nodiscard]] int open_terminal(std::uint16_t rows, std::uint16_t columns, Terminal& terminal);

}  // namespace mino::init
