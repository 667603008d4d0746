#pragma once

#include "domain/result.hpp"

namespace mino::gateway {

/// The whole life of a gateway process that was given the owner's and the dialler's sockets:
/// prepares what needs rights, gives the rights up by `confine`, serves. The exit code of the
/// process; 1 when it could not be confined.
[[nodiscard]] int gateway_main(int owner_socket, int dialler_socket, Result<void> (*confine)());

}  // namespace mino::gateway
