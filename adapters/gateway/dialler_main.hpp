#pragma once

#include "domain/result.hpp"

namespace mino::gateway {

/// The process that dials: confines itself, then serves the gateway at the other end of
/// `gateway_socket` until that closes it, by the rules that come over `owner_socket`. It owns both.
/// Returns the exit code; without the confinement nothing is dialled, and stderr says why.
[[nodiscard]] int dialler_main(int gateway_socket, int owner_socket, Result<void> (*confine)());

}  // namespace mino::gateway
