#pragma once

#include <sys/types.h>

#include <functional>

#include "adapters/posix/box_network.hpp"
#include "adapters/posix/box_protection.hpp"
#include "adapters/session/poll_loop.hpp"

namespace mino::session {

/// The walls of one box that are raised from outside it: its network and what protects its project.
/// An agent must not run before both stand.
class BoxWalls {
 public:
  struct Handlers {
    std::function<void()> up;           ///< both stand; may be called more than once
    std::function<void(Error)> failed;  ///< one does not come up
  };
  /// All outlive this.
  BoxWalls(PollLoop& loop, posix::BoxNetwork& network, posix::BoxProtection& protection,
           Handlers handlers);
  BoxWalls(const BoxWalls&) = delete;
  BoxWalls& operator=(const BoxWalls&) = delete;

  /// From now on the handlers are called, and the network has a minute.
  void watch();
  /// Nothing of theirs is looked at any more.
  void unwatch();
  /// The box's first process runs, `init` on the host; 0 when it is not known. From now on the
  /// protection has a minute.
  void box_stands(pid_t init);
  /// The engine has built the box, so the hook has ended: a network that is not up never will be.
  void box_built();

  [[nodiscard]] bool stand() const;

 private:
  void network_progress();
  void protection_progress();

  PollLoop& loop_;
  posix::BoxNetwork& network_;
  posix::BoxProtection& protection_;
  Handlers handlers_;
  PollLoop::Id network_watch_ = 0;
  PollLoop::Id protection_watch_ = 0;
};

}  // namespace mino::session
