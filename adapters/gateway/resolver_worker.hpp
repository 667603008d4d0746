#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/posix/unique_fd.hpp"
#include "domain/network/ip_address.hpp"
#include "domain/result.hpp"

namespace mino::gateway {

/// Resolves a canonical name; sets `error` to 0 or to an EAI_ code of getaddrinfo(3). May block for
/// as long as it likes.
using ResolveFunction = std::vector<IpAddress> (*)(const std::string& name, int* error);

/// By getaddrinfo(3), with whatever the host is set up to use, in its order (RFC 6724). The name is
/// asked for as it stands, never with one of the search domains behind it.
[[nodiscard]] std::vector<IpAddress> resolve_by_system(const std::string& name, int* error);

/// What a worker answers to a packet that is the name. IPv4 addresses are in their mapped form.
struct ResolverAnswer {
  static constexpr std::uint32_t kMaxAddresses = 64;
  struct Address {
    std::uint8_t is_v4;
    std::uint8_t bytes[16];
  };
  std::int32_t error;  ///< 0 or an EAI_ code
  std::uint32_t count;
  Address addresses[kMaxAddresses];  ///< without duplicates
};

/// A worker that was just forked, with its end of a SOCK_SEQPACKET pair.
struct ResolverWorker {
  pid_t pid;
  posix::UniqueFd socket;
};

/// Forks a worker. It holds no descriptor but its socket and the standard ones, and ends when its
/// socket is closed or this process ends. A signal handler of this process is not for it.
[[nodiscard]] Result<ResolverWorker> fork_resolver_worker(ResolveFunction resolve);

}  // namespace mino::gateway
