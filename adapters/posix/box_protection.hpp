#pragma once

#include <sys/types.h>

#include "domain/error.hpp"

namespace mino::posix {

/// The protected paths of one box's project, as the loop of the session's owner sees them. The
/// owner holds the agent back until they are protected.
class BoxProtection {
 public:
  enum class State {
    kAbsent,   ///< the plan protects nothing: nothing to wait for
    kPending,  ///< not protected yet
    kUp,
    kFailed,  ///< before it was up; failure() says why
  };

  BoxProtection() = default;
  BoxProtection(const BoxProtection&) = delete;
  BoxProtection& operator=(const BoxProtection&) = delete;
  virtual ~BoxProtection() = default;

  [[nodiscard]] virtual State state() const = 0;
  /// Readable (poll POLLIN) when handle() has something to do; -1 with kAbsent. The same descriptor
  /// for the whole session.
  [[nodiscard]] virtual int fd() const = 0;
  /// Takes what has arrived, without blocking. May change state().
  virtual void handle() = 0;
  /// The box stands; `first_process` is the pid of its init on the host. Called at most once.
  virtual void box_stands(pid_t first_process) = 0;
  /// Only with kFailed.
  [[nodiscard]] virtual const Error& failure() const = 0;
};

}  // namespace mino::posix
