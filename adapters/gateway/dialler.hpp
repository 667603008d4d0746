#pragma once

#include <cstddef>

#include "adapters/posix/unique_fd.hpp"

namespace mino::gateway {

class DialPermit;

/// Deadlines of one dial. Values of the field: RFC 8305 for the delay between attempts.
struct DiallerOptions {
  int resolvers = 4;               ///< processes that each resolve one name at a time
  int resolve_timeout_ms = 10000;  ///< after it the resolver process is killed and replaced
  int attempt_delay_ms = 250;      ///< before the next address is tried beside the first
  int connect_timeout_ms = 15000;  ///< for all attempts of one dial together
  std::size_t max_addresses = 16;  ///< of one answer
};

/// Resolves and dials for a gateway (dial_protocol.hpp) until `socket` is closed by the other side.
/// Runs on the calling thread, and forks its resolvers from it: nothing else may run in this
/// process, whose SIGPIPE is ignored and whose limit of descriptors is raised. Returns the exit
/// code of the process: 0 when the socket was closed, 1 when what came over it was no request.
[[nodiscard]] int run_dialler(posix::UniqueFd socket, DialPermit& permit,
                              const DiallerOptions& options);

}  // namespace mino::gateway
