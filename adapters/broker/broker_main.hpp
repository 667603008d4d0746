#pragma once

#include <sys/types.h>

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/json_codec.hpp"

namespace mino::broker {

/// What it takes from the system around it.
struct BrokerSystem {
  const JsonCodec& codec;
  Clock& clock;
  /// A listening socket at the broker's place inside the box of that process.
  Result<posix::UniqueFd> (*listen)(pid_t first_process);
  Result<void> (*confine)();
};

/// `broker`: the process that serves a session's credentials inside its box. Descriptor `owner` is
/// the owner's socket (broker_protocol.hpp). Waits for the box, listens there, gives its rights up,
/// serves. Returns the exit code.
[[nodiscard]] int broker_main(const BrokerSystem& system, int owner);

}  // namespace mino::broker
