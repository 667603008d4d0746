#pragma once

#include <signal.h>

#include <functional>

#include "adapters/posix/unique_fd.hpp"
#include "adapters/session/poll_loop.hpp"

namespace mino::session {

/// The signals that a session handles, blocked and read from a descriptor for as long as this
/// lives: INT, TERM, HUP, QUIT, TSTP, CONT, WINCH. SIGPIPE is ignored. The mask is restored at the
/// end.
class Signals {
 public:
  Signals(PollLoop& loop, std::function<void(int)> arrived);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  enum class Who {
    kGroup,  ///< as the terminal's Ctrl-Z does: a script that runs mino stops with it
    kSelf,
  };
  /// Stops by SIGTSTP; returns after it was continued, or at once where nobody could continue it
  /// (an orphaned group).
  void suspend(Who who);

 private:
  PollLoop& loop_;
  sigset_t before_{};
  struct sigaction pipe_before_ {};
  posix::UniqueFd fd_;
  PollLoop::Id watch_ = 0;
};

}  // namespace mino::session
