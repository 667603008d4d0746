#pragma once

#include <sys/types.h>

#include <cstdint>

#include "adapters/posix/unique_fd.hpp"
#include "domain/network/ip_address.hpp"
#include "domain/result.hpp"

namespace mino::linux {

/// A TCP socket, non-blocking, that listens inside the network of a box: at an IPv4 address that
/// its loopback interface gets for it. `first_process` is a process of the box, by its pid here.
/// Made by a child that enters the box's namespaces, so that the calling process, which must have
/// one thread, stays outside. kInternal when the box has no network namespace of its own.
[[nodiscard]] Result<posix::UniqueFd> listen_in_box(pid_t first_process, const IpAddress& address,
                                                    std::uint16_t port);

}  // namespace mino::linux
