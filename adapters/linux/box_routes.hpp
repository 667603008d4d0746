#pragma once

#include "domain/network/ip_address.hpp"
#include "domain/result.hpp"

namespace mino::linux {

enum class Ipv6 { kAbsent, kPresent };

/// Makes every address of the calling thread's network namespace local: the loopback interface is
/// up, has one ordinary address a family (getaddrinfo(3) with AI_ADDRCONFIG looks for one) and the
/// routes that let a connection to any address reach it. Fails when another interface is up:
/// traffic bound to that one would pass the routes by. The answer is whether the namespace has
/// IPv6; without, it has no IPv6 address and no route.
[[nodiscard]] Result<Ipv6> make_every_address_local();

/// Gives the loopback interface of the calling thread's network namespace that address, and raises
/// it. One that has it already keeps it.
[[nodiscard]] Result<void> add_loopback_address(const IpAddress& address);

}  // namespace mino::linux
