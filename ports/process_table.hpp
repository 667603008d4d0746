#pragma once

#include <chrono>

#include "domain/result.hpp"
#include "domain/session/process_identity.hpp"

namespace mino {

/// Processes of the host. Blocks only where it says so.
class ProcessTable {
 public:
  ProcessTable() = default;
  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;
  virtual ~ProcessTable() = default;

  [[nodiscard]] virtual ProcessIdentity self() const = 0;
  /// Whether exactly that process still runs; a zombie and a pid that was given to another process
  /// do not.
  [[nodiscard]] virtual bool alive(const ProcessIdentity& process) const = 0;
  enum class Wait { kGone, kStillThere };
  /// Blocks until that process has ended, at most for `patience`.
  [[nodiscard]] virtual Wait wait_gone(const ProcessIdentity& process,
                                       std::chrono::milliseconds patience) = 0;
  /// Sends the signal to exactly that process (pidfd, so never to a successor of the pid).
  /// kNotFound when it is gone, kPermission when it is somebody else's.
  [[nodiscard]] virtual Result<void> signal(const ProcessIdentity& process, int signal_number) = 0;
};

}  // namespace mino
