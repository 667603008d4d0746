#pragma once

#include "adapters/posix/child_process.hpp"
#include "adapters/posix/spawn.hpp"
#include "domain/result.hpp"

#include <chrono>
#include <functional>
#include <string_view>

namespace mino::posix {

/// How a watched program ended.
struct WatchedEnd {
  ExitStatus status;
  int broken_off_by = 0;  ///< the signal to us that ended it; 0: it ended by itself
};

/// Starts a program in a session of its own, with stdin on /dev/null, and gives each line of its
/// stdout and stderr, mixed as they come, without its end and cut after 64 KiB, to `line`. Blocks
/// until it has ended. SIGINT, SIGTERM or SIGHUP to us meanwhile is passed on as SIGTERM to its
/// process group, followed by SIGKILL after `grace`; our own handling of the signals is restored
/// afterwards. `spec.descriptors` and `spec.session` are replaced.
[[nodiscard]] Result<WatchedEnd> run_watched(SpawnSpec spec, std::chrono::milliseconds grace,
                                             const std::function<void(std::string_view)>& line);

}  // namespace mino::posix
