#pragma once

#include <sys/eventfd.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

#include "adapters/posix/box_wall.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino {

/// A wall that comes up, or fails, as soon as the box stands. Absent unless it is
/// made pending.
class FakeBoxWall final : public posix::BoxWall {
 public:
  void pend() {
    event_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    state_ = State::kPending;
  }
  /// What it comes to instead of being up.
  void fails_with(Error why) { failure_ = std::move(why); }

  [[nodiscard]] std::string_view name() const override { return "the wall"; }
  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] int fd() const override { return event_.get(); }
  void handle() override { state_ = failure_ ? State::kFailed : State::kUp; }
  void box_stands(pid_t first_process) override {
    box_ = first_process;
    const std::uint64_t one = 1;
    if (::write(event_.get(), &one, sizeof one) != sizeof one) std::abort();
  }
  [[nodiscard]] const Error& failure() const override { return *failure_; }

  [[nodiscard]] pid_t box() const { return box_; }

 private:
  State state_ = State::kAbsent;
  std::optional<Error> failure_;
  posix::UniqueFd event_;
  pid_t box_ = 0;
};

}  // namespace mino
