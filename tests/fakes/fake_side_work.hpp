#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "ports/side_work.hpp"

namespace mino::fakes {

/// Work that is done when the test says so.
class FakeSideWork final : public SideWork {
 public:
  [[nodiscard]] Result<void> start(Work work, std::chrono::seconds /*deadline*/,
                                   Done done) override {
    if (failure) return *failure;
    jobs_.emplace_back(std::move(work), std::move(done));
    return {};
  }
  void stop() override { jobs_.clear(); }

  /// Does what was started first; false when there is nothing to do.
  bool finish_next() {
    if (jobs_.empty()) return false;
    const auto [work, done] = std::move(jobs_.front());
    jobs_.pop_front();
    done(work());
    return true;
  }
  /// Its process is killed instead.
  void kill_next() {
    const Done done = std::move(jobs_.front().second);
    jobs_.pop_front();
    done(Error(ErrorCode::kUnavailable, "its process was killed"));
  }
  [[nodiscard]] std::size_t running() const { return jobs_.size(); }

  std::optional<Error> failure;  ///< of start()

 private:
  std::deque<std::pair<Work, Done>> jobs_;
};

}  // namespace mino::fakes
