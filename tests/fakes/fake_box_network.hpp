#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "adapters/posix/box_network.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino {

/// A box's network that comes up, or fails, when the test says so. Absent unless it is made
/// pending.
class FakeBoxNetwork final : public posix::BoxNetwork {
 public:
  void pend() {
    event_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    state_ = State::kPending;
  }
  /// Takes effect when the owner handles it; from any thread or process that shares the descriptor.
  void comes_up() { tell(kUpWord); }
  void fails(Error why) {
    failure_ = std::move(why);
    tell(kFailedWord);
  }

  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] int fd() const override { return event_.get(); }
  void handle() override {
    std::uint64_t word = 0;
    if (::read(event_.get(), &word, sizeof word) != sizeof word) return;
    state_ = word == kUpWord ? State::kUp : State::kFailed;
  }
  [[nodiscard]] const Error& failure() const override { return *failure_; }
  [[nodiscard]] NetworkAnswer answer(const NetworkRequest& request) override {
    NetworkAnswer given;
    given.rules.push_back({request.text, "fake"});
    return given;
  }

 private:
  static constexpr std::uint64_t kUpWord = 1;
  static constexpr std::uint64_t kFailedWord = 2;
  void tell(std::uint64_t word) {
    if (::write(event_.get(), &word, sizeof word) != sizeof word) std::abort();
  }

  State state_ = State::kAbsent;
  std::optional<Error> failure_;
  posix::UniqueFd event_;
};

}  // namespace mino
