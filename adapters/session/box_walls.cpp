#include "adapters/session/box_walls.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace mino::session {

namespace {

using Network = posix::BoxNetwork::State;
using Wall = posix::BoxWall::State;

constexpr std::chrono::seconds kPatience{60};

}  // namespace

BoxWalls::BoxWalls(PollLoop& loop, posix::BoxNetwork& network, std::vector<posix::BoxWall*> walls,
                   Handlers handlers)
    : loop_(loop), network_(network), walls_(std::move(walls)), handlers_(std::move(handlers)) {}

void BoxWalls::watch() {
  if (network_.fd() >= 0)
    network_watch_ = loop_.watch(network_.fd(), POLLIN, [this](short) { network_progress(); });
  for (posix::BoxWall* wall : walls_) {
    if (wall->fd() < 0) continue;
    wall_watches_.push_back(
        loop_.watch(wall->fd(), POLLIN, [this, wall](short) { wall_progress(*wall); }));
  }
  if (network_.state() != Network::kPending) return;
  loop_.after(kPatience, [this] {
    if (network_.state() == Network::kPending)
      handlers_.failed(Error(ErrorCode::kTimeout, "the rules of the box's network do not come up"));
  });
}

void BoxWalls::unwatch() {
  if (network_watch_ != 0) loop_.unwatch(std::exchange(network_watch_, 0));
  for (const PollLoop::Id watch : std::exchange(wall_watches_, {})) loop_.unwatch(watch);
}

void BoxWalls::box_stands(pid_t init) {
  for (posix::BoxWall* wall : walls_) {
    if (wall->state() != Wall::kPending) continue;
    if (init <= 0)
      return handlers_.failed(Error(ErrorCode::kInternal, "the box's first process is not known"));
    wall->box_stands(init);
    loop_.after(kPatience, [this, wall] {
      if (wall->state() == Wall::kPending)
        handlers_.failed(
            Error(ErrorCode::kTimeout, std::string(wall->name()) + " does not come up"));
    });
  }
}

void BoxWalls::box_built() {
  if (network_.state() != Network::kPending) return;
  network_progress();
  if (network_.state() == Network::kPending) {
    handlers_.failed(
        Error(ErrorCode::kUnavailable, "the hook that loads the rules of the box did not run"));
  }
}

bool BoxWalls::stand() const {
  const bool has_network = network_.state() == Network::kAbsent || network_.state() == Network::kUp;
  return has_network && std::ranges::all_of(walls_, [](const posix::BoxWall* wall) {
           return wall->state() == Wall::kAbsent || wall->state() == Wall::kUp;
         });
}

void BoxWalls::network_progress() {
  network_.handle();
  if (network_.state() == Network::kFailed) return handlers_.failed(network_.failure());
  if (stand()) handlers_.up();
}

void BoxWalls::wall_progress(posix::BoxWall& wall) {
  wall.handle();
  if (wall.state() == Wall::kFailed) return handlers_.failed(wall.failure());
  if (stand()) handlers_.up();
}

}  // namespace mino::session
