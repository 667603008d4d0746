#include "adapters/session/box_walls.hpp"

#include <poll.h>

#include <chrono>
#include <utility>

namespace mino::session {

namespace {

using Network = posix::BoxNetwork::State;
using Protection = posix::BoxProtection::State;

constexpr std::chrono::seconds kPatience{60};

}  // namespace

BoxWalls::BoxWalls(PollLoop& loop, posix::BoxNetwork& network, posix::BoxProtection& protection,
                   Handlers handlers)
    : loop_(loop), network_(network), protection_(protection), handlers_(std::move(handlers)) {}

void BoxWalls::watch() {
  if (network_.fd() >= 0)
    network_watch_ = loop_.watch(network_.fd(), POLLIN, [this](short) { network_progress(); });
  if (protection_.fd() >= 0) {
    protection_watch_ =
        loop_.watch(protection_.fd(), POLLIN, [this](short) { protection_progress(); });
  }
  if (network_.state() != Network::kPending) return;
  loop_.after(kPatience, [this] {
    if (network_.state() == Network::kPending)
      handlers_.failed(Error(ErrorCode::kTimeout, "the rules of the box's network do not come up"));
  });
}

void BoxWalls::unwatch() {
  if (network_watch_ != 0) loop_.unwatch(std::exchange(network_watch_, 0));
  if (protection_watch_ != 0) loop_.unwatch(std::exchange(protection_watch_, 0));
}

void BoxWalls::box_stands(pid_t init) {
  if (protection_.state() != Protection::kPending) return;
  if (init <= 0)
    return handlers_.failed(Error(ErrorCode::kInternal, "the box's first process is not known"));
  protection_.box_stands(init);
  loop_.after(kPatience, [this] {
    if (protection_.state() == Protection::kPending)
      handlers_.failed(Error(ErrorCode::kTimeout, "the project's protection does not come up"));
  });
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
  const bool is_protected =
      protection_.state() == Protection::kAbsent || protection_.state() == Protection::kUp;
  return has_network && is_protected;
}

void BoxWalls::network_progress() {
  network_.handle();
  if (network_.state() == Network::kFailed) return handlers_.failed(network_.failure());
  if (stand()) handlers_.up();
}

void BoxWalls::protection_progress() {
  protection_.handle();
  if (protection_.state() == Protection::kFailed) return handlers_.failed(protection_.failure());
  if (stand()) handlers_.up();
}

}  // namespace mino::session
