#pragma once

#include "domain/result.hpp"

namespace mino::gateway {

/// The process that dials: confines itself, then serves the gateway at the other end of
/// `socket_fd`, which it owns, until that closes it. Returns the exit code; without the confinement
/// nothing is dialled, and stderr says why.
[[nodiscard]] int dialler_main(int socket_fd, Result<void> (*confine)());

}  // namespace mino::gateway
