#pragma once

#include <sys/types.h>

#include <functional>
#include <vector>

#include "adapters/posix/box_network.hpp"
#include "adapters/posix/box_wall.hpp"
#include "adapters/session/poll_loop.hpp"

namespace mino::session {

/// The walls of one box that are raised from outside it: its network, what protects its project,
/// and whatever else an agent must not run without.
class BoxWalls {
 public:
  struct Handlers {
    std::function<void()> up;           ///< all stand; may be called more than once
    std::function<void(Error)> failed;  ///< one does not come up
  };
  /// All outlive this.
  BoxWalls(PollLoop& loop, posix::BoxNetwork& network, std::vector<posix::BoxWall*> walls,
           Handlers handlers);
  BoxWalls(const BoxWalls&) = delete;
  BoxWalls& operator=(const BoxWalls&) = delete;

  /// From now on the handlers are called, and the network has a minute.
  void watch();
  /// Nothing of theirs is looked at any more.
  void unwatch();
  /// The box's first process runs, `init` on the host; 0 when it is not known. From now on the
  /// walls have a minute.
  void box_stands(pid_t init);
  /// The engine has built the box, so the hook has ended: a network that is not up never will be.
  void box_built();

  [[nodiscard]] bool stand() const;

 private:
  void network_progress();
  void wall_progress(posix::BoxWall& wall);

  PollLoop& loop_;
  posix::BoxNetwork& network_;
  std::vector<posix::BoxWall*> walls_;
  Handlers handlers_;
  PollLoop::Id network_watch_ = 0;
  std::vector<PollLoop::Id> wall_watches_;
};

}  // namespace mino::session
